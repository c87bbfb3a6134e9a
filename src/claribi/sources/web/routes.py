"""HTTP of the sources on the web."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from claribi.accounts.routing import Caller, guarded, router
from claribi.http.conditional import check_if_match, etag
from claribi.http.ids import ObjectId
from claribi.sources.presentation import present
from claribi.sources.schemas import SourceOut, TestedConnection
from claribi.sources.web.schemas import ChangedWebConnection, NewWebConnection, NewWebSource
from claribi.sources.web.service import WebSources

web_sources = router("Data sources")


async def _web_sources(request: Request) -> WebSources:
    return request.app.state.web_sources  # type: ignore[no-any-return]  # the state is untyped


WebSourcesService = Annotated[WebSources, Depends(_web_sources)]


@web_sources.post(
    "/data-sources/web",
    status_code=201,
    response_model=SourceOut,
    openapi_extra=guarded("data_sources:create"),
)
def create_web_source(caller: Caller, body: NewWebSource, service: WebSourcesService) -> Any:
    """Copy data from the web, now and on a schedule. The source is `preprocessing` until it is `active`."""
    return present(service.create(caller, body))


@web_sources.post(
    "/data-sources/web/test",
    response_model=TestedConnection,
    openapi_extra=guarded("data_sources:create"),
)
def test_web_connection(caller: Caller, body: NewWebConnection, service: WebSourcesService) -> Any:
    """Look what is at an address; nothing is kept."""
    return {"server": service.try_out(caller, body)}


@web_sources.patch(
    "/data-sources/{source_id}/web",
    response_model=SourceOut,
    openapi_extra=guarded("data_sources:update"),
)
def change_web_connection(
    request: Request,
    response: Response,
    caller: Caller,
    source_id: ObjectId,
    body: ChangedWebConnection,
    service: WebSourcesService,
) -> Any:
    """Change where data come from. It is tried out first; another host needs the secret anew."""
    source = service.reconnect(caller, source_id, body, lambda s: check_if_match(request, etag(s)))
    response.headers["ETag"] = etag(source)
    return present(source)
