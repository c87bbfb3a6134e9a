"""HTTP of the query wing."""

from typing import Annotated, Any, Literal

from fastapi import Body, Depends, Request, Response
from fastapi import Query as Parameter
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask

from claribi.accounts.routing import Caller, guarded, router
from claribi.http.ids import ObjectId
from claribi.query.downloads import Downloads
from claribi.query.encoding import body, plain, to_csv, to_json
from claribi.query.evidence import present_evidence
from claribi.query.export import FileFormat
from claribi.query.schemas import AnyQuery, ResultColumn
from claribi.query.service import Queries

queries = router("Query")
ARROW = "application/vnd.apache.arrow.stream"
CSV = "text/csv"
MEDIA: dict[FileFormat, str] = {
    "csv": CSV,
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "arrow": ARROW,
}
PREVIEW_ROWS = 100


class ResultOut(BaseModel):
    columns: list[ResultColumn]
    rows: list[list[Any]]
    row_count: int
    truncated: bool
    data_version: str
    evidence_id: int
    sql: str
    elapsed_ms: float
    cached: bool = Field(description="The answer was at hand, or somebody asked the same at the same time.")


class Value(BaseModel):
    value: Any
    rows: int


class Values(BaseModel):
    values: list[Value]
    more: bool = Field(description="There may be more than these.")


class SourceRead(BaseModel):
    source: str
    table: str
    dialect: str
    sql: str
    parameters: dict[str, Any]


class Explanation(BaseModel):
    sql: str
    parameters: dict[str, Any]
    dialect: str
    runs: Literal["source", "engine"] = Field(
        description="`source`: in the database where the rows are; `engine`: in DuckDB, over our own files."
    )
    data_version: str | None = Field(description="null for a live source: the moment of reading.")
    reads: list[SourceRead] = Field(
        description="Where tables of several sources meet: what is read first from each that is asked live."
    )
    cache: Literal["hit", "miss", "none"] = Field(
        description="Whether the answer is at hand. `none`: it is asked anew each time."
    )
    access_rules: list[str] = Field(description="The rules that leave only some rows or columns of it.")
    max_rows: int
    timeout_seconds: float


class EvidenceOut(BaseModel):
    evidence_id: int
    sql: str
    parameters: dict[str, Any]
    source_id: int
    data_version: str
    tables: dict[str, tuple[int, str]] | None = Field(
        description="Of a question to a model: the source and table that each name in the SQL stands for."
    )
    executed_at: str


async def _queries(request: Request) -> Queries:
    return request.app.state.queries  # type: ignore[no-any-return]  # the state is untyped


async def _downloads(request: Request) -> Downloads:
    return request.app.state.downloads  # type: ignore[no-any-return]  # the state is untyped


QueriesService = Annotated[Queries, Depends(_queries)]
DownloadsService = Annotated[Downloads, Depends(_downloads)]


@queries.post("/query", status_code=200, response_model=ResultOut, openapi_extra=guarded("analysis:run"))
def run_query(
    request: Request, caller: Caller, service: QueriesService, query: Annotated[AnyQuery, Body()]
) -> Response:
    """Ask a source: a structured query, or read-only SQL. JSON, CSV or Arrow, as `Accept` says."""
    wanted = request.headers.get("accept", "")
    if ARROW in wanted:
        return Response(service.arrow(caller, query), media_type=ARROW)
    result = service.ask(caller, query)
    if CSV in wanted:
        return Response(to_csv([c.name for c in result.columns], result.rows), media_type=CSV)
    return Response(to_json(body(result)), media_type="application/json")


@queries.post(
    "/query/download",
    status_code=200,
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA.values()}}},
    openapi_extra=guarded("analysis:run"),
)
def download_query(
    caller: Caller,
    service: DownloadsService,
    query: Annotated[AnyQuery, Body()],
    wanted: Annotated[FileFormat, Parameter(alias="format")] = "csv",
) -> Response:
    """The whole answer as a file: CSV, Excel or an Arrow stream, with millions of rows if need be."""
    path = service.write(caller, query, wanted)
    done = BackgroundTask(path.unlink, missing_ok=True)
    return FileResponse(path, media_type=MEDIA[wanted], filename=f"query.{wanted}", background=done)


@queries.post(
    "/query/explain", status_code=200, response_model=Explanation, openapi_extra=guarded("analysis:run")
)
def explain_query(caller: Caller, service: QueriesService, query: Annotated[AnyQuery, Body()]) -> Any:
    """What a query would run, in which dialect and where. Nothing is run."""
    return service.explain(caller, query)


@queries.get(
    "/data-sources/{source_id}/preview",
    response_model=ResultOut,
    openapi_extra=guarded("data_sources:read"),
)
def preview(
    caller: Caller,
    source_id: ObjectId,
    service: QueriesService,
    table: Annotated[str | None, Parameter(max_length=200)] = None,
    limit: Annotated[int, Parameter(ge=1, le=1000)] = PREVIEW_ROWS,
) -> Response:
    """The first rows of a table, of the source's first one when none is named."""
    return Response(
        to_json(body(service.preview(caller, source_id, table, limit))), media_type="application/json"
    )


@queries.get(
    "/data-sources/{source_id}/values", response_model=Values, openapi_extra=guarded("data_sources:read")
)
def list_values(
    caller: Caller,
    source_id: ObjectId,
    service: QueriesService,
    table: Annotated[str, Parameter(min_length=1, max_length=400)],
    column: Annotated[str, Parameter(min_length=1, max_length=200)],
    search: Annotated[str, Parameter(max_length=200, description="Only values with this text in them.")] = "",
    limit: Annotated[int, Parameter(ge=1, le=1000)] = 50,
) -> Any:
    """The values of a column, the most frequent first: what a filter offers while somebody types."""
    result = service.values(caller, source_id, table, column, search, limit)
    values = [{"value": plain(value), "rows": rows} for value, rows in result.rows]
    return {"values": values, "more": result.truncated or len(values) == limit}


@queries.get(
    "/evidence/{evidence_id}", response_model=EvidenceOut, openapi_extra=guarded("data_sources:read")
)
def get_evidence(caller: Caller, evidence_id: ObjectId, service: QueriesService) -> Any:
    """The proof of an answer: the statement, its parameters, the version of the data."""
    evidence = service.evidence(caller, evidence_id)
    return present_evidence(evidence) | {"tables": evidence.tables}
