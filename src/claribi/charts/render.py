"""Charts as pictures on the server, drawn from the same option that a browser gets."""

from typing import Any

from claribi.charts import assets
from claribi.core.processes import ChildPool
from claribi.core.sandbox import ChildLimits

MEMORY_MB = 1536
SECONDS = 20.0


class Renderer:
    """Draws in child processes (`render_process.py`), which start when first needed. `close` when done.

    Both kinds of picture raise QueryError for a chart that has too much in it, QueryTimeout for one that
    takes too long, SettingsError where the files of the chart engine are missing.
    """

    def __init__(self, size: int = 1) -> None:
        limits = ChildLimits(address_space_mb=MEMORY_MB)
        self._pool = ChildPool("claribi.charts.render_process", size=size, limits=limits)

    def svg(self, option: dict[str, Any], width: int, height: int) -> str:
        """The chart as SVG; text in it is text. Pixels. The same option gives the same bytes."""
        drawn: str = self._draw("svg", option, width, height, scale=1)
        return drawn

    def png(self, option: dict[str, Any], width: int, height: int, scale: float = 2) -> bytes:
        """The chart as PNG on white, `scale` picture dots a pixel."""
        drawn: bytes = self._draw("png", option, width, height, scale=scale)
        return drawn

    def close(self) -> None:
        self._pool.close()

    def _draw(self, kind: str, option: dict[str, Any], width: int, height: int, *, scale: float) -> Any:
        # A process without its files could only die; here it is told what to do about it.
        assets.engine()
        size = {"width": width, "height": height, "scale": scale}
        return self._pool.call({"kind": kind, "option": option, **size}, timeout=SECONDS)
