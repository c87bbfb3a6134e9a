"""Databricks SQL, over its Statement Execution API 2.0.

Tested against a stand-in that speaks the documented protocol, not against Databricks itself.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlglot import exp

from claribi.core.egress import Egress
from claribi.core.errors import ClaribiError, QueryError, QueryTimeout, SourceUnavailable, ValidationFailed
from claribi.sources.catalog import ColumnType
from claribi.sources.connectors.base import CONNECT_SECONDS, FoundTable
from claribi.sources.connectors.catalogs import CatalogServer
from claribi.sources.connectors.server import CATALOG_SECONDS
from claribi.sources.connectors.settings import ServerConnection
from claribi.sources.connectors.statement_http import Line, Refusal
from claribi.sources.connectors.statements import (
    DIGITS,
    FORBIDDEN,
    LONG,
    Failed,
    Page,
    as_text,
    literal,
)

STATEMENTS = "/api/2.0/sql/statements"
# How long to wait before a statement that is still running is asked for again.
POLL_SECONDS = 0.2
RUNNING = {"PENDING", "RUNNING"}
IDENTIFIER = re.compile(r"[\w-]{1,200}")
# [CLASS] What is wrong … SQLSTATE: 42P01; what follows tells of the server's insides.
SAID = re.compile(r"\[([A-Z0-9_.]+)\] ?(.*?)\s*(?:SQLSTATE: \w+|$)", re.DOTALL)
CHANGED = ("TABLE_OR_VIEW_NOT_FOUND", "UNRESOLVED_COLUMN", "SCHEMA_NOT_FOUND")
NATIVE: Mapping[str, ColumnType] = {
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "integer"),
    **dict.fromkeys(("float", "double"), "float"),
    "decimal": "decimal",
    "boolean": "boolean",
    "date": "date",
    **dict.fromkeys(("timestamp", "timestamp_ntz"), "timestamp"),
    **dict.fromkeys(("string", "char", "varchar", "void"), "string"),
}


class Databricks(CatalogServer):
    """A SQL warehouse. Its database is a catalog, or a catalog and its default schema: `main.sales`.

    The password is an access token; the user is only what messages call its owner. The service has no limit
    on a statement's time that a request could set: when time is up, this server cancels the statement. An
    answer of more than 25 MiB is refused by the service, and so is the copy of a larger table.
    """

    name = "Databricks"
    port = 443
    dialect = "spark"

    def __init__(self, settings: ServerConnection, egress: Egress, *, size: int) -> None:
        super().__init__(settings, egress, size=size)
        if settings.warehouse is None:
            raise ValidationFailed(
                "Databricks needs warehouse, the id of the SQL warehouse that is to run it"
            )

    @staticmethod
    def placeholder(position: int, value: Any) -> str:
        # Lists are no parameters there.
        return literal(value, "spark") if isinstance(value, list | tuple) else f":p{position}"

    def check(self) -> str:
        with self.transaction(CONNECT_SECONDS) as line:
            schemas = {row[0] for row in self._rows(line, self._placed(SCHEMATA))}
        self._check_schemas(schemas, "the token's owner")
        return "Databricks SQL"

    def tables(self) -> list[FoundTable]:
        with self.transaction(CATALOG_SECONDS) as line:
            columns = self._rows(line, self._of_catalog(COLUMNS, "table_schema"))
            told = self._rows(line, self._of_catalog(COMMENTS, "table_schema"))
        comments = {(schema, name): comment or "" for schema, name, comment in told}
        return self._found(columns, comments)

    def _of_catalog(self, query: exp.Select, schema: str) -> str:
        """A query of the catalog's information schema about the schemas that are wanted."""
        wanted = self._settings.schemas
        named = exp.column(schema)
        chosen = (
            exp.In(this=named, expressions=[exp.convert(name) for name in wanted])
            if wanted
            else exp.NEQ(this=named, expression=exp.convert("information_schema"))
        )
        return self._placed(query.where(chosen))

    def _placed(self, query: exp.Select) -> str:
        """A query of the information schema, of the source's own catalog."""
        query = query.copy()
        for table in query.find_all(exp.Table):
            table.set("catalog", exp.to_identifier(self._catalog, quoted=True))
        return query.sql(self.dialect)

    def _headers(self) -> dict[str, str]:
        password = self._settings.password
        token = password.get_secret_value() if password else ""
        if not (token.isprintable() and token.isascii()):
            raise ValidationFailed(f"{self._where}: the token of user {self._settings.user} is wrong")
        return {"Authorization": f"Bearer {token}"} if token else {}

    def _greet(self, line: Line) -> None:
        """Days begin where the warehouse says; those of answers begin in UTC.

        A warehouse that sleeps is woken by this, and takes longer for that than anybody waits.
        """
        greeting = {"wait_timeout": "5s", "on_wait_timeout": "CANCEL"}
        answer = self._asked(
            line, "POST", STATEMENTS, self._statement("SELECT current_timezone()") | greeting
        )
        if answer.status is not None and answer.status.state == "CANCELED":
            raise SourceUnavailable(f"{self._where}: the warehouse is starting; try again in a minute")
        rows = _page(answer).rows
        zone = rows[0][0] if rows else "unknown"
        if zone not in {"UTC", "Etc/UTC"}:
            raise ValidationFailed(
                f"{self._where}: the warehouse's time zone is {zone}; its administrator "
                "can set TIMEZONE to UTC"
            )

    def _submit(self, line: Line, sql: str, values: Sequence[Any]) -> Page:
        # Without waiting: only who knows a statement's id can have it cancelled.
        waiting = {"wait_timeout": "0s", "on_wait_timeout": "CONTINUE"}
        body = self._statement(sql) | waiting | {"parameters": _parameters(values)}
        return _page(self._asked(line, "POST", STATEMENTS, body))

    def _statement(self, sql: str) -> dict[str, Any]:
        where = {"catalog": self._catalog} | ({"schema": self._schema} if self._schema else {})
        shape = {"disposition": "INLINE", "format": "JSON_ARRAY"}
        return {"warehouse_id": self._settings.warehouse, "statement": sql, **where, **shape}

    def _follow(self, line: Line, page: Page) -> Page:
        path = f"{STATEMENTS}/{page.handle}"
        if page.columns is None:
            line.wait(POLL_SECONDS)
            return _page(self._asked(line, "GET", path))
        chunk = self._asked(line, "GET", f"{path}/result/chunks/{page.following}", kind=_Chunk)
        return Page(page.columns, chunk.data_array or [], page.handle, _next(chunk))

    def _cancel(self, line: Line, page: Page) -> None:
        line.ask("POST", f"{STATEMENTS}/{page.handle}/cancel")

    @staticmethod
    def _asked(line: Line, method: str, path: str, body: Any = None, kind: Any = None) -> Any:
        status, said = line.ask(method, path, **({} if body is None else {"json": body}))
        try:
            return msgspec.convert(said, kind or _Statement)
        except msgspec.ValidationError:
            raise Refusal(status, said) from None

    def _typed(self, native: str) -> ColumnType:
        return NATIVE.get(_base(native), "other")

    def _value(self, native: str, value: Any) -> Any:
        read = VALUES.get(_base(native))
        return read(value) if read else value

    def _refused(self, error: Refusal) -> ClaribiError:
        said = str(error.body.get("message", "")) if isinstance(error.body, dict) else ""
        if error.status == FORBIDDEN:
            return ValidationFailed(
                f"{self._where}: the token is wrong, or its owner may not use this warehouse"
            )
        if error.status in {400, 404} and "warehouse" in said.lower():
            return ValidationFailed(
                f"{self._where}: there is no warehouse {self._settings.warehouse}, or it can't be started"
            )
        return super()._refused(error)

    def _failed(self, error: Failed, seconds: float) -> ClaribiError:
        found = SAID.match(error.said)
        kind, said = (found[1], found[2]) if found else (error.code, error.said)
        if error.code == "CANCELED":
            return QueryTimeout(f"The query was stopped after {seconds:g} seconds")
        if kind.startswith(("CATALOG_NOT_FOUND", "NO_SUCH_CATALOG")):
            return ValidationFailed(
                f"{self._where}: there is no catalog {self._catalog}, or the token's owner may not see it; "
                "database is the name of a catalog, or catalog.schema"
            )
        hint = "; if the source has changed, refresh its tables" if kind.startswith(CHANGED) else ""
        return QueryError(f"{said}{hint}")


SCHEMATA = exp.select("schema_name").from_(exp.table_("schemata", db="information_schema"))
COLUMNS = (
    exp.select("table_schema", "table_name", "column_name", "full_data_type", "comment")
    .from_(exp.table_("columns", db="information_schema"))
    .order_by("table_schema", "table_name", "ordinal_position")
)
COMMENTS = exp.select("table_schema", "table_name", "comment").from_(
    exp.table_("tables", db="information_schema")
)


class _Error(msgspec.Struct):
    error_code: str = ""
    message: str = ""


class _Status(msgspec.Struct):
    state: str
    error: _Error | None = None


class _Column(msgspec.Struct):
    name: str
    type_text: str


class _Schema(msgspec.Struct):
    columns: list[_Column] = []


class _Manifest(msgspec.Struct, rename={"columns": "schema"}):
    columns: _Schema
    truncated: bool = False


class _Chunk(msgspec.Struct):
    data_array: list[list[str | None]] | None = None
    next_chunk_index: int | None = None


class _Statement(msgspec.Struct):
    """What the service tells of a statement, as far as it matters here."""

    statement_id: str
    status: _Status
    manifest: _Manifest | None = None
    result: _Chunk | None = None


def _page(statement: _Statement) -> Page:
    status, handle = statement.status, statement.statement_id
    if not IDENTIFIER.fullmatch(handle):
        # It becomes a part of an address.
        raise Refusal(200, None)
    if status.state in RUNNING:
        return Page(None, [], handle, handle)
    if status.state != "SUCCEEDED":
        error = status.error or _Error()
        raise Failed(status.state if status.state == "CANCELED" else error.error_code, error.message)
    manifest, chunk = statement.manifest, statement.result or _Chunk()
    if manifest is not None and manifest.truncated:
        raise Failed("TRUNCATED", "The answer is larger than Databricks gives; narrow it down")
    columns = [(column.name, column.type_text) for column in manifest.columns.columns] if manifest else []
    return Page(columns, chunk.data_array or [], handle, _next(chunk))


def _next(chunk: _Chunk) -> str | None:
    return None if chunk.next_chunk_index is None else str(chunk.next_chunk_index)


def _parameters(values: Sequence[Any]) -> list[dict[str, Any]]:
    """Values as the service binds them: a text, and the type that it is read as."""
    return [
        {"name": f"p{position}", "type": _native(value), "value": _sent(value)}
        for position, value in enumerate(values, 1)
        if not isinstance(value, list | tuple)
    ]


def _native(value: Any) -> str:
    match value:
        case bool():
            return "BOOLEAN"
        case int() | Decimal() | float():
            return _number(value)
        case datetime():
            return "TIMESTAMP"
        case date():
            return "DATE"
    return "STRING"


def _number(value: float | Decimal) -> str:
    if isinstance(value, int) and value in LONG:
        return "BIGINT"
    if isinstance(value, float) or abs(value) >= 10**DIGITS:
        # None of its decimals comes near such a number, so it compares the same.
        return "DOUBLE"
    return f"DECIMAL({DIGITS}, {max(0, -int(Decimal(value).as_tuple().exponent))})"


def _sent(value: Any) -> str | None:
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return None if value is None else as_text(value)


def _base(native: str) -> str:
    """The name of a type without its length, precision or parts."""
    return re.split(r"[(<\s]", native, maxsplit=1)[0].lower()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


VALUES: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), int),
    **dict.fromkeys(("float", "double"), float),
    "decimal": Decimal,
    "boolean": lambda text: text == "true",
    "date": date.fromisoformat,
    **dict.fromkeys(("timestamp", "timestamp_ntz"), _moment),
    "binary": b64decode,
    **dict.fromkeys(("array", "map", "struct"), msgspec.json.decode),
}
