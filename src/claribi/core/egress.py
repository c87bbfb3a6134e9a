"""The one place that connects to addresses which a user's words can choose.

A name is resolved here, every address that it stands for is checked, and the connection goes to the very
address that was checked: what a name stands for a moment later plays no part (DNS rebinding).
"""

import socket
import ssl
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Any

from claribi.core.errors import ClaribiError, SourceUnavailable, ValidationFailed

if TYPE_CHECKING:
    import httpx

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], list[str]]
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
        found = self.resolved(host, port)
        if not found or not all(self._may_reach(address) for address in found):
            raise Refused(
                f"{host} leads to a private network, which this server does not connect to; "
                "its operator can allow it with CLARIBI_ALLOWED_NETWORKS"
            )
        return found

    def is_of_operator(self, host: str, port: int) -> bool:
        """Whether a host lies wholly in the networks that the operator lets users reach."""
        found = [ip_address(address.partition("%")[0]) for address in self.resolved(host, port)]
        return bool(found) and all(any(a in network for network in self._allowed) for a in found)

    def resolved(self, host: str, port: int) -> list[str]:
        """The addresses of a host, whatever they are; nobody connects to these."""
        try:
            return self._resolve(host.strip("[]"), port)
        except (OSError, UnicodeError):
            raise SourceUnavailable(f"The name {host} can't be resolved") from None

    def _may_reach(self, text: str) -> bool:
        address = ip_address(text.partition("%")[0])
        return all(self._is_allowed(each) for each in (address, *_inside(address)))

    def _is_allowed(self, address: Address) -> bool:
        if any(address in network for network in self._allowed):
            return True
        return address.is_global and not address.is_multicast

    def request(self, method: str, url: str, **arguments: Any) -> "httpx.Response":
        """An HTTP call whose answer is read to its end, up to a limit. Redirects are not followed.

        Raises:
            Refused, SourceUnavailable: The address is refused; the server can't be reached, or says too much.
        """
        import httpx  # noqa: PLC0415 - slow to import

        from claribi.core.checked_transport import CheckedTransport  # noqa: PLC0415 - as above

        try:
            where = httpx.URL(url)
        except httpx.InvalidURL:
            raise Refused(f"{url} is no address of the web") from None
        if where.scheme not in {"http", "https"} or not where.host:
            raise Refused(f"{url} is no address of the web")
        with httpx.Client(
            transport=CheckedTransport(self), timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False
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


def _inside(address: Address) -> list[Address]:
    """The IPv4 addresses that an IPv6 address may stand for."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]


def _read(response: "httpx.Response") -> bytes:
    content = b""
    for piece in response.iter_bytes():
        content += piece
        if len(content) > MAX_BYTES:
            raise SourceUnavailable(f"{response.url.host} sends more than {MAX_BYTES // 1024**2} MB")
    return content
