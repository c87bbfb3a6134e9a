"""What a chart shows, in a sentence, for those who can't see it."""

from collections.abc import Sequence

from claribi.charts.frame import Frame, Line, Rows, UnknownColumn, frame, human
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
    if spec.type == "text" or not rows:
        return "" if spec.type == "text" else "no data"
    match spec.type:
        case "table":
            return f"{_counted(len(rows), 'row')} of {', '.join(human(column.name) for column in columns)}"
        case "metric" | "gauge":
            return _level(spec, columns, rows)
        case "scatter":
            return _counted(len(rows), "point")
        case "heatmap":
            return _range(frame(spec, columns, rows, len(rows)))
    return _over_axis(frame(spec, columns, rows))


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _range(made: Frame) -> str:
    known = [value for value in made.values if value is not None]
    if not known:
        return "no data"
    low, high = (made.style.short(value, unit=True) for value in (min(known), max(known)))
    size = f"{len(made.lines):,} by {_counted(len(made.labels), 'cell')}"
    return f"{size}, from {low} to {high}"


def _over_axis(made: Frame) -> str:
    if made.empty:
        return "no data"
    parts = [_series(made, line) for line in made.lines[:SERIES_TOLD]]
    more = len(made.lines) - SERIES_TOLD
    parts += [f"and {more} more series"] if more > 0 else []
    parts += [] if made.target is None else [f"a line at {made.style.short(made.target, unit=True)}"]
    return "; ".join(parts)


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
