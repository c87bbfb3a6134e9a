"""Chart specifications as ECharts options: plain JSON, without a line of script.

What ECharts has no chart for comes under a key of its own, for whoever shows it:
`{"metric": {label, value, text, previous, previous_text, change, change_text, direction}}`, where `change` is
absolute, its text relative if possible, the direction `up`, `down` or `flat`, and what is not known null;
`{"table": {columns: [{name, numeric}], rows: [[text]], row_count}}`; `{"text": {markdown}}`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from claribi.charts import panels, parts
from claribi.charts.axes import bar, line, scatter
from claribi.charts.frame import Rows, UnknownColumn
from claribi.charts.spec import ChartSpec, ChartType
from claribi.charts.text import describe
from claribi.query.schemas import ResultColumn

Builder = Callable[[ChartSpec, Sequence[ResultColumn], Rows], dict[str, Any] | None]

BUILDERS: Mapping[ChartType, Builder] = {
    "metric": panels.metric,
    "table": panels.table,
    "text": panels.text,
    "line": line,
    "area": line,
    "bar": bar,
    "scatter": scatter,
    "pie": parts.pie,
    "funnel": parts.funnel,
    "gauge": parts.gauge,
    "heatmap": parts.heatmap,
}


def option(spec: ChartSpec, columns: Sequence[ResultColumn], rows: Rows) -> dict[str, Any]:
    """The option that browser and server draw. Data that can't be drawn give one that says so."""
    try:
        made = BUILDERS[spec.type](spec, columns, rows) or parts.message("No data")
    except UnknownColumn as unknown:
        made = parts.message(f"The data have no column “{unknown}”")
    return {**made, "aria": {"enabled": True, "label": {"description": describe(spec, columns, rows)}}}
