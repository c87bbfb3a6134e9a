"""HTTP of the sources wing."""

from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from claribi.accounts.routing import Caller, guarded, router
from claribi.accounts.routing import caller as calling
from claribi.http.conditional import check_if_match, etag, not_modified
from claribi.http.ids import Deleted, ObjectId
from claribi.http.multipart import read_form
from claribi.http.pages import Page, Paged
from claribi.sources import schemas
from claribi.sources.connectors.registry import ENGINES
from claribi.sources.databases import Databases
from claribi.sources.history import History
from claribi.sources.presentation import present, present_database, present_tables
from claribi.sources.service import Sources
from claribi.sources.web.routes import WebSourcesService

sources = router("Data sources")
FILES: dict[str, Any] = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {
                "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                "name": {"type": "string", "maxLength": 200},
                "description": {"type": "string"},
            },
        }
    }
}
# The model inside is in the document already, for trying connections out.
DATABASE = schemas.NewDatabase.model_json_schema(ref_template="#/components/schemas/{model}")
DATABASE.pop("$defs", None)
UPLOAD = {"requestBody": {"required": True, "content": FILES}}
UPLOAD_OR_DATABASE = {
    "requestBody": {"required": True, "content": FILES | {"application/json": {"schema": DATABASE}}}
}


async def _sources(request: Request) -> Sources:
    return request.app.state.sources  # type: ignore[no-any-return]  # the state is untyped


async def _databases(request: Request) -> Databases:
    return request.app.state.databases  # type: ignore[no-any-return]  # as above


async def _history(request: Request) -> History:
    return request.app.state.source_history  # type: ignore[no-any-return]  # as above


SourcesService = Annotated[Sources, Depends(_sources)]
HistoryService = Annotated[History, Depends(_history)]
DatabasesService = Annotated[Databases, Depends(_databases)]


@sources.get(
    "/data-sources",
    response_model=Page[schemas.SourceOut],
    openapi_extra=guarded("data_sources:read", remembered=True),
)
def list_sources(
    caller: Caller,
    page: Paged,
    service: SourcesService,
    status: Annotated[
        Literal["preprocessing", "active", "error", "paused", "all"] | None,
        Query(description="Default: active."),
    ] = None,
    source_type: Annotated[schemas.SourceType | None, Query(alias="type")] = None,
    engine: Annotated[str | None, Query(max_length=40)] = None,
) -> Any:
    """List data sources: the active ones unless a status is asked for."""
    return service.list_page(caller, page, status=status, source_type=source_type, engine=engine)


@sources.post(
    "/data-sources",
    status_code=201,
    response_model=schemas.SourceOut,
    openapi_extra=guarded("data_sources:create") | UPLOAD_OR_DATABASE,
)
async def create_source(request: Request, service: SourcesService, databases: DatabasesService) -> Any:
    """Upload files, or connect a database. The source is `preprocessing` until it is `active`."""
    who = calling(request)
    if request.headers.get("content-type", "").startswith("application/json"):
        wanted = _validated(await request.body())
        return present(await run_in_threadpool(databases.create, who, wanted))
    with service.inbox(who, "data_sources:create") as inbox:
        form = await read_form(request, inbox)
        name, description = form.get("name"), form.get("description", "")
        created = await run_in_threadpool(service.upload, who, inbox, name=name, description=description)
    return present(created)


@sources.post(
    "/data-sources/{source_id}/versions",
    status_code=201,
    response_model=schemas.SourceOut,
    openapi_extra=guarded("data_sources:update") | UPLOAD,
)
async def replace_source(request: Request, source_id: ObjectId, service: SourcesService) -> Any:
    """Upload a new version of a source's files. The old one is served until the new one is whole."""
    who = calling(request)
    await run_in_threadpool(service.get, who, source_id)
    with service.inbox(who, "data_sources:update") as inbox:
        await read_form(request, inbox)
        replaced = await run_in_threadpool(service.replace, who, source_id, inbox)
    return present(replaced)


@sources.get(
    "/data-sources/engines",
    response_model=schemas.EngineList,
    openapi_extra=guarded("data_sources:read"),
)
def list_engines(caller: Caller) -> Any:
    """The kinds of databases that can be connected."""
    caller.require("data_sources:read")
    return {
        "engines": [
            {
                "engine": name,
                "title": kind.title,
                "port": kind.port,
                "is_installed": kind.is_installed,
                "install": f"pip install 'claribi[{kind.extra}]'" if kind.extra else None,
            }
            for name, kind in ENGINES.items()
        ]
    }


@sources.post(
    "/data-sources/test",
    response_model=schemas.TestedConnection,
    openapi_extra=guarded("data_sources:create"),
)
def test_connection(caller: Caller, body: schemas.NewConnection, databases: DatabasesService) -> Any:
    """Try a connection out; nothing is kept."""
    return {"server": databases.try_out(caller, body)}


@sources.get(
    "/data-sources/{source_id}",
    response_model=schemas.SourceDetail,
    openapi_extra=guarded("data_sources:read"),
)
def get_source(
    request: Request, response: Response, caller: Caller, source_id: ObjectId, service: SourcesService
) -> Any:
    """A data source with its tables, columns and rejected rows."""
    source, version = service.detail(caller, source_id)
    tag = etag(source)
    response.headers["ETag"] = tag
    _, rules = service.access(caller, source.id)
    shown = present(source) | present_database(source) | present_tables(version, rules)
    # What somebody may see can change without the source.
    return (None if rules else not_modified(request, tag)) or shown


@sources.get(
    "/data-sources/{source_id}/schema",
    response_model=schemas.SchemaOut,
    openapi_extra=guarded("data_sources:read"),
)
def get_schema(caller: Caller, source_id: ObjectId, service: SourcesService) -> Any:
    """The tables and columns of a data source."""
    source, version = service.detail(caller, source_id)
    _, rules = service.access(caller, source.id)
    return {"id": source.id, "status": source.status} | present_tables(version, rules)


@sources.patch(
    "/data-sources/{source_id}",
    response_model=schemas.SourceOut,
    openapi_extra=guarded("data_sources:update"),
)
def change_source(
    request: Request,
    response: Response,
    caller: Caller,
    source_id: ObjectId,
    body: schemas.ChangedSource,
    service: SourcesService,
) -> Any:
    """Change a data source's name or description."""
    source = service.change(caller, source_id, body, lambda s: check_if_match(request, etag(s)))
    response.headers["ETag"] = etag(source)
    return present(source)


@sources.patch(
    "/data-sources/{source_id}/connection",
    response_model=schemas.SourceOut,
    openapi_extra=guarded("data_sources:update"),
)
def change_connection(
    request: Request,
    response: Response,
    caller: Caller,
    source_id: ObjectId,
    body: schemas.ChangedConnection,
    databases: DatabasesService,
) -> Any:
    """Change how a database is reached. It is tried out first; another host needs the password anew."""
    source = databases.reconnect(caller, source_id, body, lambda s: check_if_match(request, etag(s)))
    response.headers["ETag"] = etag(source)
    return present(source)


@sources.post(
    "/data-sources/{source_id}/test",
    response_model=schemas.TestedConnection,
    openapi_extra=guarded("data_sources:sync"),
)
def test_source(
    caller: Caller, source_id: ObjectId, databases: DatabasesService, web: WebSourcesService
) -> Any:
    """Try the connection of a database, or of a source on the web, out as it is kept."""
    service = web if web.has(caller, source_id) else databases
    return {"server": service.try_again(caller, source_id)}


@sources.post(
    "/data-sources/{source_id}/sync",
    status_code=201,
    response_model=schemas.SourceOut,
    openapi_extra=guarded("data_sources:sync"),
)
def sync_source(caller: Caller, source_id: ObjectId, databases: DatabasesService) -> Any:
    """Bring a source up to date: a live database's list of tables, else the copy of it."""
    return present(databases.bring_up_to_date(caller, source_id))


@sources.get(
    "/data-sources/{source_id}/syncs",
    response_model=Page[schemas.SourceSyncOut],
    openapi_extra=guarded("data_sources:read"),
)
def list_syncs(
    caller: Caller,
    source_id: ObjectId,
    page: Paged,
    service: HistoryService,
    status: schemas.SyncStatus | None = None,
) -> Any:
    """The loads of a data source, the last hundred: uploads, copies, and looks at what a live one holds."""
    return service.list_page(caller, source_id, page, status=status)


@sources.patch(
    "/data-sources/{source_id}/sync",
    response_model=schemas.SourceOut,
    openapi_extra=guarded("data_sources:update"),
)
def change_sync(
    request: Request,
    caller: Caller,
    source_id: ObjectId,
    body: schemas.ChangedSync,
    databases: DatabasesService,
) -> Any:
    """Ask a database live from now on, or copy it, and how often; what comes from the web is copied."""
    return present(databases.change_sync(caller, source_id, body, lambda s: check_if_match(request, etag(s))))


@sources.post(
    "/data-sources/{source_id}/pause",
    response_model=schemas.SourceOut,
    openapi_extra=guarded("data_sources:update"),
)
def pause_source(caller: Caller, source_id: ObjectId, service: SourcesService) -> Any:
    """Ask a source no more, nor copy it, until it is resumed. What dashboards show stays."""
    return present(service.pause(caller, source_id))


@sources.post(
    "/data-sources/{source_id}/resume",
    response_model=schemas.SourceOut,
    openapi_extra=guarded("data_sources:update"),
)
def resume_source(caller: Caller, source_id: ObjectId, service: SourcesService) -> Any:
    """Ask a paused source again."""
    return present(service.resume(caller, source_id))


@sources.delete("/data-sources/{source_id}", openapi_extra=guarded("data_sources:delete"))
def delete_source(request: Request, caller: Caller, source_id: ObjectId, service: SourcesService) -> Deleted:
    """Delete a data source and all that was stored of it."""
    return Deleted(id=service.delete(caller, source_id, lambda s: check_if_match(request, etag(s))))


def _validated(body: bytes) -> schemas.NewDatabase:
    try:
        return schemas.NewDatabase.model_validate_json(body)
    except ValidationError as error:
        raise RequestValidationError(
            [{**problem, "loc": ("body", *problem["loc"])} for problem in error.errors()]
        ) from None
