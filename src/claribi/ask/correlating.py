"""How two numbers go together: `correlation between price and size`, `are price and size related`."""

from collections.abc import Sequence
from dataclasses import replace

from claribi.ask.classing import number_named
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Phrase, Unknown
from claribi.ask.vocabulary import Thing, Value
from claribi.ask.words import stem

WORDS = frozenset(
    {
        "correlation",
        "correlate",
        "correlates",
        "correlated",
        "correlating",
        "relationship",
        "related",
        "relate",
    }
    | {"linked", "link", "connection", "association", "associated", "together"}
)
# What says how strong it is, or that there is one.
STRENGTH = frozenset(
    {"strongly", "closely", "strong", "close", "tightly", "coefficient", "pearson", "linear"}
)
JOINING = frozenset({"between", "and", "is", "of", "by", "differs", "versus", "compare"})
PAIR = 2


def with_correlation(phrases: Sequence[Phrase]) -> list[Phrase]:
    """The phrases, two numbers and what asks how they go together put as one."""
    asking = [place for place, phrase in enumerate(phrases) if _asks(phrase)]
    columns = [place for place, phrase in enumerate(phrases) if _is_number(phrase)]
    measured = [at for at in columns if (thing := number_named(phrases[at])) and thing.kind == "measure"]
    numbers = measured if len({number_named(phrases[at]) for at in measured}) == PAIR else columns
    pair = tuple(dict.fromkeys(number_named(phrases[place]) for place in numbers))
    if not asking or len(pair) != PAIR:
        return list(phrases)
    said = {*asking, *numbers}
    first, last = min(said), max(said)
    within = {at for at in range(first, last) if _joins(phrases[at])}
    rest = [
        phrase
        for place, phrase in enumerate(phrases)
        if place not in said | within and not _is_degree(phrase)
    ]
    start = phrases[first]
    asked = replace(start, text="correlation", meaning=Keyword("correlation", pair))
    at = sum(phrase.start < start.start for phrase in rest)
    return [*rest[:at], asked, *rest[at:]]


def _asks(phrase: Phrase) -> bool:
    return isinstance(phrase.meaning, Unknown) and stem(phrase.text) in WORDS


def _is_degree(phrase: Phrase) -> bool:
    return isinstance(phrase.meaning, Unknown | Keyword) and stem(phrase.text) in STRENGTH


def _is_number(phrase: Phrase) -> bool:
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    is_column = isinstance(what, Thing) and what.kind in {"measure", "dimension"}
    return is_column and not isinstance(what, Value) and number_named(phrase) is not None


def _joins(phrase: Phrase) -> bool:
    return isinstance(phrase.meaning, Keyword) and phrase.meaning.kind in JOINING
