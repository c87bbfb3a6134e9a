"""Charts with two axes: lines, areas, bars and points.

The axis of values is drawn as two: the one that the series use shows no labels, and beside it stands one of
categories that has a ready text for each round tick. Without script, ECharts could not print 1.2M or $5.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from claribi.charts import times
from claribi.charts.frame import (
    MOST_CATEGORIES,
    MOST_SERIES,
    OTHER,
    Choice,
    Frame,
    Line,
    Rows,
    category,
    choose,
    frame,
    human,
    limited,
)
from claribi.charts.levels import levels, turned
from claribi.charts.numbers import Scale, Style, number, scale_of, style_of
from claribi.charts.spec import ChartSpec
from claribi.charts.theme import PALETTE, QUIET, SMALL
from claribi.query.schemas import ResultColumn
from claribi.sources.catalog import NUMERIC_TYPES

# So few points are each marked, so few bars each labelled.
MARKED, LABELLED = 40, 12
# A line breaks where the next point is further away than this many usual steps.
GAP = 7
# Names under and beside bars are cut at so many pixels, in a legend too; tooltips have them whole.
NAME_WIDTH, SLANTED_WIDTH, LYING_WIDTH = 110, 84, 150
LEGEND_ABOVE_WIDTH, LEGEND_BESIDE_WIDTH = 160, 120
LETTER_WIDTH = 7
# Up to so many series have their legend above the chart, more have it at the side.
SERIES_ABOVE = 4
MOST_LYING = 15
MOST_POINTS, LARGE = 5000, 400
# Each label of a time axis says all that its neighbours leave open.
TIME_LABELS = {
    "year": "{yyyy}",
    "month": "{MMM} {yyyy}",
    "day": "{d} {MMM}",
    "hour": "{HH}:{mm}",
    "minute": "{HH}:{mm}",
    "second": "{HH}:{mm}:{ss}",
    "millisecond": "{HH}:{mm}:{ss}",
}
# Labels and names of axes stay inside.
CONTAINED = {"outerBoundsMode": "same", "outerBoundsContain": "all"}
Option = dict[str, Any]


def line(spec: ChartSpec, columns: Sequence[ResultColumn], rows: Rows) -> Option | None:
    made = frame(spec, columns, rows)
    if made.empty:
        return None
    area = spec.type == "area"
    drawn = _stack(made) if area and spec.stacked else made.values
    scale = scale_of([*drawn, made.target], from_zero=area)
    continuous = bool(made.moments) and made.grain not in times.LONG_GRAINS
    at = [f"{moment.isoformat()}Z" for moment in made.moments] if continuous else None
    series = [
        {
            "type": "line",
            **_series(one, made.style, i),
            "data": _points(one, at, made.moments),
            "symbol": "circle",
            "symbolSize": 5,
            "showSymbol": _marked(made, one) and not (area and spec.stacked),
            **(_area(spec) if area else {}),
        }
        for i, one in enumerate(made.lines)
    ]
    across = _time_axis() if continuous else _categories(made, gaps=False)
    return _option(made, series, across, _values(scale, made), scale)


def bar(spec: ChartSpec, columns: Sequence[ResultColumn], rows: Rows) -> Option | None:
    made = frame(spec, columns, rows)
    if made.empty:
        return None
    made = made if made.moments else limited(made, MOST_LYING if spec.horizontal else MOST_CATEGORIES)
    stacked = spec.stacked and len(made.lines) > 1
    scale = scale_of([*(_stack(made) if stacked else made.values), made.target], from_zero=True)
    labelled = len(made.lines) == 1 and len(made.labels) <= LABELLED
    series = [
        {
            "type": "bar",
            **_series(one, made.style, i),
            "data": [_bar(v, spec, made.style) if labelled else v for v in one.values],
            "barMaxWidth": 36,
            "barCategoryGap": "30%",
            **({"stack": "all"} if stacked else {}),
        }
        for i, one in enumerate(made.lines)
    ]
    option = _option(made, series, _categories(made, gaps=True), _values(scale, made), scale)
    option["tooltip"]["axisPointer"] = {"type": "shadow"}
    return _turned(option) if spec.horizontal else option


def scatter(spec: ChartSpec, columns: Sequence[ResultColumn], rows: Rows) -> Option | None:
    """Points; with a column of names (a dimension) each point has its name."""
    chosen = choose(spec, columns)
    x, y = _two_measures(spec, columns, chosen)
    if x is None or y is None:
        return line(spec.model_copy(update={"type": "line"}), columns, rows)
    known = [r for r in rows if number(r[x]) is not None and number(r[y]) is not None][:MOST_POINTS]
    if not known:
        return None
    plain = spec.model_copy(update={"format": "auto", "unit": None, "decimals": None})
    styles = [style_of(plain, [r[x] for r in known]), style_of(spec, [r[y] for r in known])]
    names = next((i for i, c in enumerate(columns) if c.role == "dimension" and i != chosen.series), None)
    groups: dict[str, list[Option]] = {}
    for row in known:
        group = human(columns[y].name) if chosen.series is None else category(row[chosen.series])
        point: Option = {"value": [styles[0].drawn(row[x]), styles[1].drawn(row[y])]}
        if names is not None:
            point["name"] = category(row[names])
        groups.setdefault(_few(group, groups), []).append(point)
    frames = [Frame([], [Line(human(columns[i].name), [])], s) for i, s in zip((x, y), styles, strict=True)]
    note = f"The first {MOST_POINTS:,} of {len(rows):,}" if len(rows) > MOST_POINTS else ""
    return _scatter_option(groups, frames, note)


def _two_measures(
    spec: ChartSpec, columns: Sequence[ResultColumn], chosen: Choice
) -> tuple[int | None, int | None]:
    """The columns across and up; None where there is no such measure."""
    x, measures = chosen.x, chosen.y
    if spec.x is None:
        x, measures = (measures[0], measures[1:]) if len(measures) > 1 else (None, measures)
    if x is None or columns[x].type not in NUMERIC_TYPES:
        return None, None
    return x, next((i for i in measures if i != x), None)


def _few(group: str, known: Collection[str]) -> str:
    """Groups beyond those that can be told apart are one."""
    return group if group in known or len(known) < MOST_SERIES else OTHER


def _scatter_option(groups: dict[str, list[Option]], frames: list[Frame], note: str) -> Option:
    clouds = [_cloud(name, points, i) for i, (name, points) in enumerate(groups.items())]
    points = [point["value"] for points in groups.values() for point in points]
    scales = [scale_of([point[i] for point in points], from_zero=False) for i in (0, 1)]
    across, up = (_values(scale, one) for scale, one in zip(scales, frames, strict=True))
    across[1] |= {"nameLocation": "middle", "nameGap": 26, "nameTextStyle": {}}
    for axis in across:
        axis["position"] = "bottom"
    shell = Frame([], [Line(name, []) for name in groups], frames[1].style, note=note)
    option = _option(shell, clouds, across, up, scales[1])
    up[1]["name"] = _title(frames[1])
    return option | {"tooltip": {"trigger": "item", "confine": True}}


def _cloud(name: str, points: list[Option], position: int) -> Option:
    return {
        "type": "scatter",
        "name": name,
        "color": QUIET if name == OTHER else PALETTE[position % len(PALETTE)],
        "data": points,
        "symbolSize": 8 if len(points) <= LABELLED * 20 else 4,
        "itemStyle": {"opacity": 0.7},
        # All points in one go: there is no second frame on paper.
        "progressive": 0,
        "large": True,
        "largeThreshold": LARGE,
    }


def _option(
    made: Frame, series: list[Option], across: Option | list[Option], up: list[Option], scale: Scale
) -> Option:
    many = len(made.lines) > 1
    option: Option = {
        "color": list(PALETTE),
        "useUTC": True,
        "grid": {"left": 8, "right": 20, "top": 12, "bottom": 8, **CONTAINED},
        "tooltip": {"trigger": "axis", "confine": True},
        "xAxis": across,
        "yAxis": up,
        "series": series,
    }
    lines = levels(scale, made.style, made.target) if series[0]["type"] != "scatter" else None
    if lines is not None:
        series[0]["markLine"] = lines
    if lines is not None and scale.low < 0 < scale.high:
        # Names stand at the edge, not across the bars that go below.
        across["axisLine"] = {"onZero": False}  # type: ignore[call-overload]  # only clouds have several
    if many:
        up[1]["name"] = made.style.unit
        option["legend"], room = _legend([line.name for line in made.lines])
        option["grid"] |= room
    if made.note:
        option["title"] = note(made.note)
        option["grid"]["bottom"] = 26
    return option


def _legend(names: Sequence[str]) -> tuple[Option, Option]:
    """The legend, and the room that the grid leaves for it."""
    legend: Option = {"type": "scroll", "icon": "roundRect", "itemWidth": 14, "itemHeight": 8}
    if len(names) <= SERIES_ABOVE:
        short = {"width": LEGEND_ABOVE_WIDTH, "overflow": "truncate"}
        return {**legend, "textStyle": short, "top": 4, "left": 4}, {"top": 36}
    width = min(LETTER_WIDTH * (max(map(len, names)) + 1), LEGEND_BESIDE_WIDTH)
    beside = {"orient": "vertical", "right": 8, "top": 12, "align": "left"}
    return {**legend, **beside, "textStyle": {"width": width, "overflow": "truncate"}}, {"right": width + 48}


def note(text: str) -> Option:
    """A quiet line below a chart."""
    small = {"fontSize": SMALL, "fontWeight": "normal"}
    return {"text": text, "right": 8, "bottom": 6, "padding": 0, "textStyle": small}


def _series(one: Line, style: Style, position: int) -> Option:
    quiet = {"color": QUIET, "lineStyle": {"type": "dashed", "width": 1.5}} if one.previous else {}
    return {
        "name": _with_unit(one.name, style),
        "color": PALETTE[position % len(PALETTE)],
        "lineStyle": {"width": 2},
        **quiet,
    }


def _with_unit(name: str, style: Style) -> str:
    return f"{name} ({style.unit})" if style.unit else name


def _title(made: Frame) -> str:
    return _with_unit(made.lines[0].name, made.style)


def _points(one: Line, at: list[str] | None, moments: list[datetime]) -> list[Any]:
    if at is None:
        return list(one.values)
    steps = sorted(b - a for a, b in pairwise(moments))
    usual = steps[len(steps) // 2] if steps else None
    points: list[Any] = []
    for i, (when, value) in enumerate(zip(at, one.values, strict=True)):
        if usual and i and moments[i] - moments[i - 1] > GAP * usual:
            points.append([at[i - 1], None])
        points.append([when, value])
    return points


def _marked(made: Frame, one: Line) -> bool:
    return len(made.labels) * len(made.lines) <= MARKED or _lonely(one)


def _lonely(one: Line) -> bool:
    """Whether a point stands between gaps, where no line would show it."""
    around = [None, *one.values, None]
    return any(
        around[i] is not None and around[i - 1] is None and around[i + 1] is None
        for i in range(1, len(around) - 1)
    )


def _area(spec: ChartSpec) -> Option:
    filled = {"areaStyle": {"opacity": 0.65 if spec.stacked else 0.15}}
    return {**filled, "stack": "all"} if spec.stacked else filled


def _stack(made: Frame) -> list[float]:
    """The heights of the stacks above and below zero."""
    columns = list(zip(*(one.values for one in made.lines), strict=True))
    above = [sum(v for v in column if v is not None and v > 0) for column in columns]
    below = [sum(v for v in column if v is not None and v < 0) for column in columns]
    return [*above, *below]


def _bar(value: float | None, spec: ChartSpec, style: Style) -> Option | None:
    if value is None:
        return None
    sides = ("left", "right") if spec.horizontal else ("bottom", "top")
    text = style.short(value)
    shown = {"show": True, "position": sides[value >= 0], "formatter": text, "fontSize": SMALL}
    return {"value": value, "label": shown}


def _time_axis() -> Option:
    return {
        "type": "time",
        "splitLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": {"hideOverlap": True, "formatter": TIME_LABELS},
    }


def _categories(made: Frame, *, gaps: bool) -> Option:
    label: Option = {"hideOverlap": True, "width": NAME_WIDTH, "overflow": "truncate"}
    return {
        "type": "category",
        "data": made.labels,
        "boundaryGap": gaps,
        "axisTick": {"show": False},
        "axisLabel": names_below(made.labels) if gaps and not made.moments else label,
    }


def names_below(labels: Sequence[str]) -> Option:
    """Labels for names: each is shown while there are few, slanted where they would touch."""
    if len(labels) > LABELLED:
        return {"hideOverlap": True, "width": SLANTED_WIDTH, "overflow": "truncate", "rotate": 30}
    # The chart is some 560 pixels wide, a letter six.
    room = 560 / max(len(labels), 1)
    touching = max((len(label) for label in labels), default=0) * 6 > room
    width, slant = (SLANTED_WIDTH, 30) if touching else (NAME_WIDTH, 0)
    return {"interval": 0, "width": width, "overflow": "truncate", "rotate": slant}


def _values(scale: Scale, made: Frame) -> list[Option]:
    """The axis that the series use, and the one that the reader sees."""
    bare = {"axisLine": {"show": False}, "axisTick": {"show": False}}
    used = {
        "type": "value",
        "min": scale.low,
        "max": scale.high,
        "interval": scale.step,
        "axisLabel": {"show": False},
        **bare,
    }
    seen = {
        "type": "category",
        "position": "left",
        "boundaryGap": False,
        "data": [made.style.tick(tick) for tick in scale.ticks],
        "axisPointer": {"show": False},
        "axisLabel": {"interval": 0},
        "name": _title(made) if len(made.lines) == 1 else "",
        "nameTextStyle": {"align": "left"},
        "nameGap": 14,
        **bare,
    }
    return [used, seen]


def _turned(option: Option) -> Option:
    """Bars that lie: the axes change places, the first bar on top."""
    names, (used, seen) = option["xAxis"], option["yAxis"]
    seen |= {"position": "bottom", "axisLabel": {"hideOverlap": True}, "nameLocation": "middle"}
    seen |= {"nameGap": 26, "nameTextStyle": {}}
    label = {"width": LYING_WIDTH, "overflow": "truncate", "interval": 0}
    option |= {"xAxis": [used, seen], "yAxis": {**names, "inverse": True, "axisLabel": label}}
    if "legend" not in option:
        option["grid"] |= {"right": 40}
    for one in option["series"]:
        if "markLine" in one:
            one["markLine"] = turned(one["markLine"])
    return option
