"""Nouns for the rows of a table whose own name says nothing of them: `customers` of a file `churn.csv`."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from claribi.ask.everyday_columns import ENTITIES, EVERYDAY
from claribi.ask.intent import Decided
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Number, Phrase, Unknown
from claribi.ask.profiles import fits
from claribi.ask.shortening import BEGUN, LETTERS, PARTLY, SURE
from claribi.ask.synonyms import SYNONYMS
from claribi.ask.vocabulary import ALIAS, Called, Thing, Value, Vocabulary
from claribi.ask.words import stem, stems_of

# What can be sold piece by piece, where a number tells how many were.
SOLD = frozenset(
    {"house", "home", "property", "apartment", "car", "vehicle", "ticket", "book", "game", "unit"}
)
# How sure one can be of that.
LIKELY = 0.76
# The same of what the name of the table begins with.
BEGINNING = 0.86
# The same of what a column says of rows: each senator has a party at the appointment.
HAPPENED = 0.72
# The same where no column tells.
HARDLY = 0.55
# What keys are called by that say nothing of what they are the keys of.
SAYING_NOTHING = frozenset({"case", "record", "row", "entry", "line", "unique", "reference", "ref", "serial"})
# Of fewer different ones than this share of the rows a key repeats.
REPEATED = 0.9
# Behind these a noun names what is told apart.
RANKING = frozenset({"top", "best", "most", "most_rows"})
# Behind these a plural is what is counted.
COUNTING = frozenset({"count", "share", "most", "most_of", "compares", "bounds", "has"})
SPLITTING = frozenset({"by", "which", "distribution"})
# What columns of how many were sold are called by.
PIECES = frozenset({"sale", "sold", "quantity", "qty"})


def named_rows(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> tuple[list[Phrase], Decided | None]:
    """The phrases, nouns that nothing explains but that can stand for the rows put as their name.

    Returns:
        The phrases, and what was decided.
    """
    for readers in (_sold_pieces, _happened, _begun_table):
        found = readers(phrases, vocabulary)
        if found is not None:
            return found
    rows = _nameless(vocabulary)
    if rows is None:
        return _counted_noun(phrases, vocabulary)
    is_named = rows.table in vocabulary.keys
    nouns = [
        phrase
        for place, phrase in enumerate(phrases)
        if _is_noun(phrase) and not _splits(phrases, place, is_named=is_named)
    ]
    said = {stem(phrase.text) for phrase in nouns}
    first = min(said, default="")
    titles = [thing.title for thing in vocabulary.things if thing.kind != "rows"]
    fitting = fits(first, titles) if said else False
    if fitting is False or any(one != first and one not in SYNONYMS.get(first, ()) for one in said):
        # `number of employees by company`: rows are one of both, and nothing tells which.
        return list(phrases), None
    nouns = [phrase for phrase in nouns if fitting or isinstance(phrase.meaning, Unknown)]
    if not nouns:
        return _counted_noun(phrases, vocabulary)
    meaning = Named((Called(rows, LIKELY if fitting else HARDLY),))
    named = [replace(p, meaning=meaning) if any(p is noun for noun in nouns) else p for p in phrases]
    return named, (meaning.best.weight, f"{nouns[0].text} taken for the rows of {rows.table}")


def _counted_noun(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> tuple[list[Phrase], Decided | None]:
    """`terms per continent`: the one noun that nothing explains, where it can only be what is counted.

    Nothing speaks for it but that all else is explained, so that is told, and the answer is hardly sure.
    """
    rows = [thing for thing in vocabulary.things if thing.kind == "rows"]
    unknown = [p for p in phrases if isinstance(p.meaning, Unknown) or (p.start and _is_vague_time(p))]
    nouns = {stem(phrase.text) for phrase in unknown}
    if len(rows) != 1 or rows[0].table in vocabulary.panels or len(nouns) != 1 or len(phrases) == 1:
        return list(phrases), None
    known = [p for p in phrases if isinstance(p.meaning, Named) and not _is_joined(p, unknown)]
    if any(_names_rows(p, vocabulary) for p in known):
        # `passengers per airport`, of airports
        return list(phrases), None
    titles = [thing.title for thing in vocabulary.things if thing.kind != "rows"]
    is_counted = any(_is_counted_at(phrases, phrases.index(phrase)) for phrase in unknown)
    # Each row with a sale price is a sale.
    is_sale = nouns == {"sale"} and any({"sale", "price"} <= set(stems_of(title)) for title in titles)
    if not is_counted or not (is_sale or fits(min(nouns), titles) is not False):
        return list(phrases), None
    meaning = Named((Called(rows[0], HARDLY),))
    named = [
        replace(p, meaning=meaning) if any(p is one for one in unknown) else p
        for p in phrases
        if not _is_joined(p, unknown)
    ]
    return named, (HARDLY, f"“{unknown[0].text}” taken for the rows of {rows[0].table}, as nothing else fits")


def _names_rows(phrase: Phrase, vocabulary: Vocabulary) -> bool:
    """Whether rows are named, or what tells each of them apart; one of several keys may repeat."""
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    if not isinstance(what, Thing) or what.kind not in {"rows", "key"}:
        return False
    rows = vocabulary.row_counts.get(what.table, 0)
    return what.kind == "rows" or what.column is None or what.column.distinct >= REPEATED * rows


def _is_vague_time(phrase: Phrase) -> bool:
    """`orders` that were taken for a purchase date."""
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    is_time = isinstance(what, Thing) and what.kind == "time" and not _is_sure(phrase.meaning)
    word = stem(phrase.text)
    return is_time and word in ENTITIES and word != phrase.text.casefold()


def _is_joined(phrase: Phrase, nouns: Sequence[Phrase]) -> bool:
    """`bird strikes` of a table `birds`: the rows right before what they are called."""
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    is_rows = isinstance(what, Thing) and what.kind == "rows"
    return is_rows and any(phrase.end == noun.start for noun in nouns)


def _is_counted_at(phrases: Sequence[Phrase], place: int) -> bool:
    """Whether a plural stands where what is counted, or what a share is of, would."""
    text = phrases[place].text
    is_plain = text.isalpha() and (text.islower() or not place) and len(text) > LETTERS
    if not is_plain or _splits(phrases, place, is_named=False):
        return False
    if stem(text) == text.casefold():
        # `the average speed at the time of a strike`, but no `average house age`
        follows = place > 0 and phrases[place - 1].end < phrases[place].start
        leads = place + 1 < len(phrases) and phrases[place + 1].start == phrases[place].end
        return (
            stem(text) in ENTITIES
            and follows
            and not (leads and isinstance(phrases[place + 1].meaning, Named))
        )
    at = place - 1
    while at > 0 and _may_stand_before(phrases[at], phrases[at + 1]):
        at -= 1
    before = phrases[at].meaning if at >= 0 else None
    behind = phrases[place + 1].meaning if place + 1 < len(phrases) else None
    splits = isinstance(behind, Keyword) and behind.kind in {"by", "over_time", "grain", "cycle", "count"}
    counts = isinstance(before, Keyword) and before.kind in COUNTING and before.value != "different"
    # `average height of strikes`
    is_of = isinstance(before, Keyword) and before.kind == "of" and at > 0 and _is_number(phrases[at - 1])
    return counts or is_of or (place == 0 and splits)


def _is_number(phrase: Phrase) -> bool:
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    return isinstance(what, Thing) and what.kind == "measure"


def _may_stand_before(phrase: Phrase, behind: Phrase) -> bool:
    """`200 night strikes`, `bird strikes`: numbers, values and rows right before a noun."""
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    is_rows = isinstance(what, Thing) and what.kind == "rows"
    return isinstance(phrase.meaning, Number) or (
        (isinstance(what, Value) or is_rows) and phrase.end == behind.start
    )


def _begun_table(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> tuple[list[Phrase], Decided] | None:
    """`pizzas` of the one table `pizzaplace`: what the name of a table begins with."""
    rows = [thing for thing in vocabulary.things if thing.kind == "rows"]
    table = rows[0].table.casefold() if len(rows) == 1 else ""
    nouns = [p for p in phrases if isinstance(p.meaning, Unknown) and _begins(table, stem(p.text))]
    if not nouns or vocabulary.panels:
        return None
    meaning = Named((Called(rows[0], BEGINNING),))
    named = [replace(p, meaning=meaning) if any(p is noun for noun in nouns) else p for p in phrases]
    return named, (BEGINNING, f"{nouns[0].text} taken for the rows of {rows[0].table}")


def _begins(table: str, noun: str) -> bool:
    return noun.isalpha() and len(noun) >= LETTERS and table.startswith(noun) and len(table) > len(noun)


def _is_noun(phrase: Phrase) -> bool:
    """Whether a noun for rows is known as nothing, or in the plural only as how one value begins: `cars`."""
    word, meaning = stem(phrase.text), phrase.meaning
    if word not in ENTITIES:
        return False
    is_plural = phrase.text.islower() and word != phrase.text
    what = meaning.best.what if isinstance(meaning, Named) else None
    is_time = isinstance(what, Thing) and what.kind == "time"
    return (
        isinstance(meaning, Unknown)
        or (is_plural and (_is_begun(meaning) or _is_everyday(meaning)))
        or (is_time and not _is_sure(meaning))
    )


def _is_sure(meaning: object) -> bool:
    """Whether a word says all of a column's name."""
    return isinstance(meaning, Named) and meaning.best.weight > PARTLY


def _is_everyday(meaning: object) -> bool:
    """`crimes`, where a column of the kinds of crime is called otherwise."""
    what = meaning.best.what if isinstance(meaning, Named) else None
    weight = meaning.best.weight if isinstance(meaning, Named) else 0
    return isinstance(what, Thing) and what.kind == "dimension" and weight in (EVERYDAY, EVERYDAY * ALIAS)


def _is_begun(meaning: object) -> bool:
    """Whether a word was taken for a value that only begins with it."""
    return (
        isinstance(meaning, Named) and isinstance(meaning.best.what, Value) and meaning.best.weight <= BEGUN
    )


def _nameless(vocabulary: Vocabulary) -> Thing | None:
    """The rows of the one table, where neither its name nor a key says what each of them is.

    A `customer_id` says so; a `rank` or `name` does not. Where each row is a place at a time, none is one
    of anything.
    """
    rows = [thing for thing in vocabulary.things if thing.kind == "rows"]
    if len(rows) != 1 or rows[0].table in vocabulary.panels:
        return None
    key = vocabulary.keys.get(rows[0].table)
    if key is not None and set(stems_of(key.title)[:-1]) - SAYING_NOTHING:
        return None
    is_plural = rows[0].table.casefold().endswith("s")
    return None if is_plural else rows[0]


def _sold_pieces(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> tuple[list[Phrase], Decided] | None:
    """`homes sold`, where a number tells how many: that number."""
    is_sold = any(isinstance(p.meaning, Keyword) and p.meaning.kind == "sold" for p in phrases)
    nouns = [p for p in phrases if isinstance(p.meaning, Unknown) and stem(p.text) in SOLD]
    measures = [m for m in vocabulary.measures() if m.column is not None and m.column.type == "integer"]
    pieces = [m for m in measures if PIECES & set(stems_of(m.title)[-1:])]
    if len(nouns) != 1 or len(pieces) != 1:
        return None
    behind = next((p for p in phrases if p.start == nouns[0].end), None)
    if behind is not None and isinstance(behind.meaning, Named) and behind.meaning.best.what == pieces[0]:
        # `home sales`
        rest = [phrase for phrase in phrases if phrase is not nouns[0]]
        return rest, (SURE, f"{nouns[0].text} {behind.text} taken as {pieces[0].title}")
    if not is_sold:
        return None
    meaning = Named((Called(pieces[0], LIKELY),))
    named = [
        replace(phrase, meaning=meaning) if phrase is nouns[0] else phrase
        for phrase in phrases
        if not (isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "sold")
    ]
    return named, (LIKELY, f"{nouns[0].text} sold taken as {pieces[0].title}")


def _happened(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> tuple[list[Phrase], Decided] | None:
    """`appointments`, where each row has something `at appointment`: rows, not a value that begins so."""
    rows = [thing for thing in vocabulary.things if thing.kind == "rows"]
    dated = [p for p, behind in pairwise(phrases) if _is_time(behind)]
    nouns = [p for p in phrases if _is_event(p, vocabulary, is_dated=p in dated)]
    if len(rows) != 1 or not nouns or len({stem(p.text) for p in nouns}) != 1:
        return None
    meaning = Named((Called(rows[0], HAPPENED),))
    named = [replace(phrase, meaning=meaning) if phrase in nouns else phrase for phrase in phrases]
    return named, (HAPPENED, f"each row taken as one of the {nouns[0].text}")


def _is_time(phrase: Phrase) -> bool:
    named = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    return isinstance(named, Thing) and named.kind == "time"


def _is_event(phrase: Phrase, vocabulary: Vocabulary, *, is_dated: bool) -> bool:
    """Whether a plural, or a noun before a date, is what a column says that its values are `at`."""
    word = stem(phrase.text)
    if (word == phrase.text.casefold() and not is_dated) or not word.isalpha():
        return False
    titles = [stems_of(t.title) for t in vocabulary.things if t.kind in {"dimension", "time"}]
    if not any(title[-2:] == ["at", word] for title in titles):
        return False
    meaning = phrase.meaning
    return isinstance(meaning, Unknown) or _is_begun(meaning) or _is_piece(meaning)


def _is_piece(meaning: object) -> bool:
    """Whether a word was taken for a column only because it stands in the middle of its name."""
    return (
        isinstance(meaning, Named) and isinstance(meaning.best.what, Thing) and meaning.best.weight < LIKELY
    )


def _splits(phrases: Sequence[Phrase], place: int, *, is_named: bool) -> bool:
    """Whether a noun is what the answer is split by; in `top 10 agents by bookings` it is what ranks."""
    keywords = [p.meaning for p in phrases[:place] if isinstance(p.meaning, Keyword)]
    before = phrases[place - 1].meaning if place else None
    is_which = isinstance(before, Keyword) and before.kind == "which"
    splits = isinstance(before, Keyword) and before.kind in SPLITTING and before.value != "each"
    # `which company made the largest loss`: of the companies that are the rows, told apart by their names
    ranks = any(one.kind in RANKING for one in keywords) or (is_which and is_named)
    return splits and not ranks
