"""What a question asks for, phrase by phrase, before it is put into the query language."""

from dataclasses import dataclass, field
from typing import Literal

from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Thing, Value
from claribi.query.schemas import Aggregation, Comparison, Grain, Operator

Purpose = Literal["answer", "why", "forecast", "outliers"]


@dataclass(slots=True)
class Wanted:
    """A number that is asked for; without a thing it is how many rows there are, perhaps of a table."""

    thing: Thing | None
    aggregation: Aggregation | None = None
    table: str | None = None


@dataclass(slots=True)
class Split:
    """What the answer is split by; without a thing, time by a grain, or by one that suits."""

    thing: Thing | None
    grain: Grain | None = None


@dataclass(slots=True)
class Limit:
    """A bound on a number: of each row, or of each line of the answer."""

    operator: Operator
    value: float | list[float]
    thing: Thing | None
    of_rows: bool = False


@dataclass(slots=True)
class Ranked:
    """Attributes:
    good: Whether the best were asked for, or the worst; None where it was said which way.
    """

    n: int
    ascending: bool
    good: bool | None = None
    # By what, where that was said.
    by: Wanted | None = None


@dataclass(slots=True)
class Intent:
    """What a question asks for.

    Attributes:
        choices: What was decided where it could have been meant otherwise, in sentences.
        unknown: Words that nothing explains.
        sureness: Of the least sure of the names, 0 to 1.
    """

    purpose: Purpose = "answer"
    wanted: list[Wanted] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    kept: list[Value] = field(default_factory=list)
    left_out: list[Value] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    # What rows must have no value of.
    missing: list[Thing] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    ranked: Ranked | None = None
    share: bool = False
    growth: Literal["change", "change_ratio"] | None = None
    versus: Comparison | None = None
    pace: Grain | None = None
    compares: bool = False
    running: bool = False
    moving: int | None = None
    descending: bool | None = None
    choices: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    sureness: float = 1.0
