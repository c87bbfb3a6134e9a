"""Ways of asking for lists and for games: `show the orders of …`, `won by the away team`, `kinds of …`."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Phrase, Unknown, is_measured, kind_of, names_rows, what_of
from claribi.ask.sides import SIDES
from claribi.ask.vocabulary import ALIAS, Called, Thing, Value, Vocabulary
from claribi.ask.words import stem, stems_of

# What makes more of `show …` than a list of rows.
ASKING = frozenset(
    {"count", "aggregation", "share", "by", "most", "most_of", "most_rows", "top", "best", "growth", "grain"}
    | {"compare", "versus", "over_time", "distribution", "ratio", "running", "moving", "habit", "pace"}
)
KINDS = frozenset({"kind", "type", "sort"})
# How sure one can be of a word for kinds that a column is only like.
HARDLY = 0.8
# The fewest letters that a longer word has in common with a value that is short for it.
SHORT = 4


def with_lists(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases of a question, put as plainly as lists and sides let them be meant."""
    for reads in READINGS:
        phrases = reads(phrases, vocabulary)
    return phrases


def shown(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`show the orders of Oslo`: these rows; of all else it says nothing."""
    if len(phrases) > 2 and (kind_of(phrases[-2]), kind_of(phrases[-1])) == ("of", "listing"):  # noqa: PLR2004 - these two
        # `how many are in the list`
        phrases = phrases[:-2]
    if not any(kind_of(phrase) == "shows" for phrase in phrases):
        return _with_times(phrases, vocabulary)
    rest = [phrase for phrase in phrases if kind_of(phrase) != "shows"]
    first = next((phrase for phrase in rest if isinstance(what_of(phrase), Thing)), None)
    is_plural = first is not None and stem(first.text) != first.text.casefold()
    asks = any(kind_of(phrase) in ASKING for phrase in rest)
    if kind_of(phrases[0]) != "shows" or not names_rows(first) or not is_plural or asks:
        return rest
    return _with_times([replace(phrases[0], meaning=Keyword("listing")), *rest], vocabulary)


def _with_times(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`list the cases with time and place`: when they were."""
    times = list(vocabulary.time.values())
    if len(times) != 1 or not phrases or kind_of(phrases[0]) != "listing":
        return list(phrases)
    meaning = Named((Called(times[0], ALIAS),))
    return [
        replace(phrase, meaning=meaning)
        if isinstance(phrase.meaning, Unknown) and phrase.text.casefold() in {"time", "date"}
        else phrase
        for phrase in phrases
    ]


def _kinds_of(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`how many kinds of product`: of a column that says which."""
    for at in range(len(phrases) - 2):
        kind, joint, thing = phrases[at : at + 3]
        what = what_of(thing)
        is_word = stem(kind.text) in KINDS and (
            isinstance(kind.meaning, Unknown)
            or (isinstance(kind.meaning, Named) and kind.meaning.best.weight < HARDLY)
        )
        is_of = joint.text.casefold() == "of" and isinstance(what, Thing) and what.kind == "dimension"
        if is_word and is_of:
            return [*phrases[:at], *phrases[at + 2 :]]
    return phrases


def _against_people(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`force against people over 60`: nothing is compared."""
    found = list(phrases)
    for at in range(len(phrases) - 1):
        if phrases[at].text.casefold() == "against" and kind_of(phrases[at + 1]) == "rows":
            found[at] = replace(phrases[at], meaning=Keyword("of"))
    return found


def _won_by_side(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`won by the away team`: which side won, nothing is split by teams."""
    for at in range(len(phrases) - 2):
        won, by, side = phrases[at : at + 3]
        what = what_of(side)
        is_side = isinstance(what, Thing) and bool(SIDES & set(stems_of(what.title)))
        if won.text.casefold() in {"won", "lost"} and kind_of(by) == "by" and is_side:
            return [*phrases[: at + 1], replace(by, meaning=Keyword("of")), *phrases[at + 2 :]]
    return phrases


def _per_unit_of(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`output per unit of area`: per area."""
    for at in range(len(phrases) - 3):
        per, unit, of, thing = phrases[at : at + 4]
        is_unit = isinstance(unit.meaning, Unknown) and stem(unit.text) == "unit"
        if kind_of(per) == "by" and is_unit and kind_of(of) == "of" and is_measured(thing):
            return [*phrases[: at + 1], *phrases[at + 3 :]]
    return phrases


def _in_full(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`traditional vs high`, of a column that says `trad`: a value that is short for the word."""
    compared = {value.thing for phrase in phrases if isinstance(value := what_of(phrase), Value)}
    if not compared or not any(kind_of(phrase) == "compare" for phrase in phrases):
        return phrases
    found = list(phrases)
    for at, phrase in enumerate(phrases):
        if not (isinstance(phrase.meaning, Unknown) or kind_of(phrase) == "aside"):
            continue
        word = stem(phrase.text)
        short = [
            one
            for [name, *more], several in vocabulary.values.items()
            if not more and len(name) >= SHORT and word.startswith(name)
            for one in several
            if isinstance(one.what, Value) and one.what.thing in compared
        ]
        if len({one.what for one in short}) == 1:
            found[at] = replace(phrase, meaning=Named((replace(short[0], weight=ALIAS),)))
    return found


def _end_dates(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`start and end dates`: these two, no third."""
    return [
        phrase
        for at, phrase in enumerate(phrases)
        if not (
            at > 1
            and phrase.text.casefold() in {"date", "dates", "time", "times"}
            and phrases[at - 1].end == phrase.start
            and kind_of(phrases[at - 2]) == "and"
            and _is_time(phrase)
            and _is_time(phrases[at - 1])
        )
    ]


def _is_time(phrase: Phrase) -> bool:
    what = what_of(phrase)
    return isinstance(what, Thing) and what.kind == "time"


READINGS: tuple[Callable[[list[Phrase], Vocabulary], list[Phrase]], ...] = (
    _end_dates,
    _kinds_of,
    _against_people,
    _won_by_side,
    _per_unit_of,
    _in_full,
)
