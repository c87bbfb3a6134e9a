"""Phrases that what stands beside them makes something else: units behind numbers, seasons told twice."""

from collections.abc import Sequence
from dataclasses import replace

from claribi.analysis.roles import is_calendar
from claribi.ask.intent import Places
from claribi.ask.lexicon import Keyword
from claribi.ask.meant import UNITS_ALONE
from claribi.ask.phrases import Named, Number, Phrase, Unit
from claribi.ask.times import Stretch
from claribi.ask.vocabulary import Thing, Value
from claribi.ask.words import stem
from claribi.query.cycles import NAMES

PERCENT = frozenset({"percent", "percentage", "pct"})
# What a number behind bounds something, and how many phrases before the unit that can stand.
BOUNDING, BOUND_AT = frozenset({"between", "between_of", "compares", "compares_of"}), 4
CLOCK = frozenset({"minute", "second"})
MONTHS = NAMES["month_of_year"]


def rephrased(phrases: Sequence[Phrase]) -> list[Phrase]:
    """The phrases as they are meant beside each other."""
    found: list[Phrase] = []
    phrases = _with_values_first(phrases)
    for place, phrase in enumerate(phrases):
        before = phrases[place - 1] if place else None
        if before is not None and _counts(before, phrase):
            grain = stem(phrase.text)
            meaning = Keyword("unit") if grain in CLOCK else Unit(grain)
            found.append(replace(phrase, meaning=meaning))
        elif before is not None and _is_percent_of_bound(phrases[:place], phrase):
            found[-1] = replace(before, text=f"{before.text}%", end=phrase.end)
        elif before is not None and _says_again(before, phrase):
            # `summer (June to August) 2012`: of that year
            found[-1:] = [before if _is_of_all_years(phrase.meaning) else phrase]
        else:
            found.append(phrase)
    return found


def _with_values_first(phrases: Sequence[Phrase]) -> list[Phrase]:
    """`at least one polio case`: cases of polio, at least one of them."""
    found = list(phrases)
    for place in range(len(phrases) - 3):
        compares, number, value, rows = phrases[place : place + 4]
        if _is_count_of(compares, number, value) and _is_rows(rows) and value.end == rows.start:
            found[place : place + 3] = [value, compares, number]
    return found


def _is_count_of(compares: Phrase, number: Phrase, value: Phrase) -> bool:
    bounds = isinstance(compares.meaning, Keyword) and compares.meaning.kind == "compares"
    what = value.meaning.best.what if isinstance(value.meaning, Named) else None
    return bounds and isinstance(number.meaning, Number) and isinstance(what, Value)


def _is_rows(phrase: Phrase) -> bool:
    if isinstance(phrase.meaning, Keyword):
        return phrase.meaning.kind == "rows"
    what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    return isinstance(what, Thing) and what.kind == "rows"


def _is_percent_of_bound(before: Sequence[Phrase], phrase: Phrase) -> bool:
    """`between 10 and 15 percent`: the unit of what bounds, no share."""
    is_percent = isinstance(phrase.meaning, Keyword) and phrase.text.casefold() in PERCENT
    if not is_percent or not isinstance(before[-1].meaning, Number) or before[-1].end != phrase.start:
        return False
    kinds = [p.meaning.kind for p in before[-BOUND_AT:] if isinstance(p.meaning, Keyword)]
    return bool(BOUNDING & set(kinds))


def _counts(before: Phrase, phrase: Phrase) -> bool:
    """`15 minutes`, `an hour`: so many of them, though a column has the minute or hour of something."""
    thing = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
    if not isinstance(thing, Thing) or thing.column is None or not is_calendar(thing.column):
        return False
    unit = stem(phrase.text)
    is_one = phrase.text.casefold() == unit
    is_article = isinstance(before.meaning, Keyword) and before.meaning.kind == "compares" and is_one
    return unit in CLOCK | UNITS_ALONE and (is_article or (isinstance(before.meaning, Number) and not is_one))


def _says_again(before: Phrase, phrase: Phrase) -> bool:
    """`in summer (June to August)`: the months of a season."""
    places, stretch = before.meaning, phrase.meaning
    if _is_whole_year(stretch) and isinstance(places, Keyword) and places.value == "month_of_year":
        # `each calendar month (January to December)`
        return True
    if not isinstance(places, Places) or not isinstance(stretch, Stretch):
        return False
    start, end = stretch.start, stretch.end
    if places.cycle != "month_of_year" or start is None or end is None:
        return False
    first, last = MONTHS[start.month - 1], MONTHS[(end.month - 2) % 12]
    return (first, last) == (places.values[0], places.values[-1])


def _is_of_all_years(meaning: object) -> bool:
    """Whether months were named without a year."""
    return not isinstance(meaning, Stretch) or meaning.implied


def _is_whole_year(meaning: object) -> bool:
    """Whether all months are named, of no year."""
    if not isinstance(meaning, Stretch) or not meaning.implied or meaning.start is None:
        return False
    return meaning.end is not None and (meaning.start.month, meaning.end.month) == (1, 1)
