"""Everyday words for columns: who asks for the industry means the category where there is no other.

Looser than the synonyms of names: a phrase of a group stands for a column that is called by another phrase of
it only where no other column is, and where the phrase itself names nothing in the table.
"""

from collections.abc import Iterable
from functools import cache
from typing import TypeAlias

from claribi.ask import wordbook
from claribi.ask.words import stem

Stems: TypeAlias = tuple[str, ...]


@cache
def _groups() -> dict[Stems, list[tuple[frozenset[str], bool]]]:
    """By a phrase that people ask by: its groups, written without spaces, and whether they are of counts."""
    found: dict[Stems, list[tuple[frozenset[str], bool]]] = {}
    for group in wordbook.groups("columns"):
        phrases = [_stems(phrase) for phrase in group]
        names = frozenset(map("".join, phrases)), any(stems[0] == COUNT for stems in phrases)
        for phrase, stems in zip(group, phrases, strict=True):
            if not phrase.startswith(wordbook.ONLY_NAME):
                found.setdefault(stems, []).append(names)
    return found


_stem = cache(stem)


def _stems(phrase: str) -> Stems:
    return _telling(map(_stem, phrase.removeprefix(wordbook.ONLY_NAME).split()))


def _telling(stems: Iterable[str]) -> Stems:
    return tuple(one for one in stems if one not in SILENT)


# What says nothing within a phrase.
SILENT = frozenset({"of", "the", "a", "an", "is", "are", "was", "were"})
# What the names of counts begin with.
COUNT = "number"
# The most words of a phrase.
LONGEST = 7


def others(stems: Iterable[str], *, counts: bool = True) -> frozenset[str]:
    """What else a phrase is called every day, each written as one word.

    Args:
        counts: Whether what there is a number of is meant as well; texts are none.
    """
    said = _telling(stems)
    groups = (names for names, is_count in _groups().get(said, ()) if counts or not is_count)
    return frozenset().union(*groups) - {"".join(said)}


def as_one(stems: Iterable[str]) -> str:
    """The name of a column as it is looked for among these."""
    return "".join(_telling(stems))
