"""Times in a question: stretches, units, places in the cycles of the calendar, what is newest."""

from claribi.ask.calendar_words import is_season
from claribi.ask.cursor import UNSURE
from claribi.ask.intent import Limit, Places, Single, Split, Wanted
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Phrase, Unit
from claribi.ask.times import Stretch, current
from claribi.ask.verbs import Verbs
from claribi.ask.vocabulary import Thing, Value
from claribi.ask.words import stem, stems_of
from claribi.ask.years import holds_years
from claribi.query.schemas import Cycle, Grain
from claribi.sources.catalog import NUMERIC_TYPES

# By so many letters names of months and days are told apart, and what columns of them are called.
PLACE_LETTERS, PLACE_TITLES = 3, frozenset({"month", "weekday", "day"})
# From so many years on a month `has` most as a habit.
YEARS = 2
# Amounts of which each row has one for every month or year.
PERIODIC = frozenset(
    {"installment", "instalment", "rent", "salary", "wage", "premium", "pension", "allowance", "mortgage"}
)
# What says that an end of the times is meant, behind `when was the`.
EDGES = {"last": True, "first": False, "oldest": False, "newest": True}
# So many of the newest rows can be asked for.
MOST_EDGES = 1_000
GRAINS_SAID = frozenset({"year", "month", "week", "day"})
# What columns that hold a place of a cycle are called by.
CYCLE_COLUMNS: dict[Cycle, str] = {
    "hour_of_day": "hour",
    "day_of_week": "weekday",
    "month_of_year": "month",
    "quarter_of_year": "quarter",
}


def _edge_said(phrase: Phrase) -> bool | None:
    """Whether a phrase says that the newest is meant, or the oldest; None where it says neither."""
    if isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "latest":
        return bool(phrase.meaning.value)
    return EDGES.get(phrase.text.casefold())


COVERING = frozenset({"cover", "covers", "covered", "span", "spans", "go", "range", "there"})


class Moments(Verbs):
    """Reads times."""

    def _stretch(self, stretch: Stretch) -> None:
        if self._keyword_at(-2) in {"compare", "than"} and self._only_past(stretch):
            # `compared to last year`: the year that is now.
            self._intent.stretches.append(current(stretch))
        if not stretch.ahead:
            if self._vocabulary.time or not self._is_month_by_name(stretch):
                self._intent.stretches.append(stretch)
            return
        self._intent.ahead.append(stretch)
        if self._intent.purpose == "answer":
            # What is still to come can only be expected.
            self._intent.purpose = "forecast"

    def _is_month_by_name(self, stretch: Stretch) -> bool:
        """`in March`, where there are no times but a column of the names of months."""
        if stretch.unit != "month" or not stretch.implied or stretch.start is None:
            return False
        return self._named_places(Places("month_of_year", (f"{stretch.start:%B}",)))

    def _only_past(self, stretch: Stretch) -> bool:
        return stretch.relative and not self._intent.stretches and stretch.unit is not None

    def _places(self, places: Places, text: str) -> None:
        if self._splitting:
            self._splitting = False
            self._split_places(places, text)
            return
        if not self._vocabulary.time and self._named_places(places):
            return
        self._intent.places.append(Places(places.cycle, places.values, left_out=self._negated))
        if is_season(places):
            self._intent.doubt(UNSURE, f"{text} taken as {', '.join(map(str, places.values))}")
        if self._keyword_at(0) not in {"and", "or"}:
            self._negated = False

    def _named_places(self, places: Places) -> bool:
        """`in March`, where no time tells the month but a column has `Mar`."""
        known = {str(value).casefold()[:PLACE_LETTERS] for value in places.values}
        values = {
            called.what
            for [name, *more], several in self._vocabulary.values.items()
            for called in several
            if isinstance(called.what, Value)
            and not more
            and name[:PLACE_LETTERS] in known
            and set(stems_of(called.what.thing.title)) & PLACE_TITLES
        }
        for value in sorted(values, key=lambda one: str(one.value)):
            self._value(value)
        return bool(values)

    def _split_places(self, places: Places, text: str) -> None:
        """`by weekday`; `for each Monday` is not a split that there is."""
        if places.cycle == "day_of_week" and text.casefold().rstrip("s") == "weekday":
            self._intent.splits.append(Split(None, cycle="day_of_week", each=self._each))
        else:
            self._unknown(text)

    def _on_grain(self, value: Grain, _text: str) -> None:
        following, said = self._peek_thing(), self._phrases[self._at - 1]
        is_amount = following is not None and following.kind == "measure" and " " not in said.text
        if is_amount and following is not None and PERIODIC & set(stems_of(following.title)):
            # `average monthly installment`: what each row has to pay every month
            return
        if is_amount and following is not None and not following.additive and self._says_daily(said, value):
            # `the average of the daily high`: of what each row holds
            self._intent.doubt(UNSURE, f"“{said.text}” taken as what each row holds")
            return
        averaged = self._aggregation == "avg" or "aggregation" in {self._keyword_at(-2), self._keyword_at(0)}
        along = any(split == Split(None) for split in self._intent.splits)
        if along:
            # `develop month by month`
            self._intent.splits.remove(Split(None))
        self._intent.splits.append(Split(None, value, each=averaged and not along))

    def _says_daily(self, said: Phrase, grain: Grain) -> bool:
        """Whether an adjective right before a number only says that there is one for every day."""
        following = self._peek()
        is_next = following is not None and following.start == said.end
        others = any(self._keyword_at(ahead) == "by" for ahead in range(len(self._phrases) - self._at))
        return grain == "day" and is_next and self._aggregation is not None and others

    def _on_cycle(self, value: Cycle, _text: str) -> None:
        column = self._cycle_column(value)
        if column is not None:
            self._intent.splits.append(Split(column, each=self._each))
        elif all(split.cycle != value for split in self._intent.splits):
            self._intent.splits.append(Split(None, cycle=value, each=self._each))
        self._splitting = self._joined_to(Thing) or self._joined_to_unit()

    def _on_habit(self, value: Cycle, text: str) -> None:
        """`which month has the most orders`: of every year, where there are several."""
        self._which_one = stem(text.split()[1]) == text.split()[1].casefold()
        if self._lasts_years():
            self._on_cycle(value, text)
            self._intent.doubt(UNSURE, "months of all years together, not single ones")
        else:
            self._splitting = True
            self._unit("month", text)

    def _lasts_years(self) -> bool:
        """Whether the times reach over so many years that months come back."""
        columns = [thing.column for thing in self._vocabulary.time.values() if thing.column]
        edges = [(str(c.minimum)[:4], str(c.maximum)[:4]) for c in columns]
        dated = [(int(low), int(high)) for low, high in edges if low.isdecimal() and high.isdecimal()]
        return any(high - low >= YEARS for low, high in dated)

    def _cycle_column(self, cycle: Cycle) -> Thing | None:
        """`transaction_hour`, where no time tells the hour."""
        times = [t.column.type for t in self._vocabulary.time.values() if t.column]
        if any(kind != "date" or cycle != "hour_of_day" for kind in times):
            return None
        unit = CYCLE_COLUMNS[cycle]
        things = (t for t in self._vocabulary.things if t.kind == "dimension" and unit in stems_of(t.title))
        return next(things, None)

    def _on_over_time(self, _value: None, text: str) -> None:
        said = text.casefold().split()
        grain = stem(said[-1]) if said[:2] == ["over", "the"] and said[-1].endswith("s") else None
        if grain in GRAINS_SAID:
            # `over the years`: one line for each of them
            self._intent.splits = [split for split in self._intent.splits if split != Split(None)]
            self._intent.splits.append(Split(None, grain))  # type: ignore[arg-type]  # units are grains
            return
        if all(split.thing is not None or split.grain is not None for split in self._intent.splits):
            self._intent.splits.append(Split(None))

    def _on_latest(self, newest: bool, text: str) -> None:
        if self._can_be_rows() and (behind := self._thing_at(1)) and behind.kind == "time":
            # `the latest order date`
            self._at += 1
        following = self._peek_thing()
        if following is not None and following.kind == "time" and newest is not None:
            self._at += 1
            self._intent.wanted.append(Wanted(following, "max" if newest else "min"))
            return
        if isinstance(self._meaning(0), Unit):
            self._unknown(text)
            return
        if self._are_edges(newest=newest) or self._is_edge(newest=newest):
            return
        if self._can_be_rows() and not self._vocabulary.time and self._names_one():
            # `newest book`, of which only the year is known, as of many others
            self._unknown(text)
            return
        self._intent.latest = newest

    def _are_edges(self, *, newest: bool) -> bool:
        """`the 10 most recent orders`, `latest 5 orders`: the rows themselves, by their time."""
        number = self._number if self._number is not None else self._taken_number()
        rows, behind = self._can_be_rows(), self._peek()
        time = self._vocabulary.time.get(rows.what.table) if rows and isinstance(rows.what, Thing) else None
        is_plural = behind is not None and stem(behind.text) != behind.text.casefold()
        if number is None or not 0 < number <= MOST_EDGES or time is None or not is_plural:
            self._number = number
            return False
        self._at, self._number = self._at + 1, None
        self._intent.single = Single(time, ascending=not newest, n=int(number))
        self._intent.wanted.append(Wanted(time, "max" if newest else "min"))
        return True

    def _is_edge(self, *, newest: bool) -> bool:
        """`newest employee`, `first ticket`: the row itself, by its time."""
        behind, rows, intent = self._peek(), self._can_be_rows(), self._intent
        if rows is None or behind is None or intent.wanted or intent.ranked or self._splitting:
            return False
        last = behind.text.split()[-1]
        time = self._vocabulary.time.get(rows.what.table) if isinstance(rows.what, Thing) else None
        following = self._thing_at(1)
        is_measured = following is not None and following.kind in {"measure", "metric", "time"}
        if time is None or is_measured or stem(last) != last.casefold():
            return False
        self._at += 1
        intent.single = Single(time, ascending=not newest)
        intent.wanted.append(Wanted(time, "max" if newest else "min"))
        return True

    def _on_when(self, _value: None, text: str) -> None:
        """`when was the last flight`: the edge of the times; what else happened when is not known."""
        time = next(iter(self._vocabulary.time.values()), None)
        if self._at > 1:
            # `when they had reserved a room`: it only joins.
            return
        edges = [(phrase, _edge_said(phrase)) for phrase in self._phrases[self._at :]]
        said = [(phrase, newest) for phrase, newest in edges if newest is not None]
        if time is None or not said:
            self._unknown(text)
            return
        for phrase, newest in said:
            self._phrases.remove(phrase)
            self._intent.wanted.append(Wanted(time, "max" if newest else "min"))

    def _on_reach(self, _value: None, text: str) -> None:
        """`what period do the data cover`: from the first to the last time."""
        times = list(self._vocabulary.time.values())
        years = [thing for thing in self._vocabulary.things if holds_years(thing)]
        time = times[0] if len(times) == 1 else years[0] if len(years) == 1 and not times else None
        if time is None or self._intent.wanted or self._ranks_later():
            self._unknown(text)
            return
        self._intent.wanted += [Wanted(time, "min"), Wanted(time, "max")]
        rest = self._phrases[self._at :]
        self._phrases[self._at :] = [phrase for phrase in rest if phrase.text.casefold() not in COVERING]

    def _is_average_time(self) -> bool:
        """`how many cases are there in an average year`: the average of the sums of years."""
        wanted, unit, thing = self._intent.wanted, self._meaning(0), self._thing_at(0)
        is_year = thing is not None and holds_years(thing)
        if not wanted or self._each or not (isinstance(unit, Unit) or is_year):
            return False
        self._at += 1
        wanted[-1].aggregation = "avg"
        grain = unit.grain if isinstance(unit, Unit) else None
        self._intent.splits.append(Split(thing if is_year else None, grain, each=True))  # type: ignore[arg-type]  # units are grains
        return True

    def _unit(self, grain: str, text: str) -> None:
        if self._is_total(grain, text):
            return
        if self._is_of_column(grain) or self._is_of_measure(grain) or self._is_per_hour(grain, text):
            return
        if self._splitting or self._ranks_things():
            self._intent.splits.append(Split(None, grain, each=self._splitting and self._each))  # type: ignore[arg-type]  # units are grains
            self._splitting = self._joined_to(Thing) or self._joined_to_unit()
        elif self._at == 1 and self._ranks_later() and not text.casefold().endswith("s"):
            # `month with the lowest revenue`
            self._intent.splits.append(Split(None, grain))  # type: ignore[arg-type]  # units are grains
        elif self._keyword_at(0) == "moving":
            # `3 month moving average`
            self._intent.splits.append(Split(None, grain))  # type: ignore[arg-type]  # as above
        elif self._intent.purpose == "outliers":
            # `unusual days`
            self._intent.splits.append(Split(None, grain))  # type: ignore[arg-type]  # as above
        elif isinstance(self._meaning(-2), Named) and not self._counts_rows() and text.casefold() == "days":
            # `on foggy days`, `the most snow days`
            if self._ranking and self._intent.ranked and self._vocabulary.time:
                time = next(iter(self._vocabulary.time.values()))
                self._intent.ranked.by = Wanted(time, "count_distinct", grain="day")
                self._ranking = False
        elif self._vocabulary.time and (self._counts_rows() or self._begins_with_many(text)):
            # `how many rainy days`: different ones.
            time = next(iter(self._vocabulary.time.values()))
            counted = Wanted(time, "count_distinct", grain=grain)  # type: ignore[arg-type]  # as above
            self._intent.wanted[-1:] = [counted]
        else:
            self._unknown(text)

    def _is_total(self, grain: str, text: str) -> bool:
        """`total hours`, where a number tells them: no different hours of the calendar."""
        is_last = self._aggregation is not None and text.casefold().endswith("s") and not self._splitting
        if not is_last or self._number is not None or self._ranks_things():
            return False
        measure = self._measured_in(grain)
        if measure is None:
            self._unknown(text)
        else:
            self._measure(measure)
        return True

    def _is_per_hour(self, grain: str, text: str) -> bool:
        """`cost per hour`: over the hours that a number tells, where times are days."""
        wanted = self._intent.wanted
        times = [thing.column.type for thing in self._vocabulary.time.values() if thing.column]
        is_per = grain == "hour" and self._splitting and self._each
        if not is_per or not wanted or wanted[-1].thing is None or "timestamp" in times:
            return False
        measure = self._measured_in("hour")
        if measure is None:
            self._splitting = False
            self._unknown(text)
        else:
            self._measure(measure)
        return True

    def _is_of_column(self, grain: str) -> bool:
        """`60-month loans`, where a column is called term_months."""
        if self._number is None:
            return False
        things = [t for t in self._vocabulary.things if t.column and t.column.type in NUMERIC_TYPES]
        found = [t for t in things if stems_of(t.title)[-1:] == [grain]]
        if len(found) != 1:
            return False
        self._intent.limits.append(Limit("=", self._taken_number() or 0, found[0], of_rows=True))
        return True

    def _is_of_measure(self, grain: str) -> bool:
        """`earn more per month`, of a monthly income: the number says it already."""
        said = [one.thing for one in self._intent.wanted] + [one.thing for one in self._intent.limits]
        if not any(
            thing is not None and set(stems_of(thing.title)) & {grain, f"{grain}ly"} for thing in said
        ):
            return False
        self._splitting = False
        return True

    def _begins_with_many(self, text: str) -> bool:
        """`days with snow`: different ones are counted."""
        intent = self._intent
        return text.casefold().endswith("s") and not (intent.wanted or intent.splits or intent.stretches)
