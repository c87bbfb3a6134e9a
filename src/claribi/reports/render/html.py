"""One self-contained page: no script, and nothing that is fetched from elsewhere."""

import base64
from collections.abc import Callable
from typing import Any

from claribi.analysis.languages import language
from claribi.reports.document import Document
from claribi.reports.render.drawing import CHART_HEIGHT, CHART_WIDTH, Drawer, picture
from claribi.reports.render.particulars import evidence_headings, facts, origin

FONTS = {
    "sans": 'Inter, system-ui, "Segoe UI", Arial, sans-serif',
    "serif": '"Libertinus Serif", Georgia, "Times New Roman", serif',
}


def to_html(document: Document, drawer: Drawer) -> bytes:
    # The web process knows the formats but never writes one.
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    templates = Environment(
        loader=PackageLoader("claribi.reports.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    say = language(document.language).fixed
    templates.globals.update(picture=_picture(drawer), origin=origin, say=say)
    page = templates.get_template("report.html").render(
        document=document,
        facts=list(facts(document)),
        evidence=evidence_headings(document),
        width=CHART_WIDTH,
        height=CHART_HEIGHT,
        fonts=FONTS[document.brand.font],
    )
    return page.encode()


def _picture(drawer: Drawer) -> Callable[[dict[str, Any]], str]:
    """A chart as a picture of its own: its styles, ids and texts can't reach the page around it."""

    def data_url(option: dict[str, Any]) -> str:
        return f"data:image/svg+xml;base64,{base64.b64encode(picture(drawer, option)).decode()}"

    return data_url
