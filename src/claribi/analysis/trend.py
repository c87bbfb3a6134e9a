"""Does a measure rise or fall over the whole stretch, and by how much?"""

from dataclasses import dataclass

import numpy as np

from claribi.analysis.series import Floats, Series, adjusted, spread
from claribi.analysis.significance import mann_kendall
from claribi.query.schemas import Cycle

# Smaller moves over the whole stretch, against the level or the usual spread, are not worth a sentence.
SMALLEST_CHANGE, SMALLEST_IN_SPREADS = 0.05, 1.0


@dataclass(frozen=True, slots=True)
class Trend:
    """Attributes:
    slope: Change a bucket.
    start, end: Where the trend line stands at the first and the last point.
    misfit: Sum of squares that the line leaves.
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
        large = abs(self.change) >= SMALLEST_CHANGE * level
        return large and abs(self.change) >= SMALLEST_IN_SPREADS * usual


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
    left = np.clip(values - start - slope * series.steps, *_bounds(values))
    return Trend(series, cycle, slope, start, end, mann_kendall(values), float((left**2).sum()))


def _bounds(values: Floats) -> tuple[float, float]:
    """Wild values must not decide how well a line fits."""
    most = 4 * spread(values) or float(np.ptp(values)) or 1.0
    return -most, most
