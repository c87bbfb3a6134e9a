"""Classes of numbers in a question: decades, ranges of a width, and those that are named one by one."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from claribi.ask.axes import SAYING_WHEN
from claribi.ask.cursor import foregone
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Number, Phrase, Unknown
from claribi.ask.shortening import PARTLY
from claribi.ask.vocabulary import Called, Thing, Vocabulary
from claribi.ask.words import stem, stems_of
from claribi.ask.years import holds_years
from claribi.query.columns import Classes, Computed
from claribi.sources.catalog import NUMERIC_TYPES

# How sure one can be of what is worked out.
WORKED_OUT = 0.86
# What stands behind a number that is split into classes, and what says how wide these are.
RANGES = frozenset({"group", "range", "band", "bracket", "class", "bucket", "bin", "interval", "tier"})
STEPS = frozenset({"step", "interval", "band", "group", "bin", "bucket", "range", "class"})
# So many classes are about right where no width was named.
ABOUT = 8
# Of fewer classes a question may just name two bounds.
FEWEST_CLASSES = 3
SHORT_UNIT = 3
FALLING = frozenset({"fall", "falls", "fell"})
# The phrases with the name of something that is worked out, and that.
Read = tuple[list[Phrase], Thing] | None


@dataclass(frozen=True, slots=True)
class Class:
    """A class that was named.

    Attributes:
        closed: It takes in its upper end, as `30 to 39` does.
        beyond: It leaves out its lower end, as `over 50` does.
    """

    low: float | None
    high: float | None
    closed: bool = False
    beyond: bool = False


def decades(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> Read:
    """`per decade`, where a column holds years."""
    years = [thing for thing in vocabulary.things if holds_years(thing)]
    for place, phrase in enumerate(phrases if years else ()):
        if stem(phrase.text) != "decade" or not isinstance(phrase.meaning, Unknown):
            continue
        said = _named_years(phrases[place - 1], years) if place else None
        year = said or min(years, key=lambda thing: len(stems_of(thing.title)))
        first, last = place - (said is not None), place + 1
        if said is None and last < len(phrases) and phrases[last].start == phrase.end:
            # `by decade built`
            behind = _named_years(phrases[last], years)
            year, last = behind or year, last + (behind is not None)
        computed = Computed(name=f"decade of {year.title}", classes=Classes(column=year.name, width=10))
        thing = vocabulary.compute(computed, year.table, "dimension")
        decade = replace(phrase, start=phrases[first].start, meaning=named(thing))
        return [*phrases[:first], decade, *phrases[last:]], thing
    return None


def _named_years(phrase: Phrase, years: Sequence[Thing]) -> Thing | None:
    """`construction decade`: the column of years that the noun before names."""
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    if isinstance(what, Thing):
        return what if what in years else None
    said = [word for word in stems_of(phrase.text) if word not in SAYING_WHEN]
    fitting = [thing for thing in years if said and set(said) <= set(stems_of(thing.title))]
    return fitting[0] if isinstance(phrase.meaning, Unknown) and len(fitting) == 1 else None


def edges(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> Read:
    """`under 30, 30 to 39, 40 and over`: classes that were named one by one."""
    run = _run_of_bounds(phrases)
    if run is None:
        return None
    first, last, classes = run
    bounds = _edges(classes)
    if any(low >= high for low, high in pairwise(bounds)):
        return None
    lead = first - 1 if first and _is_range_word(phrases[first - 1]) else first
    near = [phrases[lead - 1]] if lead else []
    others = [*near, *phrases[:lead], *phrases[first:]]
    numbers = [thing for phrase in others if (thing := number_named(phrase)) is not None]
    number = next(iter(numbers), None) or _default_number(vocabulary, bounds)
    if number is None:
        return None
    name = f"{number.title} class"
    computed = Classes(column=number.name, edges=bounds)
    thing = vocabulary.compute(Computed(name=name, classes=computed), number.table, "dimension")
    by = replace(phrases[first], text="by", meaning=Keyword("by", None))
    said = replace(phrases[first], end=phrases[last - 1].end, text=name, meaning=named(thing))
    before = [p for p in phrases[:lead] if not (number_named(p) == number and p in near)]
    if before and is_kind(before[-1], "by"):
        before.pop()
    return [*_without_falling(before), by, said, *_without_counting(phrases[last:], number)], thing


def _is_range_word(phrase: Phrase) -> bool:
    is_open = isinstance(phrase.meaning, Unknown) or (
        isinstance(phrase.meaning, Named) and phrase.meaning.best.weight < PARTLY
    )
    return stem(phrase.text) in RANGES and is_open


def _without_falling(phrases: Sequence[Phrase]) -> list[Phrase]:
    """`how many orders fall into these`: nothing falls."""
    return [phrase for phrase in phrases if phrase.text.casefold() not in FALLING]


def _without_counting(phrases: Sequence[Phrase], number: Thing) -> list[Phrase]:
    """`… 100 and more affected. How many in each?`: what was counted already, and its number's name again."""
    kinds = [phrase.meaning.kind if isinstance(phrase.meaning, Keyword) else "" for phrase in phrases]
    if kinds and number_named(phrases[0]) == number:
        return _without_counting(phrases[1:], number)
    return [] if set(kinds) <= {"count", "by", "of", "is"} else list(phrases)


def _run_of_bounds(phrases: Sequence[Phrase]) -> tuple[int, int, list[Class]] | None:
    """Where classes are named one by one, and what they are."""
    for first, phrase in enumerate(phrases):
        begins = is_kind(phrase, "compares") or _number_of(phrase) is not None
        if not begins:
            continue
        last = first + 1
        number = next((one for p in phrases[first:] if (one := number_named(p)) is not None), None)
        while last < len(phrases) and (
            _number_of(phrases[last]) is not None or _joins(phrases[last], number)
        ):
            last += 1
        classes = _classes(phrases[first:last])
        if len(classes) >= FEWEST_CLASSES and all(_follows(*pair) for pair in pairwise(classes)):
            while not (_number_of(phrases[last - 1]) is not None or _opens(phrases[last - 1])):
                last -= 1
            return first, last, classes
    return None


def _classes(phrases: Sequence[Phrase]) -> list[Class]:
    """`under 30`, `30 to 39`, `30-39`, `40 to under 50`, `50 and more`, `over 50`, in their order."""
    found: list[Class] = []
    low: float | None = None
    sign = ""
    for phrase in phrases:
        value = _number_of(phrase)
        if value is None:
            said = phrase.meaning.value if isinstance(phrase.meaning, Keyword) else None
            if is_kind(phrase, "bounds") and low is not None:
                found.append(Class(low, None) if said in {">", ">="} else Class(None, low))
                low = None
            elif is_kind(phrase, "compares"):
                sign = str(said)
        elif sign.startswith("<"):
            found.append(Class(low, value))
            low, sign = None, ""
        elif sign.startswith(">"):
            found.append(Class(value, None, beyond=sign == ">"))
            low, sign = None, ""
        elif low is None:
            low = value
        else:
            found.append(Class(low, value, closed=True))
            low = None
    return found


def _follows(one: Class, other: Class) -> bool:
    return one.high is not None and other.low is not None and 0 <= other.low - one.high <= max(1, one.high)


def _edges(classes: Sequence[Class]) -> list[float]:
    """Where each class but the first begins; above a closed one that ends there, at the next whole number."""
    found = []
    for one, other in pairwise(classes):
        assert one.high is not None and other.low is not None  # noqa: S101, PT018 - one follows the other
        begins = one.high + 1 if one.closed and other.beyond and other.low == one.high else other.low
        found.append(begins)
    return found


def _joins(phrase: Phrase, number: Thing | None) -> bool:
    """Whether a phrase stands between the numbers of classes: what they are of may be said with each."""
    if number is not None and number_named(phrase) == number:
        return True
    meaning = phrase.meaning
    is_word = isinstance(meaning, Unknown) and stem(phrase.text) in {"up", "older", "above"}
    joins = {"compares", "and", "bounds", "between", "of", "unit", "aged"}
    # `20 g`, where nothing tells what a g is
    is_word = is_word or (is_kind(phrase, "aside") and len(phrase.text) <= SHORT_UNIT)
    return is_word or (isinstance(meaning, Keyword) and meaning.kind in joins)


def _opens(phrase: Phrase) -> bool:
    """`and more`, `over`: the last class has no upper edge."""
    meaning = phrase.meaning
    value = meaning.value if isinstance(meaning, Keyword) and meaning.kind in {"bounds", "compares"} else None
    return value in {">", ">="}


def _number_of(phrase: Phrase) -> float | None:
    return phrase.meaning.value if isinstance(phrase.meaning, Number) else None


def _default_number(vocabulary: Vocabulary, bounds: Sequence[float]) -> Thing | None:
    """The one number of the table that these edges lie within."""
    measures = [(measure, _reach(measure)) for measure in vocabulary.measures()]
    fitting = [m for m, reach in measures if reach and reach[0] < bounds[0] and bounds[-1] <= reach[1]]
    plain = [measure for measure in fitting if not foregone(measure)]
    return (plain or fitting)[0] if len(plain or fitting) == 1 else None


def ranges(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> Read:
    """`by age group`, `by price range`, `distribution of prices`, `in steps of 10`."""
    for place, (phrase, behind) in enumerate(pairwise(phrases)):
        splits = place > 0 and is_kind(phrases[place - 1], "by")
        is_plain = isinstance(behind.meaning, Unknown) or (splits and is_kind(behind, "extent"))
        is_range = stem(behind.text) in RANGES and is_plain and phrase.end == behind.start
        spreads = place > 0 and is_kind(phrases[place - 1], "distribution")
        number = number_named(phrase)
        if number is None or number.name in vocabulary.computed or not is_range:
            continue
        width, steps = _width_said(phrases, place + 2)
        thing = _classes_of(number, width, vocabulary)
        if thing is None:
            continue
        said = replace(phrase, end=behind.end, meaning=named(thing))
        rest = [p for at, p in enumerate(phrases) if at not in steps]
        at = rest.index(phrase)
        return [*rest[: at - spreads], said, *rest[at + 2 :]], thing
    return _distribution(phrases, vocabulary)


def _distribution(phrases: Sequence[Phrase], vocabulary: Vocabulary) -> Read:
    """`distribution of prices`, `histogram of age`"""
    for place, (phrase, behind) in enumerate(pairwise(phrases)):
        if not place and is_kind(behind, "distribution") and number_named(phrase) is not None:
            # `price distribution`
            return _distribution([behind, phrase, *phrases[2:]], vocabulary)
        number = number_named(behind) if is_kind(phrase, "distribution") else None
        width, steps = _width_said(phrases, place + 2)
        thing = _classes_of(number, width, vocabulary) if number is not None else None
        if thing is not None and number is not None and number.kind == "measure":
            by = replace(phrase, meaning=Keyword("by", None))
            return [
                *phrases[:place],
                by,
                replace(behind, meaning=named(thing)),
                *(p for at, p in enumerate(phrases) if at >= place + 2 and at not in steps),
            ], thing
    return None


def _width_said(phrases: Sequence[Phrase], start: int) -> tuple[float | None, set[int]]:
    """`in steps of 10`: the width, and the places that say it."""
    for place in range(start, len(phrases) - 1):
        if (wide := _width_before(phrases, place)) is not None:
            return wide
        if stem(phrases[place].text) not in STEPS:
            continue
        at = place + 1 + is_kind(phrases[place + 1], "of")
        width = _number_of(phrases[at]) if at < len(phrases) else None
        if width:
            return width, set(range(place, at + 1))
    return None, set()


def _width_before(phrases: Sequence[Phrase], place: int) -> tuple[float, set[int]] | None:
    """`in 20 kg steps`"""
    width, at = _number_of(phrases[place]), place + 1
    at += is_kind(phrases[at], "unit")
    is_step = width is not None and at < len(phrases) and stem(phrases[at].text) in STEPS
    if width is None or not is_step:
        return None
    first = place - (place > 0 and is_kind(phrases[place - 1], "of"))
    return width, set(range(first, at + 1))


def _classes_of(number: Thing, width: float | None, vocabulary: Vocabulary) -> Thing | None:
    """Classes of a number, of a width that was named or is easily read."""
    reach = _reach(number)
    if reach is None:
        return None
    wide = width or _round((reach[1] - reach[0]) / ABOUT)
    if wide <= 0:
        return None
    whole = int(wide) if wide == int(wide) else wide
    name = f"{number.title} from"
    computed = Computed(name=name, classes=Classes(column=number.name, width=whole))
    return vocabulary.compute(computed, number.table, "dimension")


def _reach(number: Thing) -> tuple[float, float] | None:
    column = number.column
    edges = (column.minimum, column.maximum) if column is not None else (None, None)
    if not all(isinstance(edge, int | float) and math.isfinite(edge) for edge in edges):
        return None
    return float(edges[0]), float(edges[1])  # type: ignore[arg-type]  # both are numbers


def _round(width: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50, …"""
    if width <= 0:
        return 0
    power = 10 ** math.floor(math.log10(width))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= width))


def number_named(phrase: Phrase) -> Thing | None:
    """The column of numbers that is named, whatever it is used for."""
    named = phrase.meaning.candidates if isinstance(phrase.meaning, Named) else ()
    return min(_numbers(named), key=foregone, default=None)


def _numbers(named: Sequence[Called]) -> Iterator[Thing]:
    for called in named:
        what = called.what
        is_column = isinstance(what, Thing) and what.kind in {"measure", "dimension"}
        if is_column and isinstance(what, Thing) and what.column and what.column.type in NUMERIC_TYPES:
            yield what


def is_kind(phrase: Phrase, kind: str) -> bool:
    return isinstance(phrase.meaning, Keyword) and phrase.meaning.kind == kind


def named(thing: Thing) -> Named:
    return Named((Called(thing, WORKED_OUT),))
