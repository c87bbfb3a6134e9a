"""BigQuery, over its REST API v2.

Tested against a stand-in that speaks the documented protocol, not against BigQuery itself.
"""

import math
import re
import time as clock
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import jwt
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
from claribi.sources.connectors.statements import LONG, Failed, Page, as_text, literal

# How long the service waits for a statement's end before it answers that there is none yet.
WAIT_MILLISECONDS = 1_000
PAGE_ROWS = 10_000
TOKEN_SECONDS = 3_600
SCOPE = "https://www.googleapis.com/auth/bigquery"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
MAX_BYTES_BILLED = 100 * 1024**3
PROJECT = re.compile(r"[\w:.-]{1,200}")
BUSY = {"rateLimitExceeded", "quotaExceeded", "jobRateLimitExceeded", "backendError", "jobBackendError"}
IDENTIFIER = re.compile(r"[\w-]{1,1024}/[\w-]*")
GONE = re.compile(r"Not found: (Table|Dataset)|Unrecognized name|was not found in location")
# How the reasons of a job that was ended begin.
ENDED = {"stopped", "timeout", "jobTimeout"}
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - stored times carry no zone
NATIVE: Mapping[str, ColumnType] = {
    **dict.fromkeys(("INT64", "INTEGER"), "integer"),
    **dict.fromkeys(("FLOAT64", "FLOAT"), "float"),
    **dict.fromkeys(("NUMERIC", "BIGNUMERIC"), "decimal"),
    **dict.fromkeys(("BOOL", "BOOLEAN"), "boolean"),
    "DATE": "date",
    **dict.fromkeys(("DATETIME", "TIMESTAMP"), "timestamp"),
    "TIME": "time",
    **dict.fromkeys(("STRING", "GEOGRAPHY", "INTERVAL"), "string"),
}


class _Key(msgspec.Struct):
    """The key of a service account, as the console gives it."""

    client_email: str
    private_key: str
    token_uri: str


class BigQuery(CatalogServer):
    """A project. Its database is one, or one and its default dataset: `my-project.sales`.

    The password is the JSON of a service account's key; the user is only what messages call it. A statement
    that would read more bytes than `max_bytes_billed` is refused by the service before it costs anything.
    """

    name = "BigQuery"
    port = 443
    dialect = "bigquery"
    catalog_word, schema_word = "project", "dataset"

    def __init__(self, settings: ServerConnection, egress: Egress, *, size: int) -> None:
        super().__init__(settings, egress, size=size)
        if not PROJECT.fullmatch(self._catalog):
            raise ValidationFailed(f"BigQuery has no project called {self._catalog}")

    @staticmethod
    def placeholder(position: int, value: Any) -> str:
        return literal(value, "bigquery") if isinstance(value, list | tuple) else f"@p{position}"

    def check(self) -> str:
        with self.transaction(CONNECT_SECONDS) as line:
            self._check_schemas(self._datasets(line), f"service account {self._settings.user}")
        return "BigQuery"

    def tables(self) -> list[FoundTable]:
        columns: list[Sequence[Any]] = []
        counts: dict[tuple[str, str], int | None] = {}
        comments: dict[tuple[str, str], str | None] = {}
        with self.transaction(CATALOG_SECONDS) as line:
            for dataset in sorted(self._settings.schemas or self._datasets(line)):
                columns += [(dataset, *row) for row in self._rows(line, self._of(dataset, COLUMNS))]
                for name, count in self._rows(line, self._of(dataset, COUNTS)):
                    counts[dataset, name] = count
                for name, said in self._rows(line, self._of(dataset, COMMENTS)):
                    comments[dataset, name] = _text(said)
        return self._found(columns, comments, counts)

    def _datasets(self, line: Line) -> set[str]:
        found: set[str] = set()
        token: str | None = ""
        while token is not None:
            path = self._path("datasets", maxResults="1000", **({"pageToken": token} if token else {}))
            told = _read(line.ask("GET", path), _Datasets)
            found |= {each.dataset_reference.dataset_id for each in told.datasets}
            token = told.next_page_token
        return found

    def _of(self, dataset: str, query: exp.Select) -> str:
        """A query of a dataset's own tables about the others."""
        query = query.copy()
        for table in query.find_all(exp.Table):
            parts = [self._catalog, dataset, *(part.name for part in table.parts)]
            placed = exp.to_table(".".join(f"`{part}`" for part in parts), dialect="bigquery")
            if table.alias:
                placed.set("alias", table.args["alias"].copy())
            table.replace(placed)
        return query.sql(self.dialect)

    def _headers(self) -> dict[str, str]:
        return {}

    def _greet(self, line: Line) -> None:
        """Turn the key into a token, and look whether the project is there."""
        line.carry({"Authorization": f"Bearer {self._token()}"})
        try:
            line.ask("GET", self._path("datasets", maxResults="1"))
        except Refusal as refusal:
            if refusal.status == httpx.codes.NOT_FOUND:
                raise ValidationFailed(
                    f"{self._where}: there is no project {self._catalog}, or service account "
                    f"{self._settings.user} may not see it"
                ) from None
            raise

    def _token(self) -> str:
        secret = self._settings.password.get_secret_value() if self._settings.password else ""
        wrong = ValidationFailed(
            f"{self._where}: the key of service account {self._settings.user} is wrong; it is the whole text "
            "of the JSON file that its project gives"
        )
        try:
            key = msgspec.json.decode(secret, type=_Key)
            where = httpx.URL(key.token_uri)
            now = int(clock.time())
            claims = {"iss": key.client_email, "scope": SCOPE, "aud": key.token_uri}
            claims |= {"iat": now, "exp": now + TOKEN_SECONDS}  # type: ignore[dict-item]  # numbers beside texts
            signed = jwt.encode(claims, key.private_key, algorithm="RS256")
        except (msgspec.DecodeError, httpx.InvalidURL, jwt.PyJWTError, ValueError, TypeError):
            raise wrong from None
        if where.scheme != "https" or not where.host:
            raise wrong
        asking = Line(self._egress, where, {}, self._trusted)
        with asking.bounded(CONNECT_SECONDS):
            try:
                answer = asking.ask("POST", key.token_uri, data={"grant_type": GRANT, "assertion": signed})
            except Refusal as refusal:
                if refusal.status in {400, 401}:
                    raise wrong from None
                raise
        return str(_read(answer, _Token).access_token)

    def _path(self, *parts: str, **query: str) -> str:
        names = [quote(part, safe="") for part in (self._catalog, *parts)]
        return f"/bigquery/v2/projects/{'/'.join(names)}" + (f"?{urlencode(query)}" if query else "")

    def _submit(self, line: Line, sql: str, values: Sequence[Any]) -> Page:
        body: dict[str, Any] = {
            "query": sql,
            "useLegacySql": False,
            "maxResults": PAGE_ROWS,
            # Soon: only who knows a job's id can have it cancelled.
            "timeoutMs": WAIT_MILLISECONDS,
            "maximumBytesBilled": str(self._settings.max_bytes_billed or MAX_BYTES_BILLED),
            "formatOptions": {"useInt64Timestamp": True},
            "labels": {"by": "claribi"},
        }
        if line.statement_seconds < math.inf:
            body["jobTimeoutMs"] = str(round(line.statement_seconds * 1000))
        if self._schema:
            body["defaultDataset"] = {"projectId": self._catalog, "datasetId": self._schema}
        if self._settings.location:
            body["location"] = self._settings.location
        parameters = [_parameter(n, v) for n, v in enumerate(values, 1) if not isinstance(v, list | tuple)]
        if parameters:
            body |= {"parameterMode": "NAMED", "queryParameters": parameters}
        return _page(_asked(line, "POST", self._path("queries"), json=body), None)

    def _follow(self, line: Line, page: Page) -> Page:
        job, location = page.handle.split("/")
        query = {"maxResults": str(PAGE_ROWS), "timeoutMs": str(WAIT_MILLISECONDS)}
        query |= {"formatOptions.useInt64Timestamp": "true"} | ({"location": location} if location else {})
        if page.columns is not None:
            query["pageToken"] = str(page.following)
        return _page(_asked(line, "GET", self._path("queries", job, **query)), page.columns)

    def _cancel(self, line: Line, page: Page) -> None:
        job, location = page.handle.split("/")
        line.ask("POST", self._path("jobs", job, "cancel", **({"location": location} if location else {})))

    def _typed(self, native: str) -> ColumnType:
        return NATIVE.get(native.partition("(")[0], "other")

    def _value(self, native: str, value: Any) -> Any:
        if native.startswith("["):
            return [None if v is None else self._value(native[1:], v) for v in (one["v"] for one in value)]
        read = VALUES.get(native.partition("(")[0])
        return read(value) if read else _plain(value)

    def _failed(self, error: Failed, seconds: float) -> ClaribiError:
        if error.code in ENDED or "timed out" in error.said:
            return QueryTimeout(f"The query was stopped after {seconds:g} seconds")
        if error.code in BUSY:
            return SourceUnavailable(f"{self._where} takes no more queries for now: {error.said}")
        if error.code == "bytesBilledLimitExceeded":
            most = self._settings.max_bytes_billed or MAX_BYTES_BILLED
            return QueryError(
                f"The query would read more than the {most / 1024**3:,.1f} GiB that one may "
                "(max_bytes_billed of the source); narrow it down, for example to a period "
                "by which the table is partitioned"
            )
        if error.code == "accessDenied":
            return ValidationFailed(
                f"{self._where}: service account {self._settings.user} may not do this: {error.said}"
            )
        hint = "; if the source has changed, refresh its tables" * bool(GONE.search(error.said))
        return QueryError(f"{error.said}{hint}")


INFORMATION = "INFORMATION_SCHEMA"
COLUMNS = (
    exp.select("c.table_name", "c.column_name", "c.data_type", "p.description")
    .from_(exp.table_("COLUMNS", db=INFORMATION, alias="c"))
    .join(
        exp.table_("COLUMN_FIELD_PATHS", db=INFORMATION, alias="p"),
        on="p.table_name = c.table_name AND p.field_path = c.column_name",
    )
    .order_by("c.table_name", "c.ordinal_position")
)
COUNTS = exp.select("table_id", "row_count").from_(exp.table_("__TABLES__"))
COMMENTS = (
    exp.select("table_name", "option_value")
    .from_(exp.table_("TABLE_OPTIONS", db=INFORMATION))
    .where("option_name = 'description'")
)


class _Token(msgspec.Struct):
    access_token: str


class _Reference(msgspec.Struct, rename="camel"):
    dataset_id: str = ""
    job_id: str = ""
    location: str = ""


class _Dataset(msgspec.Struct, rename="camel"):
    dataset_reference: _Reference


class _Datasets(msgspec.Struct, rename="camel"):
    datasets: list[_Dataset] = []
    next_page_token: str | None = None


class _Field(msgspec.Struct):
    name: str
    type: str
    mode: str = "NULLABLE"


class _Schema(msgspec.Struct):
    fields: list[_Field] = []


class _Cell(msgspec.Struct):
    v: Any = None


class _Row(msgspec.Struct):
    f: list[_Cell] = []


class _Answer(msgspec.Struct, rename="camel"):
    """What the service calls a QueryResponse, as far as it matters here."""

    job_complete: bool
    job_reference: _Reference
    schema: _Schema | None = None
    rows: list[_Row] = []
    page_token: str | None = None


def _read(answer: tuple[int, Any], kind: Any) -> Any:
    try:
        return msgspec.convert(answer[1], kind)
    except msgspec.ValidationError:
        raise Refusal(*answer) from None


def _asked(line: Line, method: str, path: str, **request: Any) -> _Answer:
    try:
        answer = line.ask(method, path, **request)
    except Refusal as refusal:
        error = refusal.body.get("error") if isinstance(refusal.body, dict) else None
        if refusal.status in {400, 403, 404} and isinstance(error, dict):
            listed = error.get("errors") or [{}]
            raise Failed(str(listed[0].get("reason", "")), str(error.get("message", ""))) from None
        raise
    told: _Answer = _read(answer, _Answer)
    if not IDENTIFIER.fullmatch(f"{told.job_reference.job_id}/{told.job_reference.location}"):
        # They become parts of addresses.
        raise Refusal(*answer)
    return told


def _page(told: _Answer, columns: list[tuple[str, str]] | None) -> Page:
    handle = f"{told.job_reference.job_id}/{told.job_reference.location}"
    if not told.job_complete:
        return Page(None, [], handle, handle)
    if columns is None:
        fields = told.schema.fields if told.schema else []
        columns = [(f.name, f"{'[' * (f.mode == 'REPEATED')}{f.type}") for f in fields]
    rows = [[cell.v for cell in row.f] for row in told.rows]
    return Page(columns, rows, handle, told.page_token or None)


def _parameter(position: int, value: Any) -> dict[str, Any]:
    """A value as the service binds it: a text, and the type that it is read as."""
    return {
        "name": f"p{position}",
        "parameterType": {"type": _kind(value)},
        "parameterValue": {"value": _sent(value)},
    }


def _kind(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value not in LONG:
        return "BIGNUMERIC"
    return KINDS.get(type(value), "STRING")


KINDS: Mapping[type, str] = {
    bool: "BOOL",
    int: "INT64",
    float: "FLOAT64",
    Decimal: "BIGNUMERIC",
    datetime: "DATETIME",
    date: "DATE",
}


def _sent(value: Any) -> str | None:
    return None if value is None else as_text(value)


def _text(said: str | None) -> str | None:
    """A text as TABLE_OPTIONS has it: a literal of SQL."""
    if not said:
        return said
    try:
        return str(msgspec.json.decode(said))
    except msgspec.DecodeError:
        return said.strip("\"'")


def _plain(value: Any) -> Any:
    """A record's values without the names of the protocol."""
    if isinstance(value, dict) and "f" in value:
        return [_plain(cell.get("v")) for cell in value["f"]]
    if isinstance(value, list):
        return [_plain(cell.get("v")) for cell in value]
    return value


VALUES: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("INT64", "INTEGER"), int),
    **dict.fromkeys(("FLOAT64", "FLOAT"), float),
    **dict.fromkeys(("NUMERIC", "BIGNUMERIC"), Decimal),
    **dict.fromkeys(("BOOL", "BOOLEAN"), lambda text: text == "true"),
    "DATE": date.fromisoformat,
    "DATETIME": datetime.fromisoformat,
    "TIMESTAMP": lambda text: EPOCH + timedelta(microseconds=int(text)),
    "TIME": time.fromisoformat,
    "BYTES": b64decode,
    "JSON": msgspec.json.decode,
}
