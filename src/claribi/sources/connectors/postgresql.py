"""PostgreSQL, with TimescaleDB in it or not."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors

from claribi.core.errors import ClaribiError, QueryError, QueryTimeout, SourceUnavailable, ValidationFailed
from claribi.sources.catalog import ColumnType, Relation
from claribi.sources.connectors.base import (
    CONNECT_SECONDS,
    FETCH_ROWS,
    Answered,
    FoundColumn,
    FoundTable,
)
from claribi.sources.connectors.server import CATALOG_SECONDS, DatabaseServer, qualified
from claribi.sources.connectors.settings import ServerConnection, Tls

TYPES: dict[str, ColumnType] = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), "integer"),
    "numeric": "decimal",
    **dict.fromkeys(("float4", "float8"), "float"),
    "bool": "boolean",
    "date": "date",
    **dict.fromkeys(("timestamp", "timestamptz"), "timestamp"),
    "time": "time",
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "uuid", "citext", "char"), "string"),
}
# libpq: `prefer` and `require` don't look at the certificate.
SSL_MODES: dict[Tls, str] = {
    "off": "disable",
    "prefer": "prefer",
    "require": "require",
    "verify": "verify-full",
}
# The texts that libpq gives when a connection fails, and what people can do about each.
CAUSES = (
    ("password authentication failed", "the password of user {user} is wrong, or there is no such user"),
    ("no password supplied", "it asks for a password, and none was given"),
    ("fe_sendauth", "it asks for a password, and none was given"),
    ("does not exist", "there is no database {database}, or no user {user}"),
    ("no pg_hba.conf entry", "it does not let {user} in from this server; its administrator can allow it"),
    ("permission denied for database", "user {user} may not connect to database {database}"),
    ("certificate verify failed", "its certificate is not one that can be trusted; give the authority's"),
    ("does not match host name", "its certificate is for another name than {host}"),
    ("does not support SSL", "it does not offer TLS; set tls to prefer or off if that is meant"),
    ("SSL error", "TLS could not be agreed on"),
    ("Connection refused", "nothing listens on port {port}"),
    ("timeout expired", "it does not answer; is the port open to this server?"),
    ("too many", "it has no connection left"),
)
# Classes of SQLSTATE: the connection is gone, the server is shutting down.
BROKEN_OFF = ("08", "57P")
# A fixed reading of texts and times, whatever the server or the user's role is set to.
BEGIN = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
    "SET LOCAL statement_timeout = {milliseconds}; SET LOCAL TimeZone = 'UTC'; "
    "SET LOCAL standard_conforming_strings = on; SET LOCAL search_path = {schema}"
)
TABLES = """
    SELECT c.oid::int8, n.nspname, c.relname, c.reltuples::int8,
           coalesce(obj_description(c.oid, 'pg_class'), '')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
      AND (cardinality($1::text[]) = 0 OR n.nspname = ANY($1::text[]))
      AND has_schema_privilege(n.oid, 'USAGE')
      AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'))
    ORDER BY n.nspname, c.relname
"""
COLUMNS = """
    SELECT a.attrelid::int8, a.attname, coalesce(b.typname, t.typname), format_type(a.atttypid, a.atttypmod),
           coalesce(nullif(b.typtype, ''), t.typtype), coalesce(col_description(a.attrelid, a.attnum), '')
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = t.typbasetype
    WHERE a.attrelid = ANY($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
      AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')
    ORDER BY a.attrelid, a.attnum
"""
KEYS = """
    SELECT k.conrelid::int8, k.contype, k.confrelid::int8,
           ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(n, i)
                 JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n ORDER BY u.i),
           ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(n, i)
                 JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n ORDER BY u.i)
    FROM pg_constraint k WHERE k.conrelid = ANY($1::oid[]) AND k.contype IN ('p', 'f')
    ORDER BY k.conname
"""


class PostgreSQL(DatabaseServer["psycopg.Connection[Any]"]):
    """A PostgreSQL database."""

    name = "PostgreSQL"
    port = 5432
    errors = (psycopg.Error,)
    dialect = "postgres"
    default_schema = "public"
    formats_values = False
    copies_since = True
    # As the server says.
    encoding: str | None = None

    @staticmethod
    def placeholder(position: int, value: Any) -> str:
        del value
        return f"${position}"

    def check(self) -> str:
        with self.transaction(CONNECT_SECONDS) as connection:
            row = connection.execute("SELECT version(), current_setting('server_version')").fetchone()
        product, version = map(str, row or ("", ""))
        if "Redshift" in product:
            raise ValidationFailed(f"{self._where}: this is Amazon Redshift; choose the engine redshift")
        return f"{self.name} {version.partition(' ')[0]}".strip()

    def tables(self) -> list[FoundTable]:
        with self.transaction(CATALOG_SECONDS) as connection:
            cursor = psycopg.RawCursor(connection)
            tables = cursor.execute(TABLES, [self._settings.schemas]).fetchall()
            ids = [row[0] for row in tables]
            columns = cursor.execute(COLUMNS, [ids]).fetchall()
            keys = cursor.execute(KEYS, [ids]).fetchall()
        names = {row[0]: (row[1], row[2]) for row in tables}
        found: dict[int, list[FoundColumn]] = defaultdict(list)
        for table, name, kind, native, category, comment in columns:
            found[table].append(FoundColumn(name, type_of(kind, category), native, comment))
        return [
            FoundTable(
                schema,
                name,
                found[oid],
                # PostgreSQL says -1 before it has counted for the first time.
                count if count >= 0 else None,
                comment,
                next((list(own) for table, kind, _, own, _ in keys if table == oid and kind == "p"), []),
                [
                    Relation(list(own), qualified(*names[other], self.default_schema), list(theirs))
                    for table, kind, other, own, theirs in keys
                    if table == oid and kind == "f" and other in names
                ],
            )
            for oid, schema, name, count, comment in tables
            if found[oid]
        ]

    @contextmanager
    def _answer(
        self, connection: psycopg.Connection[Any], sql: str, values: Sequence[Any]
    ) -> Iterator[Answered]:
        cursor = psycopg.RawCursor(connection)
        rows: Any = cursor.stream(sql.encode(), values, size=FETCH_ROWS)
        first = next(rows, None)
        if first is None:
            # Only a row tells what the columns are.
            empty = f"SELECT * FROM ({sql}) AS answer LIMIT 0"  # noqa: S608 - one SELECT, checked before
            cursor.execute(empty.encode(), values)
        columns = [(c.name, _described(connection, c.type_code)) for c in cursor.description or []]
        try:
            yield columns, _batches(first, rows)
        finally:
            rows.close()

    def _begin(self, connection: psycopg.Connection[Any], seconds: float) -> None:
        connection.execute(BEGIN.format(milliseconds=int(seconds * 1000), schema=self.default_schema))

    def _end(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute("ROLLBACK")

    @staticmethod
    def _fileno(connection: psycopg.Connection[Any]) -> int:
        return connection.fileno()

    def _open(self, address: str) -> psycopg.Connection[Any]:
        settings = self._settings
        with _authority(settings) as certificate:
            return psycopg.connect(
                host=settings.host,
                hostaddr=address,
                port=self._port,
                dbname=settings.database,
                user=settings.user,
                connect_timeout=CONNECT_SECONDS,
                application_name="claribi",
                sslmode=SSL_MODES[settings.tls],
                sslrootcert=certificate,
                # Empty rather than left out: nothing of the machine that we run on, neither its environment
                # nor its files, takes part in signing in at a server that a user names.
                password=settings.password.get_secret_value() if settings.password else "",
                passfile="/nonexistent",
                options="",
                sslcertmode="disable",
                gssencmode="disable",
                autocommit=True,
                prepare_threshold=None,
                client_encoding=self.encoding,
            )

    def _cause(self, error: Exception) -> ClaribiError:
        said = str(error)
        cause = next((text for sign, text in CAUSES if sign in said), "it can't be reached")
        kind = SourceUnavailable if "refused" in said or "timeout" in said else ValidationFailed
        return kind(f"{self._where}: {cause.format(**self._given)}")

    def _explained(self, error: Exception, seconds: float) -> ClaribiError:
        if isinstance(error, errors.QueryCanceled):
            return QueryTimeout(f"The query was stopped after {seconds:g} seconds")
        state = getattr(error, "sqlstate", None) or (
            "08" if isinstance(error, psycopg.OperationalError) else ""
        )
        if state.startswith(BROKEN_OFF):
            return SourceUnavailable(f"{self._where} has broken off the connection")
        diagnosis = error.diag.message_primary if isinstance(error, psycopg.Error) else None
        said = diagnosis or str(error).partition("\n")[0]
        if isinstance(error, errors.UndefinedTable | errors.UndefinedColumn):
            return QueryError(f"{said}; if the source has changed, refresh its tables")
        return QueryError(said)


def _batches(first: Any, rows: Iterator[Any]) -> Iterator[list[Any]]:
    batch = [] if first is None else [first]
    for row in rows:
        batch.append(row)
        if len(batch) >= FETCH_ROWS:
            yield batch
            batch = []
    yield batch


def _described(connection: psycopg.Connection[Any], oid: int) -> ColumnType:
    known = connection.adapters.types.get(oid)
    if known is None:
        return "string"
    return "other" if known.array_oid == oid else type_of(known.name, "b")


def type_of(name: str, category: str) -> ColumnType:
    """The type of a column; those that people made of a few words (category `e`) are text."""
    return TYPES.get(name, "string" if category == "e" else "other")


@contextmanager
def _authority(settings: ServerConnection) -> Iterator[str | None]:
    """Where libpq finds the authorities to trust: it only takes a file, or the system's."""
    if settings.tls != "verify":
        yield None
    elif not settings.ca_certificate:
        yield "system"
    else:
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(settings.ca_certificate)
            file.flush()
            yield file.name
