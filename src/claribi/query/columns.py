"""Columns that a question brings along: worked out for each row from other columns of it."""

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StrictFloat, StrictInt, model_validator

from claribi.query.strict import NAME, Strict

LARGEST = 10**15
MOST_DIGITS = 9


def _short(number: float) -> float:
    """A number that can be written out, and worked with as a whole one after moving its point."""
    if abs(number) > LARGEST or digits_of(number) > MOST_DIGITS:
        raise ValueError(f"no more than {LARGEST} and no more than {MOST_DIGITS} digits behind the point")
    return number


def digits_of(number: float) -> int:
    """How many digits it has behind the point."""
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else MOST_DIGITS + 1


Number = Annotated[StrictInt | StrictFloat, AfterValidator(_short)]


class Duration(Strict):
    """From `start` to `end` in units, negative where the end is earlier. Dates stand for midnight."""

    start: str = NAME
    end: str = NAME
    unit: Literal["second", "minute", "hour", "day"]


class Classes(Strict):
    """The class that a number lies in, which takes in its lower bound and leaves out its upper one.

    Classes of a `width` are told by their lower bound: 1940 for the forties. Those between `edges` by a text,
    `under 10`, `10 to 20`, `20 and more`, and answers are sorted by the edges, not by the letters.
    """

    column: str = NAME
    edges: list[Number] | None = Field(default=None, min_length=1, max_length=50)
    width: Number | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        if (self.edges is None) == (self.width is None):
            raise ValueError("classes have either edges or a width")
        edges = self.edges or []
        if any(edge >= after for edge, after in pairwise(edges)):
            raise ValueError("edges of classes ascend, each above the one before")
        return self

    def labels(self) -> tuple[str, ...]:
        """What the classes between edges are called, in their order."""
        edges = [written(edge) for edge in self.edges or []]
        between = [f"{low} to {high}" for low, high in pairwise(edges)]
        return (f"under {edges[0]}", *between, f"{edges[-1]} and more") if edges else ()


class Computed(Strict):
    """A column worked out row by row, and asked for by its name as those of the table are.

    An `expression` is arithmetic as in a formula, `(list - sale) / list`, on the `columns` that its names
    stand for, `{"list": "ListPrice", "sale": "SalePrice"}`; what is divided by 0 is null. All of them may be
    columns of the table, or computed ones that stand before.
    """

    name: str = NAME
    expression: str | None = Field(default=None, min_length=1, max_length=1_000)
    columns: dict[Annotated[str, NAME], Annotated[str, NAME]] = Field(default_factory=dict, max_length=20)
    duration: Duration | None = None
    classes: Classes | None = None

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        if sum(kind is not None for kind in (self.expression, self.duration, self.classes)) != 1:
            raise ValueError("a computed column has either an expression or a duration, or classes")
        if bool(self.columns) != (self.expression is not None):
            raise ValueError("columns are what the names in an expression stand for, and stand with one")
        return self


def _told_apart(computed: list[Computed]) -> list[Computed]:
    if len({each.name.casefold() for each in computed}) < len(computed):
        raise ValueError("each computed column has a name of its own, whose case tells nothing apart")
    return computed


ComputedColumns = Annotated[list[Computed], AfterValidator(_told_apart)]


def written(number: float) -> str:
    """Without a point where it is whole."""
    digits = digits_of(number)
    return f"{Decimal(repr(number)):.{digits}f}" if digits else str(int(number))
