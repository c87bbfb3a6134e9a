"""Widgets on the grid of 12 columns: metrics in one row on top, the rest two by two, tables across."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from claribi.charts.spec import ChartType
from claribi.query.schemas import Query

Position = dict[str, int]

COLUMNS = 12
METRIC_HEIGHT, CHART_HEIGHT, TABLE_HEIGHT = 2, 5, 6


@dataclass(frozen=True, slots=True)
class WidgetProposal:
    """A widget before anybody made it.

    Attributes:
        options: Fields of the chart specification beside type and title.
        position: `x`, `y`, `w`, `h` on the grid of 12 columns.
    """

    type: ChartType
    title: str
    query: Query
    options: dict[str, Any] = field(default_factory=dict)
    position: Position = field(default_factory=dict)


def place(widgets: Sequence[WidgetProposal]) -> list[WidgetProposal]:
    """The same widgets in the same order, each with its position."""
    metrics = [widget for widget in widgets if widget.type == "metric"]
    tables = [widget for widget in widgets if widget.type == "table"]
    charts = [widget for widget in widgets if widget.type not in {"metric", "table"}]
    top = METRIC_HEIGHT if metrics else 0
    placed = _row(metrics, 0, METRIC_HEIGHT)
    for start in range(0, len(charts), 2):
        placed += _row(charts[start : start + 2], top, CHART_HEIGHT)
        top += CHART_HEIGHT
    for number, table in enumerate(tables):
        placed += _row([table], top + number * TABLE_HEIGHT, TABLE_HEIGHT)
    return placed


def _row(widgets: Sequence[WidgetProposal], y: int, height: int) -> list[WidgetProposal]:
    width = COLUMNS // len(widgets) if widgets else COLUMNS
    return [
        replace(widget, position={"x": number * width, "y": y, "w": width, "h": height})
        for number, widget in enumerate(widgets)
    ]
