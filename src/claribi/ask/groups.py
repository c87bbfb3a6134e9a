"""Tables whose rows are groups and say how many each is of: `cases` of a disease, a state and a year."""

from dataclasses import replace

from claribi.ask.adjectives import PEOPLE_COUNTED
from claribi.ask.counting import GUESSED, HAPPENINGS, PEOPLE, Counting
from claribi.ask.cursor import UNSURE
from claribi.ask.intent import Formed, Limit, Wanted
from claribi.ask.phrases import Phrase
from claribi.ask.vocabulary import Thing
from claribi.ask.words import stem, stems_of

# Nouns for what is counted in such rows, beside those that stand for rows anywhere.
COUNTED = HAPPENINGS | frozenset(
    {"case", "birth", "baby", "accident", "occurrence", "infection", "crime", "arrest", "report", "total"}
    | {"collision", "crash", "sighting", "complaint", "visit", "trip", "household", "vehicle", "number"}
)
# Nouns for the rows themselves.
LITERAL = frozenset({"row", "record", "entry", "line", "observation"})
EACH_ONE = frozenset({"person", "individual", "people"})
# How sure one can be that cases are those that a column counts.
CASES = 0.85


class Groups(Counting):
    """Reads what such rows count."""

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        # Whether the rows themselves were asked for.
        self._literal = False

    def _counter(self) -> Thing | None:
        """The column of how many each row is of, where the one table has one."""
        found = list(self._vocabulary.counted.values())
        return found[0] if len(found) == 1 and self._is_only_table() and not self._literal else None

    def _on_rows(self, _value: None, text: str) -> None:
        self._literal = self._literal or bool(LITERAL & set(stems_of(text)))
        counter = self._counter()
        if counter is None:
            super()._on_rows(_value, text)
        elif stem(text) in EACH_ONE and self._names_measured(PEOPLE_COUNTED) is not None:
            self._per_people(counter, text)
        else:
            known = bool({"case"} & set(stems_of(text)))
            self._intent.doubt(CASES if known else UNSURE, f"“{text}” counted by {counter.title}")
            self._want_counter(counter)

    def _per_people(self, counter: Thing, text: str) -> None:
        """`cases per 100,000 people`; people alone could be those who live there or those who are counted."""
        people, number, wanted = self._names_measured(PEOPLE_COUNTED), self._number, self._intent.wanted
        is_rate = self._splitting and self._each and number and wanted and wanted[-1].thing == counter
        if not is_rate or people is None:
            self._unknown(text)
            return
        name = f"{counter.title} per {number:,.0f} {text}"
        formed = Formed(name, counter, people, f"first / second * {number:.0f}", "sum")
        wanted[-1] = Wanted(None, ratio=formed)
        self._number, self._splitting = None, False
        if self._intent.ranked and self._intent.ranked.by and self._intent.ranked.by.thing == counter:
            self._intent.ranked.by = wanted[-1]
        self._intent.doubt(UNSURE, f"{counter.title} over {people.title}")

    def _is_row_noun(self, phrase: Phrase) -> bool:
        """`births by year`: what the column counts."""
        counter = self._counter()
        word = stem(phrase.text)
        names = {
            part
            for thing in self._vocabulary.things
            if thing.kind == "rows"
            for part in stems_of(thing.title)
        }
        is_plural = word != phrase.text.casefold() or word in PEOPLE
        if counter is None or not is_plural or word not in COUNTED | names:
            return super()._is_row_noun(phrase)
        self._intent.doubt(UNSURE, f"“{phrase.text}” counted by {counter.title}")
        self._want_counter(counter)
        return True

    def _want_counter(self, counter: Thing) -> None:
        """The column is asked for, in place of rows that were to be counted."""
        wanted = self._intent.wanted
        if wanted and wanted[-1].thing is None and wanted[-1].ratio is None:
            self._aggregation = self._aggregation or wanted.pop().aggregation
            wanted[:] = [one for one in wanted if one.thing is not None or one.ratio is not None]
        elif any(one.thing == counter for one in wanted):
            return
        self._want_number(counter)

    def _count_by_column(self) -> None:
        """Whatever still counts rows adds up the column, as a number of groups says nothing."""
        intent, counter = self._intent, self._counter()
        if counter is None:
            return
        if any(one.thing is None and one.ratio is None for one in intent.wanted):
            intent.doubt(UNSURE, f"how many there are told by {counter.title}")
        summed: list[Wanted] = []
        for one in intent.wanted:
            meant = self._summed(one, counter)
            summed += [] if meant in summed else [meant]
        intent.wanted = summed
        if intent.ranked is not None and intent.ranked.by is not None:
            intent.ranked.by = self._summed(intent.ranked.by, counter)
            if intent.ranked.by not in summed:
                same = [one for one in summed if one.thing == counter]
                intent.ranked.by = same[0] if same else intent.ranked.by
        if any(one.thing == counter and one.aggregation == "median" for one in summed) and any(
            s.each for s in intent.splits
        ):
            # `median number of cases per state`: of the rows of each state, or of the sums of states
            intent.doubt(GUESSED, f"of the rows of {counter.title} in each line, not of sums")
        intent.limits = [
            Limit(limit.operator, limit.value, counter) if limit.counts else limit for limit in intent.limits
        ]

    @staticmethod
    def _summed(wanted: Wanted, counter: Thing) -> Wanted:
        if wanted.thing is not None or wanted.ratio is not None:
            return wanted
        return replace(wanted, thing=counter, table=None)

    def _want_number(self, thing: Thing) -> None:
        raise NotImplementedError
