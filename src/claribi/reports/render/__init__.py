"""Documents as files. What is heavy about a format is loaded when it is written, not before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from claribi.reports.document import Document
from claribi.reports.render.csv import to_csv
from claribi.reports.render.drawing import Drawer
from claribi.reports.render.html import to_html
from claribi.reports.render.json import to_json
from claribi.reports.render.markdown import to_markdown
from claribi.reports.render.pdf import to_pdf
from claribi.reports.render.pptx import to_pptx
from claribi.reports.render.xlsx import to_xlsx

__all__ = ["FORMATS", "Drawer", "Output"]


@dataclass(frozen=True)
class Output:
    """A file format. The same document gives the same bytes, and every format shows the same numbers."""

    media_type: str
    extension: str
    render: Callable[[Document, Drawer], bytes]


FORMATS: Mapping[str, Output] = {
    "pdf": Output("application/pdf", "pdf", to_pdf),
    "html": Output("text/html", "html", to_html),
    "xlsx": Output("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", to_xlsx),
    "pptx": Output(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx", to_pptx
    ),
    "csv": Output("text/csv", "csv", to_csv),
    "json": Output("application/json", "json", to_json),
    "md": Output("text/markdown", "md", to_markdown),
}
