"""Ways of saying numbers: `16-year-old`, `12th grade`, `grades 9 to 12`, `cost $20 or more`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Number, Phrase, Unit, Unknown, kind_of, names_rows, what_of
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Called, Thing, Value, Vocabulary
from claribi.ask.words import NUMBER_WORDS, stem, stems_of
from claribi.sources.catalog import NUMERIC_TYPES

ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
ORDINALS = {"first": 1, "second": 2, "third": 3, "fifth": 5, "ninth": 9, "twelfth": 12}
WHICH = frozenset({"which", "what"})
AGED = frozenset({"year-old", "year-olds", "years-old"})
UNTIL = frozenset({"to", "through", "until", "till"})
# How sure one can be of what is told by its number, and of a number that a verb is about.
SAID, VERB = 0.9, 0.8
# More values than this are not in one range.
MOST_VALUES = 100


def plain_numbers(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases of a question, numbers put as plainly as they are meant."""
    for reads in READINGS:
        phrases = reads(phrases, vocabulary)
    return phrases


def _aged(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`16-year-old boys`: of that age."""
    ages = [called.what for called in vocabulary.names.get(("age",), ()) if isinstance(called.what, Thing)]
    for at in range(len(phrases) - 1):
        number, old = phrases[at : at + 2]
        if isinstance(number.meaning, Number) and old.text.casefold() in AGED and ages:
            age = Named((Called(Value(ages[0], number.meaning.value), SAID),))
            return [*phrases[:at], replace(old, start=number.start, meaning=age), *phrases[at + 2 :]]
    return phrases


def _by_ordinal(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`in 12th grade`, `ninth graders`: the one that is told by this number."""
    for at in range(len(phrases) - 1):
        ordinal, noun = phrases[at : at + 2]
        number = _ordinal(ordinal)
        thing = _told_by_number(noun, vocabulary) if number is not None else None
        if number is None or thing is None or ordinal.end != noun.start:
            continue
        values = [c.what for c in vocabulary.values.get((str(number),), ()) if isinstance(c.what, Value)]
        value = next((one for one in values if one.thing == thing), None)
        if value is not None:
            said = replace(noun, start=ordinal.start, meaning=Named((Called(value, SAID),)))
            return [*phrases[:at], said, *phrases[at + 2 :]]
        if thing.column is not None and thing.column.type in NUMERIC_TYPES:
            named = Named((Called(Value(thing, number), SAID),))
            said = replace(noun, start=ordinal.start, meaning=named)
            return [*phrases[:at], said, *phrases[at + 2 :]]
    return phrases


def _ordinal(phrase: Phrase) -> int | None:
    text = phrase.text.casefold()
    if isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == "nth":
        return int(phrase.meaning.value)
    if not isinstance(phrase.meaning, Unknown):
        return None
    found = ORDINAL.fullmatch(text)
    return int(found[1]) if found else ORDINALS.get(text) or NUMBER_WORDS.get(text.removesuffix("th"))


def _told_by_number(phrase: Phrase, vocabulary: Vocabulary) -> Thing | None:
    """The column whose values are such numbers: `grade`, and `graders` of it."""
    what = what_of(phrase)
    if isinstance(phrase.meaning, Unknown):
        called = vocabulary.names.get((stem(phrase.text).removesuffix("r"),), ())
        what = called[0].what if called else None
    column = what.column if isinstance(what, Thing) else None
    return what if isinstance(what, Thing) and column is not None and what.kind != "time" else None


def _ranges_of_values(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`grades 9 to 12`, of a column that has them as texts."""
    for at in range(len(phrases) - 2):
        first, joint, last = (phrases[at], phrases[at + 1], phrases[at + 2])
        low, high = _numbered(first), _numbered(last)
        if low is None or high is None or joint.text.casefold() not in UNTIL or low[0] != high[0]:
            continue
        thing, values = low[0], _values_between(low[0], low[1], high[1], vocabulary)
        if len(values) > 1:
            named = Named((Called(Value(thing, values, "in"), SAID),))
            return [*phrases[:at], replace(first, end=last.end, meaning=named), *phrases[at + 3 :]]
    return phrases


def _numbered(phrase: Phrase) -> tuple[Thing, float] | None:
    what = what_of(phrase)
    is_number = isinstance(what, Value) and str(what.value).isdecimal()
    return (what.thing, float(str(what.value))) if isinstance(what, Value) and is_number else None


def _values_between(thing: Thing, low: float, high: float, vocabulary: Vocabulary) -> list[object]:
    found = [
        called.what.value
        for called in (one for several in vocabulary.values.values() for one in several)
        if isinstance(called.what, Value) and called.what.thing == thing
    ]
    numbers = {float(str(value)): value for value in found if str(value).isdecimal()}
    fitting = [numbers[number] for number in sorted(numbers) if low <= number <= high]
    return fitting if len(fitting) <= MOST_VALUES else []


def _each_within(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`for each age from 14 to 18`: split by it, and only these."""
    for at in range(1, len(phrases) - 3):
        thing, rest = phrases[at], phrases[at + 1 :]
        rest = rest[1:] if rest[0].text.casefold() in {"from", "between", "of"} else rest
        shapes = [isinstance(p.meaning, Number) for p in rest[:3]]
        is_range = shapes == [True, False, True] and rest[1].text.casefold() in UNTIL | {"and"}
        is_split = kind_of(phrases[at - 1]) == "by" and isinstance(what_of(thing), Thing)
        if is_range and is_split:
            of = replace(rest[1], meaning=Keyword("of"), text="of")
            until = replace(rest[1], text="to", meaning=Keyword("of"))
            return [*phrases[: at + 1], of, thing, rest[0], until, rest[2], *rest[3:]]
    return phrases


def _priced(phrases: list[Phrase], vocabulary: Vocabulary) -> list[Phrase]:
    """`cost $20 or more`, `what did they cost in total`, `with date and cost`: of the verb's number."""
    for at, phrase in enumerate(phrases):
        if kind_of(phrase) != "verb" or not isinstance(phrase.meaning, Keyword):
            continue
        behind = phrases[at + 1 : at + 3]
        kinds = [kind_of(one) for one in behind]
        if len(behind) == 2 and isinstance(behind[0].meaning, Number) and kinds[1] == "bounds":  # noqa: PLR2004
            bound = behind[1].meaning
            assert isinstance(bound, Keyword)  # noqa: S101 - by its kind
            compares = replace(phrase, meaning=Keyword("compares_of", (bound.value, phrase.meaning.value)))
            return [*phrases[:at], compares, behind[0], *phrases[at + 3 :]]
        thing = _number_of_verb(str(phrase.meaning.value), vocabulary)
        if thing is None:
            continue
        named = replace(phrase, meaning=Named((Called(thing, VERB),)))
        is_total = at + 2 == len(phrases) and kinds[:1] == ["aggregation"]
        if is_total and kind_of(phrases[0]) == "which":
            return [*(p for p in phrases[:at] if not names_rows(p)), behind[0], named]
        if at + 1 == len(phrases) and at > 1 and kind_of(phrases[0]) == "listing":
            return [*phrases[:at], named]
    return phrases


def _number_of_verb(names: str, vocabulary: Vocabulary) -> Thing | None:
    """The number that a verb is about; of several the total."""
    for name in names.split():
        found = [thing for thing in vocabulary.measures() if name in stems_of(thing.title)]
        if found:
            return min(found, key=lambda thing: "total" not in stems_of(thing.title))
    return None


def _in_two_years(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`how many in 1999, and how many in 2000`: both, beside each other."""
    for at in range(1, len(phrases) - 2):
        first, joint, asks = phrases[at : at + 3]
        rest = phrases[at + 3 :]
        rest = rest[1:] if rest and kind_of(rest[0]) == "of" else rest
        is_pair = isinstance(first.meaning, Stretch) and bool(rest) and isinstance(rest[0].meaning, Stretch)
        if is_pair and kind_of(joint) == "and" and kind_of(asks) == "count":
            return [*phrases[: at + 1], replace(joint, meaning=Keyword("compare")), *rest]
    return phrases


def _named_twice(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`who sleep 8 hours`: a column named right before one of its values is not split by."""
    found: list[Phrase] = []
    for at, phrase in enumerate(phrases):
        value = what_of(phrases[at + 1]) if at + 1 < len(phrases) else None
        before = phrases[at - 1] if at else None
        splits = kind_of(before) == "by" or (before is not None and before.text.casefold() in WHICH)
        is_own = (
            isinstance(value, Value) and what_of(phrase) == value.thing and value.thing.kind == "dimension"
        )
        if not is_own or splits or phrases[at + 1].start != phrase.end:
            found.append(phrase)
    return found


def _in_their_unit(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`sleep 8 hours`, of a column of hours of sleep that has 8 among its values."""
    found: list[Phrase] = []
    for phrase in phrases:
        value = what_of(found[-1]) if found else None
        is_unit = isinstance(phrase.meaning, Unit) or kind_of(phrase) == "unit"
        if is_unit and isinstance(value, Value) and stem(phrase.text) in stems_of(value.thing.title):
            found[-1] = replace(found[-1], end=phrase.end)
        else:
            found.append(phrase)
    return found


def _so_many_more(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`how many kilos more do boys weigh than girls`"""
    for at in range(len(phrases) - 2):
        asks, unit, more = phrases[at : at + 3]
        kinds = (kind_of(asks), kind_of(unit), more.text.casefold())
        if kinds in {("count", "unit", "more"), ("count", "unit", "less")}:
            differs = replace(asks, end=more.end, meaning=Keyword("differs", kinds[2]))
            return [*phrases[:at], differs, *phrases[at + 3 :]]
    return phrases


def _between_times(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`between chips released in 2019 and chips released in 2012`: what is said again says nothing more."""
    times = [at for at, phrase in enumerate(phrases) if isinstance(phrase.meaning, Stretch)]
    if len(times) != 2 or not any(kind_of(phrase) in {"differs", "compare"} for phrase in phrases):  # noqa: PLR2004
        return phrases
    first, last = times
    between, before = phrases[first + 1 : last], phrases[:first]
    again = [p for p in between if any(_same_name(p, one) for one in before)]
    rest = [p for p in between if p not in again]
    if not again or [kind_of(p) for p in rest] != ["and"]:
        return phrases
    plain = [p for p in before if not any(_same_name(p, one) for one in again)]
    return [*plain, phrases[first], *rest, *phrases[last:]]


def _same_name(one: Phrase, other: Phrase) -> bool:
    return what_of(one) is not None and what_of(one) == what_of(other)


def _like_its_column(phrases: list[Phrase], _vocabulary: Vocabulary) -> list[Phrase]:
    """`Hispanic students`, of a column `hispanic` in which some are called so: these."""
    found = list(phrases)
    for at, phrase in enumerate(phrases):
        candidates = phrase.meaning.candidates if isinstance(phrase.meaning, Named) else ()
        values = [c for c in candidates if isinstance(c.what, Value)]
        splits = at and kind_of(phrases[at - 1]) in {"by", "which"}
        is_both = len(candidates) > 1 and len(values) == 1 and isinstance(candidates[0].what, Thing)
        if is_both and not splits and candidates[0].what == values[0].what.thing:  # type: ignore[union-attr]  # a value
            found[at] = replace(phrase, meaning=Named((values[0],)))
    return found


READINGS: Sequence[Callable[[list[Phrase], Vocabulary], list[Phrase]]] = (
    _aged,
    _by_ordinal,
    _ranges_of_values,
    _each_within,
    _priced,
    _in_two_years,
    _between_times,
    _named_twice,
    _in_their_unit,
    _so_many_more,
    _like_its_column,
)
