"""Calendar arithmetic on half-open stretches of time."""

import calendar
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta

from claribi.query.schemas import Comparison, Grain

MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}
DURATIONS: dict[str, timedelta] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where weeks and years begin.

    Attributes:
        week_start: The first day of a week, 0 for Monday.
        year_start: The first month of a fiscal year, 1 for January; quarters are counted from there.
    """

    week_start: int = 0
    year_start: int = 1

    def offset(self, grain: str) -> tuple[int, Grain]:
        """How long after the civil week, quarter or year ours begins."""
        if grain == "week":
            return self.week_start, "day"
        return (self.year_start - 1 if grain in {"quarter", "year"} else 0), "month"


CIVIL = Calendar()


def truncate(moment: datetime, grain: Grain, calendar: Calendar = CIVIL) -> datetime:
    """The start of the hour, day, week, month, quarter or year that `moment` lies in."""
    if grain == "hour":
        return moment.replace(minute=0, second=0, microsecond=0)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta(days=(day.weekday() - calendar.week_start) % 7)
    months = MONTHS[grain]
    after = calendar.offset(grain)[0]
    return shift(day.replace(day=1), -((day.month - 1 - after) % months), "month")


def shift(moment: datetime, n: int, grain: Grain) -> datetime:
    """`moment` moved by n grains; the last day of a month stays inside the month it reaches.

    Raises:
        OverflowError: There is no such moment in the calendar.
    """
    if grain in DURATIONS:
        return moment + n * DURATIONS[grain]
    months = moment.year * 12 + moment.month - 1 + n * MONTHS[grain]
    year, month = divmod(months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError("beyond the calendar")
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def last_n(anchor: datetime, n: int, unit: Grain, calendar: Calendar = CIVIL) -> tuple[datetime, datetime]:
    """The n units that end with the one `anchor` lies in, as `[start, end)`."""
    start = truncate(anchor, unit, calendar)
    return shift(start, 1 - n, unit), shift(start, 1, unit)


def whole_months(start: datetime, end: datetime) -> int | None:
    """How many calendar months `[start, end)` is; None when it does not lie on their borders."""
    if truncate(start, "month") != start or truncate(end, "month") != end:
        return None
    return (end.year - start.year) * 12 + end.month - start.month


def step_back(start: datetime, end: datetime, comparison: Comparison) -> tuple[int, Grain] | timedelta:
    """How far back the period lies that `[start, end)` is compared with.

    Whole months go back by months (March to February, a quarter to the quarter before), everything else by
    its own length; `previous_year` goes back by twelve months.
    """
    if comparison == "previous_year":
        return 12, "month"
    months = whole_months(start, end)
    return (months, "month") if months else end - start


def previous(start: datetime, end: datetime, comparison: Comparison) -> tuple[datetime, datetime]:
    """The period that `[start, end)` is compared with."""
    step = step_back(start, end, comparison)
    if isinstance(step, timedelta):
        return start - step, end - step
    n, grain = step
    return shift(start, -n, grain), shift(end, -n, grain)


def as_datetime(value: date) -> datetime:
    """A date as its first moment; a datetime as it is."""
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - stored times carry no zone
