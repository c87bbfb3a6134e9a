"""A report as data: what every renderer prints, no more and no less.

Charts carry the very ECharts option that a dashboard would draw, tables carry figure ids for each number.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from claribi.analysis.figures import Figure, Sentence

SectionKey = Literal[
    "answer",
    "executive_summary",
    "key_metrics",
    "findings",
    "recommendations",
    "data_quality",
    "methodology",
    "appendix",
]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences. `keys`: what those that people may edit are called; one for each sentence, or none."""

    sentences: list[Sentence]
    keys: list[str | None] = field(default_factory=list)
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Bullets:
    items: list[Sentence]
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section, one level below the section's own title.

    `evidence_id`: what follows is the proof of this answer; its figures link here.
    """

    text: str
    evidence_id: int | None = None
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Metric:
    """One key figure. `value` and `change` are figure ids; `good`: is the change welcome (None: unknown)?"""

    label: str
    value: str
    change: str | None = None
    good: bool | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Metrics:
    items: list[Metric]
    kind: Literal["metrics"] = "metrics"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its text for those who can't see it.

    Attributes:
        option: ECharts option.
        alt: What the chart shows, in a sentence.
        columns, rows: The data behind it, cells as the reader would see them.
        evidence_id: The answer that it was drawn from.
    """

    title: str
    option: dict[str, Any]
    alt: str
    columns: list[str]
    rows: list[list[str]]
    evidence_id: int
    kind: Literal["chart"] = "chart"


@dataclass(frozen=True, slots=True)
class Table:
    """Cells are spans: words, or references to figures. `numeric` marks the columns set flush right."""

    title: str
    columns: list[str]
    rows: list[list[Sentence]]
    numeric: list[bool]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Code:
    """Text to be shown letter by letter: the SQL of an evidence."""

    text: str
    language: str = "sql"
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Note:
    """What people wrote, word for word: its numbers are theirs and have no evidence.

    `label`: says so. `key`: of the sentence in whose place it stands; None: it stands beside others.
    """

    text: str
    label: str
    key: str | None = None
    kind: Literal["note"] = "note"


Block = Paragraph | Bullets | Heading | Metrics | Chart | Table | Code | Note


@dataclass(frozen=True, slots=True)
class Section:
    key: SectionKey
    title: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class EvidenceNote:
    """The proof of one answer, as it is printed and kept with the document."""

    evidence_id: int
    sql: str
    parameters: dict[str, Any]
    source_id: int
    data_version: str
    executed_at: str


@dataclass(frozen=True, slots=True)
class Brand:
    """How an organisation's reports look.

    Attributes:
        accent: `#rrggbb`; dark enough to be read on white.
        font: One of the fonts that we ship.
        logo: A PNG in Base64; None: the organisation's name stands alone.
    """

    accent: str = "#1f4e8c"
    font: Literal["sans", "serif"] = "sans"
    logo: str | None = None


@dataclass(slots=True)
class Document:
    """A whole report.

    Attributes:
        subtitle: The question or what the report is about.
        period: The stretch of time it covers, in words, dates included.
        fingerprints: Of each sentence that people may edit, by its key; whether it is said or replaced.
        filters: The conditions that every row behind it meets, in words.
        figures: By id; every `Ref` and `Metric` points into it.
        generated_at: RFC 3339, UTC.
        language: Of `analysis/languages`; what every format says besides is in it too.
    """

    title: str
    subtitle: str
    organization: str
    source: str
    period: str
    generated_at: str
    sections: list[Section] = field(default_factory=list)
    figures: dict[str, Figure] = field(default_factory=dict)
    queries: list[EvidenceNote] = field(default_factory=list)
    language: str = "en"
    brand: Brand = field(default_factory=Brand)
    filters: list[str] = field(default_factory=list)
    fingerprints: dict[str, str] = field(default_factory=dict)
