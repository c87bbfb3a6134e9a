"""Figures: numbers that know where they came from.

Nothing in this product prints a number that is not a `Figure`. A figure is a pure function (`formula`, one
of `analysis/formulas.py`) of the rows of one evidence, so anybody can have the query run again and the
figure computed again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Format = Literal[
    "number",
    "integer",
    "percent",
    "signed_percent",
    "signed_number",
    "signed_currency",
    "ratio",
    "p_value",
    "currency",
    "date",
    "duration",
    "text",
]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number (or date) as a reader sees it.

    Attributes:
        id: Unique in its document, such as `f17`.
        text: Exactly what the reader sees, unit and sign included.
        value: The unrounded value; a date or timestamp is an ISO 8601 string.
        evidence_id: The answer it was computed from.
        row, column: The cell, where the formula is `cell`; the main cell or null otherwise.
        formula: Name of the function in `analysis/formulas.py`.
        arguments: Its arguments beside the result's rows.
        format, decimals, language: How `value` became `text`.
    """

    id: str
    text: str
    value: float | int | str | None
    unit: str | None
    evidence_id: int
    row: int | None
    column: str | None
    formula: str = "cell"
    arguments: Mapping[str, Any] = field(default_factory=dict)
    format: Format = "number"
    decimals: int = 0
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """Words of ours, or a name out of the data. Never holds a digit of a figure."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Ref:
    """The place of a figure in a sentence."""

    figure: str
    strong: bool = False


Span = Text | Ref
Sentence = Sequence[Span]
