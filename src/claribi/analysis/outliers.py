"""Which points lie far off what their surroundings and their place in the cycle make expect?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from claribi.analysis.series import Floats, Series, expected, levelled, spread
from claribi.analysis.significance import LEVEL, student_p, student_quantile
from claribi.query.schemas import Cycle, Grain

# Tails as heavy as Student's t with so many degrees: real measures are wilder than normal noise.
TAIL = 15
SMALLEST_DISTANCE = 0.1
# In a report it must lie off by more, to be worth a sentence.
WORTH_TELLING = 0.15
# Where more than this part lies far off, lying far off is usual: then what nearly all keep to is the measure.
MOST_FAR, NEARLY_ALL, NEARLY_ALL_OF_NORMAL = 0.05, 0.95, 1.96
FEWEST_POINTS = 20
LARGEST_COUNT = 30
# An event lasts longer than a fine bucket: so many in a row may lie far off together, each at least so far.
EVENT: Mapping[Grain, int] = {"hour": 6, "day": 7}
FAR_ENOUGH = 2.0
# An average may have a level that is no measure of it: so many usual deviations off are worth telling.
FAR_OF_AVERAGES = 6.0


@dataclass(frozen=True, slots=True)
class Outliers:
    """Attributes:
    points: The positions of the outlying points in the series, the most striking first.
    step: The row from which on another level is to be expected.
    alone: Whether points were looked at one by one only.
    """

    series: Series
    cycle: Cycle | None
    points: list[int]
    p_value: float
    step: int | None = None
    alone: bool = False

    @property
    def material(self) -> bool:
        return bool(self.points)


def distances(series: Series, cycle: Cycle | None, *, counted: bool) -> Floats:
    """How many usual deviations each point lies off; 0 where nothing varies.

    Args:
        counted: The values are counts, which vary by their square root if by nothing else.
    """
    counted = counted or _are_counts(series)
    middle = expected(series, cycle)
    usual = _usual(series, middle, counted=counted)
    usual[usual == 0] = np.inf
    far = np.asarray((series.values - middle) / usual, dtype=np.float64)
    ratios = None if counted else _ratios(series, middle)
    if ratios is None:
        return far
    by_ratio, by_root = _scaled(ratios), _scaled(_roots(series, middle))
    if _lean(ratios) < _lean(far):
        return np.where(far > 0, by_ratio, by_root)
    return np.where(far > 0, np.minimum(far, by_ratio), far)


def _are_counts(series: Series) -> bool:
    """Whether these are small whole numbers: too few different ones to tell a spread."""
    values = series.values
    is_small = float(values.min()) >= 0 and float(np.median(values)) <= LARGEST_COUNT
    return is_small and bool((values == np.rint(values)).all())


def _scaled(values: Floats) -> Floats:
    return np.asarray(values / (spread(values) or np.inf), dtype=np.float64)


def _roots(series: Series, middle: Floats) -> Floats:
    """Differences of square roots: a sum of few rows is often near nothing, and its logarithm far off."""
    return np.asarray(np.sqrt(series.values) - np.sqrt(middle), dtype=np.float64)


def _ratios(series: Series, middle: Floats) -> Floats | None:
    """Logarithms of what each point is of its middle; None where something is not above 0.

    Sums of a few large amounts lie far above the middle by nature; their logarithms don't.
    """
    if min(series.values.min(), middle.min()) <= 0:
        return None
    return np.asarray(np.log(series.values / middle), dtype=np.float64)


def _lean(values: Floats) -> float:
    """How much further values reach to one side of 0 than to the other; 0 where both sides are alike."""
    low, high = (abs(float(edge)) for edge in np.quantile(values, [1 - NEARLY_ALL, NEARLY_ALL]))
    return abs(math.log(high / low)) if low > 0 and high > 0 else math.inf


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
    counted = counted or _are_counts(series)
    middle = expected(series, cycle)
    usual = _usual(series, middle, counted=counted)
    widening = _widening(distances(series, cycle, counted=counted), several)
    farthest = student_quantile(LEVEL / (len(series) * several), TAIL) * widening
    least = SMALLEST_DISTANCE * np.abs(middle)
    low, high = middle - farthest * usual, middle + farthest * usual
    ratios = None if counted else _ratios(series, middle)
    if ratios is not None:
        highest = middle * np.exp(farthest * spread(ratios))
        if _lean(ratios) < _lean(series.values - middle):
            root = np.sqrt(middle) - farthest * spread(_roots(series, middle))
            low, high = np.maximum(root, 0) ** 2, highest
        else:
            high = np.maximum(high, highest)
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
    large = _are_large(series, middle, far, SMALLEST_DISTANCE)
    points = [i for i, p in enumerate(p_values) if p <= LEVEL and large[i]]
    points.sort(key=lambda i: (-abs(float(far[i])), i))
    return points, min(p_values)


def _are_large(series: Series, middle: Floats, far: Floats, least: float) -> npt.NDArray[np.bool_]:
    """Which points lie off by enough against what was expected, or, of averages, against how far they usually
    do: a pH of 7.4 among ones of 7.1 is an event.
    """
    against_level = np.abs(series.values - middle) >= least * np.abs(middle)
    return against_level | (np.abs(far) >= FAR_OF_AVERAGES) if series.averaged else against_level


def _event(series: Series, cycle: Cycle | None, *, counted: bool) -> tuple[list[int], float]:
    """As `outlying`, of a few neighbours together: each alone may be no more than unusual."""
    width = EVENT[series.grain]
    if len(series) < max(FEWEST_POINTS, 4 * width):
        return [], 1.0
    far = distances(series, cycle, counted=counted)
    means = np.convolve(far, np.ones(width) / width, mode="valid")
    together = (means - np.median(means)) / (spread(means) or np.inf)
    together /= _widening(together, 1)
    start = int(np.abs(together).argmax())
    p_value = _p_values(together, 1)[start]
    sign, middle = np.sign(together[start]), expected(series, cycle)
    large = _are_large(series, middle, far, SMALLEST_DISTANCE)
    points = [i for i in range(start, start + width) if sign * far[i] >= FAR_ENOUGH and large[i]]
    points.sort(key=lambda i: (-abs(float(far[i])), i))
    # One wild value among them is no event of several.
    return (points, p_value) if len(points) > width / 2 and p_value <= LEVEL else ([], 1.0)


def _far_beyond(far: Floats, points: list[int]) -> tuple[list[int], float]:
    """Those points that lie far off even for tails like those of the rest, and the p-value of the first.

    Among very many values some lie far off by nature. How fast they thin out is told by those beyond nineteen
    of twenty (Hill 1975, A simple general approach to inference about the tail of a distribution).
    """
    sizes, lowest = np.sort(np.abs(far)), float(np.quantile(np.abs(far), NEARLY_ALL))
    kept: list[int] = []
    first = 1.0
    for point in points:
        rest = sizes[(sizes > lowest) & (sizes < abs(far[point]))]
        if lowest <= 0 or not len(rest):
            break
        thinning = 1 / float(np.log(rest / lowest).mean())
        p_value = min(1.0, len(far) * (1 - NEARLY_ALL) * (lowest / abs(float(far[point]))) ** thinning)
        if p_value > LEVEL:
            break
        first = p_value if not kept else first
        kept.append(point)
    return kept, first


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


def find_outliers(
    series: Series,
    cycle: Cycle | None,
    *,
    counted: bool,
    step: int | None = None,
    alone: bool = False,
    averaged: bool = False,
) -> Outliers:
    """Args:
    step: The row from which on the level is another one, which is told of by itself.
    alone: Neighbours are not looked at together as well.
    averaged: As of the series, where it was read without.
    """
    series = replace(series, averaged=averaged or series.averaged)
    level, _ = levelled(series, cycle, step)
    points, p_value = outlying(level, cycle, counted=counted)
    if alone:
        points, p_value = _far_beyond(distances(level, cycle, counted=counted), points)
    elif series.grain in EVENT:
        together = _event(level, cycle, counted=counted)
        points, p_value = together if together[1] < p_value else (points, p_value)
        # Two looks are two chances.
        p_value = min(2 * p_value, 1.0)
    points = [point for point in points if not _is_turning(series, point, step)]
    found = Outliers(series, cycle, points, p_value if math.isfinite(p_value) else 1.0, step, alone)
    far = distances(level, cycle, counted=counted)
    large = _are_large(series, expected_of(found), far, WORTH_TELLING)
    worth = [i for i in points if large[i]]
    return replace(found, points=worth)


def _is_turning(series: Series, point: int, step: int | None) -> bool:
    """Whether the level moved within a point or its neighbour, so that it lies between the two."""
    if step is None or series.rows[point] not in {step - 1, step}:
        return False
    at = int(np.searchsorted(series.rows, step))
    low, high = sorted([float(series.values[:at].mean()), float(series.values[at:].mean())])
    return low <= float(series.values[point]) <= high


def expected_of(found: Outliers) -> Floats:
    """What each point would be by its surroundings."""
    level, moved = levelled(found.series, found.cycle, found.step)
    return expected(level, found.cycle) + moved
