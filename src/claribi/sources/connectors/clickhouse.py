"""ClickHouse, over its HTTP interface."""

import re
import ssl
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import ceil
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError, Error
from urllib3.exceptions import HTTPError

from claribi.core.errors import ClaribiError, QueryError, QueryTimeout, SourceUnavailable, ValidationFailed
from claribi.sources.connectors.base import (
    BATCH_ROWS,
    CONNECT_SECONDS,
    Answered,
    FoundColumn,
    FoundTable,
)
from claribi.sources.connectors.clickhouse_http import MAX_BLOCK_BYTES, Line, TooLarge, opened, reach
from claribi.sources.connectors.clickhouse_types import (
    FORMATS,
    bound,
    is_state,
    native,
    plain_values,
    type_of,
)
from claribi.sources.connectors.server import CATALOG_SECONDS
from claribi.sources.connectors.single_query import SingleQueryServer

# What goes with every query, whatever the server or the user's profile is set to.
SETTINGS: Mapping[str, Any] = {
    # As in SQL's standard, and so as in every other engine: what is missing is null, and sums up to null.
    "aggregate_functions_null_for_empty": 1,
    "join_use_nulls": 1,
    "transform_null_in": 0,
    "cast_keep_nullable": 1,
    "union_default_mode": "DISTINCT",
    "intersect_default_mode": "DISTINCT",
    "except_default_mode": "DISTINCT",
    "join_default_strictness": "ALL",
    "group_by_use_nulls": 1,
    "empty_result_for_aggregation_by_empty_set": 0,
    "enable_positional_arguments": 1,
    "prefer_column_name_to_alias": 0,
    # Exact, and no less than everything: an answer that was cut short somewhere must fail, not look whole.
    "count_distinct_implementation": "uniqExact",
    # It would take a factor out of a sum, and with it the room that the factor makes, see query.clickhouse.
    "optimize_arithmetic_operations_in_aggregate_functions": 0,
    "limit": 0,
    "offset": 0,
    "extremes": 0,
    **dict.fromkeys(
        (
            f"{what}_overflow_mode"
            for what in (
                "timeout",
                "read",
                "result",
                "group_by",
                "sort",
                "set",
                "join",
                "transfer",
                "distinct",
            )
        ),
        "throw",
    ),
    # Times are UTC, and dates may lie before 1970.
    "session_timezone": "UTC",
    "enable_extended_results_for_datetime_functions": 1,
    # All reads of a table within a query see it as of one moment.
    "enable_shared_storage_snapshot_in_query": 1,
    # Small enough to hold: an answer comes block by block.
    "max_block_size": 2048,
    "cancel_http_readonly_queries_on_client_close": 1,
}
CAUSES = {
    **dict.fromkeys((192, 193, 194, 516), "the password of user {user} is wrong, or there is no such user"),
    195: "it does not let {user} in from this server; its administrator can allow it",
    81: "there is no database {database}, or user {user} may not see it",
    497: "user {user} lacks a right that reading needs: {said}",
    **dict.fromkeys((202, 210), "it has no connection left"),
}
REASONS: Sequence[tuple[type[Exception], type[ClaribiError], str]] = (
    (ssl.SSLCertVerificationError, ValidationFailed, "its certificate can't be trusted for this name"),
    (ssl.SSLError, ValidationFailed, "TLS could not be agreed on"),
    (ConnectionRefusedError, SourceUnavailable, "nothing listens on port {port}"),
    (TimeoutError, SourceUnavailable, "it does not answer; is the port open to this server?"),
)
TIMEOUTS = {159, 160}
CANCELLED = 394
# Unknown tables, columns and databases.
CHANGED = {16, 47, 60, 81}
# Where reading takes away what is read.
STREAMS = ("Kafka", "RabbitMQ", "NATS", "FileLog", "S3Queue", "AzureQueue", "Redis Streams")
TABLES = """
    SELECT database, name, total_rows, comment FROM system.tables
    WHERE has({p1:Array(String)}, database) AND NOT has({p2:Array(String)}, engine)
      AND NOT is_temporary AND NOT startsWith(name, '.inner') ORDER BY database, name
"""
COLUMNS = """
    SELECT database, table, name, type, comment FROM system.columns
    WHERE has({p1:Array(String)}, database) ORDER BY database, table, position
"""
# What the server says ends where it begins to tell of its insides, and with the error's name.
SAID = re.compile(
    r"DB::Exception: (.*?)(?:[.:] In scope |: while executing |: \(in query: |\. \([A-Z0-9_]+\)|\n|$)"
)
MAX_SAID = 500


class ClickHouse(SingleQueryServer[Line]):
    """A ClickHouse server. It has no transactions: each query sees the tables as of its own moment.

    A primary key of its tables is an order and no promise that nothing comes twice, so none is told.
    """

    name = "ClickHouse"
    port = 8123
    errors = (ClickHouseError, HTTPError, OSError)
    dialect = "clickhouse"
    default_schema = ""
    formats_values = False

    @staticmethod
    def placeholder(position: int, value: Any) -> str:
        return f"{{p{position}:{native(value)}}}"

    def check(self) -> str:
        with self.transaction(CONNECT_SECONDS) as line:
            self._rows(line, "SELECT 1", [])
            return f"{self.name} {line.client.server_version}"

    def tables(self) -> list[FoundTable]:
        own = self._settings.database
        databases = self._settings.schemas or [own]
        with self.transaction(CATALOG_SECONDS) as line:
            tables = self._rows(line, TABLES, [databases, list(STREAMS)])
            columns = self._rows(line, COLUMNS, [databases])
        found: dict[tuple[str, str], list[FoundColumn]] = defaultdict(list)
        for database, table, name, kind, comment in columns:
            # What an aggregate has got so far can't be shown.
            if not is_state(kind):
                found[database, table].append(FoundColumn(name, type_of(kind), kind, comment))
        return [
            FoundTable("" if database == own else database, name, found[database, name], count, comment)
            for database, name, count, comment in tables
            if found[database, name]
        ]

    @contextmanager
    def _answer(self, connection: Line, sql: str, values: Sequence[Any]) -> Iterator[Answered]:
        asked: dict[str, Any] = {
            "parameters": {f"p{n}": bound(value) for n, value in enumerate(values, 1)},
            "settings": self._query_settings(connection),
            "query_formats": FORMATS,
            "query_tz": "UTC",
        }
        stream = connection.client.query_row_block_stream(sql, **asked)
        answer: Any = stream.source
        columns = list(zip(answer.column_names, answer.column_types, strict=True))
        done = False

        def batches() -> Iterator[list[list[Any]]]:
            nonlocal done
            kinds = [type_of(kind.name) for _, kind in columns]
            for block in stream:
                connection.block_read()
                for start in range(0, len(block), BATCH_ROWS):
                    yield plain_values(kinds, block[start : start + BATCH_ROWS])
            done = True

        with stream:
            if not columns:
                # Only a row tells what the columns are.
                list(batches())
                empty = f"SELECT * FROM ({sql}) AS answer LIMIT 0"  # noqa: S608 - one SELECT, checked before
                described = connection.client.query(empty, **asked)
                columns = list(zip(described.column_names, described.column_types, strict=True))
                yield [(name, type_of(kind.name)) for name, kind in columns], iter([])
                return
            try:
                yield [(name, type_of(kind.name)) for name, kind in columns], batches()
            finally:
                if not done:
                    connection.break_off()

    def _begin(self, connection: Line, seconds: float) -> None:
        connection.seconds = seconds
        connection.check()

    def _end(self, connection: Line) -> None:
        if not connection.is_open:
            raise ConnectionAbortedError

    @staticmethod
    def _fileno(connection: Line) -> int:
        return connection.fileno()

    def _open(self, address: str) -> Line:
        settings = self._settings
        # The line may speak TLS; the driver need not know.
        line = opened(
            reach(address, self._port, settings),
            self._port,
            lambda pool: clickhouse_connect.get_client(
                interface="http",
                host=settings.host,
                port=self._port,
                username=settings.user,
                password=settings.password.get_secret_value() if settings.password else "",
                database=settings.database,
                pool_mgr=pool,
                client_name="claribi",
                # What is packed could be of any size when it is unpacked.
                compress=False,
                query_retries=0,
                send_receive_timeout=24 * 3600,
                autogenerate_session_id=False,
                form_encode_query_params=True,
                show_clickhouse_errors="scrub",
                tz_source="server",
            ),
            settings,
        )
        try:
            self._check_rights(line)
        except BaseException:
            line.close()
            raise
        return line

    def _check_rights(self, line: Line) -> None:
        """Limits on time and what nulls mean are settings, so a user must be able to change those."""
        known = line.client.server_settings
        fixed = [
            name
            for name, value in self._query_settings(line).items()
            if name in known and known[name].readonly and known[name].value != str(value)
        ]
        if fixed:
            raise ValidationFailed(
                f"{self._where}: user {self._settings.user} may not change {', '.join(fixed[:3])}, which "
                "queries need; its profile can have readonly = 2, but not 1, and no constraints on these"
            )

    @staticmethod
    def _query_settings(line: Line) -> dict[str, Any]:
        """The settings of one query, those that the server's version knows."""
        known = line.client.server_settings
        level = known.get("readonly")
        return {name: value for name, value in SETTINGS.items() if name in known} | {
            # 1 lets a query change no setting; a user who has 2 can't ask for 1.
            "readonly": 2 if level is not None and level.value == "2" else 1,
            "max_execution_time": max(1, ceil(line.seconds)),
        }

    def _rows(self, line: Line, sql: str, values: Sequence[Any]) -> list[Sequence[Any]]:
        with self._answer(line, sql, values) as (_, batches):
            return [row for batch in batches for row in batch]

    def _cause(self, error: Exception) -> ClaribiError:
        code = error.code if isinstance(error, Error) else None
        if code in CAUSES:
            return ValidationFailed(f"{self._where}: {CAUSES[code].format(**self._given, said=_said(error))}")
        causes = list(_chain(error))
        for kinds, refusal, text in REASONS:
            if any(isinstance(cause, kinds) for cause in causes):
                return refusal(f"{self._where}: {text.format(port=self._port)}")
        if isinstance(error, DatabaseError) and not isinstance(error.__cause__, HTTPError):
            return ValidationFailed(
                f"{self._where}: what answers there is not ClickHouse's HTTP interface (8123, with TLS 8443)"
            )
        return SourceUnavailable(f"{self._where}: it can't be reached")

    def _explained(self, error: Exception, seconds: float) -> ClaribiError:
        if any(isinstance(cause, TooLarge) for cause in _chain(error)):
            megabytes = MAX_BLOCK_BYTES // 1024**2
            return QueryError(
                f"The values of the answer's rows are too long to be read ({BATCH_ROWS} rows have more than "
                f"{megabytes} MB); ask for shorter ones"
            )
        code = error.code if isinstance(error, Error) else None
        if code in TIMEOUTS or code == CANCELLED:
            return QueryTimeout(f"The query was stopped after {seconds:g} seconds")
        if code is None:
            return SourceUnavailable(f"{self._where} has broken off the connection")
        if code in CHANGED:
            return QueryError(f"{_said(error)}; if the source has changed, refresh its tables")
        return QueryError(_said(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came from."""
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__


def _said(error: Exception) -> str:
    """What the server says, without the driver's words around it."""
    found = SAID.search(str(error))
    return (found[1] if found else str(error))[:MAX_SAID]
