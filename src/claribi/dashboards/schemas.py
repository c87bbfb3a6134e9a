"""What goes in and out of the dashboards wing."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from claribi.charts.spec import ChartSpec, ChartType
from claribi.http.ids import Id
from claribi.query.schemas import AnyQuery

MAX_WIDGETS = 100
COLUMNS = 12


class Incoming(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Position(Incoming):
    """A place on the grid of 12 columns; rows are as many as it takes."""

    x: int = Field(default=0, ge=0, lt=COLUMNS)
    y: int = Field(default=0, ge=0, le=10_000)
    w: int = Field(default=6, ge=1, le=COLUMNS)
    h: int = Field(default=4, ge=1, le=100)

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if self.x + self.w > COLUMNS:
            raise ValueError(f"the widget reaches beyond the {COLUMNS} columns of the grid")
        return self


class NewWidget(Incoming):
    type: ChartType
    title: str = Field(default="", max_length=300)
    query: AnyQuery | None = None
    options: dict[str, Any] = Field(default_factory=dict, description="Fields of the chart specification.")
    position: Position = Field(default_factory=Position)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.type != "text" and self.query is None:
            raise ValueError(f"a {self.type} widget needs a query")
        spec_of(self.type, self.title, self.options)
        return self


class ChangedWidget(Incoming):
    type: ChartType | None = None
    title: str | None = Field(default=None, max_length=300)
    query: AnyQuery | None = None
    options: dict[str, Any] | None = None
    position: Position | None = None


class NewDashboard(Incoming):
    name: str = Field(min_length=1, max_length=300)
    description: str = Field(default="", max_length=5000)
    widgets: list[NewWidget] = Field(default_factory=list, max_length=MAX_WIDGETS)


class PlacedWidget(NewWidget):
    id: Id | None = Field(default=None, description="Of one that is there already; without it one is added.")


class ChangedDashboard(Incoming):
    name: str | None = Field(default=None, min_length=1, max_length=300)
    description: str | None = Field(default=None, max_length=5000)
    widgets: list[PlacedWidget] | None = Field(
        default=None,
        max_length=MAX_WIDGETS,
        description="All that it holds from now on; what is not among them is taken off.",
    )

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        ids = [widget.id for widget in self.widgets or [] if widget.id is not None]
        if len(set(ids)) < len(ids):
            raise ValueError("each widget can be there only once")
        return self


class Sketches(Incoming):
    widgets: list[NewWidget] = Field(min_length=1, max_length=MAX_WIDGETS)


class DashboardOut(BaseModel):
    id: int
    name: str
    description: str
    source_id: int | None
    widget_count: int
    refreshed_at: datetime | None
    created_at: datetime
    updated_at: datetime


class DataOut(BaseModel):
    columns: list[dict[str, Any]]
    rows: list[list[Any]]


class WidgetOut(BaseModel):
    id: int
    type: ChartType
    title: str
    query: dict[str, Any] | None
    options: dict[str, Any]
    position: Position
    data: DataOut | None
    chart: dict[str, Any] | None = Field(description="ECharts option.")
    refreshed_at: datetime | None
    error: str | None
    evidence_id: int | None


class Sketch(BaseModel):
    """What a widget would show. Exactly one of `chart` and `error` is there."""

    data: DataOut | None
    chart: dict[str, Any] | None = Field(description="ECharts option.")
    error: str | None
    evidence_id: int | None


class Sketched(BaseModel):
    widgets: list[Sketch] = Field(description="In the order in which they were asked for.")


class DashboardDetail(DashboardOut):
    widgets: list[WidgetOut]


class RefreshedWidget(BaseModel):
    id: int
    status: Literal["completed", "failed"]
    error: str | None
    elapsed_ms: float | None


class Refreshed(BaseModel):
    id: int
    status: Literal["completed", "partial", "failed"]
    refreshed_at: datetime
    widgets: list[RefreshedWidget]


def spec_of(chart_type: str, title: str, options: dict[str, Any]) -> ChartSpec:
    """The chart specification of a widget; ValueError that names the option which won't do."""
    try:
        return ChartSpec.model_validate({**options, "type": chart_type, "title": title})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"options.{name}: {first['msg']}") from None


class BrokenWidget(BaseModel):
    dashboard_id: int
    dashboard_name: str
    widget_id: int
    title: str
    reason: str = Field(description="What the source does not have.")


class BrokenWidgets(BaseModel):
    source_id: int
    widgets: list[BrokenWidget]
