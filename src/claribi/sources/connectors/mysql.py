"""MySQL and MariaDB."""

import socket
import ssl
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pymysql
from pymysql.constants import CR, ER, FIELD_TYPE
from pymysql.cursors import Cursor, SSCursor

from claribi.core.errors import ClaribiError, QueryError, QueryTimeout, SourceUnavailable, ValidationFailed
from claribi.core.tls import client_context
from claribi.sources.catalog import ColumnType, Relation
from claribi.sources.connectors.base import (
    CONNECT_SECONDS,
    FETCH_ROWS,
    Answered,
    FoundColumn,
    FoundTable,
    cut_off,
)
from claribi.sources.connectors.server import CATALOG_SECONDS, DatabaseServer
from claribi.sources.connectors.settings import ServerConnection

# How the guard and the compiler read texts and times, whatever the server is set to.
SQL_MODE = "STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO"
# Numbers without a name in the driver: MariaDB and MySQL stopped a statement, MariaDB killed a connection.
TIMEOUTS = {1969, 3024, ER.QUERY_INTERRUPTED}
GONE = {CR.CR_SERVER_GONE_ERROR, CR.CR_SERVER_LOST, ER.SERVER_SHUTDOWN, 1927}
CAUSES = {
    ER.ACCESS_DENIED_ERROR: "the user {user} or its password is wrong, or it may not come from this server",
    1698: "the user {user} or its password is wrong, or it may not come from this server",
    ER.DBACCESS_DENIED_ERROR: "user {user} may not use database {database}",
    ER.BAD_DB_ERROR: "there is no database {database}",
    ER.HOST_NOT_PRIVILEGED: "it does not let this server in",
    ER.CON_COUNT_ERROR: "it has no connection left",
    CR.CR_SSL_CONNECTION_ERROR: "TLS could not be agreed on",
}
TYPES: dict[str, ColumnType] = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint", "year"), "integer"),
    "decimal": "decimal",
    **dict.fromkeys(("float", "double"), "float"),
    "date": "date",
    **dict.fromkeys(("datetime", "timestamp"), "timestamp"),
    "time": "time",
    **dict.fromkeys(
        ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "uuid"), "string"
    ),
}
FIELDS: dict[int, ColumnType] = {
    **dict.fromkeys(
        (FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.INT24, FIELD_TYPE.LONG, FIELD_TYPE.LONGLONG), "integer"
    ),
    FIELD_TYPE.YEAR: "integer",
    **dict.fromkeys((FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL), "decimal"),
    **dict.fromkeys((FIELD_TYPE.FLOAT, FIELD_TYPE.DOUBLE), "float"),
    **dict.fromkeys((FIELD_TYPE.DATE, FIELD_TYPE.NEWDATE), "date"),
    **dict.fromkeys((FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP), "timestamp"),
    FIELD_TYPE.TIME: "time",
    **dict.fromkeys(
        (FIELD_TYPE.VARCHAR, FIELD_TYPE.VAR_STRING, FIELD_TYPE.STRING, FIELD_TYPE.ENUM, FIELD_TYPE.SET),
        "string",
    ),
    # Long texts, and bytes, which are shown as hexadecimal text.
    **dict.fromkeys(
        (FIELD_TYPE.BLOB, FIELD_TYPE.TINY_BLOB, FIELD_TYPE.MEDIUM_BLOB, FIELD_TYPE.LONG_BLOB), "string"
    ),
}
TABLES = """
    SELECT table_name, table_rows, IF(table_type = 'VIEW', '', table_comment) FROM information_schema.tables
    WHERE table_schema = DATABASE() ORDER BY table_name
"""
COLUMNS = """
    SELECT table_name, column_name, data_type, column_type, column_comment, column_key
    FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position
"""
KEYS = """
    SELECT table_name, constraint_name, column_name, referenced_table_name, referenced_column_name
    FROM information_schema.key_column_usage
    WHERE table_schema = DATABASE() AND referenced_table_schema = DATABASE()
    ORDER BY table_name, constraint_name, ordinal_position
"""


class MySQL(DatabaseServer[Any]):
    """A MySQL or MariaDB database."""

    name = "MySQL"
    port = 3306
    errors = (pymysql.Error, OSError)
    dialect = "mysql"
    default_schema = ""
    formats_values = True
    copies_since = True

    @staticmethod
    def placeholder(position: int, value: Any) -> str:
        del position, value
        return "%s"

    def check(self) -> str:
        with self.transaction(CONNECT_SECONDS) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT VERSION()")
            version = str(cursor.fetchone()[0])
        name = "MariaDB" if "mariadb" in version.lower() else self.name
        return f"{name} {version.partition('-')[0]}"

    def tables(self) -> list[FoundTable]:
        with self.transaction(CATALOG_SECONDS) as connection, connection.cursor() as cursor:
            tables, columns, keys = (_all(cursor, sql) for sql in (TABLES, COLUMNS, KEYS))
        found: dict[str, list[FoundColumn]] = defaultdict(list)
        primary: dict[str, list[str]] = defaultdict(list)
        for table, name, kind, native, comment, key in columns:
            found[table].append(FoundColumn(name, _type(kind, native), native, comment))
            if key == "PRI":
                primary[table].append(name)
        relations: dict[str, dict[str, Relation]] = defaultdict(dict)
        for table, constraint, column, other, theirs in keys:
            relation = relations[table].setdefault(constraint, Relation([], other, []))
            relation.columns.append(column)
            relation.references.append(theirs)
        return [
            FoundTable("", name, found[name], count, comment, primary[name], list(relations[name].values()))
            for name, count, comment in tables
            if found[name]
        ]

    @contextmanager
    def _answer(self, connection: Any, sql: str, values: Sequence[Any]) -> Iterator[Answered]:
        cursor: Any = connection.cursor(SSCursor)
        # A tuple even when it is empty: only then does the driver take doubled percent signs for one.
        cursor.execute(sql, tuple(values))
        columns = [(field[0], FIELDS.get(field[1], "other")) for field in cursor.description]
        result = cursor._result  # noqa: SLF001 - no other way to know whether rows are left
        try:
            yield columns, _batches(cursor, [kind for _, kind in columns])
        finally:
            if result.unbuffered_active:
                # To read on to the end of an answer that nobody wants could take for ever.
                result.unbuffered_active = False
                connection._force_close()  # noqa: SLF001 - what the driver does when something breaks

    def _begin(self, connection: Any, seconds: float) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_time_limit(connection, seconds))
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("START TRANSACTION READ ONLY")

    def _end(self, connection: Any) -> None:
        connection.rollback()

    @staticmethod
    def _fileno(connection: Any) -> int:
        return int(connection._sock.fileno()) if connection._sock else -1  # noqa: SLF001 - no other way

    def _open(self, address: str) -> Any:
        settings = self._settings
        connection: Any = pymysql.connect(
            host=settings.host,
            port=self._port,
            user=settings.user,
            password=settings.password.get_secret_value() if settings.password else "",
            database=settings.database,
            charset="utf8mb4",
            sql_mode=SQL_MODE,
            init_command="SET SESSION time_zone = '+00:00'",
            autocommit=True,
            local_infile=False,
            defer_connect=True,
            **_tls(settings),
        )
        reached = socket.create_connection((address, self._port), CONNECT_SECONDS)
        # The driver waits for ever for what a server has to say first.
        with cut_off(reached.fileno(), CONNECT_SECONDS):
            connection.connect(reached)
        return connection

    def _cause(self, error: Exception) -> ClaribiError:
        number = error.args[0] if error.args else None
        if number in CAUSES:
            return ValidationFailed(f"{self._where}: {CAUSES[number].format(**self._given)}")
        cause = error.__cause__ or error.__context__ or error
        if isinstance(cause, ssl.SSLCertVerificationError):
            return ValidationFailed(f"{self._where}: its certificate can't be trusted for this name")
        if isinstance(cause, ConnectionRefusedError):
            return SourceUnavailable(f"{self._where}: nothing listens on port {self._port}")
        if isinstance(cause, TimeoutError):
            return SourceUnavailable(f"{self._where}: it does not answer; is the port open to this server?")
        return SourceUnavailable(f"{self._where}: it can't be reached")

    def _explained(self, error: Exception, seconds: float) -> ClaribiError:
        number = error.args[0] if error.args else None
        if number in TIMEOUTS:
            return QueryTimeout(f"The query was stopped after {seconds:g} seconds")
        if number in GONE or isinstance(error, OSError | pymysql.InterfaceError):
            return SourceUnavailable(f"{self._where} has broken off the connection")
        said = str(error.args[1]) if len(error.args) > 1 else "The query can't be run"
        if number in {ER.NO_SUCH_TABLE, ER.BAD_FIELD_ERROR}:
            return QueryError(f"{said}; if the source has changed, refresh its tables")
        return QueryError(said)


def _time_limit(connection: Any, seconds: float) -> str:
    if "mariadb" in str(connection.get_server_info()).lower():
        return f"SET SESSION max_statement_time = {seconds:g}"
    return f"SET SESSION max_execution_time = {int(seconds * 1000)}"


def _tls(settings: ServerConnection) -> dict[str, Any]:
    if settings.tls == "off":
        return {"ssl_disabled": True}
    if settings.tls == "prefer":
        return {}
    return {"ssl": client_context(settings.ca_certificate, verify=settings.tls == "verify")}


def _all(cursor: Cursor, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return list(cursor.fetchall())


def _type(kind: str, native: str) -> ColumnType:
    if native.startswith("tinyint(1)"):
        return "boolean"
    return TYPES.get(kind.lower(), "other")


def _batches(cursor: SSCursor, kinds: Sequence[ColumnType]) -> Iterator[list[list[Any]]]:
    times = [i for i, kind in enumerate(kinds) if kind in {"date", "timestamp", "time"}]
    while rows := [list(row) for row in cursor.fetchmany(FETCH_ROWS)]:
        for row in rows:
            for i in times:
                row[i] = _time(row[i])
        yield rows


def _time(value: Any) -> Any:
    """MySQL's zero dates come as text and mean nothing; a time of day comes as what has passed of it."""
    if isinstance(value, timedelta):
        day = timedelta(days=1)
        return (datetime.fromtimestamp(0, UTC) + value).time() if timedelta() <= value < day else str(value)
    return None if isinstance(value, str) else value
