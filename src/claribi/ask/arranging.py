"""The phrases of a question as they are meant beside each other, before they are heard one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from claribi.ask.axes import dated
from claribi.ask.computing import with_computed
from claribi.ask.correlating import with_correlation
from claribi.ask.entities import named_rows
from claribi.ask.idioms import idiomatic
from claribi.ask.intent import Decided
from claribi.ask.joining import everywhere, named_rates, without_deeds, without_nouns
from claribi.ask.keyed import rows_by_key, split_by_numbers, told_by_name
from claribi.ask.phrases import Phrase
from claribi.ask.phrasing import rephrased
from claribi.ask.rowwise import compared_columns
from claribi.ask.scattered import gathered
from claribi.ask.vocabulary import Thing, Vocabulary


@dataclass(frozen=True, slots=True)
class Arranged:
    """What is left to be heard.

    Attributes:
        axis: The time that was named, where words said which of several is meant.
        decided: How sure one can be of what was decided on the way, and what that is.
    """

    phrases: list[Phrase]
    axis: Thing | None
    decided: list[Decided]


def arranged(phrases: Sequence[Phrase], vocabulary: Vocabulary, table: str | None) -> Arranged:
    """The phrases of a question; names are looked for in the table first."""
    plain = idiomatic(gathered(phrases, vocabulary), vocabulary)
    worked, decided = with_computed(with_correlation(plain), vocabulary)
    undated, axis = dated(worked, vocabulary)
    for arranges in (everywhere, without_deeds, named_rates):
        undated = arranges(undated, vocabulary)
    plain, others = without_nouns(undated)
    decided += others
    named, told = named_rows(plain, vocabulary)
    meant = rephrased(rows_by_key(split_by_numbers(told_by_name(named)), vocabulary))
    decided += [told] if told is not None else []
    return Arranged(compared_columns(meant, table), axis, decided)
