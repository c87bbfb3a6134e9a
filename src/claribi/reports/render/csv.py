"""All figures of a document, a row each."""

from claribi.query import encoding
from claribi.reports.document import Document
from claribi.reports.render.drawing import Drawer

COLUMNS = ("id", "section", "text", "value", "unit", "evidence_id", "row", "column", "formula")


def to_csv(document: Document, _: Drawer) -> bytes:
    sections = _sections(document)
    rows = [
        (f.id, sections.get(name), f.text, f.value, f.unit, f.evidence_id, f.row, f.column, f.formula)
        for name, f in document.figures.items()
    ]
    return encoding.to_csv(COLUMNS, rows)


def _sections(document: Document) -> dict[str, str]:
    """The section in which a figure is first shown."""
    # It brings the whole analysis with it, and the web process knows the formats but never writes one.
    from claribi.reports.compose import figures_of  # noqa: PLC0415

    found: dict[str, str] = {}
    for section in document.sections:
        for block in section.blocks:
            for name in figures_of(block):
                found.setdefault(name, section.title)
    return found
