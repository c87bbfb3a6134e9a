"""The one HTTP connection that ClickHouse's driver gets: to an address that was checked, and to no other."""

import logging
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from clickhouse_connect import common
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import OperationalError
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import NewConnectionError
from urllib3.response import BaseHTTPResponse, HTTPResponse
from urllib3.util import parse_url

from claribi.core.tls import client_context
from claribi.sources.connectors.base import CONNECT_SECONDS, CutOff, cut_off
from claribi.sources.connectors.settings import ServerConnection

# How long a server that may not know TLS at all gets to answer in it.
TRY_SECONDS = 3.0
# The driver holds a block whole; none of an answer that is meant to be read is larger.
MAX_BLOCK_BYTES = 256 * 1024**2
# It tells of whatever breaks, at length; we tell it in our own words.
logging.getLogger("clickhouse_connect").setLevel(logging.CRITICAL)
# When a connection is too old is decided by our pool.
common.set_setting("max_connection_age", 0)
common.set_setting("send_os_user", False)


class TooLarge(OSError):
    """A block of an answer is larger than may be held."""


class Line:
    """A connection as the pool keeps it."""

    def __init__(self, reached: socket.socket, pool: "_OneConnection", client: Client) -> None:
        self.client = client
        self.seconds = float(CONNECT_SECONDS)
        self._socket, self._pool = reached, pool

    def fileno(self) -> int:
        return self._socket.fileno()

    def block_read(self) -> None:
        """The driver has taken in a whole block."""
        self._pool.counted = 0

    def check(self) -> None:
        """Raises OperationalError where nobody is at the other end any more."""
        if not self.client.ping(CONNECT_SECONDS):
            raise OperationalError("The connection is gone")

    @property
    def is_open(self) -> bool:
        return self._socket.fileno() >= 0 and not self._pool.is_broken_off

    def break_off(self) -> None:
        """Read no more of an answer: to read on to its end, as the driver does, could take for ever."""
        self._pool.is_broken_off = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._pool.close()
        self._socket.close()


class _OneConnection(HTTPConnectionPool):
    """What the driver takes for a pool: one connection, open already, that leads nowhere else.

    A name would be resolved again for a second connection, and a redirect would lead to who knows where.
    """

    def __init__(self, reached: socket.socket, host: str, port: int) -> None:
        super().__init__(host, port, maxsize=1, block=False)
        self.ConnectionCls = _Given
        self.conn_kw["pool"] = self
        self.reached: socket.socket | None = reached
        self.counted = 0
        self.is_broken_off = False

    def urlopen(self, method: str, url: str, *args: Any, **options: Any) -> BaseHTTPResponse:
        self.counted = 0
        options |= {"redirect": False, "retries": False}
        return super().urlopen(method, parse_url(url).request_uri, *args, **options)


class _Given(HTTPConnection):
    """A connection over a socket that was opened for it."""

    def __init__(self, *args: Any, pool: _OneConnection, **options: Any) -> None:
        super().__init__(*args, **options)
        self._pool = pool

    def connect(self) -> None:
        if self._pool.reached is None:
            raise NewConnectionError(self, "The connection is gone")
        self.sock, self._pool.reached = self._pool.reached, None

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # urllib3's own kind, as its class has it
        response = super().getresponse()
        stream = response.stream

        def bounded(amount: int | None = 2**16, decode: bool | None = None) -> Iterator[bytes]:
            for piece in stream(amount, decode):
                self._pool.counted += len(piece)
                if self._pool.counted > MAX_BLOCK_BYTES:
                    raise TooLarge
                yield piece

        response.stream = bounded  # type: ignore[method-assign,assignment]  # what the driver reads from
        return response


def reach(address: str, port: int, settings: ServerConnection) -> socket.socket:
    """A socket to a checked address, encrypted as the settings want it.

    One port speaks either TLS or none: `prefer` tries TLS, and where that fails does without.
    """
    if settings.tls == "off":
        return socket.create_connection((address, port), CONNECT_SECONDS)
    try:
        return _encrypted(address, port, settings)
    except (OSError, CutOff) as error:
        if settings.tls != "prefer" or isinstance(error, ConnectionRefusedError):
            raise
    return socket.create_connection((address, port), CONNECT_SECONDS)


def _encrypted(address: str, port: int, settings: ServerConnection) -> socket.socket:
    seconds = TRY_SECONDS if settings.tls == "prefer" else CONNECT_SECONDS
    context = client_context(settings.ca_certificate, verify=settings.tls == "verify")
    raw = socket.create_connection((address, port), CONNECT_SECONDS)
    try:
        raw.settimeout(seconds)
        # A timeout is for each piece; this one is for all of them.
        with cut_off(raw.fileno(), seconds):
            return context.wrap_socket(raw, server_hostname=settings.host)
    except BaseException:
        raw.close()
        raise


def opened(reached: socket.socket, port: int, make: Any, settings: ServerConnection) -> Line:
    """A line over a socket, once the driver has had its first words with the server."""
    pool = _OneConnection(reached, settings.host, port)
    try:
        with cut_off(reached.fileno(), CONNECT_SECONDS):
            return Line(reached, pool, make(pool))
    except BaseException:
        pool.close()
        reached.close()
        raise
