"""The files of the lexicon: what a phrase stands for in a table, and that no list contradicts itself."""

import re

import pytest

from claribi.ask import everyday, wordbook
from claribi.ask.fillers import FILLERS
from claribi.ask.lexicon import KEYWORDS
from claribi.ask.words import stem

KINDS = {
    "synonyms",
    "columns",
    "nouns",
    "loose",
    "values",
    "namesakes",
    "phrases",
    "peoples",
    "states",
}
WRITTEN = re.compile(r"~?[a-z0-9][a-z0-9' ]*")


def stems_in(phrase: str) -> tuple[str, ...]:
    return tuple(map(stem, phrase.removeprefix(wordbook.ONLY_NAME).split()))


def lists(kind: str) -> list[tuple[str, list[str]]]:
    """The file of each group of a kind, and its phrases."""
    return [
        (name, wordbook.phrases_in(group))
        for name, field in wordbook.fields().items()
        for group in field.get(kind, ())
    ]


def test_files_hold_only_known_lists() -> None:
    assert {kind for field in wordbook.fields().values() for kind in field} <= KINDS


@pytest.mark.parametrize("kind", ["synonyms", "columns", "loose", "values", "namesakes"])
def test_no_phrase_stands_twice_in_a_group(kind: str) -> None:
    for name, phrases in lists(kind):
        known = [stems_in(phrase) for phrase in phrases]
        assert len(set(known)) == len(known) > 1, (name, phrases)
        assert all(WRITTEN.fullmatch(phrase) for phrase in phrases), (name, phrases)


@pytest.mark.parametrize("kind", ["synonyms", "columns"])
def test_no_group_is_part_of_another(kind: str) -> None:
    groups = [(name, phrases, frozenset(map(stems_in, phrases))) for name, phrases in lists(kind)]
    for place, (name, phrases, known) in enumerate(groups):
        others = (other for at, (_, _, other) in enumerate(groups) if at != place)
        assert not any(known <= other for other in others), (name, phrases)


def test_nobody_asks_for_columns_by_words_of_the_grammar() -> None:
    for name, phrases in lists("columns"):
        asked = [stems_in(phrase) for phrase in phrases if not phrase.startswith(wordbook.ONLY_NAME)]
        assert not [stems for stems in asked if stems in KEYWORDS], (name, phrases)
        assert not [stems for stems in asked if len(stems) == 1 and stems[0] in FILLERS], (name, phrases)


def test_synonyms_are_single_words() -> None:
    assert not [
        phrase
        for kind in ("synonyms", "loose")
        for _, group in lists(kind)
        for phrase in group
        if " " in phrase
    ]


def test_phrases_are_short_enough_to_be_looked_for() -> None:
    phrases = [stems_in(phrase) for _, group in lists("columns") for phrase in group]
    assert max(map(len, phrases)) <= everyday.LONGEST
