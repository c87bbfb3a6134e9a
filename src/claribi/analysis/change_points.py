"""Did a measure move to another level at some moment, and stay there?"""

from dataclasses import dataclass

import numpy as np

from claribi.analysis.series import Floats, Series, adjusted, is_large, spread, tamed
from claribi.analysis.significance import level_shift
from claribi.query.schemas import Cycle

# A level has to last so many points, and this part of the series, to be one.
SHORTEST, SHORTEST_PART = 5, 0.08


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
        return self.shift * self.change > 0 and is_large(self.series, self.shift, self.before, usual)


def find_change_point(series: Series, cycle: Cycle | None) -> ChangePoint | None:
    """The split into two levels that leaves the least squares (the first step of binary segmentation)."""
    level = adjusted(series, cycle).values
    values = tamed(level)
    shortest = max(SHORTEST, int(SHORTEST_PART * len(values)))
    if len(values) < 2 * shortest:
        return None
    at = _best_split(values, shortest)
    residuals = _left(values, at)
    return ChangePoint(
        series=series,
        cycle=cycle,
        at=at,
        before=float(series.values[:at].mean()),
        after=float(series.values[at:].mean()),
        shift=float(level[at:].mean() - level[:at].mean()),
        p_value=level_shift(values, residuals),
        misfit=float((residuals**2).sum()),
    )


def _left(values: Floats, at: int) -> Floats:
    """What two levels leave."""
    levels = np.where(np.arange(len(values)) < at, values[:at].mean(), values[at:].mean())
    return np.asarray(values - levels, dtype=np.float64)


def step_misfit(values: Floats) -> float:
    """The sum of squares that two levels leave at best."""
    shortest = max(SHORTEST, int(SHORTEST_PART * len(values)))
    return float((_left(values, _best_split(values, shortest)) ** 2).sum())


def _best_split(values: Floats, shortest: int) -> int:
    n = len(values)
    sums = np.cumsum(values - values.mean())[:-1]
    k = np.arange(1, n)
    explained = sums**2 * n / (k * (n - k))
    inside = slice(shortest - 1, n - shortest)
    return int(np.argmax(explained[inside])) + shortest
