"""HTTP of questions in words."""

from typing import Annotated, Any

from fastapi import Depends, Request

from claribi.accounts.routing import Caller, guarded, router
from claribi.ask import schemas
from claribi.ask.service import Asking
from claribi.http.ids import ObjectId
from claribi.http.pages import Page, Paged

analyses = router("Analysis")
RUN = guarded("analysis:run")


async def _asking(request: Request) -> Asking:
    return request.app.state.asking  # type: ignore[no-any-return]  # the state is untyped


Service = Annotated[Asking, Depends(_asking)]


@analyses.post(
    "/analysis",
    status_code=201,
    response_model=schemas.AnalysisDetail,
    openapi_extra=guarded("analysis:run", generation=True),
)
def ask(caller: Caller, body: schemas.NewAnalysis, service: Service) -> Any:
    """Ask a question in words, in English.

    The answer shows how each phrase was read, what was decided where the question leaves it open, and the
    query that was run. What is not understood is told (`status` is `unclear`); nothing is guessed. With a
    `session_id` the question may go on from the answer before. What is to come (`revenue next quarter`) is
    forecast, with its 80 % range and how far off such forecasts have been; what stands out (`unusual days in
    sales`) is looked for in the series as a whole.
    """
    return service.ask(
        caller,
        body.question,
        source_id=body.source_id,
        model_id=body.model_id,
        session_id=body.session_id,
    )


@analyses.get("/analysis", response_model=Page[schemas.AnalysisOut], openapi_extra=RUN)
def list_analyses(caller: Caller, page: Paged, service: Service) -> Any:
    """The questions that you have asked, the newest first."""
    return service.list_page(caller, page)


@analyses.get("/analysis/{analysis_id}", response_model=schemas.AnalysisDetail, openapi_extra=RUN)
def get_analysis(caller: Caller, analysis_id: ObjectId, service: Service) -> Any:
    """A question that you have asked, with its answer."""
    return service.get(caller, analysis_id)
