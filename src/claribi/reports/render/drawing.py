"""The charts of a report as pictures."""

import re
from typing import Any, Protocol

# Pixels; at the width of a page's text the labels come out a little smaller than the text.
CHART_WIDTH, CHART_HEIGHT = 720, 340
# What XML 1.0 (2.2) can't hold, not even escaped; names out of data may hold it.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Drawer(Protocol):
    """Draws an ECharts option, as SVG or as PNG."""

    def svg(self, option: dict[str, Any], width: int, height: int) -> str: ...

    def png(self, option: dict[str, Any], width: int, height: int) -> bytes: ...


def picture(drawer: Drawer, option: dict[str, Any]) -> bytes:
    """The chart as an SVG file."""
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", drawer.svg(option, CHART_WIDTH, CHART_HEIGHT)).encode()
