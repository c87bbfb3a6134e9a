"""Documents as files. Every format shows the same numbers; what writes a format is imported by its writer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from claribi.reports.document import Document
from claribi.reports.render.csv import to_csv
from claribi.reports.render.drawing import Drawer
from claribi.reports.render.html import to_html
from claribi.reports.render.json import to_json
from claribi.reports.render.markdown import to_markdown
from claribi.reports.render.pdf import to_pdf

__all__ = ["FORMATS", "Drawer", "Output"]


@dataclass(frozen=True)
class Output:
    """A file format. The same document gives the same bytes."""

    media_type: str
    extension: str
    render: Callable[[Document, Drawer], bytes]


FORMATS: Mapping[str, Output] = {
    "pdf": Output("application/pdf", "pdf", to_pdf),
    "html": Output("text/html; charset=utf-8", "html", to_html),
    "csv": Output("text/csv; charset=utf-8", "csv", to_csv),
    "json": Output("application/json", "json", to_json),
    "md": Output("text/markdown; charset=utf-8", "md", to_markdown),
}
