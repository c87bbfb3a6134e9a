"""httpx over connections whose addresses were checked."""

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from claribi.core.egress import Egress


class CheckedTransport(httpx.HTTPTransport):
    """httpx's transport, which connects through an `Egress`."""

    def __init__(self, egress: Egress) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(), network_backend=_Backend(egress)
        )


class _Backend(httpcore.NetworkBackend):
    """Connects to checked addresses; TLS still asks for the name's certificate."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        self._socket = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        first, *others = self._egress.addresses(host, port)
        for address in (first, *others):
            try:
                return self._socket.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if address == (others or [first])[-1]:
                    raise
        raise AssertionError("there is always a last address")
