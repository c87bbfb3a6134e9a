"""Columns that a question calls otherwise: by everyday words, or with the noun of their rows before them."""

from collections.abc import Sequence

from claribi.ask import everyday, wordbook
from claribi.ask.naming import DEALT
from claribi.ask.profiles import fits
from claribi.ask.shortening import PARTLY, SHORTENED, SURE, Stems
from claribi.ask.synonyms import SYNONYMS
from claribi.ask.vocabulary import ALIAS, Called, Thing, Vocabulary
from claribi.ask.words import Word, stems_of

# Whoever and whatever a table most often has a row of.
ENTITIES = DEALT | wordbook.nouns()
# How sure one can be of everyday words for a column: of one word, and of several together.
EVERYDAY, EVERYDAY_PHRASE = 0.76, 0.9
# What a noun before a name takes from how sure that is.
OF_ROWS = 0.94
SALES = frozenset({"sale", "listing", "lead", "contract"})
# What phrases end with that are about a number.
AMOUNTS = frozenset({"cost", "price", "amount", "fee", "rate", "percentage", "duration", "count", "salary"})
COLUMNS = frozenset({"measure", "metric", "dimension", "time"})


def everyday_columns(stems: Stems, vocabulary: Vocabulary) -> list[Called]:
    """What a phrase of every day can mean: the one column that is called by another one of its group."""
    known, known_texts = everyday.others(stems), everyday.others(stems, counts=False)
    found: dict[Thing, float] = {}
    for name, several in vocabulary.names.items() if known else ():
        for called in several if everyday.as_one(name) in known else ():
            thing = called.what
            if called.weight < SHORTENED and set(name) < set(stems):
                # An `asking price` is not the sale price, though both are a price.
                continue
            if isinstance(thing, Thing) and _is_text(thing) and everyday.as_one(name) not in known_texts:
                # The owner of a car does not say how many previous owners there were.
                continue
            if isinstance(thing, Thing) and _is_own(name, thing, called.weight):
                found[thing] = max(found.get(thing, 0.0), called.weight)
    whole = {thing: sure for thing, sure in found.items() if sure == SURE}
    if stems[-1] in AMOUNTS:
        # A `damage cost` is no kind of damage.
        found = {thing: sure for thing, sure in found.items() if not _is_text(thing)}
        whole = {thing: sure for thing, sure in whole.items() if thing in found}
    meant = whole if len({thing.title for thing in whole}) == 1 else found
    if len({thing.title for thing in meant}) != 1:
        return []
    likely = EVERYDAY if len(stems) == 1 else EVERYDAY_PHRASE
    # Where parts of other names would do as well it is less sure.
    is_clear = len(meant) == len(found)
    return [
        Called(thing, likely if sure >= SHORTENED and is_clear else EVERYDAY * ALIAS, is_told=True)
        for thing, sure in meant.items()
    ]


def _is_text(thing: Thing) -> bool:
    return thing.column is not None and thing.column.type == "string"


def _is_own(name: Stems, thing: Thing, weight: float) -> bool:
    """Whether a name is made of the words of a column's own; an arrival is not all of an arrival date."""
    least = SHORTENED if thing.kind == "time" else PARTLY
    return thing.kind in COLUMNS and weight >= least and set(name) <= set(stems_of(thing.title))


def columns_of_rows(words: Sequence[Word], vocabulary: Vocabulary) -> list[Called]:
    """`policy limit`, `customer's age`: a column by its name, the noun of what the rows are before it."""
    noun, *rest = [word.stem for word in words]
    text = words[0].text.casefold()
    if (
        not rest
        or noun not in ENTITIES
        or not (text == noun or text.endswith(("'s", "\N{RIGHT SINGLE QUOTATION MARK}s")))
    ):
        return []
    called = [
        one
        for one in vocabulary.names.get(tuple(rest), ())
        if isinstance(one.what, Thing) and one.what.kind in COLUMNS and one.weight >= SHORTENED
    ]
    surest = max((one.weight for one in called), default=0.0)
    found = [one for one in called if one.weight == surest]
    if not found and noun not in DEALT | SALES:
        # A `sale price` is no list price.
        found = everyday_columns(tuple(rest), vocabulary)
    if (
        len(found) != 1
        or not isinstance(found[0].what, Thing)
        or not _is_row_of(noun, found[0].what, vocabulary)
    ):
        return []
    return [Called(found[0].what, found[0].weight * OF_ROWS, is_told=True)]


def _is_row_of(noun: str, column: Thing, vocabulary: Vocabulary) -> bool:
    """Whether a noun can be what the rows are that have a column."""
    if vocabulary.truth_of(column) is not None:
        return False
    own = [thing for thing in vocabulary.things if thing.table == column.table]
    said = {noun, *SYNONYMS.get(noun, ())}
    keys = [thing for thing in own if thing.kind in {"key", "rows"}]
    if any(said & set(stems_of(thing.title)) for thing in keys):
        return True
    return fits(noun, [thing.title for thing in own if thing.kind != "rows"]) is True
