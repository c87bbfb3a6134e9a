"""Names that a question says otherwise: shorter, joined, by everyday words, behind the noun of the rows."""

from collections.abc import Iterator, Mapping, Sequence

from claribi.ask.everyday import LONGEST, SILENT, others
from claribi.ask.everyday_columns import EVERYDAY, columns_of_rows, everyday_columns
from claribi.ask.fillers import FILLERS
from claribi.ask.lexicon import KEYWORDS, Keyword
from claribi.ask.phrases import Meant, Named, Phrase, Unknown
from claribi.ask.shortening import SHORTENED, Stems
from claribi.ask.synonyms import SYNONYMS, TAKINGS
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Called, Thing, Vocabulary
from claribi.ask.words import Word

# No name begins with these: `was raised`.
AUXILIARY = frozenset({"was", "were", "is", "are", "be", "been", "wa"})
# How many words are looked at for an abbreviation of them.
MOST_ABBREVIATED = 3
# What it takes from a reading that a phrase names no column, for each of its words.
UNKNOWN = -0.4
ARTICLES = frozenset({"the", "a", "an", "of"})


def names_said_otherwise(words: Sequence[Word], vocabulary: Vocabulary) -> Iterator[Meant]:
    """What the words from the first one on can name."""
    yield from _short_names(words, vocabulary)
    yield from _long_names(words, vocabulary)


def without_pieces(found: Mapping[int, list[Phrase]], words: Sequence[Word]) -> None:
    """Leave out the ends of phrases of which no column is called so: no hire date in `leaving date`.

    Args:
        found: By where they end: the phrases of a question; changed here.
    """
    for end, phrases in list(found.items()):
        starts = {phrase.start for phrase in phrases if isinstance(phrase.meaning, Named)}
        first = next(
            (at for at in range(max(0, end - LONGEST), end - 1) if _is_asked_for(words[at:end])), None
        )
        if first is None or first in starts:
            continue
        # `order date` of orders: what stands before is known as well.
        known = {
            at
            for at in range(first + 1, end)
            if any(_names_from(first, one) or _is_time_before(first, one) for one in found.get(at, ()))
        }
        pieces = [one for one in phrases if one.start > first and one.start not in known and _is_piece(one)]
        if not pieces:
            continue
        phrases[:] = [phrase for phrase in phrases if phrase not in pieces]
        text = " ".join(word.text for word in words[first:end])
        phrases.append(Phrase(first, end, text, Unknown(text), UNKNOWN))


def _is_time_before(first: int, phrase: Phrase) -> bool:
    """`last month's sales`: the sales of that month, no monthly ones."""
    is_pace = isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "pace"
    return phrase.start < first and (is_pace or isinstance(phrase.meaning, Stretch))


def _names_from(first: int, phrase: Phrase) -> bool:
    return phrase.start >= first and isinstance(phrase.meaning, Named)


def _is_asked_for(words: Sequence[Word]) -> bool:
    """Whether people ask for some column by such a phrase."""
    stems = tuple(word.stem for word in words)
    keyword = KEYWORDS.get(stems[:1])
    aggregates = keyword is not None and keyword.kind in {"aggregation", "most"}
    is_verb = stems[0] in AUXILIARY
    return not (aggregates or is_verb) and not {stems[0], stems[-1]} & SILENT and bool(others(stems))


def _is_piece(phrase: Phrase) -> bool:
    """Whether a phrase is only a part of a column's name, or an everyday word for it."""
    best = phrase.meaning.best if isinstance(phrase.meaning, Named) else None
    is_column = best is not None and isinstance(best.what, Thing) and best.what.kind not in {"rows", "key"}
    return best is not None and is_column and (best.is_told or best.weight < SHORTENED)


def number_of_rows(word: Word, vocabulary: Vocabulary) -> bool:
    """Whether a word for rows is a number of them that each row has: `respondents`, its sample size."""
    keyword = KEYWORDS.get((word.stem,))
    if keyword is None or keyword.kind != "rows":
        return False
    found = everyday_columns((word.stem,), vocabulary)
    return any(isinstance(one.what, Thing) and one.what.kind == "measure" for one in found)


def everyday_places(words: Sequence[Word], vocabulary: Vocabulary) -> set[int]:
    """Where words of everyday phrases stand, which are not misspelt: `people polled`, in a table of polls."""
    found: set[int] = set()
    for start in range(len(words)):
        for end in range(start + 2, min(len(words), start + LONGEST) + 1):
            stems = tuple(word.stem for word in words[start:end])
            if not {stems[0], stems[-1]} & SILENT and everyday_columns(stems, vocabulary):
                found |= set(range(start, end))
    return found


def _short_names(words: Sequence[Word], vocabulary: Vocabulary) -> Iterator[Meant]:
    """Names that leave letters or words out."""
    for length in range(1, min(len(words), MOST_ABBREVIATED) + 1):
        plain = tuple(word.stem for word in words[:length])
        if plain[-1] in ARTICLES or _aggregates(plain, vocabulary):
            continue
        stems = tuple(word.stem for word in words[:length] if word.stem not in ARTICLES)
        found = [] if _is_known(stems, vocabulary) else vocabulary.abbreviated(stems)
        if not found and length == 1 and not _is_known(stems, vocabulary):
            found = vocabulary.initials(stems[0])
        if not found and length > 1 and not _is_known(stems[:1], vocabulary):
            found = vocabulary.initialled(stems)
        if not found and length == 1 and not _is_known(stems, vocabulary):
            found = _ending(stems[0], vocabulary) or vocabulary.coded(stems[0])
        if not found and not _is_known(stems, vocabulary) and words[0].stem not in ARTICLES:
            found = (
                vocabulary.joined(stems) or everyday_columns(stems, vocabulary) or vocabulary.pieces(stems)
            )
        if not found and length == 1 and number_of_rows(words[0], vocabulary):
            found = everyday_columns(stems, vocabulary)
        if not found and length == 1 and words[0].stem not in FILLERS:
            found = _better_known(stems, vocabulary)
        if found:
            yield length, Named(tuple(found)), found[0].weight


def _ending(stem: str, vocabulary: Vocabulary) -> list[Called]:
    """What is called by one word that ends so, or with a word that means the same: `homes` of salehouses."""
    others = (vocabulary.ending(other) for other in sorted(SYNONYMS.get(stem, frozenset()) - TAKINGS))
    return vocabulary.ending(stem) or next(filter(None, others), [])


def _better_known(stems: Stems, vocabulary: Vocabulary) -> list[Called]:
    """What a word is a part of the name of, where it is an everyday word for all of it: `class` of pclass."""
    known = {called.what for called in vocabulary.names.get(stems, ()) if called.weight < EVERYDAY}
    found = everyday_columns(stems, vocabulary) if known else []
    return found if all(one.what in known for one in found) else []


def _long_names(words: Sequence[Word], vocabulary: Vocabulary) -> Iterator[Meant]:
    """`number of people polled`, `policy limit`: phrases of every day, names behind the noun of the rows."""
    if words[0].stem in SILENT:
        return
    for length in range(2, min(len(words), LONGEST) + 1):
        if words[length - 1].stem in SILENT:
            continue
        stems = tuple(word.stem for word in words[:length] if word.stem not in SILENT)
        if _aggregates(stems, vocabulary):
            continue
        found = everyday_columns(stems, vocabulary) if len(stems) > 1 else []
        if not found and not _is_known(stems[:1], vocabulary):
            found = columns_of_rows(words[:length], vocabulary)
        if found:
            yield length, Named(tuple(found)), found[0].weight


def _aggregates(stems: Stems, vocabulary: Vocabulary) -> bool:
    """`average rating`, where what is averaged is known by itself."""
    keyword = KEYWORDS.get(stems[:1])
    return keyword is not None and keyword.kind == "aggregation" and stems[1:] in vocabulary.names


def _is_known(stems: Stems, vocabulary: Vocabulary) -> bool:
    return stems[-1] in FILLERS or any(
        stems in names for names in (KEYWORDS, vocabulary.names, vocabulary.values)
    )
