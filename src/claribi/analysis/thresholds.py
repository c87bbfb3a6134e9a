"""Thresholds that people set: in which periods a measure was beyond one."""

from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from claribi.analysis.queries import ROWS
from claribi.analysis.texts import is_finite
from claribi.query.schemas import Aggregation, Grain, Measure, Result


class Threshold(BaseModel):
    """A measure, and the value that it should not be above, or below, in any period."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"column": "revenue", "below": 10_000, "grain": "month"}]},
    )

    column: str | None = Field(
        default=None, min_length=1, max_length=200, description="Left out: the rows are counted."
    )
    aggregation: Aggregation = Field(
        default="sum", description="Of the column; without one, rows are counted."
    )
    above: FiniteFloat | None = Field(default=None, description="More than this is told of.")
    below: FiniteFloat | None = Field(default=None, description="Less than this is told of.")
    grain: Grain | None = Field(
        default=None, description="The periods that are looked at; left out: those that the report compares."
    )

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise ValueError("give either above or below")
        return self

    @property
    def measure(self) -> Measure:
        if self.column is None:
            return ROWS
        return Measure(column=self.column, aggregation=self.aggregation)

    @property
    def limit(self) -> float:
        return self.above if self.above is not None else self.below or 0.0


@dataclass(frozen=True, slots=True)
class Held:
    """A measure held against a threshold.

    Attributes:
        arguments: What `beyond` needs to find the same again.
        rows: The result's rows of the periods that were looked at.
        beyond: Those of them that lie beyond the threshold.
        furthest: The row that lies furthest beyond it, or came closest to it.
    """

    threshold: Threshold
    result: Result
    arguments: dict[str, Any]
    rows: list[int]
    beyond: list[int]
    furthest: int


def hold(threshold: Threshold, result: Result, *, column: str, first: int, last: int) -> Held | None:
    """Hold each whole period against the threshold; None where no period has a value.

    Args:
        first, last: The range of the result's rows that whole periods lie in, both included.
    """
    range_: dict[str, Any] = {"column": column, "first": first, "last": last}
    arguments = range_ | {"above": threshold.above, "below": threshold.below}
    rows = valued(result, **range_)
    if not rows:
        return None
    values = result.values(column)
    furthest = (max if threshold.above is not None else min)(rows, key=lambda row: values[row])
    return Held(threshold, result, arguments, rows, beyond(result, **arguments), furthest)


def valued(result: Result, *, column: str, first: int, last: int) -> list[int]:
    """The rows whose value is a finite number."""
    values = result.values(column)
    return [row for row in range(first, last + 1) if is_finite(values[row])]


def beyond(result: Result, *, above: float | None, below: float | None, **range_: Any) -> list[int]:
    """The rows whose value is more than `above`, or less than `below`.

    Args:
        range_: As of `valued`.
    """
    values = result.values(range_["column"])
    return [
        row
        for row in valued(result, **range_)
        if (above is not None and values[row] > above) or (below is not None and values[row] < below)
    ]
