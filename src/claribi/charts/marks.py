"""What is drawn into a chart of lines: a band within which something is expected, points that stand out."""

from typing import Any

from claribi.charts.theme import PALETTE

Option = dict[str, Any]
STRIKING = PALETTE[5]
POINT_SIZE = 11


def with_band(made: Option, name: str) -> Option:
    """The last two lines of a chart, its lower and upper edge, as a band of this name."""
    lines = made.get("series", [])
    if len(lines) < 3:  # noqa: PLR2004 - the edges, and what lies between
        return made
    *others, lower, upper = lines
    color = others[-1]["color"]
    # A band is an invisible line at its foot and, stacked on that, what lies up to its head.
    shared = {
        "type": "line",
        "stack": "band",
        "stackStrategy": "all",
        "showSymbol": False,
        "silent": True,
        "color": color,
        "lineStyle": {"width": 0},
        "tooltip": {"show": False},
    }
    height = [_between(low, high) for low, high in zip(lower["data"], upper["data"], strict=True)]
    area = {"name": name, "areaStyle": {"color": color, "opacity": 0.2}, "itemStyle": {"opacity": 0.4}}
    bands = [{**shared, "data": lower["data"]}, {**shared, **area, "data": height}]
    return {**made, "series": [*bands, *others], **_legend(made, [*(one["name"] for one in others), name])}


def with_points(made: Option) -> Option:
    """The last line of a chart as points beside the others."""
    lines = made.get("series", [])
    if len(lines) < 2:  # noqa: PLR2004 - the points, and the line that they stand on
        return made
    *others, last = lines
    points = {
        "type": "scatter",
        "name": last["name"],
        "data": last["data"],
        "color": STRIKING,
        "symbolSize": POINT_SIZE,
        "progressive": 0,
        "z": 3,
    }
    return {**made, "series": [*others, points]}


def _between(low: Any, high: Any) -> Any:
    """What is stacked on the lower edge, point by point; with its moment where points have one."""
    if isinstance(low, list) and isinstance(high, list):
        return [low[0], _between(low[1], high[1])]
    return None if low is None or high is None else high - low


def _legend(made: Option, names: list[str]) -> Option:
    return {"legend": {**made["legend"], "data": names}} if "legend" in made else {}
