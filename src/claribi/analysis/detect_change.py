"""Has a measure moved from the period before to the last one, and who moved it?"""

from collections.abc import Iterator

import numpy as np

from claribi.analysis import drivers as driving
from claribi.analysis import evening
from claribi.analysis import series as over_time
from claribi.analysis.change import usual_change_p
from claribi.analysis.change_points import ChangePoint
from claribi.analysis.contrast import apart_p
from claribi.analysis.drivers import Driver, Drivers
from claribi.analysis.findings import Candidate
from claribi.analysis.gathered import Gathered, weight_name
from claribi.analysis.overtaking import paired
from claribi.analysis.profile import MeasureProfile
from claribi.analysis.series import Series
from claribi.analysis.significance import FEWEST_POINTS, LEVEL, means_differ
from claribi.analysis.spans import beside_grain, looked_back
from claribi.analysis.texts import is_finite, moment_of
from claribi.analysis.trend import Trend
from claribi.query.schemas import Result

SMALLEST_CHANGE = 0.02
# What one value alone did to a whole that others kept in its place.
SMALLEST_HIDDEN = 0.05
# Changes up to so many times what the trend does in one period are the trend, not news.
TREND_EXPLAINS = 2.0


def relative(change: float, size: float) -> float:
    return abs(change) / abs(size) if size else 1.0


def changes(data: Gathered, measure: MeasureProfile, lines: list[Candidate]) -> Iterator[Candidate]:
    comparison = data.comparison
    if comparison is None:
        return
    now, before = (comparison.result.values(measure.label + side)[0] for side in ("", "_previous"))
    if not (is_finite(now) and is_finite(before)):
        return
    # What the period before would hold if it had the days of this one.
    alike = float(before) * size_ratio(data, measure)
    change, effect = float(now) - alike, relative(float(now) - alike, alike)
    p_value = change_p(data, measure)
    material = effect >= SMALLEST_CHANGE
    explained = any(_explains(data, line, change) for line in lines)
    yield Candidate("change", measure, comparison, effect, p_value, material and not explained)
    if change:
        yield from _driver(data, measure, float(before), min(effect, 1.0))


def size_ratio(data: Gathered, measure: MeasureProfile) -> float:
    """How much more a period can hold of a measure than the one before it, by their days."""
    weights, comparison = data.weekdays.get(measure.label), data.comparison
    if weights is None or comparison is None:
        return 1.0
    return evening.size_ratio(comparison.period.start, comparison.period.end, weights)


def change_p(data: Gathered, measure: MeasureProfile) -> float:
    """By the changes before it; with too few of them, by the buckets within the two periods."""
    history, comparison = data.history, data.comparison
    if history is None or comparison is None:
        return 1.0
    if comparison.row is not None:
        series = evening.evened(history.of(measure.label), data.weekdays.get(measure.label))
        if len(series) > FEWEST_POINTS + 1:
            return usual_change_p(series)
    finer = history if comparison.row is None else data.main
    if finer is None or (finer is history and comparison.row is not None):
        return 1.0
    now, before = _halves(finer.of(measure.label), data)
    return means_differ(before, now)


def _halves(series: Series, data: Gathered) -> tuple[over_time.Floats, over_time.Floats]:
    assert data.comparison is not None  # noqa: S101 - the caller has looked
    start, end = data.comparison.period.start, data.comparison.period.end
    inside = np.array([start <= m < end for m in series.moments], dtype=bool)
    before = np.array([start - (end - start) <= m < start for m in series.moments], dtype=bool)
    return series.values[inside], series.values[before]


def _explains(data: Gathered, line: Candidate, change: float) -> bool:
    """Whether a trend or a new level already tells that the measure moved between the two periods."""
    if not line.material or line.p_value is None or line.p_value > LEVEL or data.comparison is None:
        return False
    period = data.comparison.period
    if isinstance(line.evidence, Trend):
        trend = line.evidence
        steps = over_time.steps_between(period.start, period.end, trend.series.grain)
        size = steps if line.measure.additive else 1.0
        usual = trend.slope * steps * size
        return usual * change > 0 and abs(change) <= TREND_EXPLAINS * abs(usual)
    if isinstance(line.evidence, ChangePoint):
        step = line.evidence
        moment = step.series.moments[step.at]
        return period.start - (period.end - period.start) <= moment < period.end and step.change * change > 0
    return False


def _driver(data: Gathered, measure: MeasureProfile, before: float, effect: float) -> Iterator[Candidate]:
    """Who moved the measure; also where others moved it back, so that the whole stands about where it was."""
    tables = driver_tables(data, measure)
    # Any value of any dimension could have been the one.
    looked_at = max(sum(len(t.members) for t in tables if t.dimension in data.beside), 1)
    is_still = measure.additive and change_p(data, measure) > LEVEL
    tested: list[tuple[Drivers, float, float]] = []
    for found in driving.telling(tables):
        hidden = relative(found.leading[0].effect, before)
        if effect >= SMALLEST_CHANGE or hidden >= SMALLEST_HIDDEN:
            size = max(effect, min(hidden, 1.0))
            for told in (driving.risen(found), found) if is_still else (found,):
                p_value = min(1.0, own_change_p(data, measure, told, told.leading[0]) * looked_at)
                tested.append((told, p_value, size))
    if tested:
        # The one that explains most, of those that chance does not.
        best, p_value, size = min(tested, key=lambda test: test[1] > LEVEL)
        yield Candidate(
            "driver",
            measure,
            best,
            size,
            p_value,
            material=True,
            dimension=best.dimension,
            value=best.leading[0].value,
        )


def own_change_p(data: Gathered, measure: MeasureProfile, found: Drivers, driver: Driver) -> float:
    """P-value of what one value of a dimension did beside the others, by what it did before.

    Whatever moves all of them, chance or the season, is left out.
    """
    beside, comparison, time = data.beside.get(found.dimension), data.comparison, data.profile.time
    if beside is None or comparison is None or time is None or not beside.rows:
        return 1.0
    rows = looked_back(beside, time.column, comparison.period, beside_grain(time, comparison.period))
    if not rows:
        return 1.0
    read = paired(
        beside,
        time=time.column,
        dimension=found.dimension,
        column=measure.label,
        first=rows[0],
        last=rows[-1],
        additive=measure.additive,
    )
    named = [beside.rows[row][beside.index(found.dimension)] for row in read.members]
    if driver.value not in named or len(named) < 2:  # noqa: PLR2004 - nobody beside it
        return 1.0
    moments = [moment_of(beside.rows[row][beside.index(time.column)]) for row in read.rows]
    before = [moment < comparison.period.end for moment in moments]
    values = read.values[np.array(before, dtype=bool)]
    inside = np.array(
        [m >= comparison.period.start for m in moments if m < comparison.period.end], dtype=bool
    )
    member = named.index(driver.value)
    others = np.delete(values, member, axis=1)
    moved, p_value = apart_p(values[:, member], others, inside, additive=measure.additive)
    return p_value if moved * driver.excess > 0 else 1.0


def driver_tables(data: Gathered, measure: MeasureProfile) -> list[Drivers]:
    """The change by each dimension, for what adds up and for averages."""
    is_average = measure.measure.aggregation == "avg"
    if not (measure.additive or is_average):
        return []
    weight = weight_name(measure) if is_average else None
    return [
        driving.find_drivers(result, measure.label, dimension, weight)
        for dimension, result in data.shifts.items()
        if not (measure.additive and dimension in data.quantities)
        and is_countable(result, measure.label)
        and is_countable(result, f"{measure.label}_previous")
    ]


def is_countable(result: Result, column: str) -> bool:
    """Whether all values that are there are finite numbers."""
    return all(value is None or is_finite(value) for value in result.values(column))
