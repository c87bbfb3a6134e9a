"""Which points lie far off what their surroundings and their place in the cycle make expect?"""

import math
from dataclasses import dataclass

import numpy as np

from claribi.analysis.series import Floats, Series, expected, spread
from claribi.analysis.significance import LEVEL, student_p
from claribi.query.schemas import Cycle

# Tails as heavy as Student's t with so many degrees: real measures are wilder than normal noise.
TAIL = 15
SMALLEST_DISTANCE = 0.2
FEWEST_POINTS = 20


@dataclass(frozen=True, slots=True)
class Outliers:
    """Attributes:
    points: The positions of the outlying points in the series, the most striking first.
    """

    series: Series
    cycle: Cycle | None
    points: list[int]
    p_value: float

    @property
    def material(self) -> bool:
        return bool(self.points)


def distances(series: Series, cycle: Cycle | None, *, counted: bool) -> Floats:
    """How many usual deviations each point lies off; 0 where nothing varies.

    Args:
        counted: The values are counts, which vary by their square root if by nothing else.
    """
    middle = expected(series, cycle)
    residuals = series.values - middle
    usual = np.full(len(series), spread(residuals))
    if counted:
        usual = np.maximum(usual, np.sqrt(np.maximum(middle, 1)))
    usual[usual == 0] = np.inf
    far = np.asarray(residuals / usual, dtype=np.float64)
    if not counted and min(series.values.min(), middle.min()) > 0:
        # Sums of a few large amounts lie far above the middle by nature; their logarithms don't.
        ratios = np.log(series.values / middle)
        far = np.where(far > 0, np.minimum(far, ratios / (spread(ratios) or np.inf)), far)
    return far


def outlying(series: Series, cycle: Cycle | None, *, counted: bool) -> tuple[list[int], float]:
    """Positions of the outlying points, the most striking first, and the p-value of the most striking,
    both corrected for the number of points.
    """
    if len(series) < FEWEST_POINTS:
        return [], 1.0
    far = distances(series, cycle, counted=counted)
    p_values = [min(len(series) * student_p(float(z), TAIL), 1.0) for z in far]
    middle = expected(series, cycle)
    points = [
        i
        for i, p in enumerate(p_values)
        if p <= LEVEL and abs(series.values[i] - middle[i]) >= SMALLEST_DISTANCE * abs(middle[i])
    ]
    points.sort(key=lambda i: (-abs(float(far[i])), i))
    return points, min(p_values)


def find_outliers(series: Series, cycle: Cycle | None, *, counted: bool) -> Outliers:
    points, p_value = outlying(series, cycle, counted=counted)
    return Outliers(series, cycle, points, p_value if math.isfinite(p_value) else 1.0)
