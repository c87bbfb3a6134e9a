"""What a chart shows, in a sentence, for those who can't see it."""

from collections.abc import Sequence

from claribi.charts.frame import Frame, Line, Rows, UnknownColumn, frame
from claribi.charts.panels import metric
from claribi.charts.spec import ChartSpec
from claribi.query.schemas import ResultColumn

NAMES = {
    "line": "Line chart",
    "area": "Area chart",
    "bar": "Bar chart",
    "pie": "Pie chart",
    "scatter": "Scatter chart",
    "funnel": "Funnel chart",
    "gauge": "Gauge",
    "heatmap": "Heatmap",
    "table": "Table",
    "metric": "Metric",
    "text": "Text",
}
SERIES_TOLD = 3


def describe(spec: ChartSpec, columns: Sequence[ResultColumn], rows: Rows) -> str:
    """One sentence: kind, title, and what stands out."""
    start = f"{NAMES[spec.type]}: {spec.title}" if spec.title else NAMES[spec.type]
    try:
        about = _about(spec, columns, rows)
    except UnknownColumn:
        about = "no data"
    return f"{start}; {about}." if about else f"{start}."


def _about(spec: ChartSpec, columns: Sequence[ResultColumn], rows: Rows) -> str:
    if spec.type == "text":
        return ""
    if not rows:
        return "no data"
    match spec.type:
        case "table":
            return f"{len(rows):,} rows of {', '.join(column.name for column in columns)}"
        case "metric" | "gauge":
            return _level(spec, columns, rows)
        case "scatter":
            return f"{len(rows):,} points"
    return _over_axis(frame(spec, columns, rows))


def _over_axis(made: Frame) -> str:
    if made.empty:
        return "no data"
    parts = [_series(made, line) for line in made.lines[:SERIES_TOLD]]
    more = len(made.lines) - SERIES_TOLD
    return "; ".join([*parts, f"and {more} more series"] if more > 0 else parts)


def _level(spec: ChartSpec, columns: Sequence[ResultColumn], rows: Rows) -> str:
    shown = (metric(spec, columns, rows) or {}).get("metric")
    if shown is None:
        return "no data"
    change = shown["change_text"]
    return f"{shown['text']}, {change} against the period before" if change else str(shown["text"])


def _series(made: Frame, line: Line) -> str:
    known = [
        (value, label) for value, label in zip(line.values, made.labels, strict=True) if value is not None
    ]
    if not known:
        return f"{line.name} without values"
    most, least = max(known, key=lambda pair: pair[0]), min(known, key=lambda pair: pair[0])
    texts = [f"{made.style.short(value, unit=True)} at {label}" for value, label in (most, least)]
    over = f" from {known[0][1]} to {known[-1][1]}" if made.moments else ""
    if len(known) == 1:
        return f"{line.name} {texts[0]}"
    return f"{line.name}{over}, most {texts[0]}, least {texts[1]}"
