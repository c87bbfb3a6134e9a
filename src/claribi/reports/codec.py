"""Documents as JSON and back. Blocks are told apart by their `kind`, spans by what they have."""

from collections.abc import Mapping
from typing import Any

import msgspec

from claribi.analysis.figures import Figure, Ref, Sentence, Span, Text
from claribi.reports.document import (
    Block,
    Brand,
    Bullets,
    Chart,
    Code,
    Document,
    EvidenceNote,
    Heading,
    Metric,
    Metrics,
    Note,
    Paragraph,
    Section,
    Table,
)

PLAIN: Mapping[str, type[Heading | Chart | Code | Note]] = {
    "heading": Heading,
    "chart": Chart,
    "code": Code,
    "note": Note,
}


def encode(document: Document) -> bytes:
    return msgspec.json.encode(document)


def decode(data: bytes) -> Document:
    """Raises `msgspec.DecodeError` or `KeyError` for what `encode` never wrote."""
    raw = msgspec.json.decode(data)
    raw["sections"] = [_section(section) for section in raw["sections"]]
    raw["figures"] = {name: msgspec.convert(figure, Figure) for name, figure in raw["figures"].items()}
    raw["queries"] = [msgspec.convert(note, EvidenceNote) for note in raw["queries"]]
    raw["brand"] = msgspec.convert(raw.get("brand", {}), Brand)
    return Document(**raw)


def _section(raw: dict[str, Any]) -> Section:
    return Section(raw["key"], raw["title"], [_block(block) for block in raw["blocks"]])


def _block(raw: dict[str, Any]) -> Block:
    kind = raw["kind"]
    if kind == "paragraph":
        sentences = [_sentence(sentence) for sentence in raw["sentences"]]
        return Paragraph(sentences, raw.get("keys", []))
    if kind == "bullets":
        return Bullets([_sentence(item) for item in raw["items"]])
    if kind == "metrics":
        return Metrics([Metric(**item) for item in raw["items"]])
    if kind == "table":
        rows = [[_sentence(cell) for cell in row] for row in raw["rows"]]
        return Table(raw["title"], raw["columns"], rows, raw["numeric"])
    return PLAIN[kind](**raw)


def _sentence(raw: list[dict[str, Any]]) -> Sentence:
    return [_span(span) for span in raw]


def _span(raw: dict[str, Any]) -> Span:
    return Ref(**raw) if "figure" in raw else Text(**raw)
