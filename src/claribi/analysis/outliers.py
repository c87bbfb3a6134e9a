"""Which points lie far off what their surroundings and their place in the cycle make expect?"""

import math
from dataclasses import dataclass

import numpy as np

from claribi.analysis.series import Floats, Series, expected, spread
from claribi.analysis.significance import LEVEL, student_p, student_quantile
from claribi.query.schemas import Cycle

# Tails as heavy as Student's t with so many degrees: real measures are wilder than normal noise.
TAIL = 15
SMALLEST_DISTANCE = 0.1
# Where more than this part lies far off, lying far off is usual: then what nearly all keep to is the measure.
MOST_FAR, NEARLY_ALL, NEARLY_ALL_OF_NORMAL = 0.05, 0.95, 1.96
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
    usual = _usual(series, middle, counted=counted)
    usual[usual == 0] = np.inf
    far = np.asarray((series.values - middle) / usual, dtype=np.float64)
    if not counted and min(series.values.min(), middle.min()) > 0:
        # Sums of a few large amounts lie far above the middle by nature; their logarithms don't.
        ratios = np.log(series.values / middle)
        far = np.where(far > 0, np.minimum(far, ratios / (spread(ratios) or np.inf)), far)
    return far


def _usual(series: Series, middle: Floats, *, counted: bool) -> Floats:
    """How far each point usually lies from its middle."""
    residuals = series.values - middle
    usual = np.full(len(series), spread(residuals) or _of_nearly_all(residuals))
    return np.maximum(usual, np.sqrt(np.maximum(middle, 1))) if counted else usual


def expected_range(
    series: Series, cycle: Cycle | None, *, counted: bool, several: int = 1
) -> tuple[Floats, Floats]:
    """Beyond which values each point is outlying: where `distances` reach the level.

    Args:
        several: How many series are looked through.
    """
    middle = expected(series, cycle)
    usual = _usual(series, middle, counted=counted)
    widening = _widening(distances(series, cycle, counted=counted), several)
    farthest = student_quantile(LEVEL / (len(series) * several), TAIL) * widening
    least = SMALLEST_DISTANCE * np.abs(middle)
    low, high = middle - farthest * usual, middle + farthest * usual
    if not counted and min(series.values.min(), middle.min()) > 0:
        ratios = np.log(series.values / middle)
        high = np.maximum(high, middle * np.exp(farthest * spread(ratios)))
    low, high = np.minimum(low, middle - least), np.maximum(high, middle + least)
    # What is never below 0 is not expected there.
    return (np.maximum(low, 0) if series.values.min() >= 0 else low), high


def outlying(
    series: Series, cycle: Cycle | None, *, counted: bool, several: int = 1
) -> tuple[list[int], float]:
    """Positions of the outlying points, the most striking first, and the p-value of the most striking,
    both corrected for the number of points.

    Args:
        several: How many series are looked through.
    """
    if len(series) < FEWEST_POINTS:
        return [], 1.0
    far = distances(series, cycle, counted=counted)
    far = far / _widening(far, several)
    p_values = _p_values(far, several)
    middle = expected(series, cycle)
    points = [
        i
        for i, p in enumerate(p_values)
        if p <= LEVEL and abs(series.values[i] - middle[i]) >= SMALLEST_DISTANCE * abs(middle[i])
    ]
    points.sort(key=lambda i: (-abs(float(far[i])), i))
    return points, min(p_values)


def _widening(far: Floats, several: int) -> float:
    """How much further off than the middle half tells nearly all lie, where many lie far off; else 1."""
    if sum(p <= LEVEL for p in _p_values(far, several)) <= MOST_FAR * len(far):
        return 1.0
    return max(_of_nearly_all(far), 1.0)


def _of_nearly_all(values: Floats) -> float:
    """The standard deviation of normal noise that reaches as far as all but a twentieth of the values do."""
    return float(np.quantile(np.abs(values), NEARLY_ALL)) / NEARLY_ALL_OF_NORMAL


def _p_values(far: Floats, several: int) -> list[float]:
    return [min(several * len(far) * student_p(float(z), TAIL), 1.0) for z in far]


def find_outliers(series: Series, cycle: Cycle | None, *, counted: bool) -> Outliers:
    points, p_value = outlying(series, cycle, counted=counted)
    return Outliers(series, cycle, points, p_value if math.isfinite(p_value) else 1.0)
