"""A document as plain data for templates: each number in its words, with the way to its proof."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from claribi.analysis.figures import Figure, Ref, Sentence, Span
from claribi.analysis.texts import MONTHS
from claribi.reports.document import (
    Block,
    Bullets,
    Chart,
    Code,
    Document,
    Heading,
    Metric,
    Metrics,
    Paragraph,
    Table,
)
from claribi.reports.render import Draw

CHART_WIDTH, CHART_HEIGHT = 640, 300
# Narrower and wider columns than these many letters are set as if they had so many.
NARROW, WIDE = 8, 40


@dataclass(frozen=True, slots=True)
class View:
    """How the parts of one document look to a template."""

    document: Document
    draw: Draw | None = None

    def data(self) -> dict[str, Any]:
        document = self.document
        return {
            "title": document.title,
            "subtitle": document.subtitle,
            "organization": document.organization,
            "facts": [
                {"name": name, "value": value}
                for name, value in (
                    ("Source", document.source),
                    ("Period", document.period),
                    ("Generated", moment(document.generated_at)),
                )
                if value
            ],
            "generated_at": document.generated_at,
            "sections": [
                {"key": s.key, "title": s.title, "blocks": [self.block(b) for b in s.blocks]}
                for s in document.sections
            ],
            "proven": bool(self.proofs),
        }

    @property
    def proofs(self) -> frozenset[int]:
        """The answers whose proof is printed in the document, so that a number can link to it."""
        blocks = (block for section in self.document.sections for block in section.blocks)
        return frozenset(
            b.evidence_id for b in blocks if isinstance(b, Heading) and b.evidence_id is not None
        )

    def block(self, block: Block) -> dict[str, Any]:
        match block:
            case Heading():
                return {"kind": "heading", "text": block.text, "evidence": block.evidence_id}
            case Paragraph():
                return {"kind": "paragraph", "spans": self.joined(block.sentences)}
            case Bullets():
                return {"kind": "bullets", "items": [self.spans(item) for item in block.items]}
            case Metrics():
                return {"kind": "metrics", "items": [self.metric(item) for item in block.items]}
            case Table():
                return {"kind": "table", **self.table(block)}
            case Chart():
                return {"kind": "chart", **self.chart(block)}
            case Code():
                return {"kind": "code", "text": block.text, "language": block.language}

    def joined(self, sentences: list[Sentence]) -> list[dict[str, Any]]:
        """The sentences of a paragraph, a space between them."""
        space = {"text": " ", "strong": False, "figure": None}
        spans: list[dict[str, Any]] = []
        for sentence in sentences:
            spans += [space] if spans else []
            spans += self.spans(sentence)
        return spans

    def spans(self, sentence: Sentence) -> list[dict[str, Any]]:
        return [self.span(span) for span in sentence]

    def span(self, span: Span) -> dict[str, Any]:
        if isinstance(span, Ref):
            return {**self.figure(span.figure), "strong": span.strong}
        return {"text": span.text, "strong": span.strong, "figure": None}

    def figure(self, name: str) -> dict[str, Any]:
        """`evidence` is the answer to link to, None where its proof isn't printed."""
        figure = self.document.figures[name]
        evidence = figure.evidence_id if figure.evidence_id in self.proofs else None
        return {"text": figure.text, "figure": name, "evidence": evidence, "origin": origin(figure)}

    def metric(self, metric: Metric) -> dict[str, Any]:
        return {
            "label": metric.label,
            "value": self.figure(metric.value),
            "change": self.figure(metric.change) if metric.change else None,
            "good": metric.good,
            "note": metric.note,
        }

    def table(self, table: Table) -> dict[str, Any]:
        rows = [[self.spans(cell) for cell in row] for row in table.rows]
        cells = [["".join(span["text"] for span in cell) for cell in row] for row in rows]
        return {
            "title": table.title,
            "columns": table.columns,
            "numeric": table.numeric,
            "rows": rows,
            "weights": list(weights(table.columns, cells)),
        }

    def chart(self, chart: Chart) -> dict[str, Any]:
        return {
            "title": chart.title,
            "alt": chart.alt,
            "columns": chart.columns,
            "rows": chart.rows,
            "svg": self.draw(chart.option, CHART_WIDTH, CHART_HEIGHT) if self.draw else None,
            "evidence": chart.evidence_id if chart.evidence_id in self.proofs else None,
            "evidence_id": chart.evidence_id,
        }


def weights(columns: list[str], rows: list[list[str]]) -> Iterator[int]:
    """How wide the columns want to be, in letters."""
    for i, column in enumerate(columns):
        longest = max([len(column), *(len(row[i]) for row in rows)])
        yield min(max(longest, NARROW), WIDE)


def origin(figure: Figure) -> str:
    """Where a figure comes from, in a few words."""
    if figure.formula == "cell" and figure.row is not None:
        return f"Query {figure.evidence_id}, row {figure.row + 1}, {figure.column}"
    return f"Query {figure.evidence_id}, {figure.formula.replace('_', ' ')}"


def moment(generated_at: str) -> str:
    at = parsed(generated_at)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"


def parsed(generated_at: str) -> datetime:
    return datetime.fromisoformat(generated_at).astimezone(UTC)
