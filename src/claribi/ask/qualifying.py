"""Names that several columns share: another word of the question tells which of them is meant."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from claribi.ask.fillers import FILLERS
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Phrase, Unknown
from claribi.ask.shortening import SYNONYM
from claribi.ask.vocabulary import Called, Thing, Vocabulary
from claribi.ask.words import Word, stems_of

# So many letters at the beginning tell which of several alike names is meant.
LETTERS = 3
# What is said of sizes: `the largest tumor`, which has a grade as well.
LARGE = frozenset({"larger", "largest", "bigger", "biggest", "smaller", "smallest", "mm", "cm"})
CHOSEN = frozenset({"measure", "dimension"})


def qualified(phrases: Sequence[Phrase], words: Sequence[Word], vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases, with `gross` as worldwide gross where `worldwide` stands somewhere else.

    What has told a name apart says nothing more by itself.
    """
    rows = {word for t in vocabulary.things if t.kind == "rows" for word in stems_of(t.title)}
    telling = _telling(phrases, words) - rows
    found, used = [], set[str]()
    for phrase in phrases:
        named = _told_apart(phrase, telling, vocabulary) if isinstance(phrase.meaning, Named) else None
        if named is not None:
            used |= named[1]
            found.append(replace(phrase, meaning=named[0]))
        else:
            found.append(phrase)
    return [
        phrase for phrase in found if not (isinstance(phrase.meaning, Unknown) and _stems(phrase) <= used)
    ]


def _telling(phrases: Sequence[Phrase], words: Sequence[Word]) -> set[str]:
    """The words that nothing explains, and those that say nothing unless they are written in capitals."""
    # `which inspector`, `by inspector`: somebody who is asked for, no word of the inspection score.
    free = [p for at, p in enumerate(phrases) if not (at and _asks_for_one(phrases[at - 1]))]
    unknown = {stem for phrase in free if isinstance(phrase.meaning, Unknown) for stem in _stems(phrase)}
    covered = {place for phrase in phrases for place in range(phrase.start, phrase.end)}
    spelled = {
        word.stem
        for place, word in enumerate(words)
        if place not in covered and word.stem in FILLERS and len(word.text) > 1 and word.text.isupper()
    }
    sized = {"size"} if any(word.text.casefold() in LARGE for word in words) else set()
    return unknown | spelled | sized


def _asks_for_one(phrase: Phrase) -> bool:
    return isinstance(phrase.meaning, Keyword) and phrase.meaning.kind in {"which", "by"}


def _stems(phrase: Phrase) -> set[str]:
    return set(stems_of(phrase.text))


def _told_apart(
    phrase: Phrase, telling: Collection[str], vocabulary: Vocabulary
) -> tuple[Named, set[str]] | None:
    """The one candidate whose name has words that stand elsewhere, and these words.

    `raw Trump figure` is of rawpoll_trump, though `Trump` alone is nearer to adjpoll_trump.
    """
    assert isinstance(phrase.meaning, Named)  # noqa: S101 - only such are asked about
    said = _stems(phrase)
    known = [called.what for called in phrase.meaning.candidates if isinstance(called.what, Thing)]
    if any(
        thing.kind == "measure" and stems_of(thing.title)[-1:] == stems_of(phrase.text) for thing in known
    ):
        known += [t for t in vocabulary.measures() if t not in known and stems_of(t.title)[-1] in said]
    known += [t for t in vocabulary.measures() if t not in known and _is_size(said, t, telling)]
    hits: list[tuple[Thing, set[str]]] = []
    for thing in known:
        if thing.kind in CHOSEN:
            title = set(stems_of(thing.title)) - said
            hits.append((thing, {word for word in telling if any(_begins(word, own) for own in title)}))
    most = max((len(words) for _, words in hits), default=0)
    best = [(thing, words) for thing, words in hits if len(words) == most]
    if not most or len(best) != 1:
        return None
    [(thing, words)] = best
    return Named((Called(thing, SYNONYM),)), words


def _is_size(said: set[str], thing: Thing, telling: Collection[str]) -> bool:
    """`tumor_size` where large tumors were asked for."""
    title = set(stems_of(thing.title))
    return "size" in telling and said < title and "size" in title


def _begins(word: str, own: str) -> bool:
    """`adjusted` for adj or adjpoll, `raw` for rawpoll."""
    return word == own or (word[:LETTERS] == own[:LETTERS] and min(len(word), len(own)) >= LETTERS)
