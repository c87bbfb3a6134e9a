"""What every format says about a document: its particulars, and where the proof of a number is printed."""

from collections.abc import Iterator
from datetime import datetime

from claribi.analysis.figures import Figure
from claribi.analysis.languages import language
from claribi.reports.conditions import FILTERS
from claribi.reports.document import Document, Heading

# What a cover has room for; the methodology tells all of it.
LONGEST_FACT = 400
METRIC_COLUMNS = ("Metric", "Value", "Change", "Note")


def facts(document: Document) -> Iterator[tuple[str, str]]:
    """Who, from what, about when, made when."""
    spoken = language(document.language)
    yield spoken.fixed("Organisation"), document.organization
    yield spoken.fixed("Source"), document.source
    if document.period:
        yield spoken.fixed("Period"), document.period
    if document.filters:
        yield spoken.fixed(FILTERS), _shortened("; ".join(document.filters))
    at = datetime.fromisoformat(document.generated_at)
    english = f"{at.day} {at:%B %Y, %H:%M}"
    day = english if spoken.is_english else spoken.date(at, "hour")
    yield spoken.fixed("Generated"), f"{day} UTC"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_FACT else f"{text[:LONGEST_FACT]} …"


def metric_columns(document: Document) -> list[str]:
    return [language(document.language).fixed(column) for column in METRIC_COLUMNS]


def evidence_headings(document: Document) -> dict[str, int]:
    """The headings that a proof stands under, and whose proof it is."""
    blocks = (block for section in document.sections for block in section.blocks)
    headings = (block for block in blocks if isinstance(block, Heading))
    return {block.text: block.evidence_id for block in headings if block.evidence_id is not None}


def origin(figure: Figure) -> str:
    """Where a number comes from, in words."""
    spoken = language(figure.language)
    parts = [spoken.fixed("From query {query}", query=figure.evidence_id)]
    if figure.column is not None:
        parts.append(spoken.fixed("column {column}", column=figure.column))
    if figure.row is not None:
        parts.append(spoken.fixed("row {row}", row=figure.row + 1))
    if figure.formula != "cell":
        parts.append(spoken.fixed("computed by {formula}", formula=figure.formula))
    return ", ".join(parts)
