"""HTTP of questions in words."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from claribi.accounts.routing import Caller, guarded, router
from claribi.ask import schemas
from claribi.ask.service import Asking
from claribi.http import events
from claribi.http.ids import ObjectId
from claribi.http.pages import Page, Paged
from claribi.query.encoding import to_json

analyses = router("Analysis")
RUN = guarded("analysis:run")


async def _asking(request: Request) -> Asking:
    return request.app.state.asking  # type: ignore[no-any-return]  # the state is untyped


Service = Annotated[Asking, Depends(_asking)]


@analyses.post(
    "/analysis",
    status_code=201,
    response_model=schemas.AnalysisDetail,
    responses={201: {"content": {events.MEDIA_TYPE: {}}}},
    openapi_extra=guarded("analysis:run", generation=True),
)
def ask(request: Request, caller: Caller, body: schemas.NewAnalysis, service: Service) -> Any:
    """Ask a question in words, in English.

    The answer shows how each phrase was read, what was decided where the question leaves it open, and the
    query that was run. What is not understood is told (`status` is `unclear`); nothing is guessed. With a
    `session_id` the question may go on from the answer before. What is to come (`revenue next quarter`) is
    forecast, with its 80 % range and how far off such forecasts have been; what stands out (`unusual days in
    sales`) is looked for in the series as a whole.

    With `Accept: text/event-stream` the answer comes as it goes: events `progress` with what was understood
    and what comes next, and at the end an event `analysis` with what others get, or `error`.
    """
    about = {"source_id": body.source_id, "model_id": body.model_id, "session_id": body.session_id}
    if events.wants_events(request):
        asked = service.asking(caller, body.question, **about)
        news = ((name, _json(name, what)) for name, what in asked)
        return StreamingResponse(events.told(news), 201, media_type=events.MEDIA_TYPE)
    return service.ask(caller, body.question, **about)


@analyses.get("/analysis", response_model=Page[schemas.AnalysisOut], openapi_extra=RUN)
def list_analyses(caller: Caller, page: Paged, service: Service) -> Any:
    """The questions that you have asked, the newest first."""
    return service.list_page(caller, page)


@analyses.get("/analysis/suggestions", response_model=schemas.Suggestions, openapi_extra=RUN)
def suggest(caller: Caller, about: Annotated[schemas.Subject, Query()], service: Service) -> Any:
    """Questions to begin with about a source or a semantic model; each can be answered."""
    return {"questions": service.suggestions(caller, about.source_id, about.model_id)}


@analyses.get("/analysis/{analysis_id}", response_model=schemas.AnalysisDetail, openapi_extra=RUN)
def get_analysis(caller: Caller, analysis_id: ObjectId, service: Service) -> Any:
    """A question that you have asked, with its answer."""
    return service.get(caller, analysis_id)


@analyses.get(
    "/analysis/{analysis_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {events.MEDIA_TYPE: {}}}},
    openapi_extra=RUN,
)
async def analysis_events(caller: Caller, analysis_id: ObjectId, service: Service) -> StreamingResponse:
    """A question that you have asked as server-sent events: an event `analysis` with its answer ends them."""

    async def again() -> dict[str, Any]:
        return await run_in_threadpool(service.get, caller, analysis_id)

    told = events.followed("analysis", await again(), again, lambda a: _json("analysis", a), lambda _: True)
    return StreamingResponse(told, media_type=events.MEDIA_TYPE)


def _json(name: str, what: dict[str, Any]) -> bytes:
    """The data of an event; an answer has what it has elsewhere."""
    if name != "analysis":
        return to_json(what)
    return schemas.AnalysisDetail.model_validate(what).model_dump_json().encode()
