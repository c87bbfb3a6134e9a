"""Straight lines across a chart: zero, and the value that somebody holds the data against."""

from typing import Any

from claribi.charts.numbers import Scale, Style
from claribi.charts.theme import INK, MUTED, QUIET, SMALL

Option = dict[str, Any]
DASHED = "dashed"
PAPER = "#ffffff"


def levels(scale: Scale, style: Style, target: float | None) -> Option | None:
    """The lines that a chart of this scale needs, for its first series; None where it needs none."""
    lines = [_zero()] if scale.low < 0 < scale.high else []
    lines += [_target(target, scale, style)] if target is not None else []
    return {"silent": True, "symbol": "none", "data": lines} if lines else None


def has_target(option: Option) -> bool:
    """Whether a chart shows such a value."""
    lines = [
        line for series in option.get("series", []) for line in series.get("markLine", {}).get("data", [])
    ]
    return any(line.get("lineStyle", {}).get("type") == DASHED for line in lines)


def turned(made: Option) -> Option:
    """The lines of a chart whose axes have changed places."""
    return made | {"data": [{"xAxis": line.pop("yAxis"), **line} for line in made["data"]]}


def _zero() -> Option:
    line = {"type": "solid", "width": 1, "color": QUIET}
    return {"yAxis": 0, "label": {"show": False}, "lineStyle": line}


def _target(target: float, scale: Scale, style: Style) -> Option:
    # The number stands where there is more room.
    is_high = target > (scale.low + scale.high) / 2
    return {
        "yAxis": target,
        "lineStyle": {"type": DASHED, "width": 1.5, "color": INK},
        "label": {
            "formatter": style.tick(target),
            "position": "insideEndBottom" if is_high else "insideEndTop",
            "color": MUTED,
            "fontSize": SMALL,
            # Legible where a line passes behind it.
            "textBorderColor": PAPER,
            "textBorderWidth": 3,
        },
    }
