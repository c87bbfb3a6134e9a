"""Nouns side by side of which one says nothing more: `by pollster grade`, `amount paid`."""

from collections.abc import Sequence
from itertools import pairwise

from claribi.ask.entities import Decided
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Phrase, Unknown
from claribi.ask.vocabulary import SAYING_LITTLE, Thing
from claribi.ask.words import stem, stems_of

# How sure one can be that the first of two names only says of what the second is.
HEAD = 0.8
# Of money and the like these are nothing else.
FIGURES = SAYING_LITTLE | {"figure", "volume"}
MONEY = frozenset(
    {"paid", "payment", "price", "cost", "revenue", "sale", "charge", "fee", "spent", "incurred"}
)


def without_nouns(phrases: Sequence[Phrase]) -> tuple[list[Phrase], list[Decided]]:
    """The phrases without nouns that another one beside them makes say nothing, and what was decided."""
    said, decided = set[int](), list[Decided]()
    for place, (phrase, behind) in enumerate(pairwise(phrases)):
        if phrase.end != behind.start:
            continue
        if _is_figure(phrase) and _is_money(behind):
            said.add(place)
        elif _is_figure(behind) and _is_money(phrase):
            said.add(place + 1)
        elif place and _splits(phrases[place - 1]) and _are_dimensions(phrase, behind):
            said.add(place)
            decided.append((HEAD, f"“{phrase.text} {behind.text}” taken as {behind.text}"))
    return [phrase for place, phrase in enumerate(phrases) if place not in said], decided


def _is_figure(phrase: Phrase) -> bool:
    """`amount`, where no column is called so."""
    return isinstance(phrase.meaning, Unknown) and stem(phrase.text) in FIGURES


def _is_money(phrase: Phrase) -> bool:
    thing = _thing(phrase)
    return thing is not None and thing.kind == "measure" and bool(MONEY & set(stems_of(thing.title)))


def _splits(phrase: Phrase) -> bool:
    return isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "by"


def _are_dimensions(first: Phrase, second: Phrase) -> bool:
    """Two names of what answers are split by, the first of them in the singular."""
    things = (_thing(first), _thing(second))
    is_plural = stem(first.text) != first.text.casefold()
    return not is_plural and all(thing is not None and thing.kind == "dimension" for thing in things)


def _thing(phrase: Phrase) -> Thing | None:
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    return what if isinstance(what, Thing) else None
