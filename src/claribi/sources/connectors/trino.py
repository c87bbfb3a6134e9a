"""Trino, over its client protocol.

Tested against a stand-in that speaks the documented protocol, not against Trino itself.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlglot import exp

from claribi.core.errors import ClaribiError, QueryError, QueryTimeout, SourceUnavailable, ValidationFailed
from claribi.sources.catalog import ColumnType
from claribi.sources.connectors.base import CONNECT_SECONDS, FoundTable
from claribi.sources.connectors.catalogs import CatalogServer
from claribi.sources.connectors.server import CATALOG_SECONDS
from claribi.sources.connectors.settings import ServerConnection
from claribi.sources.connectors.statement_http import Line, Refusal
from claribi.sources.connectors.statements import Failed, Page, literal

# Tells a JSON Web Token from a password: its first part is the base64 of {"…
TOKEN = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+")
# line 1:15: Table 'x.y.z' does not exist
PLACE = re.compile(r"^line \d+:\d+: ")
CHANGED = {"TABLE_NOT_FOUND", "COLUMN_NOT_FOUND", "SCHEMA_NOT_FOUND"}
BUSY = {"QUERY_QUEUE_FULL", "SERVER_STARTING_UP", "NO_NODES_AVAILABLE", "CLUSTER_OUT_OF_MEMORY"}
NATIVE: Mapping[str, ColumnType] = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), "integer"),
    **dict.fromkeys(("real", "double"), "float"),
    "decimal": "decimal",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "time": "time",
    **dict.fromkeys(("varchar", "char", "uuid", "ipaddress", "unknown"), "string"),
}


class Trino(CatalogServer):
    """A Trino coordinator. Its database is a catalog, or a catalog and its default schema: `hive.sales`.

    The password is a password or a JSON Web Token. Trino binds no values: they are written as literals of
    their types. Its connectors have snapshots of their own or none, so each query sees its own moment.
    """

    name = "Trino"
    port = 443
    dialect = "trino"

    @staticmethod
    def placeholder(_position: int, value: Any) -> str:
        return literal(value, "trino")

    def check(self) -> str:
        with self.transaction(CONNECT_SECONDS) as line:
            schemas = {
                row[0] for row in self._rows(line, "SELECT schema_name FROM information_schema.schemata")
            }
            self._check_schemas(schemas, f"user {self._settings.user}")
            return f"{self.name} {_version(line)}"

    def tables(self) -> list[FoundTable]:
        with self.transaction(CATALOG_SECONDS) as line:
            columns = self._rows(line, self._of_catalog(COLUMNS, "table_cat", "table_schem"))
            comments = self._comments(line)
        return self._found(columns, comments)

    def _comments(self, line: Line) -> Mapping[tuple[str, str], str]:
        """What is said of tables, where the user may read that."""
        try:
            rows = self._rows(line, self._of_catalog(COMMENTS, "catalog_name", "schema_name"))
        except Failed:
            return {}
        return {(schema, name): comment for schema, name, comment in rows}

    def _of_catalog(self, query: exp.Select, catalog: str, schema: str) -> str:
        wanted = self._settings.schemas
        named = exp.column(schema)
        chosen = (
            exp.In(this=named, expressions=[exp.convert(name) for name in wanted])
            if wanted
            else exp.NEQ(this=named, expression=exp.convert("information_schema"))
        )
        own = exp.EQ(this=exp.column(catalog), expression=exp.convert(self._catalog))
        return query.where(own, chosen).sql(self.dialect)

    def _headers(self) -> dict[str, str]:
        settings = self._settings
        headers = {
            "X-Trino-User": settings.user,
            "X-Trino-Source": "claribi",
            "X-Trino-Catalog": self._catalog,
            "X-Trino-Time-Zone": "UTC",
            # Without it moments come with three digits of a second, whatever they have.
            "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
        }
        if self._schema:
            headers["X-Trino-Schema"] = self._schema
        if settings.password is not None:
            headers["Authorization"] = _proof(settings)
        if not all(value.isprintable() and value.isascii() for value in headers.values()):
            raise ValidationFailed("Trino takes user, catalog and schema in plain ASCII letters only")
        return headers

    def _greet(self, line: Line) -> None:
        _version(line)

    def _submit(self, line: Line, sql: str, _values: Sequence[Any]) -> Page:
        seconds = max(1, round(line.statement_seconds))
        limits = {"X-Trino-Session": f"query_max_run_time={seconds}s"}
        kind = {"Content-Type": "text/plain; charset=utf-8"}
        return _page(line.ask("POST", "/v1/statement", headers=limits | kind, content=sql.encode()))

    def _follow(self, line: Line, page: Page) -> Page:
        # The coordinator answers once there is something new, or after a second.
        return _page(line.ask("GET", str(page.following)))

    def _cancel(self, line: Line, page: Page) -> None:
        line.ask("DELETE", str(page.following))

    def _typed(self, native: str) -> ColumnType:
        return NATIVE.get(_base(native), "other")

    def _value(self, native: str, value: Any) -> Any:
        read = VALUES.get(_base(native))
        return read(value) if read else value

    def _failed(self, error: Failed, seconds: float) -> ClaribiError:
        said = PLACE.sub("", error.said)
        if error.code in {"EXCEEDED_TIME_LIMIT", "EXCEEDED_CPU_LIMIT"}:
            return QueryTimeout(f"The query was stopped after {seconds:g} seconds")
        if error.code == "CATALOG_NOT_FOUND":
            return ValidationFailed(
                f"{self._where}: there is no catalog {self._catalog}, or user {self._settings.user} may not "
                "see it; database is the name of a catalog, or catalog.schema"
            )
        if error.code in BUSY:
            return SourceUnavailable(f"{self._where} takes no more queries for now: {said}")
        return QueryError(
            f"{said}{'; if the source has changed, refresh its tables' * (error.code in CHANGED)}"
        )


COLUMNS = (
    exp.select("table_schem", "table_name", "column_name", "type_name", "remarks")
    .from_(exp.table_("columns", db="jdbc", catalog="system"))
    .order_by("table_schem", "table_name", "ordinal_position")
)
COMMENTS = (
    exp.select("schema_name", "table_name", "comment")
    .from_(exp.table_("table_comments", db="metadata", catalog="system"))
    .where("comment IS NOT NULL")
)


def _proof(settings: ServerConnection) -> str:
    secret = settings.password.get_secret_value() if settings.password else ""
    if TOKEN.fullmatch(secret):
        return f"Bearer {secret}"
    return f"Basic {b64encode(f'{settings.user}:{secret}'.encode()).decode()}"


def _version(line: Line) -> str:
    """The coordinator's version; it tells that to anybody."""
    status, said = line.ask("GET", "/v1/info")
    version = said.get("nodeVersion") if isinstance(said, dict) else None
    if not isinstance(version, dict):
        raise Refusal(status, said)
    return str(version.get("version", ""))


class _Column(msgspec.Struct):
    name: str
    type: str


class _Error(msgspec.Struct, rename="camel"):
    error_name: str = ""
    message: str = ""


class _Results(msgspec.Struct, rename="camel"):
    """What the protocol calls QueryResults, as far as it matters here."""

    id: str
    next_uri: str | None = None
    columns: list[_Column] | None = None
    data: list[list[Any]] | None = None
    error: _Error | None = None


def _page(answer: tuple[int, Any]) -> Page:
    status, body = answer
    try:
        results = msgspec.convert(body, _Results)
    except msgspec.ValidationError:
        raise Refusal(status, body) from None
    if results.error is not None:
        raise Failed(results.error.error_name, results.error.message)
    columns = [(column.name, column.type) for column in results.columns or []]
    # What has ended without columns has none, such as a statement that is no query.
    known = columns or (None if results.next_uri else [])
    return Page(known, results.data or [], results.id, results.next_uri)


def _base(native: str) -> str:
    """The name of a type without its length, precision or zone."""
    name = native.partition("(")[0].partition(" ")[0].lower()
    # A time of day with a zone is none that others could compare with.
    return native if name == "time" and native.endswith("zone") else name


def _moment(text: str) -> datetime:
    """`2024-03-31 01:30:00.000000 Europe/Berlin`, its zone a name, an offset or none at all."""
    day, clock, *zone = text.split(" ")
    try:
        moment = datetime.fromisoformat(f"{day} {clock}{zone[0] if zone and zone[0][0] in '+-' else ''}")
        if zone and moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone[0]))
    except ValueError:
        raise QueryError(f"The moment {text} is beyond the years from 1 to 9999") from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise QueryError(f"The date {text} is beyond the years from 1 to 9999") from None


VALUES: Mapping[str, Callable[[Any], Any]] = {
    "decimal": Decimal,
    # NaN and Infinity are texts.
    "double": float,
    "real": float,
    "date": _day,
    "timestamp": _moment,
    "time": time.fromisoformat,
    "varbinary": b64decode,
}
