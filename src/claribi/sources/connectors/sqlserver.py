"""Microsoft SQL Server since 2017, and Azure SQL."""

import socket
import ssl
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from time import monotonic
from typing import Any

from pytds import tds_base
from pytds.connection import NonMarsConnection

from claribi.core.errors import ClaribiError, QueryError, QueryTimeout, SourceUnavailable, ValidationFailed
from claribi.sources.catalog import ColumnType, Relation
from claribi.sources.connectors.base import (
    CONNECT_SECONDS,
    FETCH_ROWS,
    Answered,
    FoundColumn,
    FoundTable,
    cut_off,
)
from claribi.sources.connectors.server import CATALOG_SECONDS, DatabaseServer, qualified
from claribi.sources.connectors.tds import NotSignedIn, Stopped, Transport, signed_in

RELEASES = {14: "2017", 15: "2019", 16: "2022", 17: "2025"}
OLDEST = 14
# What SERVERPROPERTY says of its editions in the cloud.
AZURE = {5: "Azure SQL Database", 8: "Azure SQL Managed Instance"}
CAUSES = {
    18456: "the user {user} or its password is wrong",
    18452: "the user {user} can sign in with Windows only; a user with a password of the server is needed",
    18487: "the password of user {user} has expired",
    18488: "the password of user {user} must be changed first",
    4060: "there is no database {database}, or user {user} may not use it",
    916: "user {user} may not use database {database}",
    40532: "there is no such server, or the user's name lacks it",
    40615: "its firewall does not let this server in",
    40613: "database {database} is not available at the moment; a paused one wakes up within a minute",
    10928: "it has no connection left",
    10929: "it has no connection left",
    17809: "it has no connection left",
}
CHANGED = {207, 208, 4104}
LOCKED = {1222}
TYPES: dict[str, ColumnType] = {
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "integer"),
    **dict.fromkeys(("decimal", "numeric", "money", "smallmoney"), "decimal"),
    **dict.fromkeys(("float", "real"), "float"),
    "bit": "boolean",
    "date": "date",
    **dict.fromkeys(("datetime", "datetime2", "smalldatetime", "datetimeoffset"), "timestamp"),
    "time": "time",
    **dict.fromkeys(
        ("char", "varchar", "text", "nchar", "nvarchar", "ntext", "uniqueidentifier", "xml"), "string"
    ),
    # Bytes, which are shown as hexadecimal text.
    **dict.fromkeys(("binary", "varbinary", "image"), "string"),
}
# What the protocol calls them in an answer (MS-TDS, 2.2.5.4).
FIELDS: dict[int, ColumnType] = {
    **dict.fromkeys((0x26, 0x30, 0x34, 0x38, 0x7F), "integer"),
    **dict.fromkeys((0x6A, 0x6C, 0x37, 0x3F, 0x6E, 0x3C, 0x7A), "decimal"),
    **dict.fromkeys((0x6D, 0x3B, 0x3E), "float"),
    **dict.fromkeys((0x68, 0x32), "boolean"),
    0x28: "date",
    **dict.fromkeys((0x6F, 0x3A, 0x3D, 0x2A, 0x2B), "timestamp"),
    0x29: "time",
    **dict.fromkeys((0xA7, 0xAF, 0xE7, 0xEF, 0x23, 0x63, 0x24, 0xF1, 0xA5, 0xAD, 0x22), "string"),
}
VERSION = """
    SELECT CAST(SERVERPROPERTY('ProductVersion') AS NVARCHAR(128)),
        CAST(SERVERPROPERTY('EngineEdition') AS INT)
"""
# Only its owner can let a database be read as it was at one moment.
ABOUT = """
    SELECT CAST(snapshot_isolation_state AS INT), IS_SRVROLEMEMBER('sysadmin')
    FROM sys.databases WHERE database_id = DB_ID()
"""
BEGIN = """
    SET NOCOUNT, XACT_ABORT, ANSI_NULLS, ANSI_PADDING, ANSI_WARNINGS, ARITHABORT, CONCAT_NULL_YIELDS_NULL,
        QUOTED_IDENTIFIER ON;
    SET NUMERIC_ROUNDABORT, IMPLICIT_TRANSACTIONS OFF;
    SET LANGUAGE us_english; SET DATEFORMAT ymd; SET TEXTSIZE 2147483647; SET LOCK_TIMEOUT {milliseconds};
    SET TRANSACTION ISOLATION LEVEL {isolation}; BEGIN TRANSACTION
"""
END = "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION"
COLUMNS = """
    SELECT c.TABLE_SCHEMA, c.TABLE_NAME, c.COLUMN_NAME, c.DATA_TYPE, c.CHARACTER_MAXIMUM_LENGTH,
        c.NUMERIC_PRECISION, c.NUMERIC_SCALE
    FROM INFORMATION_SCHEMA.COLUMNS AS c
    ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.ORDINAL_POSITION
"""
COUNTS = """
    SELECT s.name, t.name, SUM(p.rows) FROM sys.tables AS t
    JOIN sys.schemas AS s ON s.schema_id = t.schema_id
    JOIN sys.partitions AS p ON p.object_id = t.object_id AND p.index_id IN (0, 1)
    GROUP BY s.name, t.name
"""
COMMENTS = """
    SELECT s.name, o.name, c.name, CAST(e.value AS NVARCHAR(4000)) FROM sys.extended_properties AS e
    JOIN sys.objects AS o ON o.object_id = e.major_id JOIN sys.schemas AS s ON s.schema_id = o.schema_id
    LEFT JOIN sys.columns AS c ON c.object_id = e.major_id AND c.column_id = e.minor_id
    WHERE e.class = 1 AND e.name = 'MS_Description'
"""
KEYS = """
    SELECT k.TABLE_SCHEMA, k.TABLE_NAME, k.COLUMN_NAME
    FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS AS t
    JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE AS k
        ON k.CONSTRAINT_SCHEMA = t.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = t.CONSTRAINT_NAME
    WHERE t.CONSTRAINT_TYPE = 'PRIMARY KEY' ORDER BY k.TABLE_SCHEMA, k.TABLE_NAME, k.ORDINAL_POSITION
"""
REFERENCES = """
    SELECT k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME,
        o.TABLE_SCHEMA, o.TABLE_NAME, o.COLUMN_NAME
    FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS AS r
    JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE AS k
        ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME
    JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE AS o
        ON o.CONSTRAINT_SCHEMA = r.UNIQUE_CONSTRAINT_SCHEMA AND o.CONSTRAINT_NAME = r.UNIQUE_CONSTRAINT_NAME
        AND o.ORDINAL_POSITION = k.ORDINAL_POSITION
    ORDER BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION
"""


@dataclass(slots=True)
class Line:
    """A connection, what it runs over, and how its transactions see what others write."""

    driver: NonMarsConnection
    transport: Transport
    isolation: str = "READ COMMITTED"

    def close(self) -> None:
        self.transport.close()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.driver.cursor() as cursor:
            cursor.execute(sql)
            found = [tuple(row) for row in cursor.fetchall()] if cursor.description else []
            _read_on(cursor)
            return found


class SQLServer(DatabaseServer[Line]):
    """A database on a SQL Server.

    It knows no transaction that may only read: what a statement would change is rolled back, and users who
    may do anything are refused.
    """

    name = "SQL Server"
    port = 1433
    errors = (tds_base.Error, NotSignedIn, Stopped, OSError)
    dialect = "tsql"
    default_schema = "dbo"
    formats_values = True
    copies_since = True

    @staticmethod
    def placeholder(position: int, value: Any) -> str:
        del position, value
        return "%s"

    def check(self) -> str:
        with self.transaction(CONNECT_SECONDS) as line:
            version, edition = line.rows(VERSION)[0]
        if edition in AZURE:
            return AZURE[edition]
        major = int(version.partition(".")[0])
        if major < OLDEST:
            raise ValidationFailed(f"{self._where} is version {version}; SQL Server 2017 or later is needed")
        return f"{self.name} {RELEASES.get(major, version)}"

    def tables(self) -> list[FoundTable]:
        with self.transaction(CATALOG_SECONDS) as line:
            columns, keys, references = (line.rows(sql) for sql in (COLUMNS, KEYS, REFERENCES))
            counts = {(schema, name): int(count) for schema, name, count in line.rows(COUNTS)}
            comments = {(schema, name, column): said for schema, name, column, said in line.rows(COMMENTS)}
        primary: dict[tuple[str, str], list[str]] = defaultdict(list)
        for schema, name, column in keys:
            primary[schema, name].append(column)
        relations = self._relations(references)
        wanted = self._settings.schemas
        return [
            FoundTable(
                schema,
                name,
                [
                    FoundColumn(column, TYPES.get(kind, "other"), _native(kind, *size), said or "")
                    for _, _, column, kind, *size in listed
                    for said in (comments.get((schema, name, column)),)
                ],
                counts.get((schema, name)),
                comments.get((schema, name, None)) or "",
                primary[schema, name],
                relations.get((schema, name), []),
            )
            for (schema, name), listed in groupby(columns, key=lambda row: (row[0], row[1]))
            if not wanted or schema in wanted
        ]

    def _relations(self, references: list[tuple[Any, ...]]) -> dict[tuple[str, str], list[Relation]]:
        found: dict[tuple[str, str], dict[str, Relation]] = defaultdict(dict)
        for schema, name, constraint, column, their_schema, their_name, theirs in references:
            target = qualified(their_schema, their_name, self.default_schema)
            relation = found[schema, name].setdefault(constraint, Relation([], target, []))
            relation.columns.append(column)
            relation.references.append(theirs)
        return {table: list(relations.values()) for table, relations in found.items()}

    @contextmanager
    def _answer(self, connection: Line, sql: str, values: Sequence[Any]) -> Iterator[Answered]:
        cursor = connection.driver.cursor()
        # A tuple even when it is empty: only then does the driver take doubled percent signs for one.
        cursor.execute(sql, tuple(values))
        connection.transport.check_stopped()
        columns = [(field[0], FIELDS.get(field[1], "other")) for field in cursor.description or []]
        try:
            yield columns, _batches(connection, cursor, [kind for _, kind in columns])
        finally:
            # Whatever is left of the answer: the server is asked to stop, and says when it has.
            with suppress(tds_base.Error, OSError):
                cursor.cancel()

    def _begin(self, connection: Line, seconds: float) -> None:
        connection.transport.deadline = None
        milliseconds = int(seconds * 1000)
        connection.rows(BEGIN.format(milliseconds=milliseconds, isolation=connection.isolation))
        connection.transport.deadline = monotonic() + seconds

    def _end(self, connection: Line) -> None:
        if connection.transport.stopped:
            # Its answers are no longer told apart from what the server says about having stopped.
            connection.transport.close()
            raise Stopped
        connection.transport.deadline = None
        connection.rows(END)

    @staticmethod
    def _fileno(connection: Line) -> int:
        return connection.transport.raw.fileno()

    def _open(self, address: str) -> Line:
        reached = socket.create_connection((address, self._port), CONNECT_SECONDS)
        try:
            with cut_off(reached.fileno(), CONNECT_SECONDS):
                driver, transport = signed_in(reached, self._settings)
                line = Line(driver, transport)
                is_snapshot, is_administrator = line.rows(ABOUT)[0]
        except BaseException:
            reached.close()
            raise
        if is_administrator:
            transport.close()
            raise ValidationFailed(
                f"{self._where}: user {self._settings.user} may do anything on that server; give claribi one "
                "that may only read, for example with the role db_datareader"
            )
        if is_snapshot == 1:
            line.isolation = "SNAPSHOT"
        return line

    def _cause(self, error: Exception) -> ClaribiError:
        number = getattr(error, "number", None)
        if number in CAUSES:
            return ValidationFailed(f"{self._where}: {CAUSES[number].format(**self._given)}")
        if isinstance(error, NotSignedIn):
            return ValidationFailed(f"{self._where}: {error}")
        if isinstance(error, ssl.SSLError):
            trusted = not isinstance(error, ssl.SSLCertVerificationError)
            cause = (
                "TLS could not be agreed on" if trusted else "its certificate can't be trusted for this name"
            )
            return ValidationFailed(f"{self._where}: {cause}")
        cause = "it can't be reached"
        if isinstance(error, ConnectionRefusedError):
            cause = f"nothing listens on port {self._port}"
        elif isinstance(error, TimeoutError):
            cause = "it does not answer; is the port open to this server?"
        return SourceUnavailable(f"{self._where}: {cause}")

    def _explained(self, error: Exception, seconds: float) -> ClaribiError:
        number = getattr(error, "number", None)
        if number in LOCKED or isinstance(error, Stopped):
            return QueryTimeout(f"The query was stopped after {seconds:g} seconds")
        if number is None:
            return SourceUnavailable(f"{self._where} has broken off the connection")
        said = str(error.args[0])
        return QueryError(f"{said}{'; if the source has changed, refresh its tables' * (number in CHANGED)}")


def _batches(line: Line, cursor: Any, kinds: Sequence[ColumnType]) -> Iterator[list[list[Any]]]:
    moments = [i for i, kind in enumerate(kinds) if kind == "timestamp"]
    while rows := [list(row) for row in cursor.fetchmany(FETCH_ROWS)]:
        for row in rows:
            for i in moments:
                row[i] = _in_utc(row[i])
        yield rows
    _read_on(cursor)
    line.transport.check_stopped()


def _read_on(cursor: Any) -> None:
    """To the end of an answer; one that is left lying there would be taken for the next one's."""
    while cursor.nextset():
        pass


def _native(kind: str, length: int | None, precision: int | None, scale: int | None) -> str:
    """A type as its table was made with it."""
    if length is not None and kind not in {"text", "ntext", "image", "xml"}:
        return f"{kind}({'max' if length < 0 else length})"
    return f"{kind}({precision},{scale})" if kind in {"decimal", "numeric"} else kind


def _in_utc(value: Any) -> Any:
    zoned = isinstance(value, datetime) and value.tzinfo is not None
    return value.astimezone(UTC).replace(tzinfo=None) if zoned else value
