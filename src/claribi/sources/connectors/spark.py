"""Spark, through Spark Connect."""

import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import chain
from math import inf
from typing import Any

import grpc

from claribi.core.errors import ClaribiError, QueryError, QueryTimeout, SourceUnavailable, ValidationFailed
from claribi.sources.connectors.base import CONNECT_SECONDS, Answered, CutOff, FoundColumn, FoundTable
from claribi.sources.connectors.server import CATALOG_SECONDS
from claribi.sources.connectors.single_query import SingleQueryServer
from claribi.sources.connectors.spark_connect import MAX_MESSAGE_BYTES, Session, opened
from claribi.sources.connectors.spark_types import Columns, type_of, unpacked

# What each session is set to before every query, whatever the server is set to.
SETTINGS: Mapping[str, str] = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    # What can't be computed fails, where Spark would go on with nothing or with what is left of a number.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",
    # SQL is read as it was written and checked: ${…} is text, as are double quotes, a backslash escapes.
    "spark.sql.variable.substitute": "false",
    "spark.sql.ansi.doubleQuotedIdentifiers": "false",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.caseSensitive": "false",
    "spark.sql.groupByOrdinal": "true",
    "spark.sql.orderByOrdinal": "true",
    # SELECT * FROM csv.`/etc/passwd` reads no file.
    "spark.sql.runSQLOnFiles": "false",
    # A batch of wide rows stays small in memory.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
}
STATUS = grpc.StatusCode
CAUSES: Mapping[Any, tuple[type[ClaribiError], str]] = {
    STATUS.UNAUTHENTICATED: (
        ValidationFailed,
        "the token is wrong or missing; it goes where a password does",
    ),
    STATUS.PERMISSION_DENIED: (ValidationFailed, "user {user} may not connect with this token"),
    STATUS.UNIMPLEMENTED: (ValidationFailed, "what answers there is not Spark Connect (15002)"),
}
REASONS: Sequence[tuple[type[Exception], type[ClaribiError], str]] = (
    (ssl.SSLCertVerificationError, ValidationFailed, "its certificate can't be trusted for this name"),
    (ssl.SSLError, ValidationFailed, "TLS could not be agreed on"),
    (ConnectionRefusedError, SourceUnavailable, "nothing listens on port {port}"),
    (TimeoutError, SourceUnavailable, "it does not answer; is the port open to this server?"),
)
BROKEN = {STATUS.UNAVAILABLE, STATUS.CANCELLED, STATUS.UNKNOWN}
# [CLASS] What is wrong … SQLSTATE: 42P01; what follows tells of the server's insides.
SAID = re.compile(r"\[([A-Z0-9_.]+)\] ?(.*?)\s*(?:SQLSTATE: \w+|If necessary set |;\n|\n|$)", re.DOTALL)
CHANGED = ("TABLE_OR_VIEW_NOT_FOUND", "UNRESOLVED_COLUMN", "SCHEMA_NOT_FOUND")
MAX_SAID = 500
MAX_TABLES = 1_000


class Spark(SingleQueryServer[Session]):
    """A Spark Connect server. Its database is one of Spark's catalogs, its password a token.

    Spark has no sessions that can only read: nothing but the guard and the compiler stands before a change,
    so its user should be one who may only read. It has no time limit either: when time is up, this server has
    the operation interrupted, and Spark ends its tasks when they next look up. And it has no transactions:
    each query sees the tables as of its own moment.
    """

    name = "Spark"
    port = 15002
    errors = (grpc.RpcError, OSError)
    dialect = "spark"
    default_schema = "default"
    formats_values = False

    @staticmethod
    def placeholder(_position: int, _value: Any) -> str:
        return "?"

    def check(self) -> str:
        with self.transaction(CONNECT_SECONDS) as session:
            self._schemas(session)
            return f"{self.name} {session.version()}"

    def tables(self) -> list[FoundTable]:
        with self.transaction(CATALOG_SECONDS) as session:
            names = [
                (schema, name)
                for schema in self._schemas(session)
                for _, name, is_temporary in self._rows(session, f"SHOW TABLES IN {self._quoted(schema)}")
                if not is_temporary
            ]
            if len(names) > MAX_TABLES:
                raise QueryError(
                    f"There are {len(names):,} tables, more than {MAX_TABLES:,}; choose some schemas"
                )
            return sorted(
                (self._described(session, schema, name) for schema, name in names),
                key=lambda table: (table.schema, table.name),
            )

    def _schemas(self, session: Session) -> list[str]:
        catalog = _quoted(self._settings.database)
        found = [row[0] for row in self._rows(session, f"SHOW SCHEMAS IN {catalog}")]
        wanted = self._settings.schemas
        return [schema for schema in found if schema in wanted] if wanted else found

    def _described(self, session: Session, schema: str, name: str) -> FoundTable:
        rows = self._rows(session, f"DESCRIBE TABLE EXTENDED {self._quoted(schema, name)}")
        end = next((n for n, row in enumerate(rows) if not row[0] or row[0].startswith("# ")), len(rows))
        columns = [FoundColumn(column, type_of(kind), kind, said or "") for column, kind, said in rows[:end]]
        comment = next((value for key, value, _ in rows[end:] if key == "Comment"), "")
        return FoundTable(schema, name, columns, None, comment or "")

    def _quoted(self, *names: str) -> str:
        return ".".join(map(_quoted, (self._settings.database, *names)))

    @contextmanager
    def _answer(self, connection: Session, sql: str, values: Sequence[Any]) -> Iterator[Answered]:
        parts = (part for stream in connection.batches(sql, values) for part in unpacked(stream))
        # Even an answer without rows comes as a batch, since that tells the columns.
        columns, first = next(parts, _NOTHING)
        yield columns, chain(first, chain.from_iterable(rows for _, rows in parts))

    def _rows(self, session: Session, sql: str) -> list[list[Any]]:
        with self._answer(session, sql, []) as (_, batches):
            return [list(row) for batch in batches for row in batch]

    def _bounded(
        self, connection: Session, seconds: float, most_bytes: float = inf
    ) -> AbstractContextManager[None]:
        return connection.bounded(seconds, most_bytes)

    def _begin(self, connection: Session, seconds: float) -> None:
        connection.statement_seconds = seconds
        # Each time: a server that has been started anew knows nothing of them.
        connection.configure({**SETTINGS, "spark.sql.defaultCatalog": self._settings.database})

    def _end(self, connection: Session) -> None:
        try:
            connection.stop()
        except CutOff:
            raise ConnectionAbortedError from None

    def _open(self, address: str) -> Session:
        session = opened(address, self._port, self._settings)
        try:
            session.version()
        except BaseException:
            session.close()
            raise
        return session

    def _cause(self, error: Exception) -> ClaribiError:
        if isinstance(error, grpc.Call) and error.code() in CAUSES:
            refusal, text = CAUSES[error.code()]
            return refusal(f"{self._where}: {text.format(**self._given)}")
        for kind, refusal, text in REASONS:
            if isinstance(error, kind):
                return refusal(f"{self._where}: {text.format(**self._given)}")
        if isinstance(error, grpc.Call) and error.code() is STATUS.UNAVAILABLE:
            return ValidationFailed(
                f"{self._where}: what answers there is not Spark Connect (15002), or wants TLS to be "
                f"{'on' if self._settings.tls == 'off' else 'off'}"
            )
        return SourceUnavailable(f"{self._where}: it can't be reached")

    def _explained(self, error: Exception, seconds: float) -> ClaribiError:
        if not isinstance(error, grpc.Call) or error.code() in BROKEN:
            return SourceUnavailable(f"{self._where} has broken off the connection")
        if error.code() in CAUSES:
            return self._cause(error)
        if error.code() is STATUS.RESOURCE_EXHAUSTED:
            return QueryError(
                "The values of the answer's rows are too long to be read (a batch of rows has more than "
                f"{MAX_MESSAGE_BYTES // 1024**2} MB); ask for shorter ones"
            )
        return self._refused(*_said(error), seconds)

    def _refused(self, kind: str, said: str, seconds: float) -> ClaribiError:
        if kind == "CATALOG_NOT_FOUND":
            database = self._settings.database
            return ValidationFailed(
                f"{self._where}: there is no catalog {database}; Spark's own is spark_catalog"
            )
        if kind == "OPERATION_CANCELED":
            return QueryTimeout(f"The query was stopped after {seconds:g} seconds")
        hint = "; if the source has changed, refresh its tables" if kind.startswith(CHANGED) else ""
        return QueryError(f"{said}{hint}")


_NOTHING: tuple[Columns, Iterator[list[list[Any]]]] = ([], iter(()))


def _quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def _said(error: Any) -> tuple[str, str]:
    """The class of an error, and what Spark says of it."""
    details = str(error.details() or "")
    found = SAID.search(details)
    if found is None:
        return "", details.partition("\n")[0][:MAX_SAID] or "Spark could not do it"
    return found[1], found[2].replace("\n", " ")[:MAX_SAID]
