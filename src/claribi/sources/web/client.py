"""HTTP to addresses that a user chose: each hop through the egress check, secrets for their own host only."""

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

import httpx

from claribi.core.checked_transport import CheckedTransport
from claribi.core.egress import Egress, Refused
from claribi.core.errors import ClaribiError, SourceUnavailable, ValidationFailed
from claribi.sources.web.errors import NothingThere, NotLetIn

MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# How long a server may say nothing.
SILENCE_SECONDS = 30.0
BUSY = frozenset({429, 503})
ATTEMPTS = 4
LONGEST_WAIT_SECONDS = 120.0
PORTS = {"http": 80, "https": 443}
# Several encodings on top of each other would multiply what a small answer may become.
ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})
NOT_MODIFIED = 304

Origin = tuple[str, str, int | None]


class WebClient:
    """Asks one host, and whomever it sends us to.

    Args:
        home: The address that the secret is for; other hosts do not get it.
        secret: Headers that prove who asks.
        seconds: How long all of it may take.
        patient: Whether to wait where a server says that it is busy.
    """

    def __init__(
        self, egress: Egress, *, home: str, secret: Mapping[str, str], seconds: float, patient: bool = True
    ) -> None:
        self._egress = egress
        self._home = origin(parsed(home))
        self._secret = secret
        self._until = time.monotonic() + seconds
        self._patient = patient
        self._client = httpx.Client(
            transport=CheckedTransport(egress, self._until),
            timeout=SILENCE_SECONDS,
            trust_env=False,
            follow_redirects=False,
            headers={"User-Agent": "claribi", "Accept-Encoding": "gzip"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @contextmanager
    def get(self, address: str, headers: Mapping[str, str] | None = None) -> Iterator[httpx.Response]:
        """A good answer, its body still to come.

        Raises:
            Refused, ValidationFailed, SourceUnavailable: There is none; the message says what to do.
        """
        where = parsed(address)
        with _reported(where.host):
            response = self._patiently(lambda: self._followed(where, headers or {}))
            try:
                check_status(response, has_secret=bool(self._secret))
                _check_encoding(response)
                yield response
            finally:
                response.close()

    @contextmanager
    def ask(self, address: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """Whatever the host answers to just these headers, a redirect or a refusal as well."""
        where = parsed(address)
        with _reported(where.host):
            response = self._patiently(lambda: self._send(where, headers))
            try:
                _check_encoding(response)
                yield response
            finally:
                response.close()

    def _patiently(self, send: Callable[[], httpx.Response]) -> httpx.Response:
        """The answer, once the server is not too busy for it."""
        for attempt in range(ATTEMPTS):
            response = send()
            if response.status_code not in BUSY or not self._patient or attempt == ATTEMPTS - 1:
                break
            wait = asked_wait(response.headers.get("retry-after", ""), default=2.0**attempt)
            if wait > min(LONGEST_WAIT_SECONDS, self._until - time.monotonic()):
                break
            response.close()
            time.sleep(wait)
        return response

    def _followed(self, where: httpx.URL, headers: Mapping[str, str]) -> httpx.Response:
        is_home = True
        for _ in range(MAX_REDIRECTS + 1):
            # Once we were sent away, whoever answers chose where to: the secret does not come back.
            is_home = is_home and origin(where) == self._home
            sent = {**headers, **(self._secret if is_home else {})}
            response = self._send(where, sent)
            target = response.headers.get("location")
            if response.status_code not in REDIRECTS or not target:
                return response
            response.close()
            where = parsed(str(where.join(target)))
        raise SourceUnavailable(f"{where.host} redirects again and again; use the address it should end at")

    def _send(self, where: httpx.URL, headers: Mapping[str, str]) -> httpx.Response:
        self._check(where)
        return self._client.send(self._client.build_request("GET", where, headers=headers), stream=True)

    def _check(self, where: httpx.URL) -> None:
        """Refuse to talk in the clear, except where the operator says whose networks are trusted."""
        if where.scheme == "http" and not self._egress.is_of_operator(
            where.host, where.port or PORTS["http"]
        ):
            raise Refused(
                f"{where.host} would be asked without encryption; use https. Plain http is for hosts in the "
                "networks that this server's operator allows with CLARIBI_ALLOWED_NETWORKS"
            )


def parsed(address: str) -> httpx.URL:
    """The address; Refused where it is none of the web, or holds a password that would be shown."""
    try:
        where = httpx.URL(address)
    except httpx.InvalidURL:
        raise Refused("This is no address of the web; it begins with https://") from None
    if where.scheme not in PORTS or not where.host:
        raise Refused("This is no address of the web; it begins with https://")
    if where.userinfo:
        raise Refused("The address holds a user or password; give them as auth, where they are kept secret")
    return where


def origin(where: httpx.URL) -> Origin:
    return where.scheme, where.host.lower(), where.port or PORTS.get(where.scheme)


def asked_wait(text: str, *, default: float) -> float:
    """The seconds of a `Retry-After`, which is a number or a date (RFC 9110, 10.2.3)."""
    if text.strip().isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return default
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0) if moment.tzinfo else default


def check_status(response: httpx.Response, *, has_secret: bool) -> None:
    """Raise what an answer other than a good one means."""
    status, host = response.status_code, response.url.host
    if response.is_success or status == NOT_MODIFIED:
        return
    if status == 401:  # noqa: PLR2004 - the codes are the names of what they mean
        what = (
            "does not take these credentials; check them" if has_secret else "asks for credentials; give auth"
        )
        raise NotLetIn(f"{host} {what} (401)")
    if status == 403:  # noqa: PLR2004 - as above
        raise NotLetIn(f"{host} does not let us read this (403); ask its owner for access, or check auth")
    if status in {404, 410}:
        raise NothingThere(f"{host} has nothing at this address ({status}); check it in a browser")
    if status in BUSY:
        raise SourceUnavailable(f"{host} takes no more requests for now ({status}); try later or less often")
    if response.is_server_error:
        raise SourceUnavailable(f"{host} answers with an error of its own ({status}); try again later")
    raise ValidationFailed(f"{host} answers with status {status} instead of data; check the address")


def _check_encoding(response: httpx.Response) -> None:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ENCODINGS:
        raise SourceUnavailable(f"{response.url.host} sends its answer in an encoding that nobody asked for")


@contextmanager
def _reported(host: str) -> Iterator[None]:
    """Errors of the network, in words."""
    try:
        yield
    except ClaribiError:
        raise
    except httpx.TimeoutException:
        raise SourceUnavailable(
            f"{host} did not send all of it in time; try again later, or with a smaller part of it"
        ) from None
    except httpx.DecodingError:
        raise SourceUnavailable(f"{host} sends what can't be unpacked; ask its owner") from None
    except httpx.RemoteProtocolError:
        raise SourceUnavailable(f"{host} broke off in the middle; try again later") from None
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, UnicodeError) as error:
        what = "has no valid certificate" if "CERTIFICATE" in str(error) else "can't be reached"
        raise SourceUnavailable(f"{host} {what} ({type(error).__name__}); check the address") from None
