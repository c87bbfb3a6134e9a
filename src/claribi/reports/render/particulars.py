"""What every format says about a document: its particulars, and where the proof of a number is printed."""

from collections.abc import Iterator
from datetime import datetime

from claribi.analysis.figures import Figure
from claribi.reports.document import Document, Heading

METRIC_COLUMNS = ("Metric", "Value", "Change", "Note")


def facts(document: Document) -> Iterator[tuple[str, str]]:
    """Who, from what, about when, made when."""
    yield "Organisation", document.organization
    yield "Source", document.source
    if document.period:
        yield "Period", document.period
    at = datetime.fromisoformat(document.generated_at)
    yield "Generated", f"{at.day} {at:%B %Y, %H:%M} UTC"


def evidence_headings(document: Document) -> dict[str, int]:
    """The headings that a proof stands under, and whose proof it is."""
    blocks = (block for section in document.sections for block in section.blocks)
    headings = (block for block in blocks if isinstance(block, Heading))
    return {block.text: block.evidence_id for block in headings if block.evidence_id is not None}


def origin(figure: Figure) -> str:
    """Where a number comes from, in words."""
    column = f", column {figure.column}" if figure.column is not None else ""
    row = f", row {figure.row + 1}" if figure.row is not None else ""
    formula = "" if figure.formula == "cell" else f", computed by {figure.formula}"
    return f"From query {figure.evidence_id}{column}{row}{formula}"
