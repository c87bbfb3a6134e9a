"""Charts as pictures on the server, drawn from the same option that a browser gets."""

from typing import Any

from claribi.core.processes import ChildPool
from claribi.core.sandbox import ChildLimits

MEMORY_MB = 1536
SECONDS = 20.0


class Renderer:
    """Draws in child processes (`render_process.py`), which start when first needed. `close` when done."""

    def __init__(self, size: int = 1) -> None:
        limits = ChildLimits(address_space_mb=MEMORY_MB)
        self._pool = ChildPool("claribi.charts.render_process", size=size, limits=limits)

    def svg(self, option: dict[str, Any], width: int, height: int) -> str:
        """The chart as SVG; text in it is text. Pixels. The same option gives the same bytes."""
        drawn: str = self._pool.call(_request("svg", option, width, height), timeout=SECONDS)
        return drawn

    def png(self, option: dict[str, Any], width: int, height: int, scale: float = 2) -> bytes:
        """The chart as PNG on white, `scale` picture dots a pixel."""
        request = _request("png", option, width, height) | {"scale": scale}
        drawn: bytes = self._pool.call(request, timeout=SECONDS)
        return drawn

    def close(self) -> None:
        self._pool.close()


def _request(kind: str, option: dict[str, Any], width: int, height: int) -> dict[str, Any]:
    return {"kind": kind, "option": option, "width": width, "height": height}
