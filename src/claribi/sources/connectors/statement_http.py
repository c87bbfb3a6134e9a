"""HTTP to a service that runs statements: one origin, checked addresses, an end in time and in bytes."""

import math
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from claribi.core.checked_transport import CheckedTransport
from claribi.core.egress import Egress
from claribi.sources.connectors.base import CutOff, TooMuch

# More than services put into one page of an answer; a page is held as a whole.
MAX_PAGE_BYTES = 64 * 1024**2
# Too busy for now, with nothing begun.
BUSY = frozenset({429, 502, 503, 504})
ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 0.1
# Several encodings on top of each other would multiply what a small answer may become.
ENCODINGS = frozenset({"", "identity", "gzip"})


class PageTooLarge(Exception):
    """A page of an answer is larger than may be held."""


class SentElsewhere(Exception):
    """The service names an address of another origin for what comes next."""


class Refusal(Exception):
    """The service answers with a status that is no success.

    Attributes:
        body: What it says, decoded from JSON; None where that is none.
    """

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


@dataclass(slots=True)
class _Block:
    """What requests may take until the end of a block."""

    client: httpx.Client
    until: float
    bytes_left: float


class Line:
    """Requests to one origin, each of them inside a block of `bounded`.

    Args:
        headers: What goes with each request, the proof of who asks among it.
        trusted: How its certificate is checked.
    """

    def __init__(
        self, egress: Egress, origin: httpx.URL, headers: Mapping[str, str], trusted: ssl.SSLContext
    ) -> None:
        self._egress = egress
        self._origin = origin
        self._headers = {"User-Agent": "claribi", "Accept-Encoding": "identity", **headers}
        self._trusted = trusted
        self._block: _Block | None = None
        # The time limit that the service is told for each statement.
        self.statement_seconds = math.inf

    def carry(self, headers: Mapping[str, str]) -> None:
        """Send these with each request from now on."""
        self._headers |= headers

    @contextmanager
    def bounded(self, seconds: float, most_bytes: float = math.inf) -> Iterator[None]:
        """A block whose requests end after `seconds`, and once more has come in.

        Raises:
            CutOff, TooMuch
        """
        around, until = self._block, time.monotonic() + seconds
        transport = CheckedTransport(self._egress, until, self._trusted)
        with httpx.Client(
            transport=transport, timeout=seconds, trust_env=False, follow_redirects=False
        ) as client:
            self._block = _Block(client, until, most_bytes)
            try:
                yield
            except httpx.HTTPError:
                if time.monotonic() >= until:
                    raise CutOff from None
                raise
            finally:
                self._block = around

    def ask(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **request: Any
    ) -> tuple[int, Any]:
        """The status of a successful answer, and its JSON; a busy service is asked again after a while.

        Args:
            path: Below the origin, or a whole address that the service gave.

        Raises:
            Refusal, SentElsewhere, PageTooLarge, CutOff, TooMuch, httpx.HTTPError
        """
        where = self._origin.join(path)
        if origin_of(where) != origin_of(self._origin):
            raise SentElsewhere(f"{where.scheme}://{where.host}:{where.port or ''}".rstrip(":"))
        for attempt in range(ATTEMPTS):
            status, content = self._sent(method, where, {**self._headers, **(headers or {})}, request)
            if status not in BUSY or attempt == ATTEMPTS - 1:
                break
            self.wait(FIRST_PAUSE_SECONDS * 4**attempt)
        body = _decoded(content)
        if not httpx.codes.is_success(status):
            raise Refusal(status, body)
        return status, body

    def wait(self, seconds: float) -> None:
        """Wait before the next request, but not beyond the end of the block."""
        time.sleep(max(0.0, min(seconds, self._within.until - time.monotonic())))

    def close(self) -> None:
        """Nothing is open outside a block."""

    @property
    def _within(self) -> _Block:
        if self._block is None:
            raise AssertionError("requests are made inside a block of bounded")
        return self._block

    def _sent(
        self, method: str, where: httpx.URL, headers: Mapping[str, str], request: Mapping[str, Any]
    ) -> tuple[int, bytes]:
        block = self._within
        if time.monotonic() >= block.until:
            raise CutOff
        pieces, size = [], 0
        with block.client.stream(method, where, headers=dict(headers), **request) as response:
            if response.headers.get("content-encoding", "").strip().lower() not in ENCODINGS:
                raise httpx.DecodingError("an encoding that nobody asked for")
            for piece in response.iter_bytes():
                size += len(piece)
                block.bytes_left -= len(piece)
                if block.bytes_left < 0:
                    raise TooMuch
                if size > MAX_PAGE_BYTES:
                    raise PageTooLarge
                pieces.append(piece)
            return response.status_code, b"".join(pieces)


def origin_of(where: httpx.URL) -> tuple[str, str, int | None]:
    default = {"http": 80, "https": 443}.get(where.scheme)
    return where.scheme, where.host.lower(), where.port or default


def _decoded(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError:
        return None
