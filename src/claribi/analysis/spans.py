"""Which buckets of time a question is looked at in, and how far back."""

from collections.abc import Mapping

from claribi.analysis.profile import GRAINS, TimeProfile, buckets
from claribi.analysis.texts import moment_of
from claribi.query import periods
from claribi.query.schemas import Grain, Period, Result

# How far back the time before a chosen period is read.
LOOK_BACK: Mapping[Grain, int] = {
    "hour": 400,
    "day": 400,
    "week": 156,
    "month": 48,
    "quarter": 20,
    "year": 20,
}
# So many stretches of a chosen period's length are read before it.
STRETCHES = 12
# What a value of a dimension does beside the others is looked at in no more buckets of the period than this.
MOST_INSIDE = 100
# With fewer periods, what a value of a dimension usually does can't be told from what it once did.
FEWEST_PERIODS = 12


def unit_of(period: Period) -> Grain | None:
    """The grain of which a period is one bucket."""
    return next((g for g in GRAINS if is_one(period, g)), None)


def is_one(period: Period, grain: Grain) -> bool:
    start = period.start
    return periods.truncate(start, grain) == start and periods.shift(start, 1, grain) == period.end


def beside_grain(time: TimeProfile, period: Period) -> Grain:
    """The finest grain at which the data and the period have buckets enough, and not too many."""
    fine = GRAINS[GRAINS.index(time.finest) :]
    few = [g for g in fine if buckets(period.start, period.end, g) <= MOST_INSIDE]
    return few[0] if few else fine[-1]


def looked_back(result: Result, column: str, period: Period, grain: Grain) -> list[int]:
    """The rows of an answer by bucket from `LOOK_BACK` before a period to its end."""
    start = periods.shift(period.start, -LOOK_BACK[grain], grain)
    moments = [None if value is None else moment_of(value) for value in result.values(column)]
    return [row for row, at in enumerate(moments) if at is not None and start <= at < period.end]


def period_grain(time: TimeProfile) -> Grain:
    """The widest grain that gives enough periods to tell what is usual from chance."""
    allowed = GRAINS[GRAINS.index(time.grain) : GRAINS.index(time.compare_grain) + 1]
    enough = [g for g in allowed if buckets(time.oldest, time.newest, g) >= FEWEST_PERIODS]
    return enough[-1] if enough else time.grain
