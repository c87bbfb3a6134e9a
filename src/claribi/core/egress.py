"""The one place that connects to addresses which a user's words can choose.

A name is resolved here, every address that it stands for is checked, and the connection goes to the very
address that was checked: what a name stands for a moment later plays no part (DNS rebinding).
"""

import socket
import ssl
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import httpcore
import httpx

from claribi.core.errors import ClaribiError, SourceUnavailable, ValidationFailed

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Any
# Addresses that carry another one inside, where a translator on the way would deliver to that one (RFC 6052).
NAT64 = ip_network("64:ff9b::/96")
MAX_BYTES = 2 * 1024 * 1024
TIMEOUT_SECONDS = 10.0


class Refused(ValidationFailed):
    """An address that this server does not connect to on a user's word."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses that a name stands for."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Egress:
    """Opens connections to the outside.

    Args:
        allowed: Private networks that the operator lets users reach.
    """

    def __init__(self, allowed: Sequence[Network], resolver: Resolver = resolve) -> None:
        self._allowed = allowed
        self._resolve = resolver

    def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a host, all of them allowed.

        Raises:
            Refused: One of them lies in a private network, or belongs to a machine of its own kind.
            SourceUnavailable: The name stands for nothing.
        """
        try:
            found = self._resolve(host.strip("[]"), port)
        except (OSError, UnicodeError):
            raise SourceUnavailable(f"The name {host} can't be resolved") from None
        if not found or not all(self._may_reach(address) for address in found):
            raise Refused(
                f"{host} leads to a private network, which this server does not connect to; "
                "its operator can allow it with CLARIBI_ALLOWED_NETWORKS"
            )
        return list(found)

    def _may_reach(self, text: str) -> bool:
        address = ip_address(text.partition("%")[0])
        return all(self._is_allowed(each) for each in (address, *_inside(address)))

    def _is_allowed(self, address: Address) -> bool:
        if any(address in network for network in self._allowed):
            return True
        return address.is_global and not address.is_multicast

    def request(self, method: str, url: str, **arguments: Any) -> httpx.Response:
        """An HTTP call whose answer is read to its end, up to a limit. Redirects are not followed.

        Raises:
            Refused, SourceUnavailable: The address is refused; the server can't be reached, or says too much.
        """
        try:
            where = httpx.URL(url)
        except httpx.InvalidURL:
            raise Refused(f"{url} is no address of the web") from None
        if where.scheme not in {"http", "https"} or not where.host:
            raise Refused(f"{url} is no address of the web")
        with httpx.Client(
            transport=_Transport(self), timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False
        ) as client:
            try:
                with client.stream(method, url, **arguments) as response:
                    response._content = _read(response)  # noqa: SLF001 - how httpx keeps what it has read
                    return response
            except ClaribiError:
                raise
            except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
                kind = type(error).__name__
                raise SourceUnavailable(f"{where.host} can't be reached ({kind})") from None


class _Transport(httpx.HTTPTransport):
    """httpx's transport over connections that are checked."""

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


def _inside(address: Address) -> list[Address]:
    """The IPv4 addresses that an IPv6 address may stand for."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]


def _read(response: httpx.Response) -> bytes:
    content = b""
    for piece in response.iter_bytes():
        content += piece
        if len(content) > MAX_BYTES:
            raise SourceUnavailable(f"{response.url.host} sends more than {MAX_BYTES // 1024**2} MB")
    return content
