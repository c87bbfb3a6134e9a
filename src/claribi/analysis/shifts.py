"""Formulas over two periods side by side, by the values of a dimension: who moved the measure.

For a measure that adds up, a value's contribution is its own difference, absent counting as 0. For an
average the contribution has two parts (Kitagawa 1955, Components of a difference between two rates): the
*rate*, because its own average moved, and the *mix*, because its share of the rows did. Either way the
contributions add up exactly to the whole change.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from claribi.query.schemas import Result

PREVIOUS = "_previous"


@dataclass(frozen=True, slots=True)
class Part:
    """What one value of the dimension did to an average."""

    rate: float
    mix: float

    @property
    def whole(self) -> float:
        return self.rate + self.mix


def contribution(result: Result, *, row: int, column: str) -> Any:
    now, before = _both(result, row, column)
    return now - before if isinstance(now, type(before)) else float(now) - float(before)


def contribution_total(result: Result, *, column: str) -> Any:
    parts = [contribution(result, row=row, column=column) for row in range(result.row_count)]
    return math.fsum(parts) if any(isinstance(part, float) for part in parts) else sum(parts)


def contribution_share(result: Result, *, row: int, column: str) -> float | None:
    """The row's part of the whole change; above 1 where others worked against it."""
    whole = float(contribution_total(result, column=column))
    return float(contribution(result, row=row, column=column)) / whole if whole else None


def own_change_ratio(result: Result, *, row: int, column: str) -> float | None:
    """The row's change against its own previous value."""
    before = float(_both(result, row, column)[1])
    return float(contribution(result, row=row, column=column)) / abs(before) if before else None


def _both(result: Result, row: int, column: str) -> tuple[Any, Any]:
    now = result.rows[row][result.index(column)]
    before = result.rows[row][result.index(column + PREVIOUS)]
    return (0 if now is None else now), (0 if before is None else before)


def parts(result: Result, *, column: str, weight: str) -> list[Part]:
    """Rate and mix of each row of an average `column`, whose number of values is in `weight`."""
    now, before = _weights(result, weight), _weights(result, weight + PREVIOUS)
    middle = (_average(result, column, now) + _average(result, column + PREVIOUS, before)) / 2
    pairs = zip(_averages(result, column), now, before, strict=True)
    return [_part(*averages, w, w_before, middle) for averages, w, w_before in pairs]


def _part(now: float, before: float, weight: float, weight_before: float, middle: float) -> Part:
    rate = (weight + weight_before) / 2 * (now - before)
    return Part(rate, (weight - weight_before) * ((now + before) / 2 - middle))


def _averages(result: Result, column: str) -> Iterator[tuple[float, float]]:
    """Each row's averages now and before; one that is missing is taken to be like the other."""
    for now, before in zip(result.values(column), result.values(column + PREVIOUS), strict=True):
        known = now if now is not None else before
        other = before if before is not None else now
        yield (float(known or 0), float(other or 0))


def _weights(result: Result, weight: str) -> list[float]:
    counts = [float(value or 0) for value in result.values(weight)]
    whole = math.fsum(counts) or 1.0
    return [value / whole for value in counts]


def _average(result: Result, column: str, weights: list[float]) -> float:
    values = [float(value or 0) for value in result.values(column)]
    return math.fsum(w * value for w, value in zip(weights, values, strict=True))


def effect(result: Result, *, row: int, column: str, weight: str) -> float:
    return parts(result, column=column, weight=weight)[row].whole


def effect_share(result: Result, *, row: int, column: str, weight: str) -> float | None:
    all_parts = parts(result, column=column, weight=weight)
    whole = math.fsum(part.whole for part in all_parts)
    return all_parts[row].whole / whole if whole else None


def rate_effect(result: Result, *, column: str, weight: str) -> float:
    """How much of the change comes from averages that moved."""
    return math.fsum(part.rate for part in parts(result, column=column, weight=weight))


def mix_effect(result: Result, *, column: str, weight: str) -> float:
    """How much of the change comes from shares of the rows that moved."""
    return math.fsum(part.mix for part in parts(result, column=column, weight=weight))


FORMULAS = (
    contribution,
    contribution_total,
    contribution_share,
    own_change_ratio,
    effect,
    effect_share,
    rate_effect,
    mix_effect,
)
