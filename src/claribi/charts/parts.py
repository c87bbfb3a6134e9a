"""Charts without axes of their own: parts of a whole, steps, a level, a grid of cells."""

from collections.abc import Sequence
from typing import Any

from claribi.charts.axes import CONTAINED, bar, names_below, note
from claribi.charts.frame import OTHER, Frame, Rows, choose, frame, limited
from claribi.charts.numbers import Style, number, scale_of, style_of
from claribi.charts.spec import ChartSpec
from claribi.charts.theme import EMPTY, PALETTE, QUIET, RAMP, SMALL, TEXT_SIZE
from claribi.query.schemas import ResultColumn

# More slices can't be told apart; the smallest go together.
MOST_SLICES, MOST_STEPS = 8, 12
MOST_CELLS_ACROSS, MOST_CELLS_UP = 40, 24
# Values are written into cells while there is room for them.
WRITTEN_CELLS, WRITTEN_ACROSS = 80, 9
# The arc of a gauge without a maximum goes on for so much beyond the value and the target.
HEADROOM = 1.25
Option = dict[str, Any]
Parts = list[tuple[str, float]]


def message(text: str) -> Option:
    """An option that draws nothing but a quiet sentence."""
    style = {"fontSize": 14, "fontWeight": "normal"}
    return {"title": {"text": text, "left": "center", "top": "middle", "textStyle": style}}


def pie(spec: ChartSpec, columns: Sequence[ResultColumn], rows: Rows) -> Option | None:
    made = frame(spec, columns, rows)
    if any(value is not None and value < 0 for value in made.values):
        # Nothing can be a negative part of a whole.
        return bar(spec, columns, rows)
    shown = _slices(_parts(made))
    total = sum(value for _, value in shown)
    if not total:
        return None
    data = [_slice(name, value, value / total, i) for i, (name, value) in enumerate(shown)]
    series = {
        "type": "pie",
        "name": made.lines[0].name,
        "radius": ["45%", "70%"],
        "center": ["50%", "50%"],
        "data": data,
        "itemStyle": {"borderColor": "#fff", "borderWidth": 1},
        # Long enough that two lines of text above or below the ring stay off it.
        "labelLine": {"length": 18, "length2": 8},
        "label": {"lineHeight": 15, "fontSize": TEXT_SIZE},
    }
    return {"color": list(PALETTE), "tooltip": {"trigger": "item", "confine": True}, "series": [series]}


def _parts(made: Frame) -> Parts:
    """The values of the first series that are more than nothing."""
    if not made.lines:
        return []
    pairs = zip(made.labels, made.lines[0].values, strict=True)
    return [(label, value) for label, value in pairs if value is not None and value > 0]


def _slices(parts: Parts) -> Parts:
    ordered = sorted(parts, key=lambda part: -part[1])
    if len(ordered) <= MOST_SLICES:
        return ordered
    rest = ordered[MOST_SLICES - 1 :]
    return [*ordered[: MOST_SLICES - 1], (f"{OTHER} ({len(rest):,})", sum(value for _, value in rest))]


def _slice(name: str, value: float, share: float, position: int) -> Option:
    color = QUIET if name.startswith(f"{OTHER} (") else PALETTE[position % len(PALETTE)]
    label = {"formatter": f"{_plain(_short(name))}\n{share:.1%}".replace("%", " %")}
    return {"name": name, "value": value, "itemStyle": {"color": color}, "label": label}


def _short(name: str, most: int = 24) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _plain(name: str) -> str:
    """Without the braces that ECharts would read as a template."""
    return name.replace("{", "(").replace("}", ")")


def funnel(spec: ChartSpec, columns: Sequence[ResultColumn], rows: Rows) -> Option | None:
    """Steps with their share of the largest. Values below zero are no steps: they come as bars."""
    made = limited(frame(spec, columns, rows), MOST_STEPS)
    if any(value is not None and value < 0 for value in made.values):
        return bar(spec, columns, rows)
    steps = _parts(made)
    if not steps:
        return None
    largest = max(value for _, value in steps)
    data = [_step(name, value, value / largest, made.style) for name, value in steps]
    series = {
        "type": "funnel",
        "name": made.lines[0].name,
        "data": data,
        "sort": "descending",
        "gap": 3,
        "left": "6%",
        "width": "54%",
        "top": 12,
        "bottom": 26 if made.note else 12,
        "minSize": "4%",
        "label": {"position": "right", "fontSize": TEXT_SIZE, "lineHeight": 15},
        "labelLine": {"length": 12, "lineStyle": {"color": QUIET}},
        "color": list(PALETTE),
    }
    option: Option = {"tooltip": {"trigger": "item", "confine": True}, "series": [series]}
    return {**option, "title": note(made.note)} if made.note else option


def _step(name: str, value: float, share: float, style: Style) -> Option:
    shown = f"{style.text(value / style.factor)}  ({share:.1%})".replace("%", " %")
    return {"name": name, "value": value, "label": {"formatter": f"{_plain(_short(name, 30))}\n{shown}"}}


def gauge(spec: ChartSpec, columns: Sequence[ResultColumn], rows: Rows) -> Option | None:
    measure = next(iter(choose(spec, columns).y), None)
    value = number(rows[-1][measure]) if rows and measure is not None else None
    if measure is None or value is None:
        return None
    style = style_of(spec, [value])
    low, high = _ends(spec, style, value)
    shown = value * style.factor
    width = 16
    series: Option = {
        "type": "gauge",
        "min": low,
        "max": high,
        "startAngle": 200,
        "endAngle": -20,
        "radius": "95%",
        "center": ["50%", "62%"],
        "progress": {"show": True, "width": width, "itemStyle": {"color": PALETTE[0]}},
        "axisLine": {"lineStyle": {"width": width, "color": [[1, EMPTY]]}},
        "axisTick": {"show": False},
        "splitLine": {"show": False},
        "axisLabel": {"show": False},
        "pointer": {"show": False},
        "anchor": {"show": False},
        "detail": {
            "formatter": style.text(value),
            "fontSize": 28,
            "fontWeight": 600,
            "offsetCenter": [0, "-5%"],
        },
        "title": {"offsetCenter": [0, "22%"], "fontSize": TEXT_SIZE},
        "data": [{"value": shown, "name": f"{style.tick(low)} to {style.tick(high)}"}],
    }
    targets = [_target(series, spec.target, style)] if spec.target is not None else []
    return {"tooltip": {"show": False}, "series": [series, *targets]}


def _ends(spec: ChartSpec, style: Style, value: float) -> tuple[float, float]:
    known = [end * style.factor for end in (value, spec.target) if end is not None]
    scale = scale_of([*known, max(known) * HEADROOM], from_zero=True)
    low = scale.low if spec.minimum is None else spec.minimum * style.factor
    natural = 100.0 if style.factor > 1 and max(known) <= 100 else scale.high  # noqa: PLR2004 - percent
    high = natural if spec.maximum is None else spec.maximum * style.factor
    return low, high if high > low else low + 1


def _target(series: Option, target: float, style: Style) -> Option:
    """A second gauge over the first that shows nothing but a mark at the target."""
    mark = {"show": True, "length": "20%", "width": 3, "offsetCenter": [0, "-78%"], "icon": "rect"}
    plain = {key: series[key] for key in ("type", "min", "max", "startAngle", "endAngle", "radius", "center")}
    hidden = {key: {"show": False} for key in ("axisTick", "splitLine", "axisLabel", "detail", "anchor")}
    label = {"offsetCenter": [0, "36%"], "fontSize": TEXT_SIZE}
    return {
        **plain,
        **hidden,
        "axisLine": {"lineStyle": {"width": 0}},
        "pointer": {**mark, "itemStyle": {"color": QUIET}},
        "title": label,
        "data": [{"value": target * style.factor, "name": f"Target {style.text(target)}"}],
    }


def heatmap(spec: ChartSpec, columns: Sequence[ResultColumn], rows: Rows) -> Option | None:
    """Cells: `x` across, `series` up, the first of `y` as colour."""
    chosen = choose(spec, columns)
    up = chosen.series
    if up is None:
        taken = {chosen.x, *chosen.y}
        up = next((i for i, c in enumerate(columns) if i not in taken and c.role != "measure"), None)
    if up is None:
        return bar(spec, columns, rows)
    named = columns[up].name
    split = spec.model_copy(update={"series": named, "y": [columns[i].name for i in chosen.y[:1]]})
    made = frame(split, columns, rows, MOST_CELLS_UP)
    made = made if made.moments else limited(made, MOST_CELLS_ACROSS)
    known = [value for value in made.values if value is not None]
    if not known:
        return None
    data = [
        {"value": [x, y, value], "label": {"formatter": made.style.short(value)}}
        for y, one in enumerate(made.lines)
        for x, value in enumerate(one.values)
        if value is not None
    ]
    low, high = min(known), max(known)
    written = len(data) <= WRITTEN_CELLS and len(made.labels) <= WRITTEN_ACROSS
    below = {"hideOverlap": True} if made.moments else names_below(made.labels)
    return {
        **({"title": note(made.note)} if made.note else {}),
        "tooltip": {"trigger": "item", "confine": True},
        "grid": {"left": 8, "right": 20, "top": 12, "bottom": 40, **CONTAINED},
        "xAxis": {**_cells(made.labels), "axisLabel": below},
        "yAxis": {**_cells([one.name for one in made.lines]), "inverse": True},
        "visualMap": {
            "min": low,
            "max": high if high > low else low + 1,
            "calculable": False,
            "orient": "horizontal",
            "left": "center",
            "bottom": 2,
            "itemHeight": 120,
            "itemWidth": 10,
            "inRange": {"color": list(RAMP)},
            "text": [made.style.short(high), made.style.short(low)],
        },
        "series": [
            {
                "type": "heatmap",
                "name": made.name,
                "data": data,
                "label": {"show": written, "fontSize": SMALL},
                "labelLayout": {"hideOverlap": True},
                "itemStyle": {"borderColor": "#fff", "borderWidth": 1},
                "progressive": 0,
            }
        ],
    }


def _cells(labels: list[str]) -> Option:
    label = {"hideOverlap": True, "width": 110, "overflow": "truncate"}
    bare = {"axisTick": {"show": False}, "axisLine": {"show": False}, "splitArea": {"show": False}}
    return {"type": "category", "data": labels, "axisLabel": label, **bare}
