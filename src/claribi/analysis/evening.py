"""Periods of different lengths made comparable: a month with fewer days, or with other days of the week.

What a period could hold is told by its days, each weighed by what its day of the week usually holds: nothing
where a shop is closed or where a table has one row a week, and the same for all where no rhythm shows.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from claribi.analysis.queries import NEWEST, OLDEST
from claribi.analysis.seasonality import of_cycle
from claribi.analysis.series import Series, read, tamed
from claribi.analysis.significance import LEVEL
from claribi.analysis.texts import moment_of
from claribi.query import periods
from claribi.query.schemas import Grain, Result

DAYS = 7
EVEN = (1.0,) * DAYS
UNEVEN: frozenset[Grain] = frozenset({"month", "quarter", "year"})
# From so many days on, a rhythm of the week can be seen.
FEWEST_DAYS = 56
# Days of the week that hold something less often than this against others are closed; others may be, by half.
CLOSED, SELDOM = 0.1, 0.5
# A row a week is one where nearly all of them fall on the same day of the week.
SAME_DAY = 0.9


def of_days(result: Result, **range_: Any) -> tuple[float, ...]:
    """What each day of the week holds, Monday first, against the mean of those that hold anything.

    Args:
        range_: As of `series.read`, of an answer by day.
    """
    days = read(result, **range_)
    if len(days) < FEWEST_DAYS:
        return EVEN
    place = np.array([moment.weekday() for moment in days.moments])
    span = (days.moments[-1] - days.moments[0]).days + 1
    first = days.moments[0].weekday()
    there = np.array([(span - (day - first) % DAYS + DAYS - 1) // DAYS for day in range(DAYS)])
    held = np.bincount(place, minlength=DAYS) / there
    weights = np.where(held < CLOSED * held.max(), 0.0, held if held.min() < SELDOM * held.max() else 1.0)
    if float(np.ptp(days.values)) > 0:
        found = of_cycle(days, "day_of_week")
        if found.p_value <= LEVEL and found.material:
            values = tamed(days.values)
            means = [
                float(values[place == day].mean()) if (place == day).any() else 0.0 for day in range(DAYS)
            ]
            weights = weights * np.maximum(np.array(means), 0.0)
    return _scaled(weights)


def of_weeks(result: Result, *, first: int, last: int) -> tuple[float, ...]:
    """As `of_days`, of an answer by week whose weeks hold one day each, as one row a week has."""
    edges = zip(result.values(OLDEST)[first : last + 1], result.values(NEWEST)[first : last + 1], strict=True)
    found = [(moment_of(oldest), moment_of(newest)) for oldest, newest in edges if oldest is not None]
    days = [oldest.weekday() for oldest, newest in found if oldest.date() == newest.date()]
    counts = [days.count(day) for day in range(DAYS)]
    if not found or max(counts) < SAME_DAY * len(found):
        return EVEN
    return tuple(float(count == max(counts)) for count in counts)


def _scaled(weights: Any) -> tuple[float, ...]:
    holding = weights[weights > 0]
    if not len(holding):
        return EVEN
    return tuple(round(float(weight), 3) for weight in weights / holding.mean())


def is_weekly(weights: Sequence[float]) -> bool:
    """Whether a week holds a single day: what is counted then is weeks."""
    return sum(weight > 0 for weight in weights) == 1


def size(start: datetime, end: datetime, weights: Sequence[float]) -> float:
    """What `[start, end)` can hold: its days, weighed."""
    weeks, left = divmod((end - start).days, DAYS)
    more = sum(weights[(start + timedelta(days=day)).weekday()] for day in range(left))
    return weeks * sum(weights) + more


def evened(series: Series, weights: Sequence[float] | None) -> Series:
    """The series as if all its buckets were of the same size."""
    if weights is None or series.grain not in UNEVEN:
        return series
    ends = [periods.shift(moment, 1, series.grain) for moment in series.moments]
    sizes = np.array([size(*edges, weights) for edges in zip(series.moments, ends, strict=True)])
    if not len(sizes) or sizes.min() <= 0:
        return series
    return replace(series, values=series.values * (sizes.mean() / sizes))


def size_ratio(start: datetime, end: datetime, weights: Sequence[float]) -> float:
    """What a period can hold, against the one before it; 1 where that can't be said."""
    before = size(*periods.previous(start, end, "previous_period"), weights)
    now = size(start, end, weights)
    return now / before if now > 0 and before > 0 else 1.0


def evened_change(result: Result, *, at: int, weights: Sequence[float], **range_: Any) -> float:
    """The change from the bucket before row `at` to it, against that, as if both were of the same size."""
    now, before = _two(result, at, range_)
    ratio = size_ratio(now[0], periods.shift(now[0], 1, range_["grain"]), weights)
    return now[1] / ratio / before[1] - 1


def more_days(result: Result, *, at: int, weights: Sequence[float], **range_: Any) -> int:
    """How many more days (of a row a week: weeks) the bucket of row `at` has than the one before it."""
    moment, grain = _two(result, at, range_)[0][0], range_["grain"]
    days = [float(weight > 0) for weight in weights] if is_weekly(weights) else EVEN
    start, end = moment, periods.shift(moment, 1, grain)
    return round(size(start, end, days) - size(*periods.previous(start, end, "previous_period"), days))


def _two(result: Result, at: int, range_: dict[str, Any]) -> tuple[tuple[datetime, float], ...]:
    found = read(result, **(range_ | {"first": at - 1, "last": at}))
    before, now = zip(found.moments, found.values.tolist(), strict=True)
    return now, before
