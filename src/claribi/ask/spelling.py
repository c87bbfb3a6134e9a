"""What a word that nobody knows most likely is: another form of a known one, or a slip of the fingers."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain

from claribi.ask.calendar_words import PLACES
from claribi.ask.everyday_columns import everyday_columns
from claribi.ask.fillers import FILLERS
from claribi.ask.lexicon import KEYWORDS
from claribi.ask.times import MONTHS, NEXT, PAST, THIS, TO_DATE, UNITS
from claribi.ask.vocabulary import Vocabulary, is_one_of_few
from claribi.ask.words import Word

# A misspelt word must be this long, and this much like the word that it is taken for.
LONG_ENOUGH, ALIKE, SWAPPED = 5, 0.84, 0.9
GUESSED, FORM = 0.7, 0.8
# Words that begin with so many letters alike, and most of the longer one, have one root.
ROOT, MOST = 6, 0.7
# What other forms of a word end with: `delayed`, `rainy`, `European`, `Japanese`, `smoking`.
ENDINGS = ("ed", "d", "ing", "y", "n", "an", "ean", "ian", "ese", "er", "ly")
SHORTEST = 3
OF_TIMES = frozenset(
    chain(MONTHS, NEXT, PAST, THIS, TO_DATE, UNITS, ("today", "yesterday", "tomorrow", "ago"))
)

# What questions are made of, whatever the data are called.
SAID = OF_TIMES.union(*KEYWORDS, *PLACES)
# How those are called who do something, and what they do.
DOERS, DEEDS = ("or", "er"), ("ion", "ing", "ment")


# How nouns of those who do something end: athletes are not all in athletics.
AGENTS = ("er", "or", "ist", "ete", "ian")


class Spelling:
    """Knows all words that a question can be made of."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    @cached_property
    def _named(self) -> frozenset[str]:
        values = (
            stems for stems, several in self._vocabulary.values.items() if any(map(is_one_of_few, several))
        )
        return frozenset(chain.from_iterable((*self._vocabulary.names, *values)))

    @cached_property
    def _known(self) -> frozenset[str]:
        exact = frozenset(chain.from_iterable(self._vocabulary.values))
        return self._named | exact | SAID | FILLERS

    def corrected(self, word: Word) -> tuple[str, float] | None:
        """The stem that is meant, and how sure that is; None where the word is known or like no other."""
        stem = word.stem
        if word.number is not None or word.quoted or not stem.isalpha() or stem in self._known:
            return None
        form = next((form for form in forms_of(stem) if form in self._named), None)
        if form is not None:
            return form, FORM
        if self._vocabulary.ending(stem) or everyday_columns((stem,), self._vocabulary):
            return None
        if len(stem) < LONG_ENOUGH:
            return self._swapped(stem)
        # Names come before words that questions are made of; words that say nothing are none to guess.
        for words in (self._named, SAID - FILLERS):
            likeness, nearest = max(((_likeness(stem, other), other) for other in words), default=(0.0, ""))
            is_agent = stem != word.text.casefold() and stem.endswith(AGENTS) and not nearest.endswith(AGENTS)
            if likeness >= ALIKE and not is_agent:
                return nearest, likeness * GUESSED
        return None

    def _swapped(self, stem: str) -> tuple[str, float] | None:
        """A short word of which two letters have changed places: `hwo`."""
        found = [
            word
            for word in (*self._named, *SAID, *FILLERS)
            if SHORTEST <= len(word) == len(stem) and word[0] == stem[0] and _are_swapped(word, stem)
        ]
        return (found[0], SWAPPED) if len(set(found)) == 1 else None


def _are_swapped(word: str, other: str) -> bool:
    apart = [place for place, (a, b) in enumerate(zip(word, other, strict=True)) if a != b]
    return len(apart) == 2 and apart[0] + 1 == apart[1] and sorted(word) == sorted(other)  # noqa: PLR2004 - two letters


def forms_of(stem: str) -> Iterator[str]:
    """What a word may be another form of."""
    for ending in ENDINGS:
        root = stem.removesuffix(ending)
        if root == stem or len(root) < SHORTEST:
            continue
        yield root
        yield root + "e"
        if root[-1] == root[-2]:
            yield root[:-1]
    yield stem + "y"
    yield stem + "e"


def _likeness(stem: str, name: str) -> float:
    """From 0 to 1; 0 where it is not worth looking."""
    if not name.isalpha() or name[0] != stem[0]:
        return 0.0
    if stem.endswith(DOERS) and name.endswith(DEEDS):
        # The inspector is no inspection.
        return 0.0
    longer = max(len(stem), len(name))
    alike = next(
        (at for at, (a, b) in enumerate(zip(stem, name, strict=False)) if a != b), min(len(stem), len(name))
    )
    if alike >= ROOT and alike >= MOST * longer:
        return ALIKE
    if abs(len(name) - len(stem)) > 2:  # noqa: PLR2004 - letters that slipped
        return 0.0
    if sorted(stem) == sorted(name):
        # Letters that changed places.
        return SWAPPED
    matcher = SequenceMatcher(a=name, b=stem, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0
