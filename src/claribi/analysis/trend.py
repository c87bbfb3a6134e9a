"""Does a measure rise or fall over the whole stretch, and by how much?"""

from dataclasses import dataclass

import numpy as np

from claribi.analysis.series import Floats, Series, adjusted, is_large, spread, tamed
from claribi.analysis.significance import mann_kendall
from claribi.query.schemas import Cycle


@dataclass(frozen=True, slots=True)
class Trend:
    """Attributes:
    slope: Change a bucket.
    start, end: Where the trend line stands at the first and the last point.
    misfit: Sum of squares that the line of least squares leaves, as those of a step are.
    """

    series: Series
    cycle: Cycle | None
    slope: float
    start: float
    end: float
    p_value: float
    misfit: float

    @property
    def change(self) -> float:
        return self.end - self.start

    @property
    def material(self) -> bool:
        level = abs(float(np.median(self.series.values)))
        usual = spread(adjusted(self.series, self.cycle).values - self.slope * self.series.steps)
        return is_large(self.series, self.change, level, usual)


def theil_sen(steps: Floats, values: Floats) -> float:
    """The median slope between all pairs of points (Sen 1968)."""
    if len(values) < 2:  # noqa: PLR2004 - no pair
        return 0.0
    i, j = np.triu_indices(len(values), 1)
    return float(np.median((values[j] - values[i]) / (steps[j] - steps[i])))


def trend_line(series: Series, cycle: Cycle | None) -> tuple[float, float, float]:
    """Slope a bucket and the line's ends, the cycle taken out."""
    values = adjusted(series, cycle).values
    slope = theil_sen(series.steps, values)
    start = float(np.median(values - slope * series.steps))
    return slope, start, start + slope * float(series.steps[-1])


def find_trend(series: Series, cycle: Cycle | None) -> Trend:
    values = adjusted(series, cycle).values
    slope, start, end = trend_line(series, cycle)
    misfit = _misfit(series.steps, tamed(values))
    return Trend(series, cycle, slope, start, end, mann_kendall(values), misfit)


def _misfit(steps: Floats, values: Floats) -> float:
    steps, values = steps - steps.mean(), values - values.mean()
    power = float(steps @ steps)
    slope = float(steps @ values) / power if power > 0 else 0.0
    return float(((values - slope * steps) ** 2).sum())
