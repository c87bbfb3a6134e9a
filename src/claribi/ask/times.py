"""Stretches of time as people say them: `last quarter`, `since March`, `Q3 2024`, `from 2 May to 9 June`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from claribi.ask.words import Word
from claribi.query.periods import CIVIL, Calendar, shift, truncate
from claribi.query.schemas import Grain

UNITS: dict[str, Grain] = {
    "hour": "hour",
    "day": "day",
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
}
MONTHS = {
    name: number
    for number, names in enumerate(
        """
        january jan, february feb, march mar, april apr, may, june jun, july jul, august aug,
        september sep sept, october oct, november nov, december dec
        """.split(","),  # noqa: SIM905 - shorter to read
        1,
    )
    for name in names.split()
}
ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
LAST = frozenset({"last", "previous", "prior", "preceding"})
PAST = frozenset({"last", "past", "previous", "recent", "latest", "preceding"})
NEXT = frozenset({"next", "coming", "upcoming", "following"})
THIS = frozenset({"this", "current", "latest", "newest"})
DECADE = re.compile(r"^((?:19|20)?\d0)s?$")
DECADES = {
    f"{name}ties": f"{tens}0s"
    for tens, name in enumerate(("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine"), 2)
}
SHORT = re.compile(r"^(q|h)([1-4])$")
JOINED = re.compile(r"^(?:fy)?((?:19|20)\d\d)$")
DAY = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?$")
TO_DATE: dict[str, Grain] = {"ytd": "year", "qtd": "quarter", "mtd": "month", "wtd": "week"}
WEEKDAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
FIRST_YEAR, LAST_YEAR = 1900, 2100
HALF_YEAR = 6
UNTIL = ("to", "until", "till", "through")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A half-open stretch of time; one without an end lasts on, one without a start has always been.

    Attributes:
        unit: What it is one of, or several; None where it is just from here to there.
        relative: It was said as seen from today.
        to_date: It ends today, in the middle of its unit.
        ahead: It is still to come.
        implied: Its year was left out, so the last one was taken that has begun.
        inner: Where its first part ends and its last one begins, where it was said from the one to the other.
        loose: It could be counted otherwise: the first week of a month can be one of the calendar.
    """

    start: datetime | None
    end: datetime | None
    unit: Grain | None = None
    relative: bool = False
    to_date: bool = False
    ahead: bool = False
    implied: bool = False
    loose: bool = False
    inner: tuple[datetime, datetime] | None = None


Found = tuple[int, Stretch] | None


class Times:
    """Reads stretches of time.

    Args:
        today: What `last month` counts back from: the day that the data reach, or today.
        calendar: Where weeks and fiscal years begin.
    """

    def __init__(self, today: date, calendar: Calendar = CIVIL) -> None:
        self._now = datetime(today.year, today.month, today.day)  # noqa: DTZ001 - stored times carry no zone
        self._calendar = calendar

    def read(self, words: Sequence[Word]) -> Found:
        """The stretch that the words begin with, and how many of them say it; the longest one."""
        readers: tuple[Callable[[list[str]], Found], ...] = (self._from_to, self._open, self.single)
        stems = [word.stem for word in words]
        found = [reading for reader in readers if (reading := reader(stems)) is not None]
        return max(found, key=lambda reading: reading[0], default=None)

    def single(self, stems: list[str]) -> Found:
        """One unit, or several in a row."""
        is_over = stems[:2] == ["over", "the"]
        if stems and (is_over or stems[0] in {"in", "during", "for", "on", "of", "within", "the"}):
            return _after(1, self.single(stems[1:]))
        if len(stems) > 1 and stems[0] in WEEKDAYS:
            # `Monday 5 September`
            dated = self._month_or_day(stems[1:])
            return _after(1, dated) if dated is not None and dated[1].unit == "day" else None
        readers = (
            *(self._relative, self._ahead, self._to_date, self._quarter, self._month_or_day, self._year),
            *(self._decade, self._part),
        )
        found = [reading for reader in readers if (reading := reader(stems)) is not None]
        return max(found, key=lambda reading: reading[0], default=None)

    def _from_to(self, stems: list[str]) -> Found:
        """`from … to …`, `between … and …`, `… to …`."""
        joint = {"from": UNTIL, "between": ("and",)}.get(stems[0] if stems else "")
        before = 1 if joint else 0
        first = self.single(stems[before:])
        if first is None:
            return None
        place = before + first[0]
        if place >= len(stems) or stems[place] not in (joint or UNTIL):
            return None
        rest = stems[place + 1 :]
        second = self.single(rest) or self._bare_day(rest, first[1])
        if second is None:
            return None
        length = place + 1 + second[0]
        if _is_turned(first[1], second[1]):
            # `between July 2012 and July 2011`
            first, second = second, first
        start = first[1].start
        if start is None or second[1].end is None:
            return None
        if first[1].implied and not second[1].implied and second[1].unit not in {"year", "hour"}:
            # `June to August 2012`: both of that year
            start = _in_year_of(second[1].end, start)
        if start >= second[1].end:
            # `from November to February`: the first one lies in the year before.
            start = shift(start, -1, "year")
        same = first[1].unit if first[1].unit == second[1].unit else None
        implied = first[1].implied and second[1].implied
        inner = _inner(start, first[1], second[1])
        return length, Stretch(start, second[1].end, same, implied=implied, inner=inner)

    def _open(self, stems: list[str]) -> Found:
        """`since …`, `before …`."""
        if len(stems) < 2:  # noqa: PLR2004 - the word and what follows
            return None
        inner = self.single(stems[1:])
        if inner is None:
            return None
        count, stretch = 1 + inner[0], inner[1]
        if stems[0] in {"since", "from", "starting"}:
            return count, Stretch(stretch.start, None)
        if stems[0] == "after":
            return count, Stretch(stretch.end, None)
        if stems[0] == "before":
            return count, Stretch(None, stretch.start)
        return (count, Stretch(None, stretch.end)) if stems[0] in {"until", "till", "through"} else None

    def _relative(self, stems: list[str]) -> Found:
        if not stems:
            return None
        day = {"today": 0, "yesterday": -1}.get(stems[0])
        if day is not None:
            start = shift(self._now, day, "day")
            return 1, Stretch(start, shift(start, 1, "day"), "day", relative=True)
        if stems[:2] == ["most", "recent"]:
            return _after(1, self._relative(["latest", *stems[2:]]))
        if len(stems) > 1 and stems[0] in THIS | LAST and stems[1] in UNITS:
            unit = UNITS[stems[1]]
            start = truncate(self._now, unit, self._calendar)
            start = shift(start, -1, unit) if stems[0] in LAST else start
            return 2, Stretch(start, shift(start, 1, unit), unit, relative=True)
        return self._several(stems)

    def _several(self, stems: list[str]) -> Found:
        """`last 3 months`: whole ones, without the current one unless the data end with it; `2 years ago`."""
        number = next((n for n in stems[:2] if n.isdecimal() or n in NUMBERS), None)
        if number is None:
            return None
        n, place = int(NUMBERS.get(number, number)), stems.index(number)
        if not 0 < n <= 1_000 or place + 1 >= len(stems) or stems[place + 1] not in UNITS:  # noqa: PLR2004 - sane
            return None
        unit = UNITS[stems[place + 1]]
        if place == 1 and stems[0] in PAST:
            tomorrow = shift(self._now, 1, "day")
            end = truncate(tomorrow, unit, self._calendar)
            return 3, Stretch(shift(end, -n, unit), end, unit, relative=True)
        if place == 0 and stems[2:3] == ["ago"]:
            start = shift(truncate(self._now, unit, self._calendar), -n, unit)
            return 3, Stretch(start, shift(start, 1, unit), unit, relative=True)
        return None

    def _ahead(self, stems: list[str]) -> Found:
        """`next quarter`, `the next 3 months`, `tomorrow`."""
        if stems[:1] == ["tomorrow"]:
            start = shift(self._now, 1, "day")
            return 1, Stretch(start, shift(start, 1, "day"), "day", relative=True, ahead=True)
        if len(stems) < 2 or stems[0] not in NEXT:  # noqa: PLR2004 - the word and its unit
            return None
        number = NUMBERS.get(stems[1], stems[1])
        n, place = (int(number), 2) if number.isdecimal() else (1, 1)
        if not 0 < n <= 1_000 or stems[place : place + 1] == [] or stems[place] not in UNITS:  # noqa: PLR2004 - sane
            return None
        unit = UNITS[stems[place]]
        start = shift(truncate(self._now, unit, self._calendar), 1, unit)
        return place + 1, Stretch(start, shift(start, n, unit), unit, relative=True, ahead=True)

    def _decade(self, stems: list[str]) -> Found:
        """`the 1990s`, `the 90s`."""
        said = DECADES.get(stems[0], stems[0]) if stems else ""
        found = DECADE.match(said)
        if found is None or not said.endswith("s"):
            return None
        start = int(found[1]) if int(found[1]) > 100 else 1900 + int(found[1])  # noqa: PLR2004 - of the last century
        first = self._year_start(start)
        return 1, Stretch(first, shift(first, 10, "year"))

    def _part(self, stems: list[str]) -> Found:
        """`first week of January`, `last 10 days of March 2024`, `first half of May`, `end of 2013`."""
        if len(stems) < 3 or (stems[0] not in ORDINALS and stems[0] != "last"):  # noqa: PLR2004 - of a stretch
            return None
        number = NUMBERS.get(stems[1], stems[1])
        n, place = (int(number), 2) if number.isdecimal() else (1, 1)
        unit = UNITS.get(stems[place]) if place < len(stems) else None
        if unit is None or unit == "hour" or not 0 < n <= 1_000:  # noqa: PLR2004 - sane
            return None
        place += 1
        if stems[place : place + 1] not in (["of"], ["in"]):
            return None
        whole = self.single(stems[place + 1 :])
        if whole is None or whole[1].start is None or whole[1].end is None or whole[1].unit is None:
            return None
        start, end = whole[1].start, whole[1].end
        if stems[0] == "last":
            first, last = shift(end, -n, unit), end
        else:
            first = shift(start, (ORDINALS[stems[0]] - 1) * n, unit)
            last = shift(first, n, unit)
        if first < start or last > end:
            return None
        return place + 1 + whole[0], Stretch(first, last, unit if n == 1 else None, loose=unit == "week")

    def _to_date(self, stems: list[str]) -> Found:
        unit = TO_DATE.get(stems[0]) if stems else None
        count = 1
        if unit is None and stems[:1] and stems[0] in UNITS and stems[1:3] == ["to", "date"]:
            unit, count = UNITS[stems[0]], 3
        if unit is None:
            return None
        end = shift(self._now, 1, "day")
        start = truncate(self._now, unit, self._calendar)
        return count, Stretch(start, end, unit, relative=True, to_date=True)

    def _quarter(self, stems: list[str]) -> Found:
        """`Q3`, `third quarter of 2024`, `2024 H1`."""
        year_first = _year(stems[0]) if stems else None
        rest = stems[1:] if year_first else stems
        short = SHORT.match(rest[0]) if rest else None
        if short:
            kind, n, count = short[1], int(short[2]), 1
        elif len(rest) > 1 and rest[0] in ORDINALS and rest[1] in {"quarter", "half"}:
            kind, n, count = rest[1][0], ORDINALS[rest[0]], 2
        else:
            return None
        if kind == "h" and n > 2:  # noqa: PLR2004 - there are two
            return None
        count += 1 if year_first else 0
        year, used = (year_first, 0) if year_first else _year_after(stems[count:])
        months = 3 if kind == "q" else HALF_YEAR
        start = self._year_start(year or self._now.year)
        start = shift(start, (n - 1) * months, "month")
        if year is None and start > self._now:
            start = shift(start, -1, "year")
        unit: Grain | None = "quarter" if kind == "q" else None
        end = shift(start, months, "month")
        return count + used, Stretch(start, end, unit, implied=year is None)

    def _month_or_day(self, stems: list[str]) -> Found:
        """`March`, `March 2024`, `3 March 2024`, `March 3, 2024`, `2024-03-05`."""
        if stems and re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", stems[0]):
            parts = [int(part) for part in stems[0].split("-")]
            return _of_day(1, *parts) if len(parts) > 2 else _of_month(1, *parts)  # noqa: PLR2004 - with a day
        day = DAY.match(stems[0]) if stems else None
        if day and len(stems) > 1 and stems[1] == "of":
            stems = [stems[0], *stems[2:]]
            return _after(1, self._month_or_day(stems))
        if day and len(stems) > 1 and stems[1] in MONTHS:
            year, used = _year_after(stems[2:])
            return _of_day(2 + used, *self._dated(year, MONTHS[stems[1]], int(day[1])))
        if not stems or stems[0] not in MONTHS:
            return None
        month, following = MONTHS[stems[0]], DAY.match(stems[1]) if len(stems) > 1 else None
        if following:
            year, used = _year_after(stems[2:])
            return _of_day(2 + used, *self._dated(year, month, int(following[1])))
        year, used = _year_after(stems[1:])
        found = _of_month(1 + used, self._dated(year, month, 1)[0], month)
        return (found[0], replace(found[1], implied=year is None)) if found else None

    def _bare_day(self, stems: list[str], first: Stretch) -> Found:
        """The `9` of `May 2 to 9`."""
        day = DAY.match(stems[0]) if stems else None
        if day is None or first.unit != "day" or first.start is None:
            return None
        return _of_day(1, first.start.year, first.start.month, int(day[1]))

    def _year(self, stems: list[str]) -> Found:
        year = _year(stems[0]) if stems else None
        if year is None:
            return None
        start = self._year_start(year)
        return 1, Stretch(start, shift(start, 1, "year"), "year")

    def _year_start(self, year: int) -> datetime:
        return datetime(year, self._calendar.year_start, 1)  # noqa: DTZ001 - stored times carry no zone

    def _dated(self, year: int | None, month: int, day: int) -> tuple[int, int, int]:
        """A date whose year may be left out: the last one that has begun."""
        if year is None:
            later = (month, day) > (self._now.month, self._now.day)
            year = self._now.year - 1 if later else self._now.year
        return year, month, day


NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7"} | {
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "twelve": "12",
}


def current(stretch: Stretch) -> Stretch:
    """What follows the last year, month or so: the one that is now."""
    assert stretch.end is not None  # noqa: S101 - what is seen from today has an end
    assert stretch.unit is not None  # noqa: S101 - as above
    return replace(stretch, start=stretch.end, end=shift(stretch.end, 1, stretch.unit))


def _is_turned(first: Stretch, second: Stretch) -> bool:
    """Whether the later of two was named first, both with their years."""
    are_told = not (first.implied or second.implied) and first.start is not None and second.end is not None
    return are_told and first.start >= second.end  # type: ignore[operator]  # both are there


def _inner(start: datetime, first: Stretch, second: Stretch) -> tuple[datetime, datetime] | None:
    """Where the first part of a longer stretch ends, wherever in the years it begins, and the last begins."""
    if first.start is None or first.end is None or second.start is None:
        return None
    end = shift(first.end, start.year - first.start.year, "year")
    return (end, second.start) if end <= second.start else None


def _in_year_of(end: datetime, start: datetime) -> datetime:
    """A start in the year that ends with a stretch; of the last of February there may be none."""
    year = shift(end, -1, "day").year
    return shift(start, year - start.year, "year")


def _after(count: int, found: Found) -> Found:
    return None if found is None else (found[0] + count, found[1])


def _year(stem: str) -> int | None:
    found = JOINED.match(stem)
    return int(found[1]) if found else None


def _year_after(stems: list[str]) -> tuple[int | None, int]:
    """A year, with or without `of` before it, and how many words say it."""
    skipped = 1 if stems[:1] and stems[0] in {"of", "in"} else 0
    year = _year(stems[skipped]) if len(stems) > skipped else None
    return (year, skipped + 1) if year else (None, 0)


def _of_month(count: int, year: int, month: int) -> Found:
    try:
        start = datetime(year, month, 1)  # noqa: DTZ001 - stored times carry no zone
        return count, Stretch(start, shift(start, 1, "month"), "month")
    except (ValueError, OverflowError):
        return None


def _of_day(count: int, year: int, month: int, day: int) -> Found:
    try:
        start = datetime(year, month, day)  # noqa: DTZ001 - stored times carry no zone
        return count, Stretch(start, shift(start, 1, "day"), "day")
    except (ValueError, OverflowError):
        return None
