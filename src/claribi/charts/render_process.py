"""The process that draws: ECharts inside QuickJS makes SVG, resvg turns SVG into dots."""

import json
import re
from collections.abc import Callable
from html import escape
from typing import Any

import quickjs
import resvg_py

from claribi.charts import assets
from claribi.charts.drawings import Drawings
from claribi.charts.fonts import Font, regular, semibold
from claribi.charts.theme import THEME
from claribi.core.child import Handler
from claribi.core.errors import QueryError

SCRIPT_MEMORY = 256 * 1024 * 1024
SCRIPT_SECONDS = 5
MOST_DOTS = 16_000_000
# ECharts wants a timer for what comes after the first picture; there is no after.
BEFORE = "globalThis.setTimeout = () => 0; globalThis.clearTimeout = () => {};"
AFTER = """
const widths = JSON.parse(WIDTHS);
const theme = JSON.parse(THEME);
const measure = (text, font) => {
    const size = parseFloat((/([\\d.]+)px/.exec(font) || [0, 12])[1]);
    const table = /\\b(bold|[6-9]00)\\b/.test(font) ? widths.semibold : widths.regular;
    let sum = 0;
    for (const letter of text || '') sum += table[letter.codePointAt(0)] ?? 1;
    return { width: sum * size };
};
echarts.setPlatformAPI({ measureText: measure });
function draw(option, width, height) {
    const chart = echarts.init(null, theme, { renderer: 'svg', ssr: true, width, height });
    try {
        chart.setOption({ ...JSON.parse(option), animation: false });
        const painter = chart.getZr().painter;
        return JSON.stringify(painter.renderToString({ cssAnimation: false, cssEmphasis: false }));
    } finally {
        chart.dispose();
    }
}
"""
# What ECharts leaves in its SVG for scripts in a browser, and ids that count the charts drawn so far.
# Quotes in texts are escaped, so these match attributes only.
FOR_SCRIPTS = re.compile(r' (?:ecmeta_\w+|pointer-events)="[^"]*"')
NUMBERED = re.compile(r'((?:id="|url\(#|href="#))zr\d+-')
# What XML may not hold: control characters, and halves of characters where ECharts cut a name short.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# How QuickJS says that it ran out of time or memory; without memory it can't even say that.
EXHAUSTED = re.compile(r"interrupted|out of memory|stack|^null$")


class Engine:
    """ECharts, loaded once. One thread only."""

    def __init__(self, plain: Font, strong: Font) -> None:
        self._context = quickjs.Context()
        self._context.set_memory_limit(SCRIPT_MEMORY)
        widths = {"regular": plain.widths, "semibold": strong.widths}
        self._context.set("WIDTHS", json.dumps(widths))
        self._context.set("THEME", json.dumps(THEME))
        self._context.eval(BEFORE)
        self._context.eval(assets.engine().read_text(encoding="utf-8"))
        self._context.eval(AFTER)
        self._draw = self._context.get("draw")

    def svg(self, option: dict[str, Any], width: int, height: int) -> str:
        self._context.set_time_limit(SCRIPT_SECONDS)
        # A long string comes out of QuickJS whole only as JSON.
        drawn: str = json.loads(self._draw(json.dumps(option), width, height))
        return FORBIDDEN.sub("", NUMBERED.sub(r"\1chart-", FOR_SCRIPTS.sub("", drawn)))


class Painter:
    """Draws any option of `echarts.py`, those that ECharts knows nothing of included."""

    def __init__(self) -> None:
        self._fonts = regular(), semibold()
        self._engine = Engine(*self._fonts)
        self._drawings = Drawings(*self._fonts)

    def svg(self, option: dict[str, Any], width: int, height: int) -> str:
        own = self._drawings.draw(option, width, height)
        drawn = own if own is not None else self._by_engine(option, width, height)
        description = option.get("aria", {}).get("label", {}).get("description", "")
        label = escape(FORBIDDEN.sub("", description), quote=True)
        return drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)

    def _by_engine(self, option: dict[str, Any], width: int, height: int) -> str:
        try:
            return self._engine.svg(option, width, height)
        except quickjs.JSException as error:
            if not EXHAUSTED.search(str(error)):
                raise
            # What is left of an engine that ran out of memory is of no use to the next chart.
            self._engine = Engine(*self._fonts)
            raise QueryError("There is too much in this chart to draw it; narrow its query down") from None

    def png(self, option: dict[str, Any], width: int, height: int, scale: float) -> bytes:
        fitting = min(scale, (MOST_DOTS / (width * height)) ** 0.5)
        return rasterised(self.svg(option, width, height), fitting)


def rasterised(svg: str, scale: float) -> bytes:
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        background="white",
        zoom=scale,
        skip_system_fonts=True,
        font_files=[str(assets.font(name)) for name in (assets.REGULAR, assets.SEMIBOLD)],
        font_family=assets.FAMILY,
        sans_serif_family=assets.FAMILY,
    )


def handler() -> Handler:
    painter = Painter()

    def answer(request: Any, _progress: Callable[[Any], None]) -> str | bytes:
        option, width, height = request["option"], request["width"], request["height"]
        if request["kind"] == "png":
            return painter.png(option, width, height, request["scale"])
        return painter.svg(option, width, height)

    return answer
