"""HTTP of the home wing."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from claribi.accounts.permissions import SIGNED_IN
from claribi.accounts.routing import Caller, guarded, router
from claribi.home import schemas
from claribi.home.service import Home
from claribi.http.ids import Deleted, ObjectId
from claribi.query.encoding import to_json

home = router("Home")


async def _home(request: Request) -> Home:
    return request.app.state.home  # type: ignore[no-any-return]  # the state is untyped


Service = Annotated[Home, Depends(_home)]


@home.get("/home", response_model=schemas.HomeOut, openapi_extra=guarded(SIGNED_IN))
def get_home(caller: Caller, service: Service) -> Response:
    """Your favourites, what you opened lately, and what changed since your last visit.

    What changed: dashboards whose data are others than they were, reports that were generated, forecasts
    that were computed, sources that were brought up to date, and which of these failed. A visit is over when
    nothing is heard of you for an hour. Reading this is no visit.
    """
    return Response(to_json(service.get(caller)), media_type="application/json")


@home.post("/home/visits", status_code=201, response_model=schemas.VisitOut, openapi_extra=guarded(SIGNED_IN))
def visit(caller: Caller, service: Service, body: schemas.NewVisit | None = None) -> Any:
    """Tell that you are here, and what you look at. The web application does it with every page."""
    opened = body and body.opened
    return {"since": service.visit(caller, (opened.type, opened.id) if opened else None)}


@home.post(
    "/dashboards/{dashboard_id}/favorite",
    status_code=201,
    response_model=schemas.FavoriteOut,
    openapi_extra=guarded("dashboards:read"),
)
def add_favorite_dashboard(caller: Caller, dashboard_id: ObjectId, service: Service) -> Any:
    """Make a dashboard one of your favourites."""
    return service.add_favorite(caller, "dashboard", dashboard_id)


@home.delete("/dashboards/{dashboard_id}/favorite", openapi_extra=guarded("dashboards:read"))
def remove_favorite_dashboard(caller: Caller, dashboard_id: ObjectId, service: Service) -> Deleted:
    """Take a dashboard out of your favourites; the dashboard itself stays."""
    return Deleted(id=service.remove_favorite(caller, "dashboard", dashboard_id))


@home.post(
    "/reports/{report_id}/favorite",
    status_code=201,
    response_model=schemas.FavoriteOut,
    openapi_extra=guarded("reports:read"),
)
def add_favorite_report(caller: Caller, report_id: ObjectId, service: Service) -> Any:
    """Make a report one of your favourites."""
    return service.add_favorite(caller, "report", report_id)


@home.delete("/reports/{report_id}/favorite", openapi_extra=guarded("reports:read"))
def remove_favorite_report(caller: Caller, report_id: ObjectId, service: Service) -> Deleted:
    """Take a report out of your favourites; the report itself stays."""
    return Deleted(id=service.remove_favorite(caller, "report", report_id))
