"""The formats a report comes in. Their modules are loaded when a report is written, not before."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from claribi.reports.document import Document

# Draws an ECharts option of a width and a height as SVG.
Draw = Callable[[dict[str, Any], int, int], str]


class Renderer(Protocol):
    def svg(self, option: dict[str, Any], width: int, height: int) -> str: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A file format; `module` is the one of this package that writes it."""

    media_type: str
    extension: str
    module: str

    def render(self, document: Document, renderer: Renderer) -> bytes:
        """The file: the same document gives the same bytes."""
        write = importlib.import_module(f"{__name__}.{self.module}").render
        content: bytes = write(document, renderer.svg)
        return content


FORMATS: Mapping[str, Format] = {
    "pdf": Format("application/pdf", "pdf", "pdf"),
    "html": Format("text/html", "html", "html"),
    "csv": Format("text/csv", "csv", "csv"),
    "json": Format("application/json", "json", "json"),
    "md": Format("text/markdown", "md", "markdown"),
}
