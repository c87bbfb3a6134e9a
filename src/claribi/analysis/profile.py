"""What there is to analyse in a table: its time axis, measures and dimensions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from claribi.analysis import names, roles
from claribi.analysis.queries import NEWEST, OLDEST, ROWS, Source
from claribi.analysis.texts import moment_of
from claribi.analysis.thresholds import Threshold
from claribi.query import periods
from claribi.query.schemas import Dimension, Grain, Measure, Period
from claribi.sources.catalog import Column, Table

MEASURES, DIMENSIONS = 4, 5
GRAINS: tuple[Grain, ...] = ("hour", "day", "week", "month", "quarter", "year")
MOST_BUCKETS = 400
# Buckets of a grain that must hold something, so that it isn't finer than the data.
FILLED = 0.5
# Fewer years than this are parts of the whole rather than a course of time.
FEWEST_YEARS = 4
HOURS: dict[Grain, float] = {
    "hour": 1,
    "day": 24,
    "week": 168,
    "month": 730.5,
    "quarter": 2191.5,
    "year": 8766,
}
# What begins (or ends) no later than this after (before) the border of a period counts as a whole one.
LATE_START: dict[Grain, timedelta] = {
    "month": timedelta(days=2),
    "week": timedelta(days=2),
    "day": timedelta(hours=2),
}
# Dates outside are placeholders (1 January 0001, 31 December 9999) and no part of the time axis. Before 1900
# they are history where there are several, and placeholders where there are few (1 January 1753).
HISTORY = datetime(1000, 1, 1)  # noqa: DTZ001 - stored times carry no zone
SANE = (datetime(1900, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 - as above
MOST_PLACEHOLDERS = 3


@dataclass(frozen=True, slots=True)
class MeasureProfile:
    """A measure that is analysed.

    Attributes:
        label: Its column in results.
        title: In headings and charts, such as `number of orders`.
        subject: In a sentence, such as `the number of orders`.
        additive: Whether the values of parts add up to the value of the whole.
        whole: Whether it has whole numbers only.
        nonnegative: Whether it can't fall below 0, so that percentages of it mean something.
        welcome: Whether more of it is good news; None where nobody can tell.
        weight: How much a reader wants to see it, from 0 to 1.
    """

    measure: Measure
    label: str
    title: str
    subject: str
    additive: bool
    whole: bool
    nonnegative: bool
    welcome: bool | None
    currency: str | None
    weight: float


@dataclass(frozen=True, slots=True)
class TimeProfile:
    """The time axis.

    Attributes:
        oldest, newest: The first and last moment in the data.
        grain: The width of the buckets that series are made of.
        compare_grain: The width of the periods that are compared with each other.
        finest: The finest grain at which most buckets hold something.
        sane: The filter that keeps placeholder dates out; None where there are none.
    in_years: The column holds years as whole numbers, and nothing finer.
    """

    column: str
    oldest: datetime
    newest: datetime
    grain: Grain
    compare_grain: Grain
    finest: Grain
    sane: Period | None = None
    in_years: bool = False

    def bucket(self, grain: Grain) -> Dimension:
        """What the rows are grouped by to see them over time."""
        return Dimension(column=self.column, grain=None if self.in_years else grain)


@dataclass(frozen=True, slots=True)
class Profile:
    """Attributes:
    measures, dimensions: The most useful first.
    thresholds: What the measures are held against.
    averages: Those of measures that add up: sums of more and of fewer rows all move together.
    """

    source_id: int
    table: Table
    time: TimeProfile | None
    measures: list[MeasureProfile]
    dimensions: list[Column]
    thresholds: Sequence[Threshold] = ()
    averages: Sequence[MeasureProfile] = ()

    def measure(self, label: str) -> MeasureProfile:
        return next(m for m in (*self.measures, *self.averages) if m.label == label)

    @property
    def plain(self) -> list[Measure]:
        """The measures as a query has them."""
        return [m.measure for m in self.measures]

    @property
    def rows_name(self) -> str:
        return names.rows_of(self.table.name)


def profile(
    source: Source,
    table: Table,
    *,
    question: str | None = None,
    measures: Sequence[Measure] | None = None,
    thresholds: Sequence[Threshold] = (),
) -> Profile:
    asked = set(names.words(question or ""))
    time = _time(source, table) or _years(source, table)
    chosen = [_asked_measure(m, table) for m in measures] if measures else _measures(table, asked)
    chosen += _held(thresholds, chosen, table)
    dimensions = _dimensions(table, asked, has_time=time is not None)
    return Profile(source.source_id, table, time, chosen, dimensions, thresholds, _averages(chosen, table))


def _averages(chosen: Sequence[MeasureProfile], table: Table) -> list[MeasureProfile]:
    """The averages of what is added up, where there is something to compare them with."""
    known = {m.label for m in chosen}
    of_columns = [m for m in chosen if m.measure.column is not None]
    found = [
        replace(_asked_measure(Measure(column=m.measure.column, aggregation="avg"), table), weight=m.weight)
        for m in of_columns
        if m.measure.aggregation == "sum"
    ]
    return [m for m in found if m.label not in known] if len(of_columns) > 1 else []


def _held(
    thresholds: Sequence[Threshold], chosen: Sequence[MeasureProfile], table: Table
) -> list[MeasureProfile]:
    """The measures of thresholds that are not among the chosen ones."""
    known = {measure.label for measure in chosen}
    missing = {t.measure.label: t.measure for t in thresholds if t.measure.label not in known}
    return [
        rows_measure(table) if label == ROWS.label else _asked_measure(measure, table)
        for label, measure in missing.items()
    ]


def _mentioned(column: Column, asked: set[str]) -> bool:
    """Whether the question speaks of the column; `sale` and `sales` are one word."""
    stems = {word.rstrip("s") for word in asked}
    return any(word.rstrip("s") in stems for word in names.words(column.name))


def _measures(table: Table, asked: set[str]) -> list[MeasureProfile]:
    candidates = [column for column in table.columns if roles.is_measure(column, table)]
    weights = {c.name: roles.telling(c, table) + 2 * _mentioned(c, asked) for c in candidates}
    candidates.sort(key=lambda column: -weights[column.name])
    profiled = [_of_column(column, table, min(weights[column.name], 1.0)) for column in candidates]
    return [*profiled[:MEASURES], rows_measure(table)]


def _of_column(column: Column, table: Table, weight: float) -> MeasureProfile:
    measure = Measure(column=column.name, aggregation="sum" if roles.is_additive(column) else "avg")
    return replace(_asked_measure(measure, table), weight=weight)


def rows_measure(table: Table) -> MeasureProfile:
    title = f"number of {names.rows_of(table.name)}"
    return MeasureProfile(ROWS, ROWS.label, title, f"the {title}", True, True, True, None, None, 0.5)


def _asked_measure(measure: Measure, table: Table) -> MeasureProfile:
    column = table.column(measure.column) if measure.column else None
    counted = measure.aggregation in {"count", "count_distinct"}
    lowest = roles.number(column.minimum) if column else None
    title = names.title_of(measure, table.name)
    own_name = measure.name or measure.aggregation in {"sum", None}
    return MeasureProfile(
        measure=measure,
        label=measure.label,
        title=title,
        subject=title if own_name else f"the {title}",
        additive=measure.aggregation in {"sum", "count"},
        whole=counted or (column is not None and column.type == "integer" and measure.aggregation == "sum"),
        nonnegative=counted or (lowest is not None and lowest >= 0),
        welcome=roles.is_welcome(column),
        currency=names.currency_of(measure.column) if measure.column and not counted else None,
        weight=1.0,
    )


def _dimensions(table: Table, asked: set[str], *, has_time: bool) -> list[Column]:
    candidates = [
        column
        for column in table.columns
        if roles.is_dimension(column, table) and not (has_time and roles.is_calendar(column))
    ]
    candidates.sort(key=lambda c: -(roles.usefulness(c, table) + 2 * _mentioned(c, asked)))
    return candidates[:DIMENSIONS]


def stretch(
    source: Source,
    table: Table,
    asked: Period | tuple[datetime, datetime] | None,
    last: tuple[int, Grain] | None,
) -> Period | None:
    """The period that a caller means; None where the table has no time axis to measure it on.

    An end beyond the data is drawn in to the end of their last day, and of the last n units only whole ones
    count: nothing may look like a drop because the data stop.
    """
    if isinstance(asked, Period):
        source.period = asked
    time = _time(source, table)
    if time is None:
        return asked if isinstance(asked, Period) else None
    if last is not None:
        start, end = periods.last_n(_last_whole(time.newest, last[1]), *last)
    elif isinstance(asked, Period):
        start, end = asked.start, asked.end
    else:
        start, end = asked or (time.oldest, time.newest)
    day_after = periods.shift(periods.truncate(time.newest, "day"), 1, "day")
    end = min(end, day_after) if start < day_after else end
    return Period(column=time.column, start=start, end=end)


def _last_whole(newest: datetime, unit: Grain) -> datetime:
    """A moment in the last unit that the data fill to its end, give or take `LATE_START`."""
    start = periods.truncate(newest, unit)
    late = LATE_START.get(unit, LATE_START["month"]) if unit != "hour" else timedelta(hours=1)
    whole = newest + late >= periods.shift(start, 1, unit)
    return start if whole else periods.shift(start, -1, unit)


def _time(source: Source, table: Table) -> TimeProfile | None:
    candidates = [c for c in table.columns if c.role == "time" and c.type in {"date", "timestamp"}]
    candidates = [c for c in candidates if roles.missing_share(c, table) <= roles.MOST_MISSING]
    if source.period is not None:
        candidates = [c for c in candidates if c.name == source.period.column]
    candidates.sort(key=lambda column: -roles.moment_score(column, table))
    for column in candidates:
        found = _time_of(source, column)
        if found is not None:
            return found
    return None


def _time_of(source: Source, column: Column) -> TimeProfile | None:
    span = _span(source, column, None)
    start = HISTORY if span and span[0] < SANE[0] and _has_history(source, column) else SANE[0]
    sane = Period(column=column.name, start=start, end=SANE[1])
    outside = span is not None and not (start <= span[0] and span[1] < SANE[1])
    if outside and source.period is None:
        span = _span(source, column, sane)
    if span is None or span[0] >= span[1]:
        return None
    finest = finest_grain(_as_filtered(source, column), *span)
    grain = series_grain(finest, *span)
    compare = max(compare_grain(*span), finest, key=GRAINS.index)
    return TimeProfile(column.name, *span, grain, compare, finest, sane if outside else None)


def _has_history(source: Source, column: Column) -> bool:
    """Whether more dates before 1900 are there than placeholders would be."""
    different = Measure(column=column.name, aggregation="count_distinct", name="different")
    before = Period(column=column.name, start=HISTORY, end=SANE[0])
    counted = source.totals([different], period=before)
    return counted is not None and bool(counted.rows) and counted.rows[0][0] > MOST_PLACEHOLDERS


def _years(source: Source, table: Table) -> TimeProfile | None:
    """A time axis of years that are whole numbers; no period of dates can be cut out of it."""
    found = [c for c in table.columns if roles.holds_years(c) and c.distinct >= FEWEST_YEARS]
    if source.period is not None or len(found) != 1:
        return None
    span = _span(source, found[0], None)
    if span is None or span[0] >= span[1]:
        return None
    return TimeProfile(found[0].name, *span, "year", "year", "year", in_years=True)


def _as_filtered(source: Source, column: Column) -> Column:
    """The column as it is among the rows that the filters and the period leave: they may be few."""
    if not source.filters and source.period is None:
        return column
    counted = source.totals([Measure(column=column.name, aggregation="count_distinct", name="different")])
    return replace(column, distinct=counted.rows[0][0]) if counted and counted.rows else column


def _span(source: Source, column: Column, sane: Period | None) -> tuple[datetime, datetime] | None:
    edges = [
        Measure(column=column.name, aggregation="min", name=OLDEST),
        Measure(column=column.name, aggregation="max", name=NEWEST),
    ]
    result = source.totals(edges, period=sane)
    if result is None or not result.rows or None in result.rows[0]:
        return None
    oldest, newest = result.rows[0]
    return moment_of(oldest), moment_of(newest)


def buckets(oldest: datetime, newest: datetime, grain: Grain) -> float:
    """About how many buckets of a grain lie between two moments, both included."""
    return (newest - oldest) / timedelta(hours=HOURS[grain]) + 1


def finest_grain(column: Column, oldest: datetime, newest: datetime) -> Grain:
    """The finest grain at which at least half the buckets hold something."""
    candidates = [grain for grain in GRAINS if not (grain == "hour" and column.type == "date")]
    for grain in candidates:
        if column.distinct >= FILLED * buckets(oldest, newest, grain):
            return grain
    return "year"


def series_grain(finest: Grain, oldest: datetime, newest: datetime) -> Grain:
    """The finest grain that gives no more buckets than a chart and a quadratic method can take."""
    for grain in GRAINS[GRAINS.index(finest) :]:
        if buckets(oldest, newest, grain) <= MOST_BUCKETS:
            return grain
    return "year"


def compare_grain(oldest: datetime, newest: datetime) -> Grain:
    """The widest of month, week, day and hour of which the data hold at least two whole ones."""
    for grain in ("month", "week", "day"):
        first = periods.truncate(oldest, grain)
        if oldest - first >= LATE_START[grain]:
            first = periods.shift(first, 1, grain)
        if periods.shift(first, 2, grain) - LATE_START[grain] <= newest:
            return grain
    return "hour"
