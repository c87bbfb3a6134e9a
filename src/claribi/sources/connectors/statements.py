"""What databases share that take a statement over HTTPS and give its rows page by page.

No vendor's driver is used: these resolve names by themselves, hold answers of any size, and can't be told to
connect to an address that was checked.
"""

import math
import ssl
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import httpx
from sqlglot import exp

from claribi.core.egress import Egress, Refused
from claribi.core.errors import ClaribiError, QueryError, SourceUnavailable, ValidationFailed
from claribi.core.tls import client_context, system_authorities
from claribi.sources.catalog import ColumnType
from claribi.sources.connectors.base import (
    BATCH_ROWS,
    CONNECT_SECONDS,
    GRACE_SECONDS,
    Answered,
    CutOff,
    TooMuch,
)
from claribi.sources.connectors.settings import ServerConnection
from claribi.sources.connectors.single_query import SingleQueryServer
from claribi.sources.connectors.statement_http import (
    MAX_PAGE_BYTES,
    Line,
    PageTooLarge,
    Refusal,
    SentElsewhere,
)

UNAUTHORIZED, FORBIDDEN = 401, 403
MAX_SAID = 500
LONG = range(-(2**63), 2**63)
# More digits decimals don't have.
DIGITS = 38
REASONS: Sequence[tuple[type[Exception], type[ClaribiError], str]] = (
    (ssl.SSLCertVerificationError, ValidationFailed, "its certificate can't be trusted for this name"),
    (ssl.SSLError, ValidationFailed, "TLS could not be agreed on"),
    (ConnectionRefusedError, SourceUnavailable, "nothing listens on port {port}"),
    (TimeoutError, SourceUnavailable, "it does not answer; is the port open to this server?"),
)


class Failed(Exception):
    """What the service says of a statement that it can't run.

    Attributes:
        code: The service's own name of the error.
    """

    def __init__(self, code: str, said: str) -> None:
        super().__init__(code, said)
        self.code = code
        self.said = said.replace("\n", " ").strip()[:MAX_SAID] or "The database could not do it"


@dataclass(frozen=True, slots=True)
class Page:
    """A part of an answer.

    Attributes:
        columns: Names and native types; None until they are known.
        rows: As they came in JSON.
        handle: By what the service knows the statement.
        following: By what the next page is asked for; None after the last.
    """

    columns: list[tuple[str, str]] | None
    rows: Sequence[Sequence[Any]]
    handle: str
    following: str | None


class StatementServer(SingleQueryServer[Line], ABC):
    """A database whose statements are submitted, asked for until they are done, and cancelled, over HTTPS.

    A certificate is always checked, and no secret goes over a connection without TLS. Nothing but the guard
    and the compiler stands before a change, so the user should be one who may only read.
    """

    errors = (httpx.HTTPError, OSError, Refusal, Failed, PageTooLarge, SentElsewhere)
    formats_values = False

    def __init__(self, settings: ServerConnection, egress: Egress, *, size: int) -> None:
        super().__init__(settings, egress, size=size)
        self._trusted = (
            client_context(settings.ca_certificate, verify=True)
            if settings.ca_certificate
            else system_authorities()
        )

    @abstractmethod
    def _headers(self) -> dict[str, str]:
        """What goes with each request, the proof of who asks among it."""

    @abstractmethod
    def _greet(self, line: Line) -> None:
        """The first words on a new line: whether somebody of this kind answers."""

    @abstractmethod
    def _submit(self, line: Line, sql: str, values: Sequence[Any]) -> Page:
        """Hand a statement in."""

    @abstractmethod
    def _follow(self, line: Line, page: Page) -> Page:
        """The page after one that has such."""

    @abstractmethod
    def _cancel(self, line: Line, page: Page) -> None:
        """Have the service stop a statement."""

    @abstractmethod
    def _typed(self, native: str) -> ColumnType: ...

    @abstractmethod
    def _value(self, native: str, value: Any) -> Any:
        """A value of JSON that is not null, as an answer holds it."""

    @abstractmethod
    def _failed(self, error: Failed, seconds: float) -> ClaribiError:
        """What the service's own code of an error means."""

    def _rows(self, line: Line, sql: str, values: Sequence[Any] = ()) -> list[Sequence[Any]]:
        with self._answer(line, sql, values) as (_, batches):
            return [row for batch in batches for row in batch]

    @contextmanager
    def _answer(self, connection: Line, sql: str, values: Sequence[Any]) -> Iterator[Answered]:
        page = self._submit(connection, sql, values)
        try:
            while page.columns is None:
                page = self._follow(connection, page)
            columns = page.columns

            def batches() -> Iterator[list[list[Any]]]:
                nonlocal page
                while True:
                    for start in range(0, len(page.rows), BATCH_ROWS):
                        yield self._read(columns, page.rows[start : start + BATCH_ROWS])
                    if page.following is None:
                        return
                    page = self._follow(connection, page)

            yield [(name, self._typed(native)) for name, native in columns], batches()
        except Failed:
            # It has ended by itself.
            page = replace(page, following=None)
            raise
        finally:
            self._stop(connection, page)

    def _read(self, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
        natives = [native for _, native in columns]
        try:
            return [
                [
                    None if value is None else self._value(native, value)
                    for native, value in zip(natives, row, strict=True)
                ]
                for row in rows
            ]
        except (ValueError, TypeError, ArithmeticError):
            raise SourceUnavailable(
                f"{self._where} sends rows that are not of their columns' types"
            ) from None

    def _stop(self, line: Line, page: Page) -> None:
        """Cancel a statement that has pages left, in a time of its own: the query's may be over."""
        if page.following is None:
            return
        with suppress(*self.errors, CutOff, TooMuch, ClaribiError), line.bounded(GRACE_SECONDS):
            self._cancel(line, page)

    def _open(self, _address: str) -> Line:
        """A line checks the address by itself whenever it connects."""
        settings = self._settings
        scheme = "http" if settings.tls == "off" else "https"
        if scheme == "http":
            self._check_open()
        line = Line(
            self._egress,
            httpx.URL(scheme=scheme, host=settings.host, port=self._port),
            self._headers(),
            self._trusted,
        )
        with line.bounded(CONNECT_SECONDS):
            self._greet(line)
        return line

    def _check_open(self) -> None:
        """Refuse to talk in the clear, except without a secret and where the operator trusts the network."""
        if self._settings.password is not None:
            raise ValidationFailed(
                f"{self._where}: without TLS the password would be for all to read on the way; "
                "leave tls out, or the password"
            )
        if not self._egress.is_of_operator(self._settings.host, self._port):
            raise Refused(
                f"{self._where} would be asked without encryption; that is for hosts in the networks that "
                "this server's operator allows with CLARIBI_ALLOWED_NETWORKS"
            )

    def _begin(self, connection: Line, seconds: float) -> None:
        connection.statement_seconds = seconds

    def _end(self, connection: Line) -> None:
        """Each statement is on its own."""

    def _bounded(
        self, connection: Line, seconds: float, most_bytes: float = math.inf
    ) -> AbstractContextManager[None]:
        return connection.bounded(seconds, most_bytes)

    def _cause(self, error: Exception) -> ClaribiError:
        if isinstance(error, Refusal):
            return self._refused(error)
        if isinstance(error, Failed):
            return self._failed(error, CONNECT_SECONDS)
        if isinstance(error, SentElsewhere):
            return SourceUnavailable(
                f"{self._where} sends us on to {error}; connect to that, or have its proxy tell it how it is "
                "called (X-Forwarded-Host, X-Forwarded-Proto)"
            )
        for cause in _chain(error):
            for kind, refusal, text in REASONS:
                if isinstance(cause, kind):
                    return refusal(f"{self._where}: {text.format(**self._given)}")
        return SourceUnavailable(f"{self._where}: it can't be reached")

    def _refused(self, error: Refusal) -> ClaribiError:
        """What a status means."""
        if error.status == UNAUTHORIZED:
            return ValidationFailed(
                f"{self._where}: the password or token of user {self._settings.user} is wrong"
            )
        if error.status == FORBIDDEN:
            return ValidationFailed(
                f"{self._where}: user {self._settings.user} may not do this; its administrator can allow it"
            )
        if httpx.codes.is_server_error(error.status) or error.status in {408, 429}:
            return SourceUnavailable(f"{self._where} is too busy or broken ({error.status}); try again later")
        return ValidationFailed(
            f"{self._where}: what answers there is not {self.name} (status {error.status})"
        )

    def _explained(self, error: Exception, seconds: float) -> ClaribiError:
        if isinstance(error, Failed):
            return self._failed(error, seconds)
        if isinstance(error, PageTooLarge):
            return QueryError(
                "The values of the answer's rows are too long to be read (a page of it has more than "
                f"{MAX_PAGE_BYTES // 1024**2} MB); ask for shorter ones"
            )
        if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.DecodingError):
            return SourceUnavailable(f"{self._where} has broken off in the middle; try again")
        return self._cause(error)


def literal(value: Any, dialect: str) -> str:
    """A value in SQL, of the type that it has in DuckDB, for services that bind none.

    Texts, dates and moments are written by sqlglot, which knows what ends a text in the dialect.
    """
    return _expression(value).sql(dialect)


def _expression(value: Any) -> exp.Expr:
    if isinstance(value, list | tuple):
        return exp.Array(expressions=[_expression(each) for each in value])
    if isinstance(value, bool | str | date | None) or (isinstance(value, int) and value in LONG):
        return exp.convert(value)
    if isinstance(value, Decimal) and value.is_finite():
        digits = max(0, -int(value.as_tuple().exponent))
        return exp.cast(exp.Literal.string(f"{value:f}"), f"decimal({DIGITS}, {digits})")
    if isinstance(value, int) and abs(value) < 10**DIGITS:
        return exp.cast(exp.Literal.string(str(value)), f"decimal({DIGITS}, 0)")
    # As a number without an exponent some engines would read a decimal.
    return exp.cast(exp.Literal.string(repr(float(value))), "double")


def as_text(value: Any) -> str:
    """A value as the text that services take for one of its type; a moment is one of UTC."""
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.isoformat(" ", "microseconds")
        case date():
            return value.isoformat()
    return str(value)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came from."""
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__
