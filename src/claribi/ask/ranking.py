"""Rankings in a question: `top 5`, `the best`, `which has the most`, `second highest`, `hottest day`."""

from typing import Literal

from claribi.ask.adjectives import LENGTH, RAIN
from claribi.ask.amounts import only_amount
from claribi.ask.bounding import PERSONS
from claribi.ask.cursor import UNSURE, Cursor
from claribi.ask.intent import Ranked, Single, Wanted
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Unit
from claribi.ask.superlatives import Superlatives
from claribi.ask.synonyms import TAKINGS
from claribi.ask.vocabulary import Thing, Value
from claribi.ask.words import stem, stems_of
from claribi.ask.years import holds_years
from claribi.query.schemas import Aggregation

DEFAULT_TOP = 5
NAMING_ONE = frozenset({"most", "most_of", "most_rows", "best", "top", "selling"})
RANKS = frozenset({"most", "most_of", "most_rows", "best", "lost_most"})
EXTREME = frozenset({"max", "min"})
LISTED = frozenset({"dimension", "key", "time"})
BIRTH = frozenset({"birth", "born", "dob", "birthday", "birthdate"})


class Ranking(Superlatives):
    """Reads rankings."""

    def __init__(self, *about: object) -> None:
        Cursor.__init__(self, *about)  # type: ignore[arg-type]  # handed on
        self._aggregation: Aggregation | None = None
        # Whether the next number asked for is what things are ranked by.
        self._ranking = False
        # Whether what was named last is the largest or smallest, not what there are most of.
        self._by_size = False
        # Whether one of something was asked for: `which month`.
        self._which_one = False
        # Aggregations of the measure to come, beside the last one.
        self._also: list[Aggregation] = []

    def _on_top(self, ascending: bool, _text: str) -> None:
        self._rank(ascending=ascending)

    def _on_best(self, good: bool, _text: str) -> None:
        self._rank(ascending=False, good=good)

    def _on_most(self, ascending: bool, text: str) -> None:
        if self._keyword_at(0) == "and" and self._keyword_at(1) == "most":
            # `the smallest and the largest area`
            self._also.append("min" if ascending else "max")
            self._at += 1
            return
        said = self._meaning(0)
        if text.casefold() == "peak" and isinstance(said, Unit):
            # `peak hour`: when most happens
            self._superlative(ascending=False, by=Wanted(None))
            return
        if isinstance(said, Keyword) and said.value == ("min" if ascending else "max"):
            # `the lowest minimum temperature`
            return
        self._by_size = text.casefold() not in {"most", "least", "fewest"}
        counted = self._thing_at(1) if self._keyword_at(0) == "count" else None
        splits = any(self._keyword_at(at) == "by" for at in range(len(self._phrases) - self._at))
        if counted is not None and counted.kind == "measure" and not (splits or self._intent.splits):
            # `highest number of people affected`: of one row
            self._at += 1
        self._superlative(ascending=ascending)

    def _on_most_rows(self, ascending: bool, _text: str) -> None:
        self._superlative(ascending=ascending, by=Wanted(None))

    def _on_most_of(self, measured: tuple[bool, str], text: str) -> None:
        if self._keyword_at(0) == "aggregation" and self._thing_at(1):
            # `longest average air time`
            self._superlative(ascending=measured[0])
        else:
            self._superlative_of(measured, text)

    def _on_grew_most(self, meant: tuple[Literal["change", "change_ratio"], bool], _text: str) -> None:
        """`grew the most`: ranked by the change."""
        intent = self._intent
        number = self._taken_number()
        intent.growth = meant[0]
        intent.ranked = Ranked(1 if number is None else int(number), meant[1])

    def _on_nth(self, place: int, text: str) -> None:
        """`second highest`: what follows ranks, the one at this place is wanted."""
        at = self._at
        if self._keyword_at(0) not in NAMING_ONE:
            self._unknown(text)
            return
        self._number = float(place)
        keyword = self._phrases[at].meaning
        self._at += 1
        getattr(self, f"_on_{keyword.kind}")(keyword.value, self._phrases[at].text)  # type: ignore[union-attr]  # a keyword
        ranked = self._intent.ranked
        if ranked is None or ranked.n != place:
            self._unknown(text)
            return
        ranked.nth = True

    def _rank(self, *, ascending: bool, good: bool | None = None) -> None:
        """`top 5 …`, `the best …`."""
        number = self._taken_number()
        ranked = self._intent.ranked
        if number is not None and good is None and ranked is not None and self._peek() is None:
            # `which airlines had the most strikes? Top 5`
            ranked.n = int(number)
            return
        one = self._names_one() or self._which_one
        places = (1 if one else DEFAULT_TOP) if number is None else int(number)
        self._intent.ranked = Ranked(places, ascending, good)
        self._ranking = good is not None and bool(self._intent.splits)

    def _names_one(self) -> bool:
        """Whether what follows stands in the singular."""
        following = self._peek()
        if following is None:
            return False
        last = following.text.split()[-1]
        return stem(last) == last.casefold()

    def _superlative(self, *, ascending: bool, by: Wanted | None = None) -> None:
        """`which … has the most …`, `the 3 largest …`, `highest price`."""
        intent = self._intent
        if self._can_be_rows() and (behind := self._thing_at(1)) and behind.kind == "measure":
            # `the biggest order amount`
            self._at += 1
        number, following = self._taken_number(), self._peek_thing()
        is_measure = following is not None and following.kind == "measure"
        if is_measure and number is None and not intent.splits and by is None and not self._lists_next():
            self._aggregation = "min" if ascending else "max"
            return
        if number is None and by is not None and "top" in {self._keyword_at(-2), self._keyword_at(-3)}:
            # `top 10 most common names`
            number = float(intent.ranked.n) if intent.ranked and intent.ranked.by is None else None
        known = intent.ranked
        if number is None and known is not None and known.by is None and known.n > 1 and intent.splits:
            # `top 2 days with the most orders`
            number = float(known.n)
        intent.ranked = Ranked(1 if number is None else int(number), ascending, by=by)
        if by is not None:
            return
        self._ranking = True
        # `highest sales` are those with most money.
        rows = None if self._says_takings() else self._can_be_rows()
        counts = rows is not None or (following is not None and following.kind == "key")
        if counts and not is_measure and intent.splits and self._says_by_what():
            # `the address of the largest house by square feet`: of each row
            self._at += 1 if rows is not None else 0
            self._aggregation, self._ranking = "min" if ascending else "max", True
            return
        if following is not None and following.kind == "dimension" and not self._names_one():
            # `which manufacturer builds the most models`
            counts = bool(intent.splits)
        if counts and intent.splits and not is_measure:
            self._count(different=False)
            intent.ranked.by = intent.wanted[-1]
            self._ranking = False

    def _says_takings(self) -> bool:
        phrase = self._peek()
        return phrase is not None and bool(set(stems_of(phrase.text)[-1:]) & TAKINGS)

    def _lists_next(self) -> bool:
        """Whether what is ranked comes behind the measure: `highest revenue month`."""
        thing = self._thing_at(1)
        return (thing is not None and thing.kind in LISTED) or isinstance(self._meaning(1), Unit)

    def _superlative_of(self, measured: tuple[bool, str], text: str) -> None:
        """`longest`, `cheapest`, `hottest`: the adjective tells what is measured."""
        ascending, names = measured
        number = self._taken_number()
        lasting = self._lasting() if names == LENGTH else None
        measure = self._measured_by_two(names) or self._names_measured(names) or lasting
        if measure is None and "price" in names.split() and self._number_before() is None:
            # `the most expensive shipment`, of which the freight is known
            measure = only_amount(self._vocabulary, self._table or self._only_table())
            if measure is not None:
                self._intent.doubt(UNSURE, f"by {measure.title}, since no price was named")
        if measure is None and self._says_by_what():
            # `cheapest cities by median price`
            self._number = None if number is None else float(number)
            self._superlative(ascending=ascending)
            return
        named = self._peek_thing()
        if named is not None and named.kind in {"measure", "metric"} and named != measure:
            # `longest tenure`
            self._number = None if number is None else float(number)
            self._superlative(ascending=ascending)
            return
        if measure is None and names == "age" and self._is_oldest(ascending=ascending, number=number):
            return
        if measure is None and text.casefold() == "slowest" and self._ranks_times():
            # `which month is the slowest`: in which least happens
            self._superlative(ascending=True, by=Wanted(None))
        elif measure is None and (said := self._number_before()) is not None:
            # `in which month was coffee the most expensive`, of which the price is kept
            self._superlative(ascending=ascending, by=said)
        elif measure is None:
            self._unknown(text)
        else:
            self._rank_measured(measure, measured, text, number)

    def _number_before(self) -> Wanted | None:
        """The one number that was named before."""
        wanted = self._intent.wanted
        is_one = len(wanted) == 1 and wanted[0].thing is not None and wanted[0].thing.kind == "measure"
        return wanted[0] if is_one and self._intent.splits else None

    def _rank_measured(
        self, measure: Thing, measured: tuple[bool, str], text: str, number: float | None
    ) -> None:
        """What an adjective ranks by a number that is known."""
        ascending, names = measured
        named = self._peek_thing()
        self._tell_rivals(measure, names, text)
        said = self._meaning(0)
        if isinstance(said, Named) and measure in {called.what for called in said.candidates}:
            # `coldest temperature`
            self._at += 1
        if number is None and not self._intent.splits and self._can_be_rows() and not self._names_one():
            number = float(DEFAULT_TOP)
        known = self._intent.ranked
        if names == LENGTH and known is None and named is not None and self._spells_out(named):
            # `shortest term`, where a key spells out from when to when each was
            self._at += 1
            self._intent.single = Single(measure, ascending=ascending, n=1 if number is None else int(number))
            self._intent.wanted.append(Wanted(measure, "min" if ascending else "max"))
            return
        if known is not None and known.by is None and number is None:
            # `the top 5 most populous countries`
            known.by, known.ascending = Wanted(measure, "min" if ascending else "max"), ascending
            return
        self._rank_by_each(measure, number, ascending=ascending, is_sum=names == RAIN)

    def _is_oldest(self, *, ascending: bool, number: float | None) -> bool:
        """`the oldest film`: by when it was, where no age is known but a time is."""
        rows = self._can_be_rows()
        table = rows.what.table if rows and isinstance(rows.what, Thing) else ""
        years = [t for t in self._vocabulary.things if t.table == table and holds_years(t)]
        time = self._vocabulary.time.get(table) or (years[0] if len(years) == 1 else None)
        born = next(
            (t for t in self._vocabulary.things if t.kind == "time" and BIRTH & set(stems_of(t.title))), None
        )
        phrase = self._peek()
        if time is None or (born is None and phrase is not None and set(stems_of(phrase.text)) & PERSONS):
            # How old people are is not told by when they came.
            return False
        time = born or time
        self._at += 1
        self._intent.single = Single(time, ascending=not ascending, n=1 if number is None else int(number))
        self._intent.doubt(UNSURE, f"by {time.title}")
        self._intent.wanted.append(Wanted(time, "max" if ascending else "min"))
        return True

    def _rank_by_each(self, measure: Thing, number: float | None, *, ascending: bool, is_sum: bool) -> None:
        """What an adjective ranks: days, the values of a dimension, or single rows."""
        n = 1 if number is None else int(number)
        following = self._peek_thing()
        listed = following is not None and following.kind in LISTED
        if isinstance(self._meaning(0), Unit) or (listed and following is not None):
            by = self._of_each(measure, ascending=ascending, is_sum=is_sum)
            self._intent.ranked = Ranked(n, ascending, by=by)
            return
        if self._intent.splits or self._keyword_at(0) == "route":
            self._intent.ranked = Ranked(n, ascending, by=Wanted(measure, "avg"))
            return
        names = number is not None or self._asks_which()
        # `cheapest hardcover`, `lowest paid engineer`
        is_value = self._next_is(Value) and self._names_one()
        label = self._label_of(measure.table) if names or is_value or self._can_be_rows() else None
        if label is not None and not self._is_own_label(label):
            # `the most expensive strike`, whose airport has a name: the strike itself
            label = None
            if names and self._can_be_rows() is not None:
                self._at += 1
                self._intent.single = Single(measure, ascending=ascending, n=n)
                self._intent.wanted.append(Wanted(measure, "min" if ascending else "max"))
                return
        if label is not None and not (is_value and label.kind != "key"):
            # `the 10 heaviest Polish players`: which they are is still to be heard
            self._at += 0 if is_value or self._next_is(Value) else 1
            self._intent.ranked = Ranked(n, ascending, by=Wanted(measure, "min" if ascending else "max"))
            self._split_by(label)
            return
        if number is not None and label is None and self._can_be_rows() is not None:
            # `the five most expensive sales`, which have no names
            self._at += 1
            self._intent.single = Single(measure, ascending=ascending, n=n)
            number = None
        self._number = number
        self._intent.wanted.append(Wanted(measure, "min" if ascending else "max"))

    def _asks_which(self) -> bool:
        """`what is the longest movie`: its name, not only how long it is."""
        asked = {self._keyword_at(-2), self._keyword_at(-3)}
        return "which" in asked and self._can_be_rows() is not None

    def _on_which(self, _value: None, _text: str) -> None:
        """`which regions …`: what follows is what the answer lists."""
        following = self._peek_thing()
        is_listed = following is not None and following.kind in LISTED
        wanted = self._intent.wanted[-1:]
        if wanted and wanted[0].aggregation in EXTREME and (is_listed or isinstance(self._meaning(0), Unit)):
            # `the highest temperature, and on which day`
            self._intent.ranked = Ranked(1, wanted[0].aggregation == "min", by=wanted[0])
        if self._at > 1 and following is not None and self._vocabulary.truth_of(following):
            # `employees who work overtime`
            return
        if is_listed or isinstance(self._meaning(0), Unit) or self._keyword_at(0) == "cycle":
            self._splitting, self._each, self._which_one = True, False, self._names_one()
        elif (rows := self._can_be_rows()) and self._ranks_later():
            self._which_row(rows.what)

    def _ranks_later(self) -> bool:
        return any(self._keyword_at(ahead) in RANKS for ahead in range(len(self._phrases) - self._at))

    def _which_row(self, rows: Thing | Value) -> None:
        """`which car has the most horsepower`: of rows that have names."""
        label = self._label_of(rows.table) if isinstance(rows, Thing) else None
        if label is None:
            self._unknown(f"which {self._phrases[self._at].text}")
            return
        self._at += 1
        self._split_by(label)
        # Of each row, not of all that are called the same.
        self._aggregation = "max"

    def _on_rank(self, _value: None, text: str) -> None:
        """`rank regions by revenue`."""
        following = self._peek_thing()
        if following is None or following.kind not in LISTED:
            self._unknown(text)
            return
        self._splitting = True
        self._intent.descending = True

    def _on_sort(self, _value: None, _text: str) -> None:
        self._ranking = True

    def _ranks_things(self) -> bool:
        """Whether `top` or `which` waits for what it lists."""
        ranked = self._intent.ranked
        waits = ranked is not None and all(split.each for split in self._intent.splits)
        return self._splitting or waits

    def _count(self, *, different: bool) -> None:
        raise NotImplementedError

    def _split_by(self, thing: Thing) -> None:
        raise NotImplementedError
