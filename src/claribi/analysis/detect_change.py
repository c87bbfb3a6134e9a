"""Has a measure moved from the period before to the last one, and who moved it?"""

from collections.abc import Iterator

import numpy as np

from claribi.analysis import drivers as driving
from claribi.analysis import series as over_time
from claribi.analysis.change import next_p, usual_change_p
from claribi.analysis.change_points import ChangePoint
from claribi.analysis.detect_by_period import whole_rows
from claribi.analysis.drivers import Driver, Drivers
from claribi.analysis.findings import Candidate
from claribi.analysis.gather import Gathered, period_grain, weight_name
from claribi.analysis.overtaking import paired
from claribi.analysis.profile import MeasureProfile
from claribi.analysis.series import Floats, Series
from claribi.analysis.significance import FEWEST_POINTS, LEVEL, means_differ
from claribi.analysis.texts import is_finite, moment_of
from claribi.analysis.trend import Trend
from claribi.query import periods
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
    change, effect = float(now) - float(before), relative(float(now) - float(before), float(before))
    p_value = None if comparison.row is None else change_p(data, measure)
    material = effect >= SMALLEST_CHANGE
    explained = any(_explains(data, line, change) for line in lines)
    yield Candidate("change", measure, comparison, effect, p_value, material and not explained)
    if change:
        yield from _driver(data, measure, float(before), min(effect, 1.0), p_value)


def change_p(data: Gathered, measure: MeasureProfile) -> float:
    """By the changes before it; with too few of them, by the buckets within the two periods."""
    periodic, comparison = data.periodic, data.comparison
    if periodic is None or comparison is None:
        return 1.0
    series = periodic.of(measure.label)
    if len(series) > FEWEST_POINTS + 1:
        return usual_change_p(series)
    if data.main is None or data.main is periodic:
        return 1.0
    now, before = _halves(data.main.of(measure.label), data)
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


def _driver(
    data: Gathered, measure: MeasureProfile, before: float, effect: float, p_value: float | None
) -> Iterator[Candidate]:
    """Who moved the measure; also where others moved it back, so that the whole stands about where it was."""
    tables = driver_tables(data, measure)
    best = driving.best(tables)
    hidden = relative(best.leading[0].effect, before) if best is not None else 0.0
    if best is not None and (effect >= SMALLEST_CHANGE or hidden >= SMALLEST_HIDDEN):
        own = own_change_p(data, measure, best, best.leading[0])
        if own is not None:
            # Any value of any dimension could have been the one.
            looked_at = sum(len(t.members) for t in tables if t.dimension in data.by_period)
            p_value = min(1.0, own * looked_at)
        elif p_value is None:
            p_value = 1.0
        yield Candidate(
            "driver",
            measure,
            best,
            max(effect, min(hidden, 1.0)),
            p_value,
            material=True,
            dimension=best.dimension,
            value=best.leading[0].value,
        )


def own_change_p(data: Gathered, measure: MeasureProfile, found: Drivers, driver: Driver) -> float | None:
    """P-value of what one value of a dimension did beside the others, by what it did before.

    Whatever moves all of them, chance or the season, is left out. None where the answers don't tell.
    """
    by_period, comparison, time = data.by_period.get(found.dimension), data.comparison, data.profile.time
    whole = whole_rows(data, by_period) if by_period is not None else None
    if by_period is None or comparison is None or whole is None or time is None:
        return None
    read = paired(
        by_period, dimension=found.dimension, column=measure.label, additive=measure.additive, **whole
    )
    named = [by_period.rows[row][by_period.index(found.dimension)] for row in read.members]
    now = dict(zip(found.result.values(found.dimension), found.result.values(measure.label), strict=True))
    if driver.value not in named or len(named) < 2:  # noqa: PLR2004 - nobody beside it
        return None
    if not measure.additive and any(now.get(name) is None for name in named):
        return 1.0
    grain, start = period_grain(time), comparison.period.start
    buckets = over_time.steps_between(start, comparison.period.end, grain)
    ends = [
        periods.shift(moment_of(by_period.rows[row][by_period.index(whole["time"])]), 1, grain)
        for row in read.rows
    ]
    before = read.values[np.array([end <= start for end in ends], dtype=bool)]
    if not len(before):
        return 1.0
    latest = np.array([float(now.get(name) or 0) for name in named]) / (buckets if measure.additive else 1)
    apart = _apart(np.vstack([before, latest]), named.index(driver.value), additive=measure.additive)
    moved = float(apart[-1] - apart[:-1].mean())
    return next_p(apart[:-1], float(apart[-1]), buckets) if moved * driver.excess > 0 else 1.0


def _apart(values: Floats, member: int, *, additive: bool) -> Floats:
    """One member's values against those of the others: the ratio, or the distance where there is none."""
    own, others = values[:, member], np.delete(values, member, axis=1)
    rest = others.sum(axis=1) if additive else others.mean(axis=1)
    apart = own / rest if own.min() >= 0 and rest.min() > 0 else own - others.mean(axis=1)
    return np.asarray(apart, dtype=np.float64)


def driver_tables(data: Gathered, measure: MeasureProfile) -> list[Drivers]:
    """The change by each dimension, for what adds up and for averages."""
    is_average = measure.measure.aggregation == "avg"
    if not (measure.additive or is_average):
        return []
    weight = weight_name(measure) if is_average else None
    return [
        driving.find_drivers(result, measure.label, dimension, weight)
        for dimension, result in data.shifts.items()
        if is_countable(result, measure.label) and is_countable(result, f"{measure.label}_previous")
    ]


def is_countable(result: Result, column: str) -> bool:
    """Whether all values that are there are finite numbers."""
    return all(value is None or is_finite(value) for value in result.values(column))
