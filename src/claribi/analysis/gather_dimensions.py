"""What each dimension splits the measures into: over everything, in both periods, period by period."""

from claribi.analysis.gathered import Gathered, weights
from claribi.analysis.profile import GRAINS
from claribi.analysis.quantities import is_quantity
from claribi.analysis.queries import ROWS, Source, with_rows
from claribi.analysis.spans import LOOK_BACK, beside_grain, period_grain
from claribi.analysis.texts import is_finite
from claribi.query import periods
from claribi.query.schemas import Dimension, Period, Result
from claribi.sources.catalog import Column

MOST_VALUES_OVER_TIME, DIMENSIONS_OVER_TIME = 50, 3
# Buckets and values together, in which each value is looked at.
MOST_CELLS = 20_000


def gather_dimension(source: Source, dimension: Column, data: Gathered) -> None:
    by = Dimension(column=dimension.name)
    measures = [*with_rows(data.profile.plain), *weights(data.profile)]
    totals = source.totals(measures, by=[by])
    if totals is None or not totals.rows or _is_alias(totals, data):
        return
    if source.filters and totals.row_count == 1:
        # The filters leave it one value, which explains nothing.
        return
    data.totals[dimension.name] = totals
    if is_quantity(dimension, totals, ROWS.label):
        data.quantities.add(dimension.name)
    if data.comparison is not None:
        period = data.comparison.period
        compared = source.totals(measures, by=[by], period=period, compare="previous_period")
        if compared is not None and compared.rows:
            data.shifts[dimension.name] = compared
    _gather_by_period(source, dimension, data)
    _gather_there(source, dimension, data)
    if dimension.name in data.shifts:
        _gather_beside(source, dimension, data)


def _gather_beside(source: Source, dimension: Column, data: Gathered) -> None:
    """What each value did bucket by bucket before the period and in it."""
    time, comparison = data.profile.time, data.comparison
    wide = dimension.distinct > MOST_VALUES_OVER_TIME or len(data.beside) >= DIMENSIONS_OVER_TIME
    if time is None or comparison is None or wide or dimension.name == time.column:
        return
    grain, period = beside_grain(time, comparison.period), comparison.period
    known = data.there.get(dimension.name)
    if known is not None and known[1].grain == grain and source.period == time.sane:
        data.beside[dimension.name] = known[0]
        return
    start = periods.shift(period.start, -LOOK_BACK[grain], grain)
    by = [time.bucket(grain), Dimension(column=dimension.name)]
    before = None if time.in_years else Period(column=time.column, start=start, end=period.end)
    result = source.totals(with_rows(data.profile.plain), by=by, period=before)
    if result is not None:
        data.beside[dimension.name] = result


def _is_alias(totals: Result, data: Gathered) -> bool:
    """Whether another dimension splits the rows into the same parts: a code beside its name.

    Of a table with a row for each pair of values, every value has as many rows: what they hold tells.
    """
    parts = _parts(totals)
    return len(parts) > 3 and any(_parts(other) == parts for other in data.totals.values())  # noqa: PLR2004 - few parts may be alike by chance


def _parts(totals: Result) -> list[tuple[str, ...]]:
    """What the values hold, without which of them it is; sums differ in their last digits by their order."""
    held = zip(*(totals.values(column.name) for column in totals.columns[1:]), strict=True)
    return sorted(tuple(f"{value:.9g}" if is_finite(value) else str(value) for value in row) for row in held)


def _gather_by_period(source: Source, dimension: Column, data: Gathered) -> None:
    time = data.profile.time
    wide = dimension.distinct > MOST_VALUES_OVER_TIME or len(data.by_period) >= DIMENSIONS_OVER_TIME
    if time is None or wide or dimension.name == time.column:
        return
    by = [time.bucket(period_grain(time)), Dimension(column=dimension.name)]
    result = source.totals(with_rows(data.profile.plain), by=by)
    if result is not None:
        data.by_period[dimension.name] = result


def _gather_there(source: Source, dimension: Column, data: Gathered) -> None:
    """What each value did in the finest buckets that are not too many."""
    time = data.profile.time
    if time is None or time.in_years or dimension.name not in data.by_period:
        return
    lines = [o for o in (*data.rhythm, data.main, data.periodic) if o is not None]
    fine = [o for o in lines if o.grain != "hour" and o.result.row_count * dimension.distinct <= MOST_CELLS]
    finest = min(fine, key=lambda o: GRAINS.index(o.grain), default=None)
    if finest is None:
        return
    result: Result | None = data.by_period[dimension.name]
    if finest.grain != period_grain(time):
        by = [time.bucket(finest.grain), Dimension(column=dimension.name)]
        result = source.totals(with_rows(data.profile.plain), by=by)
    if result is not None:
        data.there[dimension.name] = result, finest
