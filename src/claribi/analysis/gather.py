"""Every answer that an analysis rests on, asked in as few queries as possible."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from claribi.analysis import evening, series
from claribi.analysis.arriving import find_arriving
from claribi.analysis.gather_dimensions import gather_dimension
from claribi.analysis.gathered import Comparison, Gathered, OverTime, weights
from claribi.analysis.profile import GRAINS, Profile, TimeProfile, buckets
from claribi.analysis.queries import NEWEST, OLDEST, ROWS, Source, with_rows
from claribi.analysis.spans import LOOK_BACK, STRETCHES, is_one, unit_of
from claribi.analysis.texts import moment_of
from claribi.analysis.thresholds import Threshold, hold
from claribi.core.clock import utc_now
from claribi.query import periods
from claribi.query.schemas import Grain, Measure, Period, Result
from claribi.sources.catalog import Column

MOST_COUNTED, MOST_MEASURES = 45, 50
# More hours or days than this would be a series nobody can take in; the main series has to do then.
MOST_RHYTHM_BUCKETS = 20_000

Progress = Callable[[float, str], None]


def gather(source: Source, profile: Profile, progress: Progress) -> Gathered:
    data = Gathered(profile)
    progress(0.1, "Counting rows and missing values")
    data.overview = _overview(source, profile)
    if profile.time is not None:
        progress(0.2, "Reading the measures over time")
        _gather_time(source, profile.time, data)
    for threshold in profile.thresholds:
        _hold(source, threshold, data)
    for done, dimension in enumerate(profile.dimensions):
        progress(0.4 + 0.4 * done / len(profile.dimensions), f"Splitting by {dimension.name}")
        gather_dimension(source, dimension, data)
    return _without_dull(data)


def _overview(source: Source, profile: Profile) -> Result | None:
    incomplete = [column for column in profile.table.columns if column.nulls][:MOST_COUNTED]
    counted = [Measure(column=c.name, aggregation="count", name=counted_name(c)) for c in incomplete]
    measures = with_rows(profile.plain)
    if profile.time is not None:
        column = profile.time.column
        measures.append(Measure(column=column, aggregation="min", name=OLDEST))
        measures.append(Measure(column=column, aggregation="max", name=NEWEST))
    # The counts come last: of a wide table with gaps everywhere a query has no room for all of them.
    return source.totals([*measures, *counted][:MOST_MEASURES])


def counted_name(column: Column) -> str:
    return f"values_in_{column.name}"


def _gather_time(source: Source, time: TimeProfile, data: Gathered) -> None:
    averages = [m.measure for m in data.profile.averages]
    data.main = _over_time(source, data.profile, time, time.grain, averages)
    data.periodic = data.main
    if time.compare_grain != time.grain:
        data.periodic = _over_time(source, data.profile, time, time.compare_grain)
    for grain in _rhythm_grains(time):
        finer = _over_time(source, data.profile, time, grain, averages)
        if finer is not None:
            data.rhythm.append(finer)
    _leave_out_arriving(source, time, data)
    data.comparison = _compare(source, data)


def _leave_out_arriving(source: Source, time: TimeProfile, data: Gathered) -> None:
    """Buckets that data may still be arriving in are no part of any series."""
    lines = next((o for o in (data.main, *data.rhythm) if o is not None and o.grain == "day"), data.main)
    is_asked = source.period is not None and time.sane is None
    if lines is None or time.in_years or is_asked:
        return
    data.arriving = find_arriving(lines.result, **lines.of(ROWS.label).arguments)
    if data.arriving is None:
        return
    start = moment_of(lines.result.values(lines.column)[data.arriving.row])
    data.main = data.main and data.main.until(start)
    data.periodic = data.periodic and data.periodic.until(start)
    data.rhythm = [finer.until(start) for finer in data.rhythm]


def _rhythm_grains(time: TimeProfile) -> list[Grain]:
    """The grains whose cycles the main series can't show: hours of the day, days of the week."""
    finer = GRAINS[GRAINS.index(time.finest) : GRAINS.index(time.grain)]
    return [
        grain
        for grain in ("hour", "day")
        if grain in finer and buckets(time.oldest, time.newest, grain) <= MOST_RHYTHM_BUCKETS
    ]


def _over_time(
    source: Source,
    profile: Profile,
    time: TimeProfile,
    grain: Grain,
    also: Sequence[Measure] = (),
    period: Period | None = None,
) -> OverTime | None:
    result = source.over_time([*profile.plain, *also], time.bucket(grain), period=period)
    if result is None or not series.dated_rows(result, time.column):
        return None
    first, last = series.whole_range(result, time.column, grain)
    averages = frozenset(m.label for m in (*profile.measures, *profile.averages) if not m.additive)
    return OverTime(result, time.column, grain, first, max(first, last), averages)


def _compare(source: Source, data: Gathered) -> Comparison | None:
    time = data.profile.time
    # A year that is a number can't tell that it is not over.
    if time is None or (time.in_years and time.newest.year >= utc_now().year):
        return None
    asked = source.period if time.sane is None else None
    data.history = _up_to(source, data, asked) if asked else data.periodic
    row = _last_whole(data.history, asked)
    if asked is None and (row is None or data.periodic is None):
        return None
    period = asked or _period_of(data.periodic, row)
    data.before = _long_before(source, data, asked) if asked else None
    data.weekdays = _weekdays(source, data, asked)
    measures = [*with_rows(data.profile.plain), *weights(data.profile)]
    result = source.totals(measures, period=period, compare="previous_period")
    if result is None or not result.rows or not result.values(f"{ROWS.label}_previous")[0]:
        return None
    return Comparison(period, result, row, _year_before(source, data, period, measures))


def _up_to(source: Source, data: Gathered, period: Period) -> OverTime | None:
    """The time before a chosen period and itself: by periods of its kind, else by buckets."""
    time = data.profile.time
    if time is None:
        return None
    grain = unit_of(period) or time.grain
    start = periods.shift(period.start, -LOOK_BACK[grain], grain)
    before = Period(column=period.column, start=start, end=period.end)
    return _over_time(source, data.profile, time, grain, period=before)


def _long_before(source: Source, data: Gathered, period: Period) -> OverTime | None:
    time = data.profile.time
    if time is None or time.in_years:
        return None
    length = buckets(period.start, period.end, time.grain)
    back = max(LOOK_BACK[time.grain], round(STRETCHES * length))
    if back > MOST_RHYTHM_BUCKETS:
        return None
    before = Period(
        column=period.column, start=periods.shift(period.start, -back, time.grain), end=period.end
    )
    return _over_time(source, data.profile, time, time.grain, period=before)


def _weekdays(source: Source, data: Gathered, asked: Period | None) -> dict[str, tuple[float, ...]]:
    time, history = data.profile.time, data.history
    if time is None or history is None or history.grain not in evening.UNEVEN:
        return {}
    added = [m.label for m in data.profile.measures if m.additive]
    if time.finest == "week" and data.main is not None and data.main.grain == "week":
        main = data.main
        return dict.fromkeys(added, evening.of_weeks(main.result, first=main.first, last=main.last))
    days = next((lines for lines in (data.main, *data.rhythm) if lines and lines.grain == "day"), None)
    if data.before is not None and data.before.grain == "day":
        days = data.before
    elif asked is not None and time.finest in {"hour", "day"}:
        start = periods.shift(asked.end, -LOOK_BACK["day"], "day")
        before = Period(column=asked.column, start=start, end=asked.end)
        days = _over_time(source, data.profile, time, "day", period=before)
    if days is None:
        return {}
    return {label: evening.of_days(days.result, **days.of(label).arguments) for label in added}


def _last_whole(periodic: OverTime | None, asked: Period | None) -> int | None:
    """The row of the last whole period, the chosen one if any, where the one right before it is whole too."""
    if periodic is None or periodic.last - 1 < periodic.first:
        return None
    if asked is not None and moment_of(periodic.result.values(periodic.column)[periodic.last]) != asked.start:
        return None
    if asked is not None and not is_one(asked, periodic.grain):
        return None
    moments = [moment_of(v) for v in periodic.result.values(periodic.column)[: periodic.last + 1]]
    step = series.steps_between(moments[-2], moments[-1], periodic.grain)
    return periodic.last if step == 1 else None


def _period_of(periodic: OverTime | None, row: int | None) -> Period:
    assert periodic is not None  # noqa: S101 - the caller has looked
    assert row is not None  # noqa: S101 - the caller has looked
    start = moment_of(periodic.result.values(periodic.column)[row])
    return Period(column=periodic.column, start=start, end=periods.shift(start, 1, periodic.grain))


def _year_before(source: Source, data: Gathered, period: Period, measures: list[Measure]) -> Result | None:
    time = data.profile.time
    start, end = periods.previous(period.start, period.end, "previous_year")
    oldest = _oldest(source, data, time) if time is not None else None
    if oldest is None or start < oldest:
        return None
    if (start, end) == periods.previous(period.start, period.end, "previous_period"):
        return None
    result = source.totals(measures, period=period, compare="previous_year")
    usable = result is not None and result.rows and result.values(f"{ROWS.label}_previous")[0]
    return result if usable else None


def _oldest(source: Source, data: Gathered, time: TimeProfile) -> datetime | None:
    """From when on the data are whole; of what lies before a chosen period only its history tells."""
    if source.period is None or time.sane is not None:
        return periods.truncate(time.oldest, "day")
    if data.history is None or not is_one(source.period, data.history.grain):
        return None
    return moment_of(data.history.result.values(data.history.column)[data.history.first])


def _hold(source: Source, threshold: Threshold, data: Gathered) -> None:
    """Hold a measure against a threshold period by period; over everything where there is no time axis."""
    label, found, lines = threshold.measure.label, None, _lines_for(source, threshold, data)
    if lines is not None:
        found = hold(threshold, lines.result, column=label, first=lines.first, last=lines.last)
    elif data.overview is not None and data.overview.rows:
        found = hold(threshold, data.overview, column=label, first=0, last=0)
    if found is not None:
        data.held.append((found, lines))


def _lines_for(source: Source, threshold: Threshold, data: Gathered) -> OverTime | None:
    time = data.profile.time
    if time is None:
        return None
    if threshold.grain is None:
        return data.periodic or data.main
    known = (data.main, data.periodic, *data.rhythm)
    fitting = (lines for lines in known if lines is not None and lines.grain == threshold.grain)
    if time.in_years:
        return next(fitting, None)
    return next(fitting, None) or _over_time(source, data.profile, time, threshold.grain)


def _without_dull(data: Gathered) -> Gathered:
    """Without the number of rows where it never varies: the table was counted up beforehand."""
    held = {threshold.measure.label for threshold in data.profile.thresholds}
    kept = [
        m for m in data.profile.measures if m.label != ROWS.label or m.label in held or not _is_constant(data)
    ]
    data.profile = replace(data.profile, measures=kept or data.profile.measures)
    return data


def _is_constant(data: Gathered) -> bool:
    counts = data.main.result.values(ROWS.label) if data.main else []
    return len(counts) > 1 and len(set(counts)) == 1
