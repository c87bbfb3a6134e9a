"""What tells which rows, or what of them, by a word or two: losses, what is negative, what stands beside."""

from claribi.ask.adjectives import DEAD
from claribi.ask.cursor import UNSURE
from claribi.ask.hints import Hints
from claribi.ask.intent import Limit, Ranked, Single, Wanted
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named
from claribi.ask.takings import HARDLY
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Thing, Value
from claribi.ask.words import stems_of
from claribi.ask.years import holds_years
from claribi.query.schemas import Operator
from claribi.sources.catalog import NUMERIC_TYPES

PROFIT = "profit net_profit profits earnings net_income gain"
# What columns of places in a ranking are called.
PLACES = frozenset({"rank", "ranking", "position", "place", "standing"})
# What says that the newest is asked for, and nothing else of it.
SCENES = frozenset(
    {"location", "place", "premise", "site", "address", "scene", "venue", "origin", "destination"}
)
JOINING = frozenset({"of", "is", "which"})
NEWEST = frozenset({"latest", "newest", "recent", "last"})


class Signs(Hints):
    """Reads such words."""

    def _on_signed(self, operator: Operator, text: str) -> None:
        """`negative profit`, `whose balance is negative`"""
        following, before = self._peek_thing(), self._thing_at(-2)
        if following is not None and following.kind == "measure":
            self._at += 1
            self._intent.limits.append(Limit(operator, 0, following, of_rows=True))
        elif before is not None and before.kind == "measure" and self._intent.wanted:
            last = self._intent.wanted[-1]
            if last.thing == before and last.aggregation is None:
                self._intent.wanted[-1:] = [] if len(self._intent.wanted) > 1 else [Wanted(None)]
            self._intent.limits.append(Limit(operator, 0, before, of_rows=True))
        else:
            self._unknown(text)

    def _on_lost_most(self, _value: None, text: str) -> None:
        """`the largest loss`: the least profit, where no column has the losses."""
        loss = self._names_measured("loss losses")
        if loss is not None:
            self._superlative_of((False, "loss losses"), text)
        else:
            self._superlative_of((True, PROFIT), text)

    def _on_beside(self, _value: None, _text: str) -> None:
        """`companies from Taiwan with their sales`: each by its name, and that beside it."""
        intent, following = self._intent, self._peek_thing()
        rows = intent.wanted[0].table if len(intent.wanted) == 1 and intent.wanted[0].thing is None else None
        label = self._label_of(rows) if rows is not None else None
        if following is None or label is None or label.kind != "key" or intent.splits or intent.ranked:
            return
        intent.listed = label
        while following is not None and following.table == rows and following.kind != "rows":
            intent.beside.append(following)
            self._at += 1
            self._at += 1 if self._keyword_at(0) in {"and", "beside"} and self._thing_at(1) else 0
            following = self._peek_thing()

    def _on_died_in(self, _value: None, text: str) -> None:
        self._on_verb(DEAD, text)

    def _on_left_office(self, _value: None, text: str) -> None:
        self._on_gone(True, text)

    def _on_verb(self, names: str, text: str) -> None:
        """`died`, where no number tells how many did but one value is Death."""
        value = self._vocabulary.value_of(("death",)) if names == DEAD else None
        measure = self._names_measured(names) if names == DEAD else None
        if value is not None and measure is None:
            self._value(value)
            return
        if measure is not None and not measure.additive:
            # `how many were killed`, where only the age of a victim is known
            self._unknown(text)
            return
        super()._on_verb(names, text)

    def _on_gone(self, gone: bool, text: str) -> None:
        """`resigned`, where that is one of the reasons for leaving."""
        said = stems_of(text)[-1:]
        value = self._vocabulary.value_of(tuple(said)) if gone and len(said[0]) > len("left") else None
        if value is not None:
            self._value(value)
            return
        super()._on_gone(gone, text)

    def _on_most(self, ascending: bool, text: str) -> None:
        """`highest ranked`: the first place, whose number is the least."""
        place = self._peek_thing()
        if place is None or not self._is_place(place):
            super()._on_most(ascending, text)
            return
        label = self._label_of(place.table)
        number = self._taken_number()
        if label is None:
            self._unknown(text)
            return
        self._at += 1
        by = Wanted(place, "max" if ascending else "min")
        self._intent.ranked = Ranked(1 if number is None else int(number), not ascending, by=by)
        self._split_by(label)

    def _on_top(self, ascending: bool, text: str) -> None:
        """`the top 100 ranked companies`: those at these places."""
        number, place = self._meaning(0), self._thing_at(1)
        if place is None or not self._is_place(place) or ascending or isinstance(number, Named):
            super()._on_top(ascending, text)
            return
        taken = self._taken_number()
        if taken is None:
            super()._on_top(ascending, text)
            return
        self._at += 1
        self._intent.limits.append(Limit("<=", taken, place, of_rows=True))

    @staticmethod
    def _is_place(thing: Thing) -> bool:
        """Whether a column holds each row's place in a ranking."""
        is_whole = thing.column is not None and thing.column.type in NUMERIC_TYPES
        return is_whole and thing.kind in {"dimension", "key", "measure"} and thing.title in PLACES

    def _on_share(self, value: int | None, text: str) -> None:
        """`by what percentage did sales grow`: a change, not a share."""
        rest = [self._keyword_at(ahead) for ahead in range(len(self._phrases) - self._at)]
        if text.casefold().split()[-1] in {"percentage", "percent"} and "growth" in rest and self._peek():
            before = self._phrases[self._at - 2] if self._at > 1 else None
            if before is None or before.text.casefold().split()[-1] in {"by", "what", "which", "by what"}:
                self._splitting, self._intent.ends = False, True
                self._grows_in_percent = True
                return
        before = self._phrases[self._at - 2] if self._at > 1 else None
        changes = self._intent.growth or self._intent.pace
        if changes and text.casefold() == "percent" and before is not None and before.text.casefold() == "in":
            # `change between April and July, in percent`
            self._intent.growth, self._intent.ends = "change_ratio", not self._intent.pace
            return
        super()._on_share(value, text)

    def _on_latest(self, newest: bool, text: str) -> None:
        """`who was appointed most recently`: the row itself."""
        first = self._phrases[0].text.casefold()
        tables = {thing.table for thing in self._vocabulary.things}
        [table] = tables if len(tables) == 1 else [""]
        time = self._vocabulary.time.get(table)
        if first != "who" or time is None or self._label_of(table) is None or self._intent.wanted:
            super()._on_latest(newest, text)
            return
        before = self._phrases[self._at - 2] if self._at > 1 else None
        if before is not None and before.text.casefold().endswith("ed"):
            # A verb that was taken for a column says when.
            self._intent.splits = [s for s in self._intent.splits if s.thing != self._thing_at(-2)]
        self._intent.single = Single(time, ascending=not newest)
        self._intent.wanted.append(Wanted(time, "max" if newest else "min"))
        self._intent.doubt(UNSURE, f"by {time.title}")

    # Whether it was asked by how many percent something changed.
    _grows_in_percent = False

    def _stretch(self, stretch: Stretch) -> None:
        """`leaving out 2015`: whole years that a column has, or what lies at an end of the times."""
        if not self._negated:
            super()._stretch(stretch)
            return
        years = [t for t in self._vocabulary.things if holds_years(t) and t.kind == "dimension"]
        start, end = stretch.start, stretch.end
        if start is None or end is None or stretch.unit != "year" or len(years) != 1:
            super()._stretch(stretch)
            return
        self._negated = False
        self._intent.left_out.append(Value(years[0], start.year))

    def _take_newest(self) -> None:
        """`latest month in the data`: when that is, where nothing else is asked of it."""
        intent = self._intent
        values = {word for value in intent.kept for word in stems_of(str(value.value))}
        changes = [p for p in self._phrases if isinstance(p.meaning, Keyword) and p.meaning.kind == "growth"]
        if intent.growth is not None and any(set(stems_of(p.text)) <= values for p in changes):
            # `which senators declined the appointment`, where one value is Appointment declined
            intent.growth = None
        if self._grows_in_percent and intent.growth is not None:
            intent.growth = "change_ratio"
        parts = (intent.wanted, intent.splits, intent.kept, intent.limits, intent.ranked, intent.growth)
        if any(parts) or len(intent.stretches) != 1 or not intent.stretches[0].relative:
            return
        said = [
            p for p in self._phrases if not (isinstance(p.meaning, Keyword) and p.meaning.kind in JOINING)
        ]
        time = next(iter(self._vocabulary.time.values()), None)
        first = said[0]
        if len(said) > 1 or time is None or not NEWEST & set(stems_of(first.text)):
            return
        intent.stretches = []
        intent.wanted.append(Wanted(time, "max"))
        intent.doubt(UNSURE, f"when the last {stems_of(first.text)[-1]} of {time.title} is")

    def _doubt_place(self, value: Value) -> None:
        """`how many streets`, where rows say in what place they were: hardly those that were in a street."""
        before, phrase = self._keyword_at(-2), self._phrases[self._at - 1]
        is_plural = phrase.text.casefold().endswith("s") and phrase.text.islower()
        if before == "count" and is_plural and SCENES & set(stems_of(value.thing.title)):
            self._intent.doubt(HARDLY, f"rows whose {value.thing.title} is {value.value}")
