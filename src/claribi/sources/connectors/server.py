"""What connectors to database servers share: checked addresses, a small pool, transactions with an end."""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, ClassVar, Generic, TypeVar, cast

from sqlalchemy.pool import QueuePool

from claribi.core.egress import Egress
from claribi.core.errors import ClaribiError, QueryError, QueryTimeout, SourceUnavailable
from claribi.sources.connectors.base import (
    CONNECT_SECONDS,
    GRACE_SECONDS,
    WIRE_FACTOR,
    Answered,
    Connector,
    Copied,
    CutOff,
    Fetched,
    FoundTable,
    Gate,
    ReadLimits,
    Since,
    TooMuch,
    collect,
    cut_off,
    plain_rows,
)
from claribi.sources.connectors.settings import ServerConnection

# A connection that has idled longer is opened anew: firewalls forget those without a word.
KEPT_SECONDS = 300
CATALOG_SECONDS = 60.0
# How long nobody tries a source that did not answer.
SILENCE_SECONDS = 5.0

Connection = TypeVar("Connection")


class DatabaseServer(ABC, Generic[Connection]):
    """A database on a server.

    Args:
        size: How many connections there are at most; who waits too long for one is told to come back.
    """

    name: ClassVar[str]
    port: ClassVar[int]
    default_schema: ClassVar[str]
    # What its driver raises.
    errors: ClassVar[tuple[type[Exception], ...]]

    def __init__(self, settings: ServerConnection, egress: Egress, *, size: int) -> None:
        self._settings = settings
        self._egress = egress
        self._port = settings.port or self.port
        self._gate = Gate(size, f"{self.name} at {settings.host}")
        self._silent_until = 0.0
        creator: Any = self._connect
        self._pool = QueuePool(
            creator, pool_size=size, max_overflow=0, recycle=KEPT_SECONDS, reset_on_return=None
        )

    @abstractmethod
    def _open(self, address: str) -> Connection:
        """A new connection to an address that was checked; the settings' host is for the certificate."""

    @abstractmethod
    def _begin(self, connection: Connection, seconds: float) -> None:
        """Start a read-only transaction whose statements the server itself stops after `seconds`."""

    @abstractmethod
    def _answer(
        self, connection: Connection, sql: str, values: Sequence[Any]
    ) -> AbstractContextManager[Answered]:
        """The columns of a SELECT's answer and its rows, in batches as they come in."""

    @abstractmethod
    def _end(self, connection: Connection) -> None:
        """Roll back."""

    @staticmethod
    def _fileno(connection: Connection) -> int:
        """The file descriptor of the connection's socket."""
        raise NotImplementedError

    def _bounded(
        self, connection: Connection, seconds: float, most_bytes: float = math.inf
    ) -> AbstractContextManager[None]:
        """A block that ends in `CutOff` or `TooMuch` when it takes longer, or more comes in."""
        return cut_off(self._fileno(connection), seconds, most_bytes)

    @abstractmethod
    def _cause(self, error: Exception) -> ClaribiError:
        """Why no connection could be opened."""

    @abstractmethod
    def _explained(self, error: Exception, seconds: float) -> ClaribiError:
        """What went wrong with a statement."""

    def called(self, table: FoundTable) -> str:
        return qualified(table.schema, table.name, self.default_schema)

    def run(self, sql: str, values: Sequence[Any], limits: ReadLimits) -> Fetched:
        with self.streamed(sql, values, limits) as (columns, batches):
            return collect(columns, batches, limits)

    @contextmanager
    def streamed(self, sql: str, values: Sequence[Any], limits: ReadLimits) -> Iterator[Answered]:
        with (
            self.transaction(limits.timeout_seconds, limits.max_bytes) as connection,
            self._answer(connection, sql, values) as answered,
        ):
            yield answered

    @contextmanager
    def copied(self, found: FoundTable, seconds: float, since: Since | None = None) -> Iterator[Copied]:
        from sqlglot import exp  # noqa: PLC0415 - slow to import, and only copies need it here

        from claribi.sources.connectors.sql import is_since, rendered, table_of  # noqa: PLC0415 - as above

        table = table_of(found.schema, found.name)
        connector = cast("Connector", self)
        given = {"since": since.value} if since else {}
        counted: list[exp.Expr] = [exp.Count(this=exp.Star())]
        reading = exp.select(*(exp.column(c.name, quoted=True) for c in found.columns)).from_(table.copy())
        if since is not None:
            reading = reading.where(is_since(since))
            new = exp.Case().when(is_since(since), exp.Literal.number(1))
            counted.append(exp.Count(this=new))
            if since.key is not None:
                counted.append(exp.Sum(this=exp.column(since.key, quoted=True)))
        kinds = [column.type for column in found.columns]
        with self.transaction(seconds) as connection:
            counting = rendered(exp.select(*counted).from_(table), connector, given)
            with self._answer(connection, *counting) as (_, batches):
                total, *others = next(batches)[0]
            count = int(others[0]) if others else int(total)
            keys = others[1] if len(others) > 1 else None
            with self._answer(connection, *rendered(reading, connector, given)) as (_, batches):
                yield Copied(count, (plain_rows(kinds, batch) for batch in batches), int(total), keys)

    def close(self) -> None:
        self._pool.dispose()

    @contextmanager
    def transaction(self, seconds: float, max_bytes: float = math.inf) -> Iterator[Connection]:
        """A connection inside a read-only transaction that ends with the block and leaves nothing behind."""
        with self._gate.place():
            self._check_silence()
            kept, connection = self._begun(seconds)
            try:
                most = max_bytes * WIRE_FACTOR
                with self._bounded(connection, seconds + GRACE_SECONDS, most):
                    try:
                        yield connection
                    finally:
                        self._give_back(kept, connection)
            except TooMuch:
                raise QueryError(
                    f"The rows of the answer are larger than {most / 1024**2:,.0f} MB; narrow it down, "
                    "for example with fewer columns or shorter texts"
                ) from None
            except CutOff:
                raise QueryTimeout(f"The query was stopped after {seconds:g} seconds") from None
            except self.errors as error:
                raise self._explained(error, seconds) from None
            finally:
                kept.close()

    def _begun(self, seconds: float) -> tuple[Any, Connection]:
        """A connection in a new transaction; those that have died in the pool are replaced."""
        for attempt in range(self._pool.size() + 1):
            kept = self._pool.connect()
            connection: Any = kept.dbapi_connection
            try:
                with self._bounded(connection, min(CONNECT_SECONDS, seconds + GRACE_SECONDS)):
                    self._begin(connection, seconds)
            except CutOff:
                _discard(kept)
                raise self._silent() from None
            except self.errors as error:
                _discard(kept)
                if attempt == self._pool.size():
                    raise self._explained(error, seconds) from None
                continue
            return kept, connection
        raise AssertionError("the last attempt ends this")

    def _give_back(self, kept: Any, connection: Connection) -> None:
        try:
            self._end(connection)
        except self.errors:
            # One that can't even roll back goes to nobody else.
            kept.invalidate()

    def _connect(self) -> Connection:
        address = self._egress.addresses(self._settings.host, self._port)[0]
        started = time.monotonic()
        try:
            return self._open(address)
        except CutOff:
            raise self._silent() from None
        except self.errors as error:
            if time.monotonic() - started >= CONNECT_SECONDS:
                self._silent_until = time.monotonic() + SILENCE_SECONDS
            raise self._cause(error) from None

    def _silent(self) -> SourceUnavailable:
        self._silent_until = time.monotonic() + SILENCE_SECONDS
        return SourceUnavailable(f"{self._where} does not answer; is the port open to this server?")

    def _check_silence(self) -> None:
        """Whoever comes while a source is known to be silent need not wait to find out."""
        if time.monotonic() < self._silent_until:
            raise SourceUnavailable(
                f"{self._where} did not answer a moment ago; try again in a few seconds",
                headers={"Retry-After": str(int(SILENCE_SECONDS))},
            )

    @property
    def _where(self) -> str:
        return f"{self.name} at {self._settings.host}:{self._port}"

    @property
    def _given(self) -> dict[str, Any]:
        """What messages may tell of the settings."""
        settings = self._settings
        return {
            "user": settings.user,
            "database": settings.database,
            "host": settings.host,
            "port": self._port,
        }


def _discard(kept: Any) -> None:
    kept.invalidate()
    kept.close()


def qualified(schema: str, name: str, default_schema: str) -> str:
    return name if schema in {"", default_schema} else f"{schema}.{name}"
