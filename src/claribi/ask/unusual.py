"""What stands out: the buckets of a number over time that its surroundings and its cycle do not explain."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from claribi.analysis import outliers as detecting
from claribi.analysis import series as reading
from claribi.analysis.names import capitalised, human, label_of
from claribi.analysis.queries import NEWEST, OLDEST, TIME, VALUE
from claribi.analysis.texts import moment_of, text_of
from claribi.ask import series
from claribi.ask.intent import Intent, NotUnderstood
from claribi.ask.plan import Plan
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Vocabulary
from claribi.charts.echarts import option
from claribi.charts.marks import with_points
from claribi.charts.numbers import style_of
from claribi.charts.spec import ChartSpec
from claribi.query.periods import shift
from claribi.query.schemas import Cycle, Grain, Result, ResultColumn

# Days are looked at in up to so many, months in longer stretches.
MOST_DAYS = 1_100
TOLD = 5
# So many series are looked through at once.
MOST_SERIES = 30
# A cycle is taken out where it was seen so clearly.
PHRASES: dict[Cycle, str] = {
    "hour_of_day": "the hour of the day",
    "day_of_week": "the day of the week",
    "month_of_year": "the month",
    "quarter_of_year": "the quarter",
}


@dataclass(frozen=True, slots=True)
class Point:
    """A bucket that stands out, in its series.

    Attributes:
        far: How many usual deviations it lies off.
    """

    member: Any
    moment: datetime
    value: float
    expected: float
    low: float
    high: float
    far: float

    @property
    def beyond(self) -> float:
        """How far it lies outside of what is expected, with its sign."""
        return self.value - (self.high if self.value > self.expected else self.low)


@dataclass(frozen=True, slots=True)
class Found:
    """Attributes:
    points: Those that stand out, the most striking first.
    looked: How many buckets were looked at, `series` in how many series.
    too_short: How many series were too short to tell.
    """

    points: list[Point]
    looked: int
    first: datetime | None
    last: datetime | None
    series: int
    too_short: int
    cycle: Cycle | None


def grain_of(intent: Intent, vocabulary: Vocabulary, table: str) -> Grain:
    """The grain that is asked for, or one that suits the length of the times."""
    few = series.span_of(vocabulary, table).days <= MOST_DAYS
    return series.grain_of(intent) or ("day" if few else "month")


def restated(intent: Intent, grain: Grain) -> Intent:
    """The question about the number over time in which something may stand out."""
    splits = series.dimensions_of(intent)
    if len(splits) > 1:
        raise NotUnderstood("I can look for what is unusual by one thing at a time")
    return replace(series.of_one_number(intent, grain, splits), wanted=intent.wanted[:1])


def within_of(intent: Intent) -> Stretch:
    """The stretch of time that is asked about; the series is looked at as a whole."""
    if len(intent.stretches) > 1:
        raise NotUnderstood("I can look for what is unusual in one stretch of time")
    return intent.stretches[0] if intent.stretches else Stretch(None, None)


def found_in(result: Result, grain: Grain, within: Stretch, *, by: str | None, counted: bool) -> Found:
    """What stands out in the rows of an answer.

    Args:
        by: The column whose values have a series each.
        counted: The values are counts, which vary by their square root if by nothing else.

    Raises:
        NotUnderstood: All series are too short, or there are too many.
    """
    parts = _parts(result, by)
    if len(parts) > MOST_SERIES:
        raise NotUnderstood(f"There are {len(parts):,} series; ask for one of them, or for fewer")
    points: list[Point] = []
    looked, short, edges = 0, 0, []
    cycle: Cycle | None = None
    for member, part in parts.items():
        read = _series(part, grain)
        if read is None or len(read) < detecting.FEWEST_POINTS:
            short += 1
            continue
        cycles = reading.candidate_cycles(read)
        cycle = cycles[0] if cycles else None
        inside = [at for at, moment in enumerate(read.moments) if _is_within(moment, within)]
        looked += len(inside)
        edges += [read.moments[at] for at in inside]
        points += _points(member, read, cycle, set(inside), counted=counted, several=len(parts))
    if short == len(parts):
        raise NotUnderstood(
            f"There are too few {grain}s to tell what is unusual: it takes {detecting.FEWEST_POINTS}"
        )
    points.sort(key=lambda point: -abs(point.far))
    first, last = (min(edges), max(edges)) if edges else (None, None)
    return Found(points, looked, first, last, len(parts) - short, short, cycle)


def _parts(result: Result, by: str | None) -> dict[Any, Result]:
    """The rows of each series."""
    if by is None:
        return {None: result}
    rows: dict[Any, list[list[Any]]] = {}
    for member, row in zip(result.values(by), result.rows, strict=True):
        rows.setdefault(member, []).append(row)
    return {member: replace(result, rows=own) for member, own in rows.items()}


def _series(result: Result, grain: Grain) -> reading.Series | None:
    count = reading.dated_rows(result, TIME)
    if not any(value is not None for value in result.values(VALUE)[:count]):
        return None
    first, last = 0, count - 1
    if {OLDEST, NEWEST} <= {column.name for column in result.columns}:
        first, last = reading.whole_range(result, TIME, grain)
    if not any(value is not None for value in result.values(VALUE)[first : last + 1]):
        return None
    return reading.read(result, time=TIME, column=VALUE, grain=grain, first=first, last=last)


def _is_within(moment: datetime, within: Stretch) -> bool:
    after = within.start is None or moment >= within.start
    return after and (within.end is None or moment < within.end)


def _points(
    member: Any,
    read: reading.Series,
    cycle: Cycle | None,
    inside: set[int],
    *,
    counted: bool,
    several: int,
) -> list[Point]:
    outlying, _ = detecting.outlying(read, cycle, counted=counted, several=several)
    if not outlying:
        return []
    middle = reading.expected(read, cycle)
    low, high = detecting.expected_range(read, cycle, counted=counted, several=several)
    far = detecting.distances(read, cycle, counted=counted)
    return [
        Point(
            member,
            read.moments[at],
            *(float(values[at]) for values in (read.values, middle, low, high, far)),
        )
        for at in outlying
        if at in inside
    ]


def told(plan: Plan, found: Found, result: Result, grain: Grain, by: str | None) -> dict[str, Any]:
    """What stands out as the API tells it."""
    kind = "timestamp" if grain == "hour" else "date"
    columns = [ResultColumn(by, "string", "dimension")] if by else []
    columns += [ResultColumn(grain, kind, "time")]  # type: ignore[arg-type]  # one of the two
    columns += [ResultColumn(name, "float", "measure") for name in ("value", "expected", "lower", "upper")]
    rows = [
        [
            *([label_of(point.member)] if by else []),
            _day(point.moment, grain),
            *(point.value, point.expected, point.low, point.high),
        ]
        for point in found.points
    ]
    return {
        "text": _text(plan, found, grain, by),
        "columns": columns,
        "rows": rows,
        "chart": _chart(plan, found, result, grain, by),
        "notes": [],
    }


def _text(plan: Plan, found: Found, grain: Grain, by: str | None) -> str:
    about, where = series.named(plan), _where(found, grain)
    explained = f" and {PHRASES[found.cycle]}" if found.cycle else ""
    short = [f"{found.too_short:,} of the series were too short to tell."] if found.too_short and by else []
    if not found.points:
        sentence = (
            f"Nothing unusual: {about} lies within what its surroundings{explained} make expect "
            f"in all {found.looked:,} {grain}s{where}."
        )
        return " ".join([sentence, *short])
    numbers = [number for point in found.points for number in (point.value, point.expected)]
    style = style_of(ChartSpec(type="table"), numbers)
    named = [
        f"{_named(point, grain)}: {style.text(point.value)}, {style.text(abs(point.beyond))} "
        f"{'above' if point.beyond > 0 else 'below'} the expected range of {style.text(point.low)} to "
        f"{style.text(point.high)}"
        for point in found.points[:TOLD]
    ]
    count = len(found.points)
    stand = (
        f"{count:,} of {found.looked:,} {grain}s{where} {'stands' if count == 1 else 'stand'} out in {about}"
    )
    more = [f"The table has the other {count - TOLD:,}."] if count > TOLD else []
    return " ".join([f"{stand}. {'; '.join(named)}.", *more, *short])


def _named(point: Point, grain: Grain) -> str:
    when = text_of(point.moment, "date", 0, grain)
    return capitalised(when if point.member is None else f"{label_of(point.member)}, {when}")


def _where(found: Found, grain: Grain) -> str:
    if found.first is None or found.last is None:
        return ""
    edges = [text_of(moment, "date", 0, grain) for moment in (found.first, found.last)]
    series_in = f" of {found.series:,} series" if found.series > 1 else ""
    return f"{series_in} from {edges[0]} to {edges[1]}"


def _day(moment: datetime, grain: Grain) -> Any:
    return moment if grain == "hour" else moment.date()


def _chart(plan: Plan, found: Found, result: Result, grain: Grain, by: str | None) -> dict[str, Any]:
    """The number over time, its unusual points marked; of several series those points alone."""
    label = human(series.named(plan))
    title = f"{capitalised(label)}: what stands out"
    if by is not None:
        columns = [ResultColumn(name, "string", "dimension") for name in (grain, by)]
        columns.append(ResultColumn(label, "float", "measure"))
        rows = [[_named(p, grain), label_of(p.member), p.value] for p in found.points]
        return option(ChartSpec(type="bar", title=title, x=grain, y=[label], horizontal=True), columns, rows)
    outlying = {point.moment: point.value for point in found.points}
    names = [grain, label, "unusual"]
    columns = [
        ResultColumn(name, "float" if place else "date", "measure" if place else "time")
        for place, name in enumerate(names)
    ]
    rows = []
    for moment, value in _dated(result):
        rows.append([_day(moment, grain), value, outlying.get(moment)])
    made = option(ChartSpec(type="line", title=title, x=grain, y=names[1:]), columns, rows)
    return with_points(made)


def _dated(result: Result) -> Sequence[tuple[datetime, Any]]:
    count = reading.dated_rows(result, TIME)
    moments = [moment_of(value) for value in result.values(TIME)[:count]]
    return list(zip(moments, result.values(VALUE)[:count], strict=True))


def focus_of(found: Found, grain: Grain) -> dict[str, Any] | None:
    """What `why?` is about: the most striking bucket."""
    if not found.points:
        return None
    start = found.points[0].moment
    return {"start": start.isoformat(), "end": shift(start, 1, grain).isoformat(), "grain": grain}


def follow_ups(plan: Plan, found: Found) -> list[str]:
    about = series.named(plan)
    first = [text_of(point.moment.date(), "date", 0, "day") for point in found.points[:1]]
    why = [f"Why did {about} change on {day}" for day in first]
    return [*why, f"{capitalised(about)} by month", f"Forecast {about} for the next 3 months"]
