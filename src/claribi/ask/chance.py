"""Whether what a value did to a number is more than its days go up and down anyway."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, variance
from typing import Any

from claribi.analysis.drivers import Driver, Drivers
from claribi.query.periods import previous
from claribi.query.schemas import Dimension, Grain, Measure, ModelQuery, Period, Query, Result

# How many days a stretch of time may have to be looked at in buckets of this size.
GRAINS: tuple[tuple[Grain, float], ...] = (("hour", 2), ("day", 100), ("week", 800), ("month", math.inf))
FEWEST = 4
MOST_ROWS = 50_000
BUCKET = "claribi bucket"
LEVEL = 0.05

Ask = Callable[[Query | ModelQuery], Result]
# By value, then by bucket of time.
Values = Mapping[Any, Mapping[Any, float]]


def stands_firm(found: Drivers, query: Query | ModelQuery, tests: int, run: Ask) -> bool | None:
    """Whether the value that leads a change does so beyond chance; None where time is too short to tell.

    Both stretches of time are cut into buckets. In each, what the value has beyond its share of the whole
    (of an average: the value's own) is a sample; Welch's test (1947, The generalization of Student's problem
    when several different population variances are involved) compares their means, at a level divided by the
    number of values that were looked at.

    Args:
        query: The comparison by the dimension.
        tests: How many values were looked at in all dimensions.
    """
    period, leader = query.period, found.leading[0]
    assert period is not None  # noqa: S101 - it was compared with another
    assert query.compare is not None  # noqa: S101 - as above
    before = previous(period.start, period.end, query.compare)
    grain = _grain(period)
    now_rows, then_rows = (
        run(_by_bucket(query, Period(column=period.column, start=start, end=end), grain))
        for start, end in ((period.start, period.end), before)
    )
    if now_rows.truncated or then_rows.truncated:
        return None
    label = query.measures[0].label
    now, then = (_values(rows, found.dimension, label) for rows in (now_rows, then_rows))
    if found.weight is not None:
        samples = [list(side.get(leader.value, {}).values()) for side in (now, then)]
    else:
        share = _share(then, leader)
        samples = [_beyond(side, leader, share) for side in (now, then)]
    if min(map(len, samples)) < FEWEST:
        return None
    return _welch(*samples) < LEVEL / max(tests, 1)


def _grain(period: Period) -> Grain:
    days = (period.end - period.start).total_seconds() / 86_400
    return next(grain for grain, most in GRAINS if days <= most)


def _by_bucket(query: Query | ModelQuery, period: Period, grain: Grain) -> Query | ModelQuery:
    measure: Measure = query.measures[0]
    bucket = Dimension(column=period.column, grain=grain, name=BUCKET)
    changed = {
        "measures": [measure],
        "dimensions": [*query.dimensions, bucket],
        "period": period,
        "compare": None,
        "sort": [],
        "limit": MOST_ROWS,
    }
    return query.model_copy(update=changed)


def _values(rows: Result, dimension: str, label: str) -> Values:
    found: dict[Any, dict[Any, float]] = defaultdict(dict)
    for value, bucket, number in zip(
        rows.values(dimension), rows.values(BUCKET), rows.values(label), strict=True
    ):
        if number is not None:
            found[value][bucket] = float(number)
    return found


def _share(then: Values, leader: Driver) -> float:
    whole = sum(sum(own.values()) for own in then.values())
    return sum(then.get(leader.value, {}).values()) / whole if whole else 0.0


def _beyond(side: Values, leader: Driver, share: float) -> list[float]:
    totals: dict[Any, float] = defaultdict(float)
    for own in side.values():
        for bucket, number in own.items():
            totals[bucket] += number
    own = side.get(leader.value, {})
    return [own.get(bucket, 0.0) - share * total for bucket, total in totals.items()]


def _welch(first: Sequence[float], second: Sequence[float]) -> float:
    """The two-sided p-value of a difference between two means."""
    from claribi.analysis.significance import student_p  # noqa: PLC0415 - scipy is slow to import

    errors = [variance(sample) / len(sample) for sample in (first, second)]
    difference = fmean(first) - fmean(second)
    if not sum(errors):
        return 0.0 if difference else 1.0
    freedom = sum(errors) ** 2 / sum(
        error**2 / (len(sample) - 1) for error, sample in zip(errors, (first, second), strict=True)
    )
    return student_p(difference / math.sqrt(sum(errors)), freedom)
