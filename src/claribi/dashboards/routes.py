"""HTTP of the dashboards wing."""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from claribi.accounts.principal import Principal
from claribi.accounts.routing import Caller, guarded, router
from claribi.charts.render import Renderer
from claribi.core.errors import Conflict
from claribi.dashboards import schemas
from claribi.dashboards.service import Dashboards, present, present_answer, present_widget
from claribi.http import events
from claribi.http.conditional import check_if_match, etag, not_modified
from claribi.http.ids import Deleted, Id, ObjectId
from claribi.http.pages import Page, Paged
from claribi.query.encoding import to_json

dashboards = router("Dashboards")
JSON = "application/json"
IMAGES = {"svg": "image/svg+xml", "png": "image/png"}


async def _dashboards(request: Request) -> Dashboards:
    return request.app.state.dashboards  # type: ignore[no-any-return]  # the state is untyped


Service = Annotated[Dashboards, Depends(_dashboards)]
READ = guarded("dashboards:read")
LIST = guarded("dashboards:read", remembered=True)
UPDATE = guarded("dashboards:update")


@dashboards.get("/dashboards", response_model=Page[schemas.DashboardOut], openapi_extra=LIST)
def list_dashboards(
    caller: Caller,
    page: Paged,
    service: Service,
    source_id: Annotated[Id | None, Query(description="Those made from this source by themselves.")] = None,
) -> Response:
    """List all dashboards."""
    return Response(to_json(service.list_page(caller, page, source_id=source_id)), media_type=JSON)


@dashboards.post(
    "/dashboards",
    status_code=201,
    response_model=schemas.DashboardDetail,
    openapi_extra=guarded("dashboards:create"),
)
def create_dashboard(caller: Caller, body: schemas.NewDashboard, service: Service) -> Response:
    """Create a dashboard; its widgets are answered at once."""
    created = service.create(caller, body)
    return Response(to_json(present(created)), 201, headers={"ETag": etag(created)}, media_type=JSON)


@dashboards.post(
    "/dashboards/sketch",
    status_code=200,
    response_model=schemas.Sketched,
    openapi_extra=guarded("analysis:run"),
)
def sketch_widgets(caller: Caller, body: schemas.Sketches, service: Service) -> Response:
    """What widgets would show; nothing is kept but the proofs. To try one out, or to see others filtered."""
    sketched = service.sketch(caller, body.widgets)
    return Response(to_json({"widgets": [present_answer(widget) for widget in sketched]}), media_type=JSON)


@dashboards.get("/dashboards/broken-widgets", response_model=schemas.BrokenWidgets, openapi_extra=READ)
def list_broken_widgets(
    caller: Caller,
    service: Service,
    source_id: Annotated[Id, Query(description="The source whose tables have changed.")],
) -> Any:
    """The widgets that ask a source for tables or columns that it has no more."""
    return {"source_id": source_id, "widgets": service.broken(caller, source_id)}


@dashboards.get("/dashboards/{dashboard_id}", response_model=schemas.DashboardDetail, openapi_extra=READ)
def get_dashboard(request: Request, caller: Caller, dashboard_id: ObjectId, service: Service) -> Response:
    """A dashboard with its widgets, their layout and their latest data."""
    found = service.get(caller, dashboard_id)
    tag = etag(found)
    return _unchanged(request, caller, tag) or Response(
        to_json(present(found)), headers={"ETag": tag}, media_type=JSON
    )


@dashboards.patch("/dashboards/{dashboard_id}", response_model=schemas.DashboardDetail, openapi_extra=UPDATE)
def change_dashboard(
    request: Request,
    caller: Caller,
    dashboard_id: ObjectId,
    body: schemas.ChangedDashboard,
    service: Service,
) -> Response:
    """Change a dashboard's name or description, or all its widgets in one go."""
    changed = service.change(caller, dashboard_id, body, lambda d: check_if_match(request, etag(d)))
    return Response(to_json(present(changed)), headers={"ETag": etag(changed)}, media_type=JSON)


@dashboards.delete("/dashboards/{dashboard_id}", openapi_extra=guarded("dashboards:delete"))
def delete_dashboard(request: Request, caller: Caller, dashboard_id: ObjectId, service: Service) -> Deleted:
    """Delete a dashboard and its widgets."""
    return Deleted(id=service.delete(caller, dashboard_id, lambda d: check_if_match(request, etag(d))))


@dashboards.post(
    "/dashboards/{dashboard_id}/refresh",
    status_code=201,
    response_model=schemas.Refreshed,
    responses={201: {"content": {events.MEDIA_TYPE: {}}}},
    openapi_extra=guarded("dashboards:refresh", generation=True),
)
def refresh_dashboard(request: Request, caller: Caller, dashboard_id: ObjectId, service: Service) -> Any:
    """Run every widget's query against its source. One broken widget breaks no other.

    With `Accept: text/event-stream` the answer comes as it goes: an event `widget` with each widget once it
    is answered, data and chart among it, and at the end an event `refreshed` with what others get.
    """
    if events.wants_events(request):
        news = (one and (one[0], to_json(one[1])) for one in service.refreshing(caller, dashboard_id))
        return StreamingResponse(events.told(news), 201, media_type=events.MEDIA_TYPE)
    return service.refresh(caller, dashboard_id)


@dashboards.post(
    "/dashboards/{dashboard_id}/widgets",
    status_code=201,
    response_model=schemas.WidgetOut,
    openapi_extra=UPDATE,
)
def add_widget(caller: Caller, dashboard_id: ObjectId, body: schemas.NewWidget, service: Service) -> Response:
    """Add a widget to a dashboard; it is answered at once."""
    widget = service.add_widget(caller, dashboard_id, body)
    return Response(to_json(present_widget(widget)), 201, headers={"ETag": etag(widget)}, media_type=JSON)


@dashboards.get(
    "/dashboards/{dashboard_id}/widgets/{widget_id}", response_model=schemas.WidgetOut, openapi_extra=READ
)
def get_widget(
    request: Request, caller: Caller, dashboard_id: ObjectId, widget_id: ObjectId, service: Service
) -> Response:
    """A widget with its latest data and chart."""
    widget = service.widget(caller, dashboard_id, widget_id)
    tag = etag(widget)
    return _unchanged(request, caller, tag) or Response(
        to_json(present_widget(widget)), headers={"ETag": tag}, media_type=JSON
    )


@dashboards.patch(
    "/dashboards/{dashboard_id}/widgets/{widget_id}", response_model=schemas.WidgetOut, openapi_extra=UPDATE
)
def change_widget(
    request: Request,
    caller: Caller,
    dashboard_id: ObjectId,
    widget_id: ObjectId,
    body: schemas.ChangedWidget,
    service: Service,
) -> Response:
    """Change a widget; unless only its place changes, it is answered anew."""
    widget = service.change_widget(
        caller, dashboard_id, widget_id, body, lambda w: check_if_match(request, etag(w))
    )
    return Response(to_json(present_widget(widget)), headers={"ETag": etag(widget)}, media_type=JSON)


@dashboards.delete("/dashboards/{dashboard_id}/widgets/{widget_id}", openapi_extra=UPDATE)
def delete_widget(
    request: Request, caller: Caller, dashboard_id: ObjectId, widget_id: ObjectId, service: Service
) -> Deleted:
    """Take a widget off its dashboard."""
    return Deleted(
        id=service.delete_widget(caller, dashboard_id, widget_id, lambda w: check_if_match(request, etag(w)))
    )


@dashboards.get(
    "/dashboards/{dashboard_id}/widgets/{widget_id}/chart.{image}",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in IMAGES.values()}}},
    openapi_extra=READ,
)
def get_chart(
    request: Request,
    caller: Caller,
    dashboard_id: ObjectId,
    widget_id: ObjectId,
    image: Literal["svg", "png"],
    service: Service,
    width: Annotated[int, Query(ge=100, le=4000)] = 800,
    height: Annotated[int, Query(ge=60, le=4000)] = 450,
) -> Response:
    """The widget's chart as a picture, drawn from the same option that a browser gets."""
    widget = service.widget(caller, dashboard_id, widget_id)
    if widget.chart is None:
        raise Conflict(f"Widget {widget.id} has no data to draw: {widget.error or 'refresh its dashboard'}")
    tag = etag(widget, f"{image}-{width}-{height}")
    if cached := _unchanged(request, caller, tag):
        return cached
    renderer: Renderer = request.app.state.renderer
    option = msgspec.json.decode(widget.chart)
    content: str | bytes = (
        renderer.svg(option, width, height) if image == "svg" else renderer.png(option, width, height)
    )
    return Response(content, media_type=IMAGES[image], headers={"ETag": tag})


def _unchanged(request: Request, caller: Principal, tag: str) -> Response | None:
    """The 304, but for those whose answers can change while the dashboard doesn't."""
    return None if caller.has_access_rules else not_modified(request, tag)
