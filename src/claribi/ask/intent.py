"""What a question asks for, phrase by phrase, before it is put into the query language."""

from dataclasses import dataclass, field
from typing import Literal

from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Thing, Value
from claribi.query.schemas import Aggregation, Comparison, Cycle, Grain, Operator

# How sure one can be of what was decided, and what that is, in a sentence.
Decided = tuple[float, str]
Purpose = Literal["answer", "why", "forecast", "outliers"]


@dataclass(frozen=True, slots=True)
class Formed:
    """Arithmetic on two numbers that has a name of its own; both are added up first, or averaged."""

    name: str
    first: Thing
    second: Thing
    expression: str
    aggregation: Aggregation = "sum"


@dataclass(slots=True)
class Wanted:
    """A number that is asked for; without a thing it is how many rows there are, perhaps of a table.

    Attributes:
        grain: Of a time: how many different days, months and so on it has.
        ratio: What is computed of two things.
        other: What it is correlated with.
    """

    thing: Thing | None
    aggregation: Aggregation | None = None
    table: str | None = None
    grain: Grain | None = None
    ratio: Formed | None = None
    other: Thing | None = None


@dataclass(slots=True)
class Split:
    """What the answer is split by; without a thing, time by a grain, a cycle, or by a grain that suits.

    Attributes:
        together: It is ranked as one with the others of the kind: from where to where.
        each: It was said with `each` or `per`: what is ranked is ranked within it, an average can be of it.
    """

    thing: Thing | None
    grain: Grain | None = None
    cycle: Cycle | None = None
    each: bool = False
    together: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """Some places of a cycle: `Saturday` and `Sunday`, the months of summer, hour 8."""

    cycle: Cycle
    values: tuple[str | int, ...]
    left_out: bool = False


@dataclass(slots=True)
class Limit:
    """A bound on a number: of each row, or of each line of the answer."""

    operator: Operator
    value: float | list[float]
    thing: Thing | None
    of_rows: bool = False
    # On how many rows each line has.
    counts: bool = False


@dataclass(slots=True)
class Ranked:
    """Attributes:
    good: Whether the best were asked for, or the worst; None where it was said which way.
    nth: The one at this place alone was asked for.
    """

    n: int
    ascending: bool
    good: bool | None = None
    # By what, where that was said.
    by: Wanted | None = None
    nth: bool = False


@dataclass(frozen=True, slots=True)
class Single:
    """The rows themselves that have most of something, or least."""

    thing: Thing
    ascending: bool
    n: int = 1


@dataclass(frozen=True, slots=True)
class Above:
    """One column compared with another, row by row.

    Attributes:
        of: What was asked which of them have more: these are compared as a whole.
    """

    first: Thing
    second: Thing
    operator: Operator
    of: Thing | None = None


@dataclass(slots=True)
class Intent:
    """What a question asks for.

    Attributes:
        missing: What rows must have no value of.
        present: What rows must have a value of.
        axis: The time that things are placed in, where it was named: `shipped in March`.
        years: Columns of years that were named: `built` before a year.
        ahead: Stretches of time that are still to come.
        differs: How much more the first of two is than the second; of `less`, the second than the first.
        ratio: The first of two over the second.
        part: What the share is of, where it stands right behind the word.
        shared: What some of were asked for: `percentage of products`.
        parted: What bounds the part alone, where a verb tells it from the whole.
        timed: The share is of what happened in the time that was named.
        rated: It is a rate, of this part and no other: `positivity rate`.
        above: Only rows with more in one column than in another, or less, or the same.
        ends: A change is asked from the one end of a time to the other, not along the way.
        single: Rows are asked for with all that is known of them.
        listed: What rows are listed by.
        beside: What is told of each of them.
        columns: These of the rows themselves were asked for, as they stand there.
        distinct: The same columns of several rows are to be told once.
        averages: How many different ones each line has is averaged over the lines.
        averages_totals: What each stretch of time came to is averaged over these.
        latest: The newest was asked for, or the oldest; None where neither was.
        choices: What was decided where it could have been meant otherwise, in sentences.
        unknown: Words that nothing explains.
        sureness: Of the least sure of the names, 0 to 1.
    """

    purpose: Purpose = "answer"
    wanted: list[Wanted] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    kept: list[Value] = field(default_factory=list)
    left_out: list[Value] = field(default_factory=list)
    places: list[Places] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    missing: list[Thing] = field(default_factory=list)
    present: list[Thing] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    ahead: list[Stretch] = field(default_factory=list)
    axis: Thing | None = None
    years: list[Thing] = field(default_factory=list)
    ranked: Ranked | None = None
    share: bool = False
    part: Thing | None = None
    shared: Thing | None = None
    parted: set[Thing] = field(default_factory=set)
    timed: bool = False
    rated: bool = False
    growth: Literal["change", "change_ratio"] | None = None
    versus: Comparison | None = None
    pace: Grain | None = None
    compares: bool = False
    differs: Literal["more", "less"] | None = None
    ratio: bool = False
    above: list[Above] = field(default_factory=list)
    ends: bool = False
    single: Single | None = None
    listed: Thing | None = None
    beside: list[Thing] = field(default_factory=list)
    columns: list[Thing] = field(default_factory=list)
    distinct: bool = False
    averages: bool = False
    averages_totals: bool = False
    latest: bool | None = None
    running: bool = False
    moving: int | None = None
    descending: bool | None = None
    choices: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    sureness: float = 1.0

    def doubt(self, sureness: float, choice: str) -> None:
        """Something was decided that could well have been meant otherwise."""
        self.sureness = min(self.sureness, sureness)
        if choice not in self.choices:
            self.choices.append(choice)


class NotUnderstood(Exception):
    """The question can't be answered; the message says what is missing."""
