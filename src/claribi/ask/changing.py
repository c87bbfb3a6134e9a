"""How much a number changed between two ends of a stretch, whatever lies between, and stocks over years."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from claribi.ask.intent import NotUnderstood, Split, Wanted
from claribi.ask.listing import Listing
from claribi.ask.measuring import EITHER
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Thing
from claribi.ask.words import stems_of
from claribi.query.periods import shift
from claribi.query.schemas import Filter, Formula, Grain, Measure, Period

# What is there at a time: of several years together its sum means nothing.
STOCKS = frozenset({"population", "pop", "inhabitant", "headcount", "inventory", "stock", "balance"})
# What columns of places are called, and how many more rows than places and years say that they repeat.
PLACES = frozenset(
    {"state", "country", "nation", "city", "county", "region", "province", "municipality", "town", "district"}
)
NEARLY = 1.1
FORMULAS = {"change": "last - first", "change_ratio": "(last - first) / first"}
FORMATS: dict[Grain, str] = {"year": "%Y", "month": "%B %Y", "day": "%d %B %Y"}
Ends = tuple[Stretch, Stretch]


class Changing(Listing):
    """Puts together changes between two ends."""

    # What lines are ranked by, where that is a change.
    _change: Measure | None = None

    def _take_ends(self) -> Ends | None:
        """The two ends of `from 1952 to 2007`, where no line over time can be told, or things are ranked."""
        intent = self._intent
        self._part_stretch()
        if intent.growth is None or len(intent.stretches) != 1 or intent.versus or intent.pace:
            return None
        if intent.ends:
            intent.splits = [split for split in intent.splits if not self._is_along_years(split)]
        if any(self._is_along_years(split) for split in intent.splits):
            return None
        [stretch] = intent.stretches
        ends = _ends(stretch)
        whole = ends is not None and self._are_whole_years(ends)
        by_years = self._time is None and self._years() is not None and whole
        in_percent = intent.growth == "change_ratio" and stretch.inner is not None
        if ends is None or not (by_years or intent.ends or intent.ranked or in_percent):
            return None
        intent.stretches = []
        return ends

    def _part_stretch(self) -> None:
        """`compare 2023 and 2024`, `the difference between May and July`: these two, not all between them."""
        intent = self._intent
        both = _ends(intent.stretches[0]) if len(intent.stretches) == 1 else None
        if both is None or not (intent.compares or intent.differs) or intent.stretches[0].inner is None:
            return
        if not any(self._is_along_years(split) for split in intent.splits):
            intent.stretches = list(both)
            # How much more there was in the later one.
            intent.differs = "less" if intent.differs else None

    def _is_along_years(self, split: Split) -> bool:
        return self._is_time(split) or split.thing == self._years()

    def _changes(self, measures: Sequence[Measure], ends: Ends) -> list[Measure]:
        """What a number was at both ends, and the change."""
        measure, growth = measures[0], self._intent.growth
        if len(measures) > 1 or measure.aggregation is None or growth is None:
            raise NotUnderstood("A change between two times is asked of one number by itself")
        both = [measure.model_copy(update=self._within_end(end)) for end in ends]
        parts = {"first": both[0], "last": both[1]}
        self._change = Measure(formula=Formula(expression=FORMULAS[growth], measures=parts), name=growth)
        self._intent.growth = None
        return [*both, self._change]

    def _apart(self, measures: list[Measure]) -> list[Measure]:
        """`H1 vs H2`: what a number was in each of several stretches that no period is beside."""
        intent = self._intent
        along = any(self._is_along_years(split) for split in intent.splits)
        asks_more = (
            intent.versus or intent.growth or intent.pace or intent.share or intent.purpose != "answer"
        )
        in_years = bool(self._differs_in_time) and self._time is None and self._years() is not None
        if not intent.compares or along or asks_more or (self._time is None and not in_years):
            return measures
        are_apart = (in_years and len(intent.stretches) > 1) or self._are_apart(intent.stretches)
        if len(measures) > 1 or measures[0].aggregation is None or not are_apart:
            return measures
        within = [self._within_end(stretch) for stretch in intent.stretches]
        intent.stretches, intent.compares = [], False
        found = [measures[0].model_copy(update=update) for update in within]
        if self._differs_in_time and len(found) == 2:  # noqa: PLR2004 - a pair
            found.append(self._difference(*found))
        return found

    def _are_apart(self, stretches: Sequence[Stretch]) -> bool:
        """Whether several whole stretches were named that are not one and the one before."""
        whole = [one for one in stretches if one.start and one.end and not one.relative]
        if len(whole) < 2 or len(whole) < len(stretches):  # noqa: PLR2004 - several
            return False
        return len(whole) > 2 or self._beside(whole) is None  # noqa: PLR2004 - a pair

    def _within_end(self, end: Stretch) -> dict[str, Any]:
        """Filters and a name of a number at one end."""
        assert end.start is not None  # noqa: S101 - ends have both
        assert end.end is not None  # noqa: S101 - as above
        name = _said(end)
        years = self._years()
        if self._time is None and years is not None:
            self._tell_years(years)
            return {"filters": [Filter(column=years.name, operator="=", value=end.start.year)], "name": name}
        if self._time is None:
            raise NotUnderstood(f"{self._table} has no column of times")
        column = self._time_name(self._time)
        edges = ((">=", end.start), ("<", end.end))
        filters = [
            Filter.model_validate({"column": column, "operator": operator, "value": edge.isoformat()})
            for operator, edge in edges
        ]
        return {"filters": filters, "name": name}

    def _begin_before(self) -> None:
        """The change of the first month of a period is that from the month before, where there is one."""
        period: Period | None = self._asked.get("period")
        changes = [c.label for c in self._asked["calculations"] if c.type in {"change", "change_ratio"}]
        along = [d for d in self._asked["dimensions"] if d.grain is not None]
        is_from = any(stretch.inner is not None for stretch in self._intent.stretches)
        if period is None or not changes or len(along) != 1 or self._time is None:
            return
        if is_from and not self._intent.pace:
            # `from January to April`: what it was at first is where the change begins
            return
        [line] = along
        before = shift(period.start, -1, line.grain)
        first = self._edge(self._time, newest=False)
        if first is None or before.date() < first or self._intent.ranked or self._asked.get("compare"):
            return
        self._asked["period"] = period.model_copy(update={"start": before})
        self._asked["having"].append(Filter(column=changes[0], operator="is_not_null"))

    def _keep_stock(self) -> None:
        """A population is that of a year: of several it is told for each, without one for the newest."""
        intent, years = self._intent, self._years()
        if self._time is not None or years is None or intent.growth or intent.latest is not None:
            return
        if any(self._is_along_years(split) for split in intent.splits) or years in {
            v.thing for v in intent.kept
        }:
            return
        wanted = [*intent.wanted, *([intent.ranked.by] if intent.ranked and intent.ranked.by else [])]
        if not any(map(_is_stock, wanted)) or any(limit.thing == years for limit in intent.limits):
            return
        if not intent.stretches:
            intent.latest = True
            intent.doubt(EITHER, "of the newest year, since none was named")
        elif len(intent.stretches) == 1 and not intent.ranked and _lasts_years(intent.stretches[0]):
            intent.splits.append(Split(years))
            intent.choices.append("for each year, since a sum of several means nothing")

    def _keep_repeated(self) -> None:
        """A population that stands in several rows of a place and year is that of one, not their sum."""
        intent, places, years = self._intent, self._places_told(), self._years()
        wanted = [*intent.wanted, *([intent.ranked.by] if intent.ranked and intent.ranked.by else [])]
        stocks = [one for one in wanted if _is_stock(one) or _is_of_stock(one)]
        if not stocks or years is None or not places or not self._repeats(places, years):
            return
        along = any(self._is_along_years(split) for split in intent.splits)
        is_one_year = len(intent.stretches) == 1 and not _lasts_years(intent.stretches[0])
        rates = any(map(_is_of_stock, stocks))
        others = [t for t in self._named_by_text() if t not in places] if rates else []
        when = along or is_one_year or intent.latest is not None or years in {v.thing for v in intent.kept}
        if not all(map(self._is_one_of, others)) or not (
            rates or (when and any(map(self._is_one_of, places)))
        ):
            raise NotUnderstood(
                f"The people of one {places[0].title} stand in several rows of each year, so they can't be "
                f"added up; ask for one {', one '.join(t.title for t in others or places)} and one year"
            )
        if rates:
            return
        intent.doubt(EITHER, "averaged over the rows of one place and year, which repeat it")
        intent.wanted = [_averaged(one) for one in intent.wanted]
        if intent.ranked and intent.ranked.by:
            intent.ranked = replace(intent.ranked, by=_averaged(intent.ranked.by))

    def _named_by_text(self) -> list[Thing]:
        own = [t for t in self._vocabulary.things if t.table == self._table and t.kind == "dimension"]
        return [thing for thing in own if thing.column is not None and thing.column.type == "string"]

    def _places_told(self) -> list[Thing]:
        return [thing for thing in self._named_by_text() if PLACES & set(stems_of(thing.title))]

    def _repeats(self, places: Sequence[Thing], years: Thing) -> bool:
        """Whether there are more rows than places and years together."""
        most = max(thing.column.distinct for thing in places if thing.column is not None)
        pairs = most * (years.column.distinct if years.column is not None else 0)
        return self._vocabulary.row_counts.get(self._table, 0) > pairs * NEARLY > 0

    def _is_one_of(self, thing: Thing) -> bool:
        """Whether lines are of one value of it each."""
        kept = {value.value for value in self._intent.kept if value.thing == thing}
        return len(kept) == 1 or any(split.thing == thing for split in self._intent.splits)


def _is_of_stock(wanted: Wanted) -> bool:
    """`per 100,000 people`"""
    return wanted.ratio is not None and bool(STOCKS & set(stems_of(wanted.ratio.second.title)))


def _averaged(wanted: Wanted) -> Wanted:
    return replace(wanted, aggregation="avg") if _is_stock(wanted) else wanted


def _is_stock(wanted: Wanted) -> bool:
    """Whether what is asked for adds up over people, but not over years."""
    thing = wanted.thing
    if thing is None or thing.kind != "measure" or wanted.aggregation not in {None, "sum"}:
        return False
    return bool(STOCKS & set(stems_of(thing.title)))


def _said(stretch: Stretch) -> str:
    """What a stretch is called: one unit by its name, others from where to where."""
    start, end, unit = stretch.start, stretch.end, stretch.unit
    assert start is not None  # noqa: S101 - only whole ones are asked about
    assert end is not None  # noqa: S101 - as above
    if unit in FORMATS and shift(start, 1, unit) == end:
        return f"{start:{FORMATS[unit]}}"
    last = end - timedelta(days=1)
    form = FORMATS["month" if start.day == end.day == 1 else "day"]
    return f"{start:{form}} to {last:{form}}"


def _lasts_years(stretch: Stretch) -> bool:
    if stretch.start is None or stretch.end is None:
        return True
    return shift(stretch.start, 1, "year") < stretch.end


def _ends(stretch: Stretch) -> Ends | None:
    """The first and the last unit of a stretch that was said from where to where."""
    if stretch.relative or stretch.inner is None:
        return None
    first, last = stretch.inner
    return Stretch(stretch.start, first, stretch.unit), Stretch(last, stretch.end, stretch.unit)
