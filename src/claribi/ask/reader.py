"""From the words of a question to what each phrase of it means: the reading that explains most of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain
from typing import TypeAlias

from claribi.ask.lexicon import FILLERS, KEYWORDS, LONGEST, Keyword
from claribi.ask.times import Stretch, Times
from claribi.ask.vocabulary import Called, Stems, Thing, Value, Vocabulary
from claribi.ask.words import Word, words_of

# Phrases of more words are looked at as a whole only where they stand between quotes.
MOST_WORDS = 8
# A misspelt word must be this long, and this much like the word that it is taken for.
LONG_ENOUGH, ALIKE = 5, 0.84
GUESSED = 0.7
# What makes a longer phrase better than its words one by one.
TOGETHER = 0.15
# Ways to call something that are nearly as sure as the surest are told as a choice.
NEARLY = 0.84
KEYWORD, NUMBER = 0.95, 0.9
# How many words are looked at for an abbreviation of them.
MOST_ABBREVIATED = 3


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


Meaning: TypeAlias = Keyword | Named | Stretch | Unit | Number | Unknown
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


def read(question: str, vocabulary: Vocabulary, times: Times) -> list[Phrase]:
    """The phrases of a question, fillers left out; what nothing explains is `Unknown`."""
    words = words_of(question)
    best: list[tuple[float, list[Phrase]]] = [(0.0, [])]
    found: dict[int, list[Phrase]] = {}
    for start in range(len(words)):
        for phrase in _phrases(words, start, question, vocabulary, times):
            found.setdefault(phrase.end, []).append(phrase)
    for end in range(1, len(words) + 1):
        options = [_skipped(words[end - 1], end - 1, *best[end - 1])]
        for phrase in found.get(end, []):
            before, earlier = best[phrase.start]
            length = phrase.end - phrase.start
            gain = phrase.score * length + TOGETHER * (length - 1)
            options.append((before + gain, [*earlier, phrase]))
        best.append(max(options, key=lambda option: option[0]))
    return best[-1][1]


def _skipped(word: Word, place: int, score: float, phrases: list[Phrase]) -> tuple[float, list[Phrase]]:
    """The reading so far with a word that nothing explains."""
    if word.stem in FILLERS:
        return score, phrases
    return score - 1, [*phrases, Phrase(place, place + 1, word.text, Unknown(word.text), 0.0)]


def _phrases(
    words: Sequence[Word], start: int, question: str, vocabulary: Vocabulary, times: Times
) -> Iterator[Phrase]:
    """What the words from one on can mean."""
    meanings = [_names(words[start : start + MOST_WORDS], vocabulary)]
    if not words[start].quoted:
        meanings += [_keywords(words[start : start + LONGEST]), _others(words[start:], vocabulary, times)]
    for length, meaning, score in chain.from_iterable(meanings):
        text = question[words[start].start : words[start + length - 1].end]
        yield Phrase(start, start + length, text, meaning, score)


def _names(words: Sequence[Word], vocabulary: Vocabulary) -> Iterator[Meant]:
    for length in range(1, len(words) + 1):
        stems = " ".join(word.stem for word in words[:length]).split()
        named = _named(tuple(stems), vocabulary)
        if named is not None and _is_meant(named.best, words[:length]):
            yield length, named, named.best.weight


def _keywords(words: Sequence[Word]) -> Iterator[Meant]:
    for length in range(1, len(words) + 1):
        keyword = KEYWORDS.get(tuple(word.stem for word in words[:length]))
        if keyword is not None:
            yield length, keyword, KEYWORD


def _others(words: Sequence[Word], vocabulary: Vocabulary, times: Times) -> Iterator[Meant]:
    """Times, numbers, and names that are misspelt."""
    first, spoken = words[0], times.read(words)
    if spoken is not None and not (spoken[0] == 1 and first.stem == "may"):
        yield *spoken, 1.0
    if first.stem in UNITS_ALONE:
        yield 1, Unit(first.stem), NUMBER
    if first.number is not None:
        yield 1, Number(float(first.number)), NUMBER
    guessed = _alike(first, vocabulary) if spoken is None else None
    if guessed is not None:
        yield 1, guessed, guessed.best.weight if isinstance(guessed, Named) else GUESSED
    for length in range(1, min(len(words), MOST_ABBREVIATED) + 1):
        stems = tuple(word.stem for word in words[:length])
        found = () if _is_known(stems, vocabulary) else vocabulary.abbreviated(stems)
        if found:
            yield length, Named(tuple(found)), found[0].weight


UNITS_ALONE = frozenset({"hour", "day", "week", "month", "quarter", "year"})


def _is_meant(called: Called, words: Sequence[Word]) -> bool:
    """A value that is spelt like a word of every question is meant only where it is written as it is."""
    stems = tuple(word.stem for word in words)
    common = stems in KEYWORDS or all(stem in FILLERS or stem in UNITS_ALONE for stem in stems)
    if not common or not isinstance(called.what, Value):
        return True
    return words[0].quoted or " ".join(word.text for word in words) == str(called.what.value)


def _named(stems: Stems, vocabulary: Vocabulary) -> Named | None:
    called = [*vocabulary.names.get(stems, ()), *vocabulary.values.get(stems, ())]
    if not called:
        return None
    surest = max(one.weight for one in called)
    candidates = [one for one in called if one.weight >= surest * NEARLY]
    return Named(tuple(sorted(candidates, key=_order)))


def _order(called: Called) -> tuple[bool, float, bool]:
    """Numbers before rows: whoever asks for sales of a table called so wants to know how much was sold."""
    is_rows = isinstance(called.what, Thing) and called.what.kind == "rows"
    return is_rows, -called.weight, isinstance(called.what, Value)


def _alike(word: Word, vocabulary: Vocabulary) -> Named | Keyword | None:
    """What a misspelt word most likely is."""
    stem = word.stem
    known = stem in FILLERS or any(
        (stem,) in names for names in (KEYWORDS, vocabulary.names, vocabulary.values)
    )
    if known or word.number is not None or len(stem) < LONG_ENOUGH:
        return None
    nearest = max(
        (
            (_likeness(stem, " ".join(stems)), stems)
            for stems in (*vocabulary.names, *vocabulary.values, *KEYWORDS)
        ),
        default=(0.0, ()),
    )
    if nearest[0] < ALIKE:
        return None
    if nearest[1] in KEYWORDS:
        return KEYWORDS[nearest[1]]
    named = _named(nearest[1], vocabulary)
    weighed = (
        [Called(one.what, one.weight * nearest[0] * GUESSED) for one in named.candidates] if named else []
    )
    return Named(tuple(weighed)) if weighed else None


def _is_known(stems: Stems, vocabulary: Vocabulary) -> bool:
    return stems[-1] in FILLERS or any(
        stems in names for names in (KEYWORDS, vocabulary.names, vocabulary.values)
    )


def _likeness(stem: str, name: str) -> float:
    """From 0 to 1; 0 where it is not worth looking."""
    if abs(len(name) - len(stem)) > 2 or name[0] != stem[0]:  # noqa: PLR2004 - letters that slipped
        return 0.0
    matcher = SequenceMatcher(a=name, b=stem, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0
