"""How is a measure spread over the values of a dimension: evenly, or held by a few?"""

import math
from dataclasses import dataclass

import numpy as np

from claribi.analysis import formulas
from claribi.analysis.queries import ROWS
from claribi.analysis.series import Floats
from claribi.analysis.significance import chi_squared_even, friedman
from claribi.query.schemas import Result

# With fewer rows a value than this, chance alone makes some large.
ROWS_EACH = 20
FEWEST_VALUES = 3
# What makes it concentrated: one value holds this much, or the top fifth holds that much.
LARGE_ONE, LARGE_TOP = 0.4, 0.5
# By how much more than an even split would give them: the top fifth, and as often one value.
BEYOND, TIMES_EVEN = 0.25, 1.9
# So much is nearly all, however few the others are.
NEARLY_ALL = 0.75
SMALLEST_DISTANCE = 0.15
# An average over fewer rows, or than this part of what is usual, is no match for the others.
FEWEST_ROWS, SMALL_PART = 30, 0.01
FEWEST_BLOCKS = 5
MOST_COMPARED = 30


@dataclass(frozen=True, slots=True)
class Concentration:
    """Attributes:
    row: The result's row of the largest value.
    n: How many values make up the top fifth; 1 where the largest alone is the news.
    """

    result: Result
    column: str
    dimension: str
    row: int
    n: int
    top: float
    gini: float
    p_value: float
    material: bool


def find_concentration(
    result: Result, column: str, dimension: str, over_time: Result | None = None
) -> Concentration | None:
    """None where the parts don't add up to a whole: nothing there, or values below 0.

    Args:
        over_time: The same by period: amounts can be held by a few though rows are not, and whether chance
            did that, only its repetition tells.
    """
    values = [float(value or 0) for value in result.values(column)]
    if len(values) < FEWEST_VALUES or min(values) < 0 or sum(values) <= 0:
        return None
    row = int(np.argmax(values))
    largest = formulas.share(result, row=row, column=column) or 0.0
    alone = largest >= LARGE_ONE
    n = 1 if alone else formulas.top_count(result, column=column)
    top = formulas.top_share(result, column=column, n=n) or 0.0
    counts = np.array([float(count) for count in result.values(ROWS.label)])
    uneven = (
        largest >= TIMES_EVEN / len(values)
        if alone
        else n > 1 and top >= max(LARGE_TOP, n / len(values) + BEYOND)
    )
    enough = float(counts.mean()) >= ROWS_EACH
    # Of two that share nearly all, with a stray third beside them, one always has more than half.
    shared = int((counts >= ROWS_EACH).sum()) >= FEWEST_VALUES or largest >= NEARLY_ALL
    return Concentration(
        result=result,
        column=column,
        dimension=dimension,
        row=row,
        n=n,
        top=top,
        gini=formulas.gini(result, column=column) or 0.0,
        p_value=_uneven(counts, column, dimension, over_time),
        material=uneven and enough and shared,
    )


def _uneven(counts: Floats, column: str, dimension: str, over_time: Result | None) -> float:
    """The smaller p-value of two tests, times two: of the rows being even, and of the order being chance."""
    of_rows = chi_squared_even(counts)
    if column == ROWS.label or over_time is None:
        return of_rows
    return min(1.0, 2 * min(of_rows, _consistent(over_time, column, dimension, additive=True)))


@dataclass(frozen=True, slots=True)
class Ranking:
    """Attributes:
    rows: The result's rows that rest on enough data to be ranked.
    high, low: Those of them with the highest and the lowest value.
    effect: The larger distance of the two from the whole, against the size or spread of the values.
    """

    result: Result
    column: str
    dimension: str
    rows: list[int]
    high: int
    low: int
    effect: float
    p_value: float
    material: bool


def find_ranking(
    result: Result,
    column: str,
    dimension: str,
    over_time: Result | None,
    whole: float,
    *,
    additive: bool = False,
) -> Ranking | None:
    """The values of a dimension by an average, those that rest on few rows left out.

    Args:
        over_time: The same by period, which tells whether the order is more than chance.
        whole: The average over all rows.
        additive: What has no row in a period adds nothing to it; else it can't be ranked in it.
    """
    rows = _solid_rows(result, column)
    if len(rows) < 2:  # noqa: PLR2004 - nothing to rank
        return None
    values = result.values(column)
    high = max(rows, key=lambda row: float(values[row]))
    low = min(rows, key=lambda row: float(values[row]))
    size = max(abs(whole), float(np.median([abs(float(values[row])) for row in rows])))
    effect = max(float(values[high]) - whole, whole - float(values[low])) / size if size else 0.0
    p_value = _consistent(over_time, column, dimension, additive=additive) if over_time else 0.0
    return Ranking(result, column, dimension, rows, high, low, effect, p_value, effect >= SMALLEST_DISTANCE)


def _solid_rows(result: Result, column: str) -> list[int]:
    counts = [int(count) for count in result.values(ROWS.label)]
    least = max(FEWEST_ROWS, SMALL_PART * sum(counts) / len(counts)) if counts else 0
    return [
        row
        for row, value in enumerate(result.values(column))
        if value is not None and math.isfinite(value) and counts[row] >= least
    ]


def _consistent(over_time: Result, column: str, dimension: str, *, additive: bool) -> float:
    """P-value of a difference between the values, periods being the repetitions (Friedman)."""
    cells: dict[object, dict[object, float]] = {}
    at, of, who = 0, over_time.index(column), over_time.index(dimension)
    for row in over_time.rows:
        if row[of] is not None:
            cells.setdefault(row[who], {})[row[at]] = float(row[of])
    longest = sorted(cells.values(), key=len, reverse=True)[:MOST_COMPARED]
    if additive:
        everywhere = dict.fromkeys((moment for by_period in longest for moment in by_period), 0.0)
        longest = [everywhere | by_period for by_period in longest]
    periods = max((len(by_period) for by_period in longest), default=0)
    whole = [by_period for by_period in longest if len(by_period) == periods]
    if len(whole) < 2 or periods < FEWEST_BLOCKS:  # noqa: PLR2004 - nothing to compare
        return 1.0
    moments = sorted(set.intersection(*(set(by_period) for by_period in whole)), key=str)
    if len(moments) < FEWEST_BLOCKS:
        return 1.0
    return friedman(np.array([[by_period[m] for by_period in whole] for m in moments]))
