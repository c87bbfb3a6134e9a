"""Snowflake, over its SQL API (`/api/v2/statements`).

Tested against a stand-in that speaks the documented protocol, not against Snowflake itself.
"""

import hashlib
import re
import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import jwt
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlglot import exp

from claribi.core.errors import ClaribiError, QueryError, QueryTimeout, ValidationFailed
from claribi.sources.catalog import ColumnType
from claribi.sources.connectors.base import CONNECT_SECONDS, FoundTable
from claribi.sources.connectors.catalogs import CatalogServer
from claribi.sources.connectors.server import CATALOG_SECONDS
from claribi.sources.connectors.statement_http import Line, Refusal
from claribi.sources.connectors.statements import DIGITS, Failed, Page, as_text, literal

STATEMENTS = "/api/v2/statements"
POLL_SECONDS = 0.2
# The longest life that Snowflake takes of a key pair's token; connections end long before.
TOKEN_SECONDS = 3_500
RUNNING, TIMED_OUT, FAILED = 202, 408, 422
STOPPED = {"000630", "000604"}
# What is not there, or may not be seen: objects, and columns.
CHANGED = {"002003", "000904"}
NO_WAREHOUSE = {"000606", "090073", "390201"}
PARAMETERS = {
    "TIMEZONE": "UTC",
    "QUERY_TAG": "claribi",
    "MULTI_STATEMENT_COUNT": "1",
    "BINARY_OUTPUT_FORMAT": "HEX",
}
EPOCH, FIRST_DAY = datetime(1970, 1, 1), date(1970, 1, 1)  # noqa: DTZ001 - stored times carry no zone
PEM = re.compile(r"(-----BEGIN [A-Z ]+-----)(.*?)(-----END [A-Z ]+-----)", re.DOTALL)
NATIVE: Mapping[str, ColumnType] = {
    **dict.fromkeys(("real", "float", "double", "decfloat"), "float"),
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    **dict.fromkeys(("timestamp_ntz", "timestamp_ltz", "timestamp_tz"), "timestamp"),
    **dict.fromkeys(("text", "varchar", "char", "string"), "string"),
}


class Snowflake(CatalogServer):
    """An account of Snowflake. Its database is one, or one and its default schema: `SALES.PUBLIC`.

    The password is a private key in PEM, a programmatic access token, or one of OAuth. The host names the
    account: `organisation-account.snowflakecomputing.com`.
    """

    name = "Snowflake"
    port = 443
    dialect = "snowflake"
    catalog_word = "database"

    @staticmethod
    def placeholder(_position: int, value: Any) -> str:
        """Times and decimals go as texts, so that nothing of them is lost on the way."""
        match value:
            case list() | tuple():
                return literal(value, "snowflake")
            case bool() | str() | float() | None:
                return "?"
            case datetime():
                return "CAST(? AS TIMESTAMP_NTZ)"
            case date():
                return "CAST(? AS DATE)"
            case int() | Decimal() if abs(value) < 10**DIGITS:
                digits = max(0, -int(Decimal(value).as_tuple().exponent))
                return f"CAST(? AS NUMBER({DIGITS}, {digits}))"
        return "CAST(? AS DOUBLE)"

    def check(self) -> str:
        with self.transaction(CONNECT_SECONDS) as line:
            schemas = {row[0] for row in self._rows(line, self._placed(SCHEMATA))}
            self._check_schemas(schemas, f"user {self._settings.user}")
            [[version]] = self._rows(line, "SELECT CURRENT_VERSION()")
        return f"Snowflake {version}"

    def tables(self) -> list[FoundTable]:
        with self.transaction(CATALOG_SECONDS) as line:
            columns = self._rows(line, self._of_catalog(COLUMNS))
            tables = self._rows(line, self._of_catalog(TABLES))
        return self._found(
            [
                (s, t, c, _native(kind, precision, scale), said)
                for s, t, c, kind, precision, scale, said in columns
            ],
            {(schema, name): said for schema, name, _, said in tables},
            {(schema, name): count for schema, name, count, _ in tables},
        )

    def _of_catalog(self, query: exp.Select) -> str:
        wanted, named = self._settings.schemas, exp.column("table_schema")
        chosen: exp.Expr = exp.NEQ(this=named, expression=exp.convert("INFORMATION_SCHEMA"))
        if wanted:
            chosen = exp.In(this=named, expressions=[exp.convert(name) for name in wanted])
        return self._placed(query.where(chosen))

    def _placed(self, query: exp.Select) -> str:
        query = query.copy()
        for table in query.find_all(exp.Table):
            table.set("catalog", exp.to_identifier(self._catalog, quoted=True))
        return query.sql(self.dialect)

    def _headers(self) -> dict[str, str]:
        secret = self._settings.password.get_secret_value().strip() if self._settings.password else ""
        if secret.startswith("-----BEGIN"):
            kind = {"X-Snowflake-Authorization-Token-Type": "KEYPAIR_JWT"}
            return kind | {"Authorization": f"Bearer {self._signed(secret)}"}
        if not (secret.isprintable() and secret.isascii()):
            raise ValidationFailed(f"{self._where}: the token of user {self._settings.user} is wrong")
        # Which of the other kinds a token is, Snowflake sees for itself.
        return {"Authorization": f"Bearer {secret}"} if secret else {}

    def _signed(self, pem: str) -> str:
        """A token of the user's, proven by the private key whose public half Snowflake has."""
        try:
            key = serialization.load_pem_private_key(_in_lines(pem).encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, RSAPrivateKey):
            raise ValidationFailed(
                f"{self._where}: the private key of user {self._settings.user} is wrong: it is to be an RSA "
                "key in PEM, without a passphrase"
            )
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        account = self._settings.host.partition(".")[0].upper()
        who = f"{account}.{self._settings.user.upper()}"
        print_ = f"SHA256:{b64encode(hashlib.sha256(public).digest()).decode()}"
        now = int(time.time())
        claims = {"iss": f"{who}.{print_}", "sub": who, "iat": now, "exp": now + TOKEN_SECONDS}
        return jwt.encode(claims, key, algorithm="RS256")

    def _greet(self, line: Line) -> None:
        line.statement_seconds = CONNECT_SECONDS
        self._rows(line, "SELECT 1")

    def _submit(self, line: Line, sql: str, values: Sequence[Any]) -> Page:
        settings = self._settings
        body: dict[str, Any] = {
            "statement": sql,
            "timeout": max(1, round(line.statement_seconds)),
            "database": self._catalog,
            "parameters": PARAMETERS,
        }
        chosen = {"schema": self._schema, "warehouse": settings.warehouse, "role": settings.role}
        body |= {name: value for name, value in chosen.items() if value}
        bound = [value for value in values if not isinstance(value, list | tuple)]
        if bound:
            body["bindings"] = {str(number): _binding(value) for number, value in enumerate(bound, 1)}
        # Without waiting: only who knows a statement's handle can have it cancelled. Asked twice by one id,
        # the service runs it once.
        return self._page(line, "POST", f"{STATEMENTS}?async=true&requestId={uuid4()}", json=body)

    def _follow(self, line: Line, page: Page) -> Page:
        if page.columns is None:
            line.wait(POLL_SECONDS)
            return self._page(line, "GET", f"{STATEMENTS}/{page.handle}")
        number, last = map(int, str(page.following).split("/"))
        told = self._asked(line, "GET", f"{STATEMENTS}/{page.handle}?partition={number}")[1]
        return Page(page.columns, told.data or [], page.handle, _next(number + 1, last))

    def _cancel(self, line: Line, page: Page) -> None:
        line.ask("POST", f"{STATEMENTS}/{page.handle}/cancel")

    def _page(self, line: Line, method: str, path: str, **request: Any) -> Page:
        status, told = self._asked(line, method, path, **request)
        handle = str(told.statement_handle)
        if status == RUNNING or told.metadata is None:
            return Page(None, [], handle, handle)
        columns = [(c.name, _native(c.type, c.precision, c.scale)) for c in told.metadata.row_type]
        parts = len(told.metadata.partition_info)
        return Page(columns, told.data or [], handle, _next(1, parts))

    @staticmethod
    def _asked(line: Line, method: str, path: str, **request: Any) -> "tuple[int, _Answer]":
        try:
            status, said = line.ask(method, path, headers={"Accept": "application/json"}, **request)
        except Refusal as refusal:
            if refusal.status in {TIMED_OUT, FAILED} and isinstance(refusal.body, dict):
                raise Failed(str(refusal.body.get("code")), str(refusal.body.get("message"))) from None
            raise
        try:
            answer = msgspec.convert(said, _Answer)
            if answer.statement_handle is not None or answer.data is None:
                # It becomes a part of an address.
                UUID(str(answer.statement_handle))
        except (msgspec.ValidationError, ValueError):
            raise Refusal(status, said) from None
        return status, answer

    def _typed(self, native: str) -> ColumnType:
        base, _, size = native.partition("(")
        if base in {"fixed", "number"}:
            return "integer" if size.endswith(",0)") else "decimal"
        return NATIVE.get(base, "other")

    def _value(self, native: str, value: Any) -> Any:
        if self._typed(native) == "integer":
            return int(value)
        read = VALUES.get(native.partition("(")[0])
        return read(value) if read else value

    def _failed(self, error: Failed, seconds: float) -> ClaribiError:
        if error.code in STOPPED:
            return QueryTimeout(f"The query was stopped after {seconds:g} seconds")
        if error.code in NO_WAREHOUSE:
            return ValidationFailed(
                f"{self._where}: user {self._settings.user} has no warehouse to ask; name one that it may use"
            )
        said = error.said.removeprefix("SQL compilation error: ")
        hint = "; if the source has changed, refresh its tables" * (error.code in CHANGED)
        return QueryError(f"{said}{hint}")

    def _cause(self, error: Exception) -> ClaribiError:
        if isinstance(error, Failed) and error.code in CHANGED:
            return ValidationFailed(
                f"{self._where}: there is no database {self._catalog}, or user "
                f"{self._settings.user} may not see it"
            )
        return super()._cause(error)


SCHEMATA = exp.select("schema_name").from_(exp.table_("SCHEMATA", db="INFORMATION_SCHEMA"))
COLUMNS = (
    exp.select(
        "table_schema",
        "table_name",
        "column_name",
        "data_type",
        "numeric_precision",
        "numeric_scale",
        "comment",
    )
    .from_(exp.table_("COLUMNS", db="INFORMATION_SCHEMA"))
    .order_by("table_schema", "table_name", "ordinal_position")
)
TABLES = exp.select("table_schema", "table_name", "row_count", "comment").from_(
    exp.table_("TABLES", db="INFORMATION_SCHEMA")
)


class _Column(msgspec.Struct):
    name: str
    type: str
    precision: int | None = None
    scale: int | None = None


class _Metadata(msgspec.Struct, rename="camel"):
    row_type: list[_Column]
    partition_info: list[dict[str, Any]] = []


class _Answer(
    msgspec.Struct, rename={"statement_handle": "statementHandle", "metadata": "resultSetMetaData"}
):
    """What the service tells of a statement, as far as it matters here."""

    statement_handle: str | None = None
    metadata: _Metadata | None = None
    data: list[list[str | None]] | None = None


def _in_lines(pem: str) -> str:
    """A key in PEM whose lines a form has put into one."""
    return PEM.sub(lambda found: "\n".join([found[1], *found[2].split(), found[3]]), pem)


def _next(number: int, parts: int) -> str | None:
    return f"{number}/{parts}" if number < parts else None


def _native(kind: str, precision: Any, scale: Any) -> str:
    kind = kind.lower()
    return f"{kind}({precision},{scale or 0})" if kind in {"fixed", "number"} else kind


def _binding(value: Any) -> dict[str, str | None]:
    kind = {bool: "BOOLEAN", float: "REAL"}.get(type(value), "TEXT")
    return {"type": kind, "value": None if value is None else as_text(value)}


def _moment(text: str) -> datetime:
    """Seconds since 1970 in UTC, with nine digits; those with a zone have its minutes behind."""
    microseconds = int(Decimal(text.partition(" ")[0]).scaleb(6).__floor__())
    try:
        return EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        raise QueryError("The answer holds a moment that is beyond the years from 1 to 9999") from None


def _day(text: str) -> date:
    try:
        return FIRST_DAY + timedelta(days=int(text))
    except OverflowError:
        raise QueryError("The answer holds a date that is beyond the years from 1 to 9999") from None


VALUES: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("fixed", "number"), Decimal),
    **dict.fromkeys(("real", "float", "double", "decfloat"), float),
    "boolean": lambda text: text == "true",
    "date": _day,
    "time": lambda text: _moment(text).time(),
    **dict.fromkeys(("timestamp_ntz", "timestamp_ltz", "timestamp_tz"), _moment),
    "binary": bytes.fromhex,
    **dict.fromkeys(("variant", "object", "array"), msgspec.json.decode),
}
