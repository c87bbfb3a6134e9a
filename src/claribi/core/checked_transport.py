"""httpx over connections whose addresses were checked."""

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from claribi.core.egress import Egress
from claribi.core.tls import system_authorities


class CheckedTransport(httpx.HTTPTransport):
    """httpx's transport, which connects through an `Egress`.

    Args:
        until: When all of it has to be done, by `time.monotonic()`. httpx's own limits are for each read, and
            a server that sends a byte now and then meets them for days.
        trusted: How certificates are checked; against the system's authorities when left out.
    """

    def __init__(
        self, egress: Egress, until: float | None = None, trusted: ssl.SSLContext | None = None
    ) -> None:
        context = trusted or system_authorities()
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=_Backend(egress, until))


class _Backend(httpcore.NetworkBackend):
    """Connects to checked addresses; TLS still asks for the name's certificate."""

    def __init__(self, egress: Egress, until: float | None) -> None:
        self._egress = egress
        self._until = until
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
                stream = self._socket.connect_tcp(address, port, timeout, local_address, socket_options)
                return stream if self._until is None else _Limited(stream, self._until)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if address == (others or [first])[-1]:
                    raise
        raise AssertionError("there is always a last address")


class _Limited(httpcore.NetworkStream):
    """A connection that is of no use after a time."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _Limited(stream, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("The time for all of it is over")
        return left if timeout is None else min(left, timeout)
