"""The times of an answer: what it is split by, and the stretches that it is about and compared with."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from claribi.ask.intent import NotUnderstood, Places, Split
from claribi.ask.measuring import EITHER
from claribi.ask.sharing import Sharing
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Thing
from claribi.ask.words import stems_of
from claribi.ask.years import BEGUN, holds_months, holds_years, may_hold_years
from claribi.query.cycles import NAMES
from claribi.query.periods import shift
from claribi.query.schemas import Comparison, Dimension, Filter, Grain, Period

# How many buckets a line over time has at most, by the grain that is tried first.
GRAINS: tuple[tuple[Grain, int], ...] = (("day", 62), ("week", 60), ("month", 132), ("quarter", 60))
DAYS: dict[Grain, float] = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
# In longer stretches hours are those of the day.
FEW_DAYS, ONE_YEAR = 3, 370
# How sure one can be that `in March` is that of one year, or of all.
RECURRING = 0.7


class Timing(Sharing):
    """Puts together what a query says of time."""

    def _is_time(self, split: Split) -> bool:
        return split.thing is None or split.thing.kind == "time"

    def _dimension(self, split: Split) -> Dimension:
        if not self._is_time(split):
            assert split.thing is not None  # noqa: S101 - no time
            self._check_reach(split.thing)
            return Dimension(column=split.thing.name)
        thing = split.thing or self._time
        years = self._years()
        if thing is None and years is not None and split.grain in {None, "year"} and not split.cycle:
            self._tell_years(years)
            return Dimension(column=years.name)
        if thing is None and split.cycle == "month_of_year" and (months := self._months()) is not None:
            return Dimension(column=months.name)
        if thing is None:
            raise NotUnderstood(f"{self._table} has no column of times to split by")
        self._check_reach(thing)
        cycle = split.cycle
        if split.grain == "hour" and (self._days(thing) or 0) > FEW_DAYS:
            self._intent.doubt(EITHER, "by the hour of the day, over all days")
            cycle = "hour_of_day"
        if cycle is not None:
            return Dimension(column=self._time_name(thing), cycle=cycle, name=cycle)
        # `on which date were the most`: each day is one.
        is_date = split.thing is not None and self._intent.ranked is not None
        grain = split.grain or ("day" if is_date else self._grain(thing))
        if thing.column is not None and thing.column.nulls and self._vocabulary.model_id is None:
            # A line over time has no place for them.
            self._asked["filters"].append(Filter(column=thing.name, operator="is_not_null"))
            self._intent.choices.append(f"rows without {thing.title} left out")
        return Dimension(column=self._time_name(thing), grain=grain, name=grain)

    def _grain(self, thing: Thing) -> Grain:
        """One that gives a line that can be read."""
        days = self._days(thing)
        if days is None:
            return "month"
        return next((grain for grain, most in GRAINS if days / DAYS[grain] <= most), "year")

    def _days(self, thing: Thing) -> float | None:
        """How many days the answer is about."""
        for stretch in self._intent.stretches:
            if stretch.start and stretch.end:
                return (stretch.end - stretch.start) / timedelta(days=1)
        first, last = self._edge(thing, newest=False), self._edge(thing, newest=True)
        return None if first is None or last is None else float((last - first).days)

    def _edge(self, thing: Thing, *, newest: bool) -> date | None:
        """The first or last day of a column of times, where its catalog tells."""
        column = thing.column
        try:
            return (
                date.fromisoformat(str(column.maximum if newest else column.minimum)[:10]) if column else None
            )
        except ValueError:
            return None

    def _time_name(self, thing: Thing) -> str:
        return (
            "time"
            if self._vocabulary.model_id and thing == self._vocabulary.time.get(self._table)
            else thing.name
        )

    def _take_time(self) -> None:
        self._recur()
        self._take_places()
        intent = self._intent
        stretches = intent.stretches or self._newest()
        if not stretches and not intent.versus:
            return
        if self._time is None or (intent.years and self._are_whole_years(stretches)):
            # `houses built after 2000`
            self._take_years(stretches)
            return
        column = self._time_name(self._time)
        if not stretches:
            raise NotUnderstood(
                "Say which period to compare, for example “in 2024 compared to the year before”"
            )
        if len(stretches) == 1 and intent.growth:
            stretches = _halves(stretches[0])
        stretches = self._together(stretches)
        first = self._compared(stretches) if len(stretches) > 1 else stretches[0]
        if first.loose:
            intent.doubt(EITHER, "weeks counted from the first day of it, not as the calendar has them")
        if first.start is None or first.end is None:
            operator, edge = (">=", first.start) if first.start else ("<", first.end)
            assert edge is not None  # noqa: S101 - one of them is there
            self._asked["filters"].append(Filter(column=column, operator=operator, value=edge.isoformat()))
            return
        self._asked["period"] = Period(column=column, start=first.start, end=first.end)
        along = any(self._is_time(split) for split in intent.splits)
        if intent.versus:
            self._asked["compare"] = intent.versus
        elif (intent.growth or intent.compares) and not along:
            self._asked["compare"] = "previous_period"
            intent.choices.append("compared with the stretch of the same length before")

    def _together(self, stretches: list[Stretch]) -> list[Stretch]:
        """`in March, April and May`, where nothing says that they are compared."""
        intent = self._intent
        if len(stretches) < 2 or intent.versus or intent.compares or intent.growth:  # noqa: PLR2004 - several
            return stretches
        ordered = sorted(stretches, key=_begin)
        if any(one.end is None or one.end != other.start for one, other in pairwise(ordered)):
            raise NotUnderstood("Stretches of time that are taken together have to follow each other")
        intent.doubt(EITHER, "all of that time together; say “by month” or “compared to” for each")
        return [Stretch(ordered[0].start, ordered[-1].end)]

    def _recur(self) -> None:
        """`in March` of data that end long ago, and have several: all of them, with the other way told."""
        intent = self._intent
        compares = intent.versus or intent.compares or intent.growth or intent.pace
        if compares or self._time is None or not self._vocabulary.archived or not intent.stretches:
            return
        stretch = intent.stretches[0]
        if any(not one.implied or one.unit != "month" for one in intent.stretches[1:]):
            return
        first, last = self._edge(self._time, newest=False), self._edge(self._time, newest=True)
        if not stretch.implied or stretch.start is None or first is None or last is None:
            return
        if stretch.unit not in {"month", "quarter"} or (last - first).days <= ONE_YEAR:
            return
        number = stretch.start.month
        months = [one.start.month for one in intent.stretches if one.start is not None]
        places = (
            Places("month_of_year", tuple(NAMES["month_of_year"][month - 1] for month in months))
            if stretch.unit == "month"
            else Places("quarter_of_year", ((number + 2) // 3,))
        )
        intent.doubt(RECURRING, "that of all years, since no year was named")
        intent.stretches, intent.places = [], [*intent.places, places]

    def _take_places(self) -> None:
        """`on Fridays`, `without weekends`."""
        places = self._intent.places
        if places and self._time is None:
            raise NotUnderstood(f"{self._table} has no column of times")
        groups: dict[tuple[str, bool], list[str | int]] = {}
        for place in places:
            groups.setdefault((place.cycle, place.left_out), []).extend(place.values)
        for (cycle, left_out), values in groups.items():
            assert self._time is not None  # noqa: S101 - as above
            one, several = ("!=", "not_in") if left_out else ("=", "in")
            operator, value = (one, values[0]) if len(values) == 1 else (several, values)
            column = self._time_name(self._time)
            self._asked["filters"].append(
                Filter.model_validate(
                    {"column": column, "cycle": cycle, "operator": operator, "value": value}
                )
            )

    def _newest(self) -> list[Stretch]:
        """`the latest …`: the last day or year that there is."""
        newest, years = self._intent.latest, self._years()
        if newest is None:
            return []
        if self._time is not None:
            day = self._edge(self._time, newest=newest)
            if day is not None:
                start = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - stored times carry no zone
                self._intent.doubt(EITHER, f"of {day:%d %B %Y}, the {'last' if newest else 'first'} day")
                return [Stretch(start, shift(start, 1, "day"), "day")]
        if years is not None and years.column is not None:
            edge = years.column.maximum if newest else years.column.minimum
            start = datetime(int(str(edge)), 1, 1)  # noqa: DTZ001 - as above
            self._intent.choices.append(f"of {edge}")
            return [Stretch(start, shift(start, 1, "year"), "year")]
        raise NotUnderstood(f"{self._table} does not tell what is newest")

    def _take_years(self, stretches: Sequence[Stretch]) -> None:
        """Tables without times often have years, as numbers."""
        years = self._years()
        if years is not None and len(stretches) == 1 and self._take_months(years, stretches[0]):
            return
        if years is None or not self._are_whole_years(stretches) or self._intent.versus:
            raise NotUnderstood(f"{self._table} has no column of times")
        self._tell_years(years)
        if len(stretches) > 1:
            self._side_by_side(years, stretches)
            return
        stretch = stretches[0]
        first = stretch.start.year if stretch.start else None
        last = stretch.end.year - 1 if stretch.end else None
        if first == last:
            self._asked["filters"].append(Filter(column=years.name, operator="=", value=first))
            return
        for operator, year in ((">=", first), ("<=", last)):
            if year is not None:
                self._asked["filters"].append(
                    Filter.model_validate({"column": years.name, "operator": operator, "value": year})
                )

    def _take_months(self, years: Thing, stretch: Stretch) -> bool:
        """`June 2012`, where one column has the year and another the month."""
        months, start, end = self._months(), stretch.start, stretch.end
        latest = years.column.maximum if years.column is not None else None
        if (
            months is not None
            and start is not None
            and end is None
            and start.year == latest
            and start.day == 1
        ):
            # `since March` of the last year that there is
            end = shift(datetime(start.year, 1, 1), 1, "year")  # noqa: DTZ001 - stored times carry no zone
        if months is None or start is None or end is None or self._are_whole_years([stretch]):
            return False
        if stretch.relative:
            self._intent.doubt(EITHER, f"counted back from the end of {years.title}, not from its last month")
        last = shift(end, -1, "month")
        if start.day != 1 or end.day != 1 or start.year != last.year:
            return False
        asked = ((years, "=", start.year), (months, ">=", start.month), (months, "<=", last.month))
        self._asked["filters"] += [
            Filter.model_validate({"column": thing.name, "operator": operator, "value": value})
            for thing, operator, value in asked
        ]
        return True

    def _by_months(self, splits: list[Split]) -> list[Split]:
        """`monthly`, where one column has the year and another the month: both, or the months of one year."""
        months, years = self._months(), self._years()
        if self._time is not None or months is None or years is None:
            return splits
        one_year = len(self._intent.stretches) == 1 and self._intent.stretches[0].unit == "year"
        in_months = [Split(months)] if one_year else [Split(years), Split(months)]
        found: list[Split] = []
        for split in splits:
            is_month = split.thing is None and split.grain == "month" and not split.cycle
            found += in_months if is_month and not split.each else [split]
        return found

    def _months(self) -> Thing | None:
        """The one column of the months of a year."""
        own = [t for t in self._vocabulary.things if t.table == self._table and holds_months(t)]
        return own[0] if len(own) == 1 else None

    @staticmethod
    def _are_whole_years(stretches: Sequence[Stretch]) -> bool:
        edges = (edge for stretch in stretches for edge in (stretch.start, stretch.end))
        return all(edge is None or (edge.month, edge.day) == (1, 1) for edge in edges)

    def _side_by_side(self, years: Thing, stretches: Sequence[Stretch]) -> None:
        """Several years of a column of numbers, each by itself."""
        if any(s.start is None or s.end != shift(s.start, 1, "year") for s in stretches):
            raise NotUnderstood("I can compare single years here")
        values = [s.start.year for s in stretches if s.start]
        self._asked["filters"].append(Filter(column=years.name, operator="in", value=values))
        if all(dimension.column != years.name for dimension in self._asked["dimensions"]):
            self._asked["dimensions"].append(Dimension(column=years.name))

    def _years(self) -> Thing | None:
        """The column of years: the one that was named, else what says best when something happened."""
        own = [t for t in self._vocabulary.things if t.table == self._table and holds_years(t)]
        said = [t for t in self._intent.years if t.table == self._table]
        # `by the year of the accident`, of a car built in another one
        split = [s.thing for s in self._intent.splits if s.thing is not None and may_hold_years(s.thing)]
        said = said or [thing for thing in split if thing.table == self._table]
        return min(said or own, key=lambda thing: _vague(stems_of(thing.title)), default=None)

    def _tell_years(self, years: Thing) -> None:
        """Which years were taken, where there are several and none was named."""
        own = [t for t in self._vocabulary.things if t.table == self._table and holds_years(t)]
        if len(own) > 1 and years not in self._intent.years:
            self._intent.doubt(EITHER, f"years taken as {years.title}")

    def _compared(self, stretches: Sequence[Stretch]) -> Stretch:
        """Of two stretches the later one, compared with the earlier; they must be alike."""
        years = [stretch for stretch in stretches if stretch.relative and stretch.unit == "year"]
        others = [stretch for stretch in stretches if stretch.unit not in {None, "year"}]
        if len(years) == len(others) == 1:
            # `March compared to last year`: to March of that year.
            self._intent.versus = "previous_year"
            return others[0]
        if len(stretches) > 2:  # noqa: PLR2004 - a pair
            raise NotUnderstood("I can compare two periods, not more")
        earlier, later = sorted(stretches, key=_begin)
        if earlier.start is None or later.start is None or later.end is None:
            raise NotUnderstood("Two periods that are compared need both a start and an end")
        versus = self._beside(stretches)
        if versus is None:
            raise NotUnderstood(
                "I can compare a period with the one before it, or with the same a year before"
            )
        self._intent.versus = versus
        return later

    @staticmethod
    def _beside(stretches: Sequence[Stretch]) -> Comparison | None:
        """Whether the later of two is the period right after the earlier, or the same a year later."""
        earlier, later = sorted(stretches, key=_begin)
        if earlier.end == later.start and earlier.unit == later.unit and earlier.unit is not None:
            return "previous_period"
        same = later.start is not None and shift(later.start, -1, "year") == earlier.start
        return "previous_year" if same else None

    def _follow_years(self) -> None:
        """`Changed over the years`, which are numbers: what it was in each; `year over year` step by step."""
        intent, years = self._intent, self._years()
        if self._time is not None or years is None:
            return
        along = any(self._is_time(split) or split.thing == years for split in intent.splits)
        if intent.pace == "year" and not intent.versus:
            intent.pace, intent.growth = None, intent.growth or "change_ratio"
            intent.splits += [] if along else [Split(years)]
        elif intent.growth == "change" and along:
            intent.growth = None
            intent.choices.append("shown for each year; the change has to be read from that")

    def _follow_stretch(self) -> None:
        """How a number changed `from January to April`: from each month to the next."""
        intent = self._intent
        along = any(self._is_time(split) or split.thing == self._years() for split in intent.splits)
        if intent.growth and not intent.ranked and not along:
            intent.splits += [
                Split(None, one.unit)
                for one in intent.stretches[:1]
                if one.unit is not None and _lasts_several(one, one.unit)
            ]

    def _keep_pace(self) -> None:
        """`month over month`: of one period against the one before, or from each to the next."""
        intent = self._intent
        if intent.pace is None:
            return
        alone = not any(self._is_time(split) for split in intent.splits)
        units = [stretch.unit for stretch in intent.stretches]
        several = any(_lasts_several(stretch, intent.pace) for stretch in intent.stretches)
        if (
            alone
            and units
            and not several
            and all(unit is not None and DAYS[unit] <= DAYS[intent.pace] for unit in units)
        ):
            intent.versus = "previous_year" if intent.pace == "year" else "previous_period"
            return
        intent.growth = intent.growth or "change_ratio"
        if alone:
            intent.splits.append(Split(None, intent.pace))


def _halves(stretch: Stretch) -> list[Stretch]:
    """`from 2023 to 2024`, where what happened between them is asked: both by themselves."""
    if stretch.start is None or stretch.end is None or stretch.unit is None or stretch.relative:
        return [stretch]
    middle = shift(stretch.start, 1, stretch.unit)
    if shift(middle, 1, stretch.unit) != stretch.end:
        return [stretch]
    return [Stretch(stretch.start, middle, stretch.unit), Stretch(middle, stretch.end, stretch.unit)]


def _lasts_several(stretch: Stretch, pace: Grain) -> bool:
    """Whether it was said from where to where, over more than two of the units of a pace."""
    if stretch.relative or stretch.start is None or stretch.end is None or stretch.unit is None:
        return False
    return stretch.inner is not None and shift(stretch.start, 2, pace) < stretch.end


def _begin(stretch: Stretch) -> datetime:
    return stretch.start or stretch.end or datetime.min  # noqa: DTZ901 - stored times carry no zone


def _vague(words: Sequence[str]) -> tuple[bool, bool]:
    """How little a name says that its years are when things happened; `built` says when they began."""
    return list(words) != ["year"], bool(BEGUN & set(words))
