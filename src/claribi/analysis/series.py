"""A measure over time as numbers: reading it out of a result, its cycles, its level and what is left."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from claribi.analysis.cycles import CYCLES, PHASES, phase_of
from claribi.analysis.queries import NEWEST, OLDEST
from claribi.analysis.texts import moment_of
from claribi.query import periods
from claribi.query.schemas import Cycle, Grain, Result

Floats = npt.NDArray[np.float64]
# Squares of larger numbers are no numbers any more.
LARGEST = 1e100
FEWEST_CYCLES, FEWEST_YEARS = 3, 2
# A cycle counts although its first and last bucket are cut off.
NEARLY = 0.95
# Without a cycle the level is the median of so many buckets around: more than twice as many as an event that
# is to stand out lasts, a day of hours, a week or so of days.
WINDOWS: Mapping[Grain, int] = {"hour": 49, "day": 29, "week": 13, "month": 13, "quarter": 9, "year": 9}
# A standard deviation in terms of the median absolute deviation, for normal noise.
MAD_TO_SIGMA = 1.4826
# An average over fewer rows than this, or than this part of what is usual, is too shaky for a series.
FEWEST_ROWS, THIN = 3, 0.05
# A bucket is a fragment when its data begin or end further from its border than in nine of ten others.
USUAL, TOLERANCE = 0.9, 0.03
FEWEST_FOR_FRAGMENTS = 4
# Lasting changes that are smaller, against the level or the usual spread, are not worth a sentence; as large
# against the level as the last one they always are.
SMALLEST_CHANGE, SMALLEST_IN_SPREADS, LARGE_CHANGE = 0.05, 1.0, 0.2
# A rating falls from 4.2 to 4.1: of an average, what is clear beside its usual spread counts.
CLEAR_IN_SPREADS = 3.0


@dataclass(frozen=True, slots=True)
class Series:
    """Attributes:
    rows: The result's row of each point.
    steps: Each point's distance from the first in buckets, gaps counted.
    first, last: The range of the result's rows that the points lie in, both included.
    averaged: Whether the points are averages or rates: little against their level can be much of one.
    """

    time: str
    column: str
    grain: Grain
    first: int
    last: int
    rows: list[int]
    moments: list[datetime]
    steps: Floats
    values: Floats
    averaged: bool = False

    def __len__(self) -> int:
        return len(self.values)

    @property
    def arguments(self) -> dict[str, Any]:
        """What `read` needs to find the same points again."""
        return {
            "time": self.time,
            "column": self.column,
            "grain": self.grain,
            "first": self.first,
            "last": self.last,
        }


def read(result: Result, *, time: str, column: str, grain: Grain, first: int, last: int) -> Series:
    """The points of a column, those without a value left out."""
    at, of = result.index(time), result.index(column)
    found = [
        (row, moment_of(cells[at]), float(cells[of]))
        for row, cells in enumerate(result.rows[first : last + 1], first)
        if cells[at] is not None and cells[of] is not None and abs(cells[of]) < LARGEST
    ]
    moments = [moment for _, moment, _ in found]
    return Series(
        time=time,
        column=column,
        grain=grain,
        first=first,
        last=last,
        rows=[row for row, _, _ in found],
        moments=moments,
        steps=np.array([steps_between(moments[0], moment, grain) for moment in moments]),
        values=np.array([value for _, _, value in found], dtype=np.float64),
    )


def part(series: Series, place: slice) -> Series:
    """Some of the points, the steps counted from the first of them."""
    steps = series.steps[place]
    return replace(
        series,
        rows=series.rows[place],
        moments=series.moments[place],
        steps=steps - steps[0] if len(steps) else steps,
        values=series.values[place],
    )


def until(series: Series, moment: datetime) -> Series:
    """The points before a moment."""
    return part(series, slice(0, sum(m < moment for m in series.moments)))


def steps_between(start: datetime, end: datetime, grain: Grain) -> float:
    """The number of buckets from one bucket's start to another's."""
    if grain in periods.DURATIONS:
        return (end - start) / periods.DURATIONS[grain]
    months = (end.year - start.year) * 12 + end.month - start.month
    return months / periods.MONTHS[grain]


def dated_rows(result: Result, time: str) -> int:
    """How many rows carry a time; those without one come last."""
    return sum(value is not None for value in result.values(time))


def whole_range(result: Result, time: str, grain: Grain) -> tuple[int, int]:
    """The first and last row that cover their bucket from end to end (see `_fragment`)."""
    count = dated_rows(result, time)
    first, last = 0, count - 1
    if count < FEWEST_FOR_FRAGMENTS:
        return first, last
    starts = [moment_of(value) for value in result.values(time)[:count]]
    late = _shares_before(starts, result.values(OLDEST), grain)
    early = [1 - share for share in _shares_before(starts, result.values(NEWEST), grain)]
    first += _fragment(late[0], late[1:])
    last -= _fragment(early[-1], early[:-1])
    return first, last


def _shares_before(starts: list[datetime], edges: list[Any], grain: Grain) -> list[float]:
    """Which part of each bucket lies before the edge (first or last moment) of the data in it."""
    return [
        (moment_of(edge) - start) / (periods.shift(start, 1, grain) - start)
        for start, edge in zip(starts, edges, strict=False)
    ]


def _fragment(missing: float, usual: Sequence[float]) -> bool:
    return missing > sorted(usual)[math.ceil(USUAL * len(usual)) - 1] + TOLERANCE


def gap_count(series: Series) -> int:
    """How many buckets between the first and the last hold no value."""
    return round(series.steps[-1]) + 1 - len(series) if len(series) else 0


def is_regular(series: Series) -> bool:
    """Whether its points lie equally far apart."""
    return len(set(np.diff(series.steps).tolist())) <= 1


def phases(series: Series, cycle: Cycle) -> npt.NDArray[np.int64]:
    return np.array([phase_of(moment, cycle) for moment in series.moments], dtype=np.int64)


def candidate_cycles(series: Series) -> list[Cycle]:
    """The cycles that the series is long enough to show at least three times, of a year twice."""
    return [cycle for cycle in CYCLES[series.grain] if times_shown(series, cycle) >= NEARLY * _fewest(cycle)]


def times_shown(series: Series, cycle: Cycle) -> float:
    """How often the series goes through a cycle."""
    span = series.steps[-1] + 1 if len(series) else 0
    return float(span / CYCLES[series.grain][cycle])


def _fewest(cycle: Cycle) -> int:
    return FEWEST_YEARS if cycle in {"month_of_year", "quarter_of_year"} else FEWEST_CYCLES


def level(series: Series, cycle: Cycle | None) -> Floats:
    """The running median over one full cycle around each point, so that single values don't move it."""
    period = CYCLES[series.grain].get(cycle, 0) if cycle else 0
    width = min(period or WINDOWS[series.grain], len(series)) | 1
    padded = _continued(series.values, width // 2, period)
    windows = np.lib.stride_tricks.sliding_window_view(padded, width)
    return np.asarray(np.median(windows, axis=1), dtype=np.float64)


def _continued(values: Floats, more: int, period: int) -> Floats:
    """Values with so many more at either end: of a cycle as one period further in, else mirrored."""
    if not period or len(values) < period + more:
        return np.pad(values, more, mode="reflect" if len(values) > more else "edge")
    growth = float(np.median(values[period:] - values[:-period]))
    first, last = values[period - more : period], values[-period : len(values) - period + more]
    return np.concatenate([first - growth, values, last + growth])


def seasonal(series: Series, cycle: Cycle | None) -> Floats:
    """How far each point's phase usually lies from the level; 0 everywhere without a cycle."""
    if cycle is None:
        return np.zeros(len(series))
    detrended = series.values - level(series, cycle)
    place = phases(series, cycle)
    usual = np.zeros(PHASES[cycle])
    for phase in np.unique(place):
        usual[phase] = np.median(detrended[place == phase])
    return np.asarray(usual[place] - usual[place].mean(), dtype=np.float64)


def expected(series: Series, cycle: Cycle | None) -> Floats:
    """What each point would be by its surroundings and its phase alone."""
    season = seasonal(series, cycle)
    adjusted = _with_values(series, series.values - season)
    return level(adjusted, None) + season


def _with_values(series: Series, values: Floats) -> Series:
    return replace(series, values=values)


def adjusted(series: Series, cycle: Cycle | None) -> Series:
    """The series with its cycle taken out."""
    return _with_values(series, series.values - seasonal(series, cycle))


def step_size(series: Series, cycle: Cycle | None, at: int) -> float:
    """The distance of the two levels that part before a point, the cycle taken out."""
    values = adjusted(series, cycle).values
    return float(values[at:].mean() - values[:at].mean())


def levelled(series: Series, cycle: Cycle | None, row: int | None) -> tuple[Series, Floats]:
    """The series as if its level had not moved at a row, and by how much each point was moved for that."""
    moved = np.zeros(len(series))
    if row is None or not series.rows[0] < row <= series.rows[-1]:
        return series, moved
    at = int(np.searchsorted(series.rows, row))
    moved[at:] = step_size(series, cycle, at)
    return _with_values(series, series.values - moved), moved


def spread(values: Floats) -> float:
    """A standard deviation that a few wild values can't move."""
    if not len(values):
        return 0.0
    return float(MAD_TO_SIGMA * np.median(np.abs(values - np.median(values))))


def tamed(values: Floats) -> Floats:
    """Single wild values pulled in, so that they don't pass for a level or bend a line."""
    middle, usual = float(np.median(values)), spread(values)
    return np.clip(values, middle - 4 * usual, middle + 4 * usual) if usual > 0 else values


def is_large(series: Series, change: float, level: float, usual: float) -> bool:
    """Whether a lasting change is worth a sentence: against the level and what a bucket usually varies by.

    How much single buckets vary depends on how wide they are; what is large against the level counts
    whatever they do, where the level means something. Averages may have a level that is no measure of them.
    """
    if series.averaged and usual > 0 and abs(change) >= CLEAR_IN_SPREADS * usual:
        return True
    if abs(change) < SMALLEST_CHANGE * abs(level):
        return False
    by_itself = float(series.values.min()) >= 0 and abs(change) >= LARGE_CHANGE * abs(level)
    return by_itself or abs(change) >= SMALLEST_IN_SPREADS * usual


def autocorrelation(values: Floats, lags: int) -> Floats:
    """Sample autocorrelations at lags 1 to `lags`; 0 for a constant series."""
    centred = values - values.mean()
    power = float(centred @ centred)
    if power <= 0:
        return np.zeros(lags)
    return np.array([float(centred[k:] @ centred[:-k]) / power for k in range(1, lags + 1)])


def long_run_deviation(residuals: Floats) -> float:
    """Standard deviation of a sum of n values over the root of n, autocorrelation counted in.

    The larger of the estimates of Newey and West (1987, Bartlett weights) and of a first-order
    autoregression, whose coefficient is corrected for its bias (Kendall 1954): too large an estimate hides
    a finding, too small a one makes one up.
    """
    n = len(residuals)
    lags = min(max(int(4 * (n / 100) ** (2 / 9)), 1), n - 1)
    weights = 1 - np.arange(1, lags + 1) / (lags + 1)
    correlations = autocorrelation(residuals, lags)
    first = min(float(correlations[0]) + (1 + 3 * float(correlations[0])) / n, 0.95)
    factor = max(1 + 2 * float(weights @ correlations), (1 + first) / (1 - first), 0.1)
    return float(np.std(residuals)) * math.sqrt(factor)
