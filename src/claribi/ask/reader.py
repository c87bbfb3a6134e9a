"""From the words of a question to what each phrase of it means: the reading that explains most of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, pairwise

from claribi.ask.asides import without_asides
from claribi.ask.calendar_words import LONGEST_PLACE, PLACES
from claribi.ask.everyday_columns import everyday_columns
from claribi.ask.fillers import FILLERS, IDLE
from claribi.ask.lexicon import KEYWORDS, LONGEST, Keyword
from claribi.ask.meant import UNITS_ALONE, is_meant
from claribi.ask.other_names import (
    ARTICLES,
    everyday_places,
    names_said_otherwise,
    number_of_rows,
    without_pieces,
)
from claribi.ask.partial import among_others, within_values
from claribi.ask.phrases import Meant, Named, Number, Phrase, Unit, Unknown
from claribi.ask.predicates import predicated
from claribi.ask.qualifying import qualified
from claribi.ask.shortening import BEGUN, SHORTENED, SURE, Stems
from claribi.ask.spelling import AGENTS, FORM, Spelling, forms_of
from claribi.ask.texts import parts_of_texts
from claribi.ask.times import Stretch, Times
from claribi.ask.vocabulary import Called, Thing, Value, Vocabulary, is_one_of_few
from claribi.ask.words import Word, stems_of, words_of

# Phrases of more words are looked at as a whole only where they stand between quotes.
MOST_WORDS = 8
# What makes a longer phrase better than its words one by one.
TOGETHER = 0.15
# Ways to call something that are nearly as sure as the surest are told as a choice.
NEARLY = 0.84
KEYWORD, NUMBER = 0.95, 0.9
# What is worth little more than saying nothing.
SAYS = 0.1
# How sure one can be of what has the same root.
ROOTED = 0.75
# How sure one can be of a word of the table's name that a value is called as well.
TABLE_WORD = 0.82
# How many words are looked at for what a rate is of, and the word.
MOST_RATED, RATE = 3, "rate"
# Of so many names one may be spelt like any word; how sure one can be that it is meant.
FEW_NAMES, UNWRITTEN = 40, 0.79


def read(question: str, vocabulary: Vocabulary, times: Times) -> list[Phrase]:
    """The phrases of a question, fillers left out; what nothing explains is `Unknown`."""
    spelling, guesses = Spelling(vocabulary), {}
    words = words_of(question)
    right = everyday_places(words, vocabulary)
    for place, word in enumerate(words):
        guess = None if place in right else spelling.corrected(word)
        if guess is not None:
            words[place], guesses[place] = replace(word, stem=guess[0]), guess[1]
    best: list[tuple[float, list[Phrase]]] = [(0.0, [])]
    found: dict[int, list[Phrase]] = {}
    for start in range(len(words)):
        for phrase in _phrases(words, start, question, vocabulary, times):
            phrase = _weighed(phrase, guesses)  # noqa: PLW2901 - the same phrase, less sure
            found.setdefault(phrase.end, []).append(phrase)
    without_pieces(found, words)
    for end in range(1, len(words) + 1):
        options = [_skipped(words, end - 1, *best[end - 1])]
        for phrase in found.get(end, []):
            before, earlier = best[phrase.start]
            length = phrase.end - phrase.start
            gain = phrase.score * length + TOGETHER * (length - 1)
            options.append((before + gain, [*earlier, phrase]))
        best.append(max(options, key=lambda option: option[0]))
    return without_asides(predicated(qualified(best[-1][1], words, vocabulary), words), words, question)


def proper_names(phrases: Sequence[Phrase]) -> list[str]:
    """What nothing explains but that is written as a name of something, words in a row together."""
    found: list[list[Phrase]] = []
    for before, phrase in zip([None, *phrases], phrases, strict=False):
        if not isinstance(phrase.meaning, Unknown):
            continue
        goes_on = before is not None and before.end == phrase.start and found and found[-1][-1] is before
        is_name = phrase.start > 0 and not phrase.text[:1].islower()
        if goes_on and (is_name or phrase.text.isalnum()):
            found[-1].append(phrase)
        elif is_name:
            found.append([phrase])
    names = [" ".join(one.text for one in run) for run in found]
    # `Paavo Nurmi win`: the words before those that are written small as well
    written = [[one.text for one in run if not one.text[:1].islower()] for run in found]
    return list(dict.fromkeys([*names, *(" ".join(run) for run in written)]))


def unknown_words(phrases: Sequence[Phrase]) -> list[str]:
    """Single words that nothing explains, behind `of` or `for`: `check time of mgcv`."""
    return [
        phrase.text
        for before, phrase in pairwise(phrases)
        if isinstance(phrase.meaning, Unknown)
        and isinstance(before.meaning, Keyword)
        and before.meaning.kind in {"of", "compare", "and"}
    ]


def _weighed(phrase: Phrase, guesses: Mapping[int, float]) -> Phrase:
    """A phrase that is less sure where words of it were guessed."""
    sure = min((guesses[place] for place in range(phrase.start, phrase.end) if place in guesses), default=1.0)
    meaning = phrase.meaning
    if sure == 1.0 or (isinstance(meaning, Keyword) and meaning.kind == "rate_of"):
        return phrase
    if isinstance(meaning, Named):
        meaning = Named(tuple(replace(one, weight=one.weight * sure) for one in meaning.candidates))
    if isinstance(meaning, Stretch):
        # `betwen July 1 and July 9`: the other words tell it all the same.
        guessed = sum(place in guesses for place in range(phrase.start, phrase.end))
        sure = 1 - (1 - sure) * guessed / (phrase.end - phrase.start)
    return replace(phrase, meaning=meaning, score=phrase.score * sure)


def _skipped(
    words: Sequence[Word], place: int, score: float, phrases: list[Phrase]
) -> tuple[float, list[Phrase]]:
    """The reading so far with a word that nothing explains."""
    word = words[place]
    # `lot size` is no `a lot`, `returns` are not what a question returns.
    is_land = word.stem == "lot" and (not place or words[place - 1].stem not in {"a", "whole"})
    # `the return rate`, which nothing tells
    is_rated = word.stem in IDLE and [one.stem for one in words[place + 1 : place + 2]] == [RATE]
    if word.stem in FILLERS and not (is_land or is_rated) and word.text.casefold() not in NOUNS:
        return score, phrases
    return score - 1, [*phrases, Phrase(place, place + 1, word.text, Unknown(word.text), 0.0)]


def _phrases(
    words: Sequence[Word], start: int, question: str, vocabulary: Vocabulary, times: Times
) -> Iterator[Phrase]:
    """What the words from one on can mean."""
    before = words[start - 1].stem if start else ""
    within = words[start : start + MOST_WORDS]
    named = _names(within, vocabulary, before)
    if DID.search(question, 0, words[start].start):
        # `did the number of bookings change`, though a column is called booking changes
        named = (meant for meant in named if meant[0] == 1 or within[meant[0] - 1].text not in CHANGING)
    earlier = words[max(0, start - 2) : start]
    meanings = [named, _turned(words[start:], vocabulary), parts_of_texts(words[start:], vocabulary, before)]
    meanings.append(among_others(words[start:], vocabulary, earlier))
    if not words[start].quoted:
        keywords = _keywords(words[start : start + LONGEST], vocabulary)
        meanings += [keywords, _others(words[start:], vocabulary, times)]
    for length, meaning, score in chain.from_iterable(meanings):
        text = question[words[start].start : words[start + length - 1].end]
        yield Phrase(start, start + length, text, meaning, score)


def _names(words: Sequence[Word], vocabulary: Vocabulary, before: str) -> Iterator[Meant]:
    for length in range(1, len(words) + 1):
        stems = " ".join(word.stem for word in words[:length]).split()
        if length > 2 and words[length - 1].stem not in ARTICLES:  # noqa: PLR2004 - a word, an article, a word
            # `years at the company`, `country of origin`
            joined = tuple(stem for stem in stems if stem not in ARTICLES)
            is_whole = tuple(stems) in vocabulary.names or tuple(stems) in vocabulary.values
            stems = stems if is_whole or joined[:1] != (stems[0],) else list(joined)
        named = _named(tuple(stems), vocabulary)
        if length == 1 and words[0].number is not None and before in RANKING:
            # `top 10`, where a value begins so
            continue
        if (
            length > 1
            and words[0].stem in RANKING
            and words[1].number is not None
            and not words[0].text.isupper()
        ):
            # `top 4 teams`, where some came TOP 4
            continue
        if length == 1 and _aggregates(words, vocabulary):
            # `average games`, where a column is called AVG
            continue
        # `done vs running orders`: what is compared is meant, though it says little elsewhere.
        compared = {before, *(word.stem for word in words[length : length + 1])} & COMPARED
        if named is not None and length == 1:
            named = _kind_of_rows(named, words[0], vocabulary)
        if named is not None and (
            compared or _tells_rows(words, length, vocabulary) or is_meant(named.best, words[:length])
        ):
            named = _written(named, words[:length])
            yield length, named, named.best.weight


def _kind_of_rows(named: Named, word: Word, vocabulary: Vocabulary) -> Named:
    """`banks`: those of the category Banking, though one of very many is called Bank."""
    what = named.best.what
    is_plural = word.text.islower() and word.stem != word.text and not word.quoted
    is_common = word.text.islower() and not word.quoted
    if is_common and isinstance(what, Value) and named.best.weight <= BEGUN:
        # `agencies` of top_agency, one of which is the Agency for …
        called = [t for t in vocabulary.things if t.kind == "dimension" and _ends_with(t, word.stem)]
        if len(called) == 1:
            return Named((Called(called[0], SHORTENED),))
    if isinstance(what, Value) and (rows := _table_called(word, what, vocabulary)) is not None:
        return Named((Called(rows, TABLE_WORD),))
    if not is_plural or not isinstance(what, Value) or is_one_of_few(named.best):
        return named
    kind = vocabulary.value_of((word.stem,))
    return named if kind is None else Named((Called(kind, ROOTED),))


def _ends_with(thing: Thing, word: str) -> bool:
    return stems_of(thing.title)[1:] == [word]


def _table_called(word: Word, value: Value, vocabulary: Vocabulary) -> Thing | None:
    """The rows of the one table that has a word in its name: `force reports` of use_of_force.

    A value that is written otherwise, such as FORCE among a hundred offenses, is not what is meant then.
    """
    rows = [thing for thing in vocabulary.things if thing.kind == "rows"]
    is_otherwise = word.text.islower() and not word.quoted and str(value.value) != word.text
    if len(rows) != 1 or not is_otherwise or word.stem not in stems_of(rows[0].title):
        return None
    return None if len(stems_of(rows[0].title)) == 1 else rows[0]


def _tells_rows(words: Sequence[Word], length: int, vocabulary: Vocabulary) -> bool:
    """`done projects`: a verb that tells which rows where it stands right before them."""
    behind = words[length].stem if length < len(words) else None
    called = vocabulary.names.get((behind,), ()) if behind is not None else ()
    is_verb = all(word.stem in IDLE for word in words[:length])
    return is_verb and any(_is_rows(one) for one in called)


def _written(named: Named, words: Sequence[Word]) -> Named:
    """Less sure of one of many names, such as Will or FORCE, where it is written as a common word is."""
    what = named.best.what
    if len(words) > 1 or not isinstance(what, Value) or not words[0].text.islower() or words[0].quoted:
        return named
    column = what.thing.column
    is_rare = column is not None and column.distinct > FEW_NAMES and words[0].text != str(what.value)
    if not is_rare:
        return named
    return Named(tuple(Called(one.what, one.weight * UNWRITTEN) for one in named.candidates))


def _aggregates(words: Sequence[Word], vocabulary: Vocabulary) -> bool:
    """Whether a word that aggregates stands before the name of what is aggregated."""
    keyword = KEYWORDS.get((words[0].stem,))
    is_next = len(words) > 1 and (words[1].stem,) in vocabulary.names
    return keyword is not None and keyword.kind == "aggregation" and is_next


def _turned(words: Sequence[Word], vocabulary: Vocabulary) -> Iterator[Meant]:
    """`month of issue` for what is called issue_month."""
    if len(words) > 2 and words[1].stem == "of":  # noqa: PLR2004 - two words and what joins them
        named = _named((words[2].stem, words[0].stem), vocabulary)
        is_key = words[0].stem == "number" and named is not None and _is_told_apart_by(named.best)
        if named is not None and isinstance(named.best.what, Thing) and not is_key:
            yield 3, named, named.best.weight
    if len(words) > 3 and words[1].stem == "of":  # noqa: PLR2004 - as above, two words behind
        named = _named((words[2].stem, words[3].stem, words[0].stem), vocabulary)
        if named is not None and isinstance(named.best.what, Thing):
            yield 4, named, named.best.weight


def _keywords(words: Sequence[Word], vocabulary: Vocabulary) -> Iterator[Meant]:
    for length in range(1, len(words) + 1):
        keyword = KEYWORDS.get(tuple(word.stem for word in words[:length]))
        # `reasons for leaving`, where a column has the reason
        is_column = keyword is not None and keyword.kind == "why" and (words[0].stem,) in vocabulary.names
        if (
            keyword is None
            or (is_column and length > 1)
            or _is_of_column(keyword, words[:length], vocabulary)
        ):
            continue
        yield length, keyword, KEYWORD


def _is_of_column(keyword: Keyword, words: Sequence[Word], vocabulary: Vocabulary) -> bool:
    """`average selling price`, where a column has the price; `respondents`, where one has their number."""
    if keyword.kind == "ratio_of":
        stems = tuple(word.stem for word in words)
        return any(everyday_columns(stems[start:], vocabulary) for start in (0, 1) if stems[start:])
    return len(words) == 1 and number_of_rows(words[0], vocabulary)


def _others(words: Sequence[Word], vocabulary: Vocabulary, times: Times) -> Iterator[Meant]:
    """Times, numbers, and names that are misspelt."""
    first, spoken = words[0], times.read(words)
    is_verb = first.stem == "may" and not (first.text == "May" and first.start > 0)
    if spoken is not None and not (spoken[0] == 1 and is_verb):
        yield *spoken, 1.0
    if first.stem in UNITS_ALONE:
        yield 1, Unit(first.stem), NUMBER
    if first.number is not None:
        yield 1, Number(float(first.number)), NUMBER
    if (first.stem,) not in vocabulary.names and (first.stem,) not in vocabulary.values:
        yield from _other_forms(first, vocabulary)
    for length in range(1, min(len(words), LONGEST_PLACE) + 1):
        places = PLACES.get(tuple(word.stem for word in words[:length]))
        if places is not None:
            yield length, places, NUMBER
    yield from _names_otherwise(words, vocabulary)
    yield from _rates(words, vocabulary)
    if first.stem in HAPPENED and times.read(words[1:]):
        yield 1, Keyword("happened"), SAYS
    if first.stem in FILLERS and vocabulary.tells_when(first.stem):
        # `placed in May`, where a time says when that was; it is a word that says something then.
        yield 1, Unknown(first.text), SAYS
    if first.stem == "over" and (behind := times.read(words[1:])) and vocabulary.reaches(behind[1].start):
        # `over 2024`, where the data have that year
        yield behind[0] + 1, behind[1], 1.0


def _names_otherwise(words: Sequence[Word], vocabulary: Vocabulary) -> Iterator[Meant]:
    named = list(names_said_otherwise(words, vocabulary))
    yield from named
    if all(length > 1 for length, *_ in named):
        yield from within_values(words, vocabulary)


def _rates(words: Sequence[Word], vocabulary: Vocabulary) -> Iterator[Meant]:
    """`conversion rate`, where rows say whether they were converted."""
    place = next((at for at, word in enumerate(words[:MOST_RATED]) if word.stem == RATE), 0)
    stems = tuple(word.stem for word in words[:place])
    if not stems:
        return
    value = vocabulary.true_of(stems) or vocabulary.value_of(stems)
    if value is not None:
        yield place + 1, Keyword("rate_of", value), SURE


def _other_forms(word: Word, vocabulary: Vocabulary) -> Iterator[Meant]:
    """`African` for Africa, although the word stands in the name of a republic."""
    if not word.stem.isalpha() or word.stem in FILLERS or (word.stem,) in KEYWORDS:
        return
    if vocabulary.ending(word.stem):
        # `strikes` of the table birdstrikes are not striped.
        return
    for form in forms_of(word.stem):
        named = _named((form,), vocabulary)
        if named is not None and all(
            isinstance(one.what, Value) and is_one_of_few(one) for one in named.candidates
        ):
            weighed = tuple(Called(one.what, one.weight * FORM) for one in named.candidates)
            yield 1, Named(weighed), weighed[0].weight
            return
    opposite = vocabulary.untrue_of(word.stem)
    if opposite is not None:
        yield 1, Named((Called(opposite, FORM),)), FORM
        return
    is_agent = word.stem.endswith(AGENTS) and word.stem != word.text.casefold()
    rooted = vocabulary.true_of((word.stem,)) or vocabulary.value_of((word.stem,))
    if rooted is not None and not (is_agent and isinstance(rooted.value, str)):
        yield 1, Named((Called(rooted, ROOTED),)), ROOTED


# Nouns that are spelt like verbs of every question.
NOUNS = frozenset({"returns", "likes"})
# Verbs that end a name only where it is no sentence: `did the number of bookings change`.
CHANGING = frozenset({"change", "increase", "decrease", "grow", "rise", "fall", "drop"})
DID = re.compile(r"\b(?:did|does|do)\b", re.IGNORECASE)
RANKING = frozenset({"top", "bottom", "best", "worst", "first", "last"})
COMPARED = frozenset({"vs", "versus"})
# Verbs before a time that say of what it is.
HAPPENED = frozenset({"happened", "happen", "occurred", "fell", "took", "came"})


def _named(stems: Stems, vocabulary: Vocabulary) -> Named | None:
    called = [*vocabulary.names.get(stems, ()), *vocabulary.values.get(stems, ())]
    if not called:
        return None
    surest = max(one.weight for one in called)
    if any(_is_rows(one) and one.weight == SURE for one in called):
        # `book` of the table books, each of which has a title
        called = [one for one in called if one.weight == SURE or not _is_told_apart_by(one)]
    candidates = [one for one in called if one.weight >= surest * NEARLY]
    return Named(tuple(sorted(candidates, key=_order)))


def _is_rows(called: Called) -> bool:
    return isinstance(called.what, Thing) and called.what.kind == "rows"


def _is_told_apart_by(called: Called) -> bool:
    return isinstance(called.what, Thing) and called.what.kind in {"dimension", "key"}


def _order(called: Called) -> tuple[bool, float, bool]:
    """Numbers before rows: whoever asks for sales of a table called so wants to know how much was sold."""
    is_rows = isinstance(called.what, Thing) and called.what.kind == "rows"
    return is_rows, -called.weight, isinstance(called.what, Value)
