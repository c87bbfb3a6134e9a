"""Times in a question: stretches, units, places in the cycles of the calendar, what is newest."""

from claribi.ask.calendar_words import is_season
from claribi.ask.cursor import UNSURE
from claribi.ask.intent import Places, Split, Wanted
from claribi.ask.lexicon import Keyword
from claribi.ask.reader import Unit
from claribi.ask.times import Stretch, current
from claribi.ask.verbs import Verbs
from claribi.ask.vocabulary import Thing
from claribi.ask.words import stems_of
from claribi.query.schemas import Cycle, Grain

# What columns that hold a place of a cycle are called by.
CYCLE_COLUMNS: dict[Cycle, str] = {
    "hour_of_day": "hour",
    "day_of_week": "weekday",
    "month_of_year": "month",
    "quarter_of_year": "quarter",
}


class Moments(Verbs):
    """Reads times."""

    def _stretch(self, stretch: Stretch) -> None:
        if self._keyword_at(-2) in {"compare", "than"} and self._only_past(stretch):
            # `compared to last year`: the year that is now.
            self._intent.stretches.append(current(stretch))
        if not stretch.ahead:
            self._intent.stretches.append(stretch)
            return
        self._intent.ahead.append(stretch)
        if self._intent.purpose == "answer":
            # What is still to come can only be expected.
            self._intent.purpose = "forecast"

    def _only_past(self, stretch: Stretch) -> bool:
        return stretch.relative and not self._intent.stretches and stretch.unit is not None

    def _places(self, places: Places, text: str) -> None:
        if self._splitting:
            self._splitting = False
            self._split_places(places, text)
            return
        self._intent.places.append(Places(places.cycle, places.values, left_out=self._negated))
        if is_season(places):
            self._intent.doubt(UNSURE, f"{text} taken as {', '.join(map(str, places.values))}")
        if self._keyword_at(0) not in {"and", "or"}:
            self._negated = False

    def _split_places(self, places: Places, text: str) -> None:
        """`by weekday`; `for each Monday` is not a split that there is."""
        if places.cycle == "day_of_week" and text.casefold().rstrip("s") == "weekday":
            self._intent.splits.append(Split(None, cycle="day_of_week", each=self._each))
        else:
            self._unknown(text)

    def _on_grain(self, value: Grain, _text: str) -> None:
        averaged = self._aggregation == "avg" or "aggregation" in {self._keyword_at(-2), self._keyword_at(0)}
        self._intent.splits.append(Split(None, value, each=averaged))

    def _on_cycle(self, value: Cycle, _text: str) -> None:
        column = self._cycle_column(value)
        if column is not None:
            self._intent.splits.append(Split(column, each=self._each))
        elif all(split.cycle != value for split in self._intent.splits):
            self._intent.splits.append(Split(None, cycle=value, each=self._each))
        self._splitting = self._joined_to(Thing) or self._joined_to_unit()

    def _cycle_column(self, cycle: Cycle) -> Thing | None:
        """`transaction_hour`, where no time tells the hour."""
        times = [t.column.type for t in self._vocabulary.time.values() if t.column]
        if any(kind != "date" or cycle != "hour_of_day" for kind in times):
            return None
        unit = CYCLE_COLUMNS[cycle]
        things = (t for t in self._vocabulary.things if t.kind == "dimension" and unit in stems_of(t.title))
        return next(things, None)

    def _on_over_time(self, _value: None, _text: str) -> None:
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
        self._intent.latest = newest

    def _on_when(self, _value: None, text: str) -> None:
        """`when was the last flight`: the edge of the times; what else happened when is not known."""
        time = next(iter(self._vocabulary.time.values()), None)
        for place, phrase in enumerate(self._phrases[self._at :]):
            if isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "latest" and time is not None:
                del self._phrases[self._at + place]
                self._intent.wanted.append(Wanted(time, "max" if phrase.meaning.value else "min"))
                return
        self._unknown(text)

    def _unit(self, grain: str, text: str) -> None:
        if self._splitting or self._ranks_things():
            self._intent.splits.append(Split(None, grain, each=self._splitting and self._each))  # type: ignore[arg-type]  # units are grains
            self._splitting = self._joined_to(Thing) or self._joined_to_unit()
        elif self._keyword_at(0) == "moving":
            # `3 month moving average`
            self._intent.splits.append(Split(None, grain))  # type: ignore[arg-type]  # as above
        elif self._intent.purpose == "outliers":
            # `unusual days`
            self._intent.splits.append(Split(None, grain))  # type: ignore[arg-type]  # as above
        elif self._vocabulary.time and (self._counts_rows() or self._begins_with_many(text)):
            # `how many rainy days`: different ones.
            time = next(iter(self._vocabulary.time.values()))
            counted = Wanted(time, "count_distinct", grain=grain)  # type: ignore[arg-type]  # as above
            self._intent.wanted[-1:] = [counted]
        else:
            self._unknown(text)

    def _begins_with_many(self, text: str) -> bool:
        """`days with snow`: different ones are counted."""
        intent = self._intent
        return text.casefold().endswith("s") and not (intent.wanted or intent.splits or intent.stretches)
