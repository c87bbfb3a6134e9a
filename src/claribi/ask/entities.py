"""Nouns for the rows of a table whose own name says nothing of them: `customers` of a file `churn.csv`."""

from collections.abc import Sequence
from dataclasses import replace

from claribi.ask.lexicon import Keyword
from claribi.ask.naming import DEALT
from claribi.ask.phrases import Named, Phrase, Unknown
from claribi.ask.vocabulary import Called, Thing, Vocabulary
from claribi.ask.words import stem

# Whoever and whatever a table most often has a row of.
ENTITIES = DEALT | frozenset(
    """
    customer client subscriber user member patient student employee applicant passenger guest visitor driver
    voter household company shop store restaurant animal house home property apartment car vehicle flight
    trip ride
    reservation subject incident accident crime visit session call message review game match player athlete
    song film movie book article product item listing event survey record arrest stop crash complaint lead
    account policy campaign donor ticket loan sale subscription shipment delivery school country city river
    licence license permit strike collision bird
    """.split()  # noqa: SIM905 - shorter to read
)
# How sure one can be of that.
LIKELY = 0.76
# Behind these a noun names what is told apart.
RANKING = frozenset({"top", "best", "most", "most_rows"})
SPLITTING = frozenset({"by", "which", "distribution"})


def named_rows(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases, nouns that nothing explains but that can stand for the rows put as their name."""
    rows = _nameless(vocabulary)
    if rows is None:
        return list(phrases)
    meaning = Named((Called(rows, LIKELY),))
    return [
        replace(phrase, meaning=meaning)
        if isinstance(phrase.meaning, Unknown)
        and stem(phrase.text) in ENTITIES
        and not _splits(phrases, place)
        else phrase
        for place, phrase in enumerate(phrases)
    ]


def _nameless(vocabulary: Vocabulary) -> Thing | None:
    """The rows of the one table, where neither its name nor a key says what each of them is."""
    rows = [thing for thing in vocabulary.things if thing.kind == "rows"]
    if len(rows) != 1 or rows[0].table in vocabulary.keys:
        return None
    is_plural = rows[0].table.casefold().endswith("s")
    return None if is_plural else rows[0]


def _splits(phrases: Sequence[Phrase], place: int) -> bool:
    """Whether a noun is what the answer is split by; in `top 10 agents by bookings` it is what ranks."""
    keywords = [p.meaning for p in phrases[:place] if isinstance(p.meaning, Keyword)]
    before = phrases[place - 1].meaning if place else None
    splits = isinstance(before, Keyword) and before.kind in SPLITTING and before.value != "each"
    return splits and not any(one.kind in RANKING for one in keywords)
