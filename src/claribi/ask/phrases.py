"""The phrases of a question, and what each can mean."""

from dataclasses import dataclass
from typing import TypeAlias

from claribi.ask.intent import Above, Places
from claribi.ask.lexicon import Keyword
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Called, Thing, Value


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of time that stands by itself, as in `by month`."""

    grain: str


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Unknown:
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """What a phrase names; several where it could be more than one."""

    candidates: tuple[Called, ...]

    @property
    def best(self) -> Called:
        return self.candidates[0]


Meaning: TypeAlias = Keyword | Named | Stretch | Places | Above | Unit | Number | Unknown
# How many words, what they mean, and how well that explains each.
Meant: TypeAlias = tuple[int, Meaning, float]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Some words of a question and what they mean.

    Attributes:
        score: How well that explains them, for each of the words.
    """

    start: int
    end: int
    text: str
    meaning: Meaning
    score: float


def is_listing(phrase: Phrase) -> bool:
    """Whether a phrase says nothing but that a list is wanted."""
    return isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "listing"


def kind_of(phrase: Phrase | None) -> str | None:
    """Of a keyword, its kind."""
    return phrase.meaning.kind if phrase is not None and isinstance(phrase.meaning, Keyword) else None


def what_of(phrase: Phrase | None) -> Thing | Value | None:
    """What a name most likely stands for."""
    return phrase.meaning.best.what if phrase is not None and isinstance(phrase.meaning, Named) else None


def is_mark(phrase: Phrase) -> bool:
    """Whether it names what is true of a row or not."""
    what = what_of(phrase)
    return isinstance(what, Thing) and what.column is not None and what.column.type == "boolean"


def names_rows(phrase: Phrase | None) -> bool:
    """Whether it is what the rows of a table are called."""
    what = what_of(phrase)
    return isinstance(what, Thing) and what.kind == "rows"


def is_measured(phrase: Phrase) -> bool:
    what = what_of(phrase)
    return isinstance(what, Thing) and what.kind == "measure"
