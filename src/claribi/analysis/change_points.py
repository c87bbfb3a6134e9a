"""Did a measure move to another level at some moment, and stay there?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from claribi.analysis.series import Floats, Series, adjusted, is_large, long_run_deviation, spread, tamed
from claribi.analysis.significance import highest_split, level_shift
from claribi.query.schemas import Cycle, Grain

# A level has to last so many points, and this part of the series, to be one.
SHORTEST, SHORTEST_PART = 5, 0.08
# The last level of all has to last only so many: what has just happened is what matters most.
# It is tested more strictly: it was looked for besides the others, and few points tell little of their noise.
STRICTER = 5
LATEST: Mapping[Grain, int] = {"hour": 24, "day": 7, "week": 4, "month": 4, "quarter": 4, "year": 4}


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """Attributes:
    at: The first point of the new level.
    before, after: The mean of the points on either side.
    shift: The distance of the two levels, the cycle taken out.
    misfit: Sum of squares that the two levels leave.
    """

    series: Series
    cycle: Cycle | None
    at: int
    before: float
    after: float
    shift: float
    p_value: float
    misfit: float

    @property
    def change(self) -> float:
        return self.after - self.before

    @property
    def material(self) -> bool:
        """Whether it is worth a sentence; the season alone can part two means, or hide that they moved."""
        values = adjusted(self.series, self.cycle).values
        sides = values[: self.at], values[self.at :]
        usual = spread(np.concatenate([side - side.mean() for side in sides]))
        # A reader is told the plain means: they have to show it.
        is_seen = self.shift * self.change > 0 and 2 * abs(self.change) >= abs(self.shift)
        return is_seen and is_large(self.series, self.shift, self.before, usual)


def find_change_point(series: Series, cycle: Cycle | None) -> ChangePoint | None:
    """The split into two levels that leaves the least squares (the first step of binary segmentation)."""
    level = adjusted(series, cycle).values
    values = tamed(level)
    shortest, latest = _borders(series)
    if len(values) < 2 * shortest:
        return None
    at = _best_split(values, shortest, latest)
    residuals = _left(values, at)
    is_late = at > len(values) - shortest
    return ChangePoint(
        series=series,
        cycle=cycle,
        at=at,
        before=float(series.values[:at].mean()),
        after=float(series.values[at:].mean()),
        shift=float(level[at:].mean() - level[:at].mean()),
        p_value=_late_p(values, at, shortest, latest) if is_late else level_shift(values, residuals),
        misfit=float((residuals**2).sum()),
    )


def _borders(series: Series) -> tuple[int, int]:
    """How many points a level has to last that is not the last one, and how many the last one."""
    shortest = max(SHORTEST, int(SHORTEST_PART * len(series)))
    return shortest, min(shortest, LATEST[series.grain])


def _late_p(values: Floats, at: int, shortest: int, latest: int) -> float:
    """P-value of a level that has only just begun: the largest of all standardised differences of two means
    (James, James and Siegmund 1987), where the cumulated deviation has hardly begun to grow.
    """
    n, before, after = len(values), values[:at], values[at:]
    shift = float(after.mean() - before.mean())
    # One wild value among few makes no level.
    if (float(np.median(after)) - float(before.mean())) * shift < shift**2 / 2:
        return 1.0
    deviation = max(long_run_deviation(before - before.mean()), long_run_deviation(_left(values, at)))
    if deviation <= 0:
        return 0.0
    distance = abs(shift) / (deviation * math.sqrt(1 / len(before) + 1 / len(after)))
    return min(1.0, STRICTER * highest_split(distance, shortest / n, latest / n))


def _left(values: Floats, at: int) -> Floats:
    """What two levels leave."""
    levels = np.where(np.arange(len(values)) < at, values[:at].mean(), values[at:].mean())
    return np.asarray(values - levels, dtype=np.float64)


def step_misfit(series: Series, values: Floats) -> float:
    """The sum of squares that two levels leave of values at the points of a series at best."""
    return float((_left(values, _best_split(values, *_borders(series))) ** 2).sum())


def _best_split(values: Floats, shortest: int, latest: int) -> int:
    n = len(values)
    sums = np.cumsum(values - values.mean())[:-1]
    k = np.arange(1, n)
    explained = sums**2 * n / (k * (n - k))
    inside = slice(shortest - 1, n - latest)
    return int(np.argmax(explained[inside])) + shortest
