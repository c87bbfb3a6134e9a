"""Chart specifications: what a widget shows, before anybody draws it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

ChartType = Literal[
    "metric", "line", "area", "bar", "pie", "scatter", "table", "funnel", "gauge", "heatmap", "text"
]
NumberFormat = Literal["auto", "integer", "number", "percent", "currency"]


class ChartSpec(BaseModel):
    """How the columns of a result become a picture.

    Attributes:
        x: The column on the category or time axis; the first dimension when empty.
        y: The columns that are drawn; every measure when empty.
        series: The column whose values split `y` into several series.
        horizontal: Bars lie, for long category names.
        decimals: Digits after the point; chosen from the data when empty.
        target: What the values are held against: a mark of a gauge, a line across a chart with axes.
        minimum, maximum: For a gauge.
        comparison: For a metric: show the change against the period before.
        change: In percent where it can be, or in the measure's unit; percentages of what can fall below 0
            mislead.
        text: For a text widget, Markdown.
    """

    model_config = ConfigDict(extra="forbid")

    type: ChartType
    title: str = Field(default="", max_length=300)
    x: str | None = None
    y: list[str] = Field(default_factory=list)
    series: str | None = None
    stacked: bool = False
    horizontal: bool = False
    format: NumberFormat = "auto"
    decimals: int | None = Field(default=None, ge=0, le=6)
    unit: str | None = Field(default=None, max_length=20)
    target: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    comparison: bool = False
    change: Literal["relative", "absolute"] = "relative"
    text: str | None = Field(default=None, max_length=20_000)
