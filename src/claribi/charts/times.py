"""Time axes: which grain the values have, their labels, and the periods that are missing between them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import gcd
from typing import Any, Literal

Grain = Literal["hour", "day", "week", "month", "quarter", "year"]

GRAINS: tuple[Grain, ...] = ("year", "quarter", "month", "week", "day", "hour")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Grains of so long a period that each has its own label.
LONG_GRAINS: frozenset[Grain] = frozenset({"month", "quarter", "year"})
DAYS_A_WEEK, MONTHS_A_QUARTER, MONTHS_A_YEAR = 7, 3, 12
# More than these in a row are no axis of periods any more.
MOST_PERIODS = 2000
# So many moments tell how far apart they always are.
FEWEST_TO_TELL = 5


def moment(value: Any) -> datetime | None:
    """A date or timestamp as a datetime in UTC without zone; None for what is neither."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - stored times carry no zone
    return None


def grain_of(moments: Sequence[datetime], name: str = "") -> Grain | None:
    """The coarsest grain that all these starts of periods fit; None when they are just points in time.

    Args:
        name: The column's name; one that is a grain's settles it.
    """
    named = next((grain for grain in GRAINS if grain == name.lower()), None)
    is_one = len(set(moments)) == 1
    if named and all(FITS[named](m) for m in moments) and (is_one or _steady(named, moments)):
        return named
    # One period alone may be any; a day, or on the first a month, is at least not wrong.
    candidates = GRAINS[2:] if is_one else GRAINS
    fitting = (g for g in candidates if all(FITS[g](m) for m in moments) and _steady(g, moments))
    return next(fitting, None)


def label(at: datetime, grain: Grain | None) -> str:
    day = f"{at.day} {MONTHS[at.month - 1]} {at.year}"
    match grain:
        case "year":
            return f"{at.year}"
        case "quarter":
            return f"Q{(at.month + 2) // 3} {at.year}"
        case "month":
            return f"{MONTHS[at.month - 1]} {at.year}"
        case "week" | "day":
            return day
    return day if _midnight(at) else f"{day}, {at:%H:%M}"


def filled(moments: Sequence[datetime], grain: Grain) -> list[datetime]:
    """All periods from the first to the last; the moments themselves where that would be too many.

    Where there is only ever one in so many periods, such as every fifth year, the others are not missing.
    """
    known = sorted(set(moments))
    periods = known[:1]
    while periods and periods[-1] < known[-1]:
        if len(periods) == MOST_PERIODS:
            return known
        periods.append(following(periods[-1], grain))
    if len(known) < FEWEST_TO_TELL:
        return periods
    there = set(known)
    places = [place for place, at in enumerate(periods) if at in there]
    return periods[:: gcd(*(b - a for a, b in pairwise(places)))]


def following(at: datetime, grain: Grain) -> datetime:
    """The start of the next period."""
    if grain == "hour":
        return at + timedelta(hours=1)
    if grain in {"day", "week"}:
        return at + timedelta(days=1 if grain == "day" else DAYS_A_WEEK)
    months = {"month": 1, "quarter": MONTHS_A_QUARTER, "year": MONTHS_A_YEAR}[grain]
    years, month = divmod(at.month - 1 + months, MONTHS_A_YEAR)
    return at.replace(year=at.year + years, month=month + 1)


def _midnight(at: datetime) -> bool:
    return (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)


def _first_of_month(at: datetime) -> bool:
    return at.day == 1 and _midnight(at)


FITS: Mapping[Grain, Callable[[datetime], bool]] = {
    "year": lambda at: at.month == 1 and _first_of_month(at),
    "quarter": lambda at: at.month % MONTHS_A_QUARTER == 1 and _first_of_month(at),
    "month": _first_of_month,
    "week": _midnight,
    "day": _midnight,
    "hour": lambda at: (at.minute, at.second, at.microsecond) == (0, 0, 0),
}


def _steady(grain: Grain, moments: Sequence[datetime]) -> bool:
    """Whether weeks lie whole weeks apart."""
    if grain != "week":
        return True
    known = sorted(set(moments))
    return len(known) > 1 and all((b - a).days % DAYS_A_WEEK == 0 for a, b in pairwise(known))
