"""Colours and type of all charts.

The series colours hold a contrast of at least 3 : 1 on white and on the dark surface (WCAG 2.2, 1.4.11). The
first five stay apart by a CIE76 distance of 20 or more under each common kind of colour vision, as simulated
by Machado et al. (2009).
"""

from typing import Any

from claribi.charts.assets import FONT_FAMILY

DARK_SURFACE = "#1a1b1e"
PALETTE = ("#4f96e2", "#c48460", "#267460", "#ad3ba0", "#836516", "#bf365d", "#638696", "#665cc5")
QUIET = "#868e96"
INK, MUTED, LINES, EMPTY = "#343a40", "#5c636b", "#dee2e6", "#e9ecef"
# From little to much, for heatmaps: one hue, evenly darker.
RAMP = ("#e7f0fa", "#b3cfec", "#76a8da", "#3a7dc2", "#1c4f87")
TEXT_SIZE, SMALL = 12, 11

_AXIS = {
    "axisLabel": {"color": MUTED, "fontSize": SMALL},
    "axisLine": {"lineStyle": {"color": "#adb5bd"}},
    "axisTick": {"lineStyle": {"color": "#adb5bd"}},
    "nameTextStyle": {"color": MUTED, "fontSize": SMALL},
    "splitLine": {"lineStyle": {"color": LINES, "width": 1}},
}
# What a chart looks like on paper; in a browser the page's own theme stands here.
THEME: dict[str, Any] = {
    "textStyle": {"fontFamily": FONT_FAMILY, "color": INK},
    "color": list(PALETTE),
    "categoryAxis": _AXIS,
    "valueAxis": _AXIS,
    "timeAxis": _AXIS,
    "legend": {"textStyle": {"color": INK, "fontSize": TEXT_SIZE}},
    "title": {"textStyle": {"color": MUTED}, "subtextStyle": {"color": MUTED}},
}
