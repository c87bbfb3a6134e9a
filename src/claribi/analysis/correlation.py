"""Do two measures move together, at once or one after the other, beyond a shared trend or cycle?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from claribi.analysis.series import Floats, Series, expected, steps_between
from claribi.analysis.significance import FEWEST_POINTS, spearman, student_p
from claribi.query.schemas import Cycle, Grain

# From here on a correlation is called moderate (Evans 1996, Straightforward statistics).
WEAKEST = 0.4
# So rarely does chance make one as strong as that, that it needs no test among all the others.
NEVER = 0.001
# How many buckets one may come after the other, and how much closer they must then be than at once.
LATEST: Mapping[Grain, int] = {"hour": 6, "day": 7, "week": 4, "month": 3, "quarter": 2, "year": 1}
CLOSER = 0.15


@dataclass(frozen=True, slots=True)
class Correlation:
    """Attributes:
    strength: Spearman's rank correlation, -1 to 1.
    lag: So many buckets `other` comes after `series`; below 0 it is the other way round.
    """

    series: Series
    other: Series
    cycle: Cycle | None
    strength: float
    p_value: float
    lag: int = 0

    @property
    def material(self) -> bool:
        return abs(self.strength) >= WEAKEST


def can_be_chance(points: int) -> bool:
    """Whether so few points can be correlated to a notable extent by chance."""
    if points < FEWEST_POINTS:
        return True
    return student_p(WEAKEST * math.sqrt((points - 2) / (1 - WEAKEST**2)), points - 2) > NEVER


def correlated(a: Series, b: Series, cycle: Cycle | None, lag: int = 0) -> tuple[float, float]:
    """Rank correlation and p-value of what is left of two series without their level and cycle.

    Args:
        lag: `b` is looked at so many buckets later; the p-value is then corrected for all that are tried.
    """
    if lag:
        return _later(a, b, _left(a, cycle), _left(b, cycle), lag)
    a, b = _shared(a, b)
    if not len(a):
        return 0.0, 1.0
    return spearman(_left(a, cycle), _left(b, cycle))


def find_correlation(a: Series, b: Series, cycle: Cycle | None) -> Correlation:
    """The closest of what the two show at once and one after the other."""
    strength, p_value = correlated(a, b, cycle)
    at_once = Correlation(a, b, cycle, strength, p_value)
    reach = LATEST[a.grain]
    left = _left(a, cycle), _left(b, cycle)
    lags = [lag for lag in range(-reach, reach + 1) if lag]
    found = [Correlation(a, b, cycle, *_later(a, b, *left, lag), lag) for lag in lags]
    closest = max(found, key=lambda c: abs(c.strength))
    return closest if abs(closest.strength) >= max(abs(strength) + CLOSER, WEAKEST) else at_once


def _later(a: Series, b: Series, left_a: Floats, left_b: Floats, lag: int) -> tuple[float, float]:
    """As `correlated`, of what is left of both where `b`, so many buckets later, has a value as well."""
    between = round(steps_between(a.moments[0], b.moments[0], a.grain))
    own, others = a.steps.round().astype(int), b.steps.round().astype(int) + between - lag
    _, at, there = np.intersect1d(own, others, return_indices=True)
    strength, p_value = spearman(left_a[at], left_b[there])
    return strength, min(p_value * 2 * LATEST[a.grain], 1.0)


def _left(series: Series, cycle: Cycle | None) -> Floats:
    """What is left without trend, level and cycle.

    The straight line goes first: a running level can't follow it to the ends of a short series, and any two
    that rise would seem to move together.
    """
    if len(series) > 2:  # noqa: PLR2004 - two points are a line
        slope, start = np.polyfit(series.steps, series.values, 1)
        series = replace(series, values=series.values - start - slope * series.steps)
    return series.values - expected(series, cycle)


def _shared(a: Series, b: Series) -> tuple[Series, Series]:
    """Both series at the buckets that both have a value for."""
    rows = set(a.rows) & set(b.rows)
    return _only(a, rows), _only(b, rows)


def _only(series: Series, rows: set[int]) -> Series:
    keep = [i for i, row in enumerate(series.rows) if row in rows]
    return replace(
        series,
        rows=[series.rows[i] for i in keep],
        moments=[series.moments[i] for i in keep],
        steps=series.steps[np.array(keep, dtype=np.int64)],
        values=series.values[np.array(keep, dtype=np.int64)],
    )
