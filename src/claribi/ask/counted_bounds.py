"""Bounds on how many there are of something: `more than 10 orders`, `at least twice`, `300 times`."""

from claribi.ask.intent import Limit
from claribi.ask.measured_in import MeasuredIn
from claribi.ask.phrases import Phrase
from claribi.ask.vocabulary import Thing
from claribi.ask.words import stem
from claribi.query.schemas import Operator
from claribi.sources.catalog import NUMERIC_TYPES


class CountedBounds(MeasuredIn):
    """Reads bounds on counts."""

    def _on_once(self, times: int, _text: str) -> None:
        """`bought only once`"""
        self._intent.limits.append(Limit("=", times, None, counts=True))

    def _counts_next(self, operator: Operator, bound: float | list[float], *, of_rows: bool = False) -> bool:
        """`more than 10 products`, `at least 20 diagnoses`: how many different ones, or rows of that time."""
        if self._is_times() or (not of_rows and self._are_rows_next()):
            self._intent.limits.append(Limit(operator, bound, None, counts=True))
            return True
        phrase, thing = self._peek(), self._peek_thing()
        if of_rows or phrase is None or thing is None or not self._is_told_apart(phrase, thing):
            return False
        self._at += 1
        counted = None if thing.kind == "time" else thing
        self._intent.limits.append(Limit(operator, bound, counted, counts=True))
        return True

    def _is_told_apart(self, phrase: Phrase, thing: Thing) -> bool:
        """Whether a plural names things, or times, of which there can be so many."""
        word = phrase.text.split()[-1].casefold()
        if thing.column is None or stem(word) == word or self._can_be_rows() is not None:
            return False
        is_number = thing.column.type in NUMERIC_TYPES and thing.kind != "key"
        is_one_of_many = thing.kind in {"key", "dimension"} and not self._vocabulary.truth_of(thing)
        return thing.kind == "time" or (is_one_of_many and not is_number)

    def _skips_rows(self) -> bool:
        """`3 or more breaches`"""
        if self._can_be_rows() is None:
            return False
        self._at += 1
        return True

    def _is_times(self) -> bool:
        """`more than 300 times`: how many rows there are."""
        phrase = self._peek()
        if phrase is None or phrase.text.casefold() != "times":
            return False
        self._at += 1
        return True

    def _are_rows_next(self) -> bool:
        """`how many states had at least one case`"""
        phrase = self._peek()
        if phrase is None or self._keyword_at(0) != "rows" or stem(phrase.text) != "case":
            return False
        self._at += bool(self._intent.wanted)
        return bool(self._intent.wanted)
