"""Verbs in a question that tell what is measured or meant: `earns the most`, `weigh more than`, `left`."""

from typing import Literal

from claribi.ask.adjectives import GONE
from claribi.ask.counting import Counting
from claribi.ask.intent import Limit, Ranked, Split, Wanted
from claribi.ask.lexicon import Keyword
from claribi.ask.vocabulary import Thing, Value
from claribi.ask.words import stems_of

# What may be said of rows that nothing else is asked of.
PARTICIPLES = frozenset({"paid", "earned"})
# What says where something is.
SITES = frozenset(
    {"island", "city", "country", "region", "state", "location", "site", "place", "town", "county"}
)


class Verbs(Counting):
    """Reads verbs."""

    def _on_verb(self, names: str, text: str) -> None:
        measure, following = self._names_measured(names), self._meaning(0)
        is_said = any(one.thing is not None for one in self._intent.wanted)
        if measure is None or is_said:
            # `how much revenue was earned`, `orders paid by card`
            if not (is_said or (self._intent.wanted and text.casefold() in PARTICIPLES)):
                self._unknown(text)
            return
        if isinstance(following, Keyword) and following.kind == "most":
            self._at += 1
            self._intent.ranked = Ranked(1, following.value, by=Wanted(measure, "avg"))
        elif isinstance(following, Keyword) and following.kind in {"compares", "between"}:
            self._bounded(measure, following)
        else:
            self._intent.wanted[:] = [one for one in self._intent.wanted if one != Wanted(None)]
            self._intent.wanted.append(Wanted(measure, self._aggregation or "avg"))
            self._aggregation = None

    def _bounded(self, measure: Thing, keyword: Keyword) -> None:
        """`weigh more than 5,000 g`: of each row."""
        self._at += 1
        low, high = self._taken_range() if keyword.kind == "between" else (self._taken_number(), None)
        if low is None or (high is None and keyword.kind == "between"):
            self._unknown("a bound without a number")
            return
        factor = self._in_unit_of(measure)
        bound = low * factor if high is None else [low * factor, high * factor]
        self._intent.limits.append(Limit(keyword.value or "between", bound, measure, of_rows=True))

    def _on_differs_of(self, meant: tuple[Literal["more", "less"], str], _text: str) -> None:
        """`how much heavier`: the adjective tells what is compared."""
        self._intent.differs, names = meant
        measure = self._names_measured(names)
        if measure is not None:
            self._intent.wanted.append(Wanted(measure, "avg"))

    def _on_per_head(self, _value: None, text: str) -> None:
        """`murders per capita`: one over how many people there are."""
        people = self._names_measured("population pop inhabitants")
        if people is None or not self._intent.wanted:
            self._unknown(text)
            return
        self._intent.wanted.append(Wanted(people, "sum"))
        self._intent.ratio = True

    def _on_where(self, _value: None, text: str) -> None:
        """`where do they live`: by the one place that is known; within a question it only joins."""
        if self._at > 1:
            return
        places = [
            t for t in self._vocabulary.things if t.kind == "dimension" and set(stems_of(t.title)) & SITES
        ]
        if len(places) == 1:
            self._intent.splits.append(Split(places[0]))
        else:
            self._unknown(text)

    def _on_gone(self, gone: bool, text: str) -> None:
        """`how many people left`: of those who are there no more; `left JFK` says nothing."""
        for thing in self._vocabulary.things:
            truth = self._vocabulary.truth_of(thing)
            if truth is not None and set(stems_of(thing.title)) & GONE:
                self._value(Value(thing, truth[0 if gone != self._negated else 1]))
                self._negated = False
                return
        if self._meaning(0) is None:
            self._unknown(text)

    def _value(self, value: Value) -> None:
        raise NotImplementedError
