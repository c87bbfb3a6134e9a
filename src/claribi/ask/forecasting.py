"""What comes next: the forecast of a number, its range, and how far off such forecasts have been."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from claribi.analysis.names import capitalised, human
from claribi.analysis.texts import text_of
from claribi.ask import series
from claribi.ask.intent import Intent, NotUnderstood
from claribi.ask.plan import Plan
from claribi.ask.times import Stretch
from claribi.ask.years import holds_years
from claribi.charts.echarts import option
from claribi.charts.marks import with_band
from claribi.charts.numbers import Style, style_of
from claribi.charts.spec import ChartSpec
from claribi.query.periods import shift
from claribi.query.schemas import Grain, Result, ResultColumn
from claribi.sources.catalog import ColumnType

# How many buckets are looked ahead where the question does not say how far.
HORIZONS: Mapping[Grain, int] = {"hour": 24, "day": 30, "week": 12, "month": 3, "quarter": 4, "year": 3}
# How many values of the past are drawn before those ahead.
DRAWN = 60
# So many values are told one by one.
TOLD = 3
# How sure a forecast can be at most, and where nothing is known of how good it is.
SUREST, UNTESTED = 0.9, 0.4
LOWER, UPPER = "lower_80", "upper_80"


class Foresee(Protocol):
    """Forecasts the rows of an answer; raises ValidationFailed where they are too few."""

    def __call__(
        self,
        result: Result,
        *,
        grain: Grain,
        until: datetime | None,
        count: int,
        missing: str,
        today: datetime,
    ) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be told: the buckets from `start` to `end`; None: those that come next.

    Attributes:
        in_years: The times are years that are whole numbers, maybe not each of them.
    """

    grain: Grain
    start: datetime | None
    end: datetime | None
    in_years: bool = False

    @property
    def count(self) -> int:
        return HORIZONS[self.grain]


def target_of(intent: Intent, today: date, *, in_years: bool = False) -> Target:
    """The time to come that a question is about.

    Raises:
        NotUnderstood: It lies in the past, or is finer than the times are.
    """
    stretches = [*intent.ahead, *(_to_come(stretch, today) for stretch in intent.stretches)]
    if len(stretches) > 1:
        raise NotUnderstood("Ask for the forecast of one stretch of time")
    stretch = stretches[0] if stretches else None
    grain: Grain
    unit: Grain = (stretch and stretch.unit) or "month"
    if in_years:
        if {series.grain_of(intent), stretch and stretch.unit} - {None, "year"}:
            raise NotUnderstood("The times of that are years; ask for the next years, or for one of them")
        grain = "year"
    else:
        # Of a year the months are told: years are too few to forecast from.
        grain = series.grain_of(intent) or ("month" if unit == "year" else unit)
    start, end = (stretch.start, stretch.end) if stretch else (None, None)
    return Target(grain, start, end, in_years)


def _to_come(stretch: Stretch, today: date) -> Stretch:
    """`in January` is the next one where it is asked what is expected then."""
    start, end = stretch.start, stretch.end
    if end is None:
        raise NotUnderstood("A forecast needs to know until when, for example “for the next 3 months”")
    while stretch.implied and end.date() <= today:
        start, end = start and shift(start, 1, "year"), shift(end, 1, "year")
    if end.date() <= today:
        raise NotUnderstood(f"That is over: the data reach until {today:%d %B %Y}")
    return replace(stretch, start=start, end=end)


def restated(intent: Intent, target: Target) -> Intent:
    """The question about the past that a forecast stands on.

    Raises:
        NotUnderstood: It is asked for several at once.
    """
    splits = series.dimensions_of(intent)
    if target.in_years:
        splits = [split for split in splits if split.thing is None or not holds_years(split.thing)]
    if splits:
        by = splits[0].thing.title if splits[0].thing else "that"
        raise NotUnderstood(
            f"A forecast is of one number at a time, so it can't be split by {by}; ask it of one {by}"
        )
    return series.of_one_number(intent, target.grain, [])


def shown_of(found: Mapping[str, Any], target: Target) -> list[Mapping[str, Any]]:
    """The points that were asked for."""
    later = [p for p in found["values"] if target.start is None or p["date"] >= target.start]
    points = [point for point in later if target.end is None or point["date"] < target.end]
    if target.in_years and not points:
        # Of years that come every fifth one, the next three can have none: then the one after them is told.
        points = later[:1]
    if not points:
        raise NotUnderstood(f"No {target.grain} of that lies ahead")
    return points


def told(plan: Plan, found: Mapping[str, Any], target: Target) -> dict[str, Any]:
    """The forecast as the API tells it.

    Raises:
        NotUnderstood: Nothing of what was asked for lies ahead.
    """
    points = shown_of(found, target)
    columns = [
        ResultColumn(target.grain, _type_of(target), "time"),
        *(ResultColumn(name, "float", "measure") for name in ("forecast", LOWER, UPPER)),
    ]
    return {
        "text": _text(plan, found, points, target),
        "columns": columns,
        "rows": [[_told_as(p["date"], target), p["value"], p[LOWER], p[UPPER]] for p in points],
        "chart": _chart(plan, found, target),
        "notes": list(found["notes"]),
    }


def sureness(found: Mapping[str, Any]) -> float:
    """How sure a forecast is, from its backtest: what its usual error leaves of the usual value."""
    if found["backtest"] is None:
        return UNTESTED
    return max(min(1 - _error(found) / (_usual(found) or 1.0), SUREST), UNTESTED)


def reason(found: Mapping[str, Any]) -> str:
    if found["backtest"] is None:
        return "the series is too short to look back"
    share = text_of(_error(found) / (_usual(found) or 1.0), "percent", 0, None)
    return f"looking back, such forecasts were off by {share} of the usual value on average"


def _error(found: Mapping[str, Any]) -> float:
    """The mean absolute error of the method in the backtest, in the number's own unit."""
    mase = {one["method"]: one["mase"] for one in found["backtest"]["methods"]}
    return float(mase[found["method"]] * found["scale"])


def _usual(found: Mapping[str, Any]) -> float:
    values = [abs(point["value"]) for point in found["history"]]
    return float(sum(values) / len(values))


def _text(plan: Plan, found: Mapping[str, Any], points: Sequence[Mapping[str, Any]], target: Target) -> str:
    style = style_of(ChartSpec(type="table"), [point["value"] for point in points])
    told = [f"{_point(point, style)} {_when(point, target)}" for point in points]
    listed = " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))
    if len(told) > TOLD:
        listed = f"{told[0]}, … {told[-1]}; the table has all {len(told)} {target.grain}s"
    sentences = [
        f"{capitalised(series.named(plan))} is expected to be {listed} (80 % range in brackets).",
        f"Method: {found['method_title']}. {found['why']}",
    ]
    if found["backtest"] is not None:
        share = text_of(_error(found) / (_usual(found) or 1.0), "percent", 0, None)
        sentences.append(
            f"On average it was off by {style.text(_error(found))}, {share} of a usual {target.grain}."
        )
    return " ".join([*sentences, *(f"{note}." for note in found["notes"])])


def _point(point: Mapping[str, Any], style: Style) -> str:
    return f"{style.text(point['value'])} [{style.text(point[LOWER])} to {style.text(point[UPPER])}]"


def _when(point: Mapping[str, Any], target: Target) -> str:
    before = {"day": "on", "hour": "on", "week": "in the"}.get(target.grain, "in")
    return f"{before} {text_of(point['date'], 'date', 0, target.grain)}"


def _type_of(target: Target) -> ColumnType:
    if target.in_years:
        return "integer"
    return "timestamp" if target.grain == "hour" else "date"


def _told_as(moment: datetime, target: Target) -> date | int:
    """As the column that it goes on from has it."""
    return moment.year if target.in_years else _day(moment, target)


def _day(moment: datetime, target: Target) -> date:
    return moment if target.grain == "hour" else moment.date()


def _chart(plan: Plan, found: Mapping[str, Any], target: Target) -> dict[str, Any]:
    """The past, what is expected, and the range around it."""
    label, past = human(series.named(plan)), found["history"][-DRAWN:]
    names = [target.grain, label, "forecast", LOWER, UPPER]
    columns = [
        ResultColumn(name, "float" if place else "date", "measure" if place else "time")
        for place, name in enumerate(names)
    ]
    rows: list[list[Any]] = [[_day(p["date"], target), p["value"], None, None, None] for p in past]
    # The line of what is expected begins where that of the past ends.
    rows[-1][2:] = [past[-1]["value"]] * 3
    rows += [[_day(p["date"], target), None, p["value"], p[LOWER], p[UPPER]] for p in found["values"]]
    spec = ChartSpec(type="line", title=f"{capitalised(label)}: forecast", x=target.grain, y=names[1:])
    return with_band(option(spec, columns, rows), "80 % range")
