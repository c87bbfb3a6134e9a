"""Shorter and other ways to say the name of a column, and how sure each is."""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Literal, TypeAlias

from claribi.analysis.names import CURRENCIES
from claribi.analysis.roles import SIDES
from claribi.ask.roots import TRUE
from claribi.ask.synonyms import ALIASES, NEAR, SYNONYMS, TAKINGS
from claribi.ask.words import stems_of

Kind = Literal["measure", "metric", "dimension", "time", "key", "rows"]
Stems: TypeAlias = tuple[str, ...]
# Last words of a column's name that only say how it names a thing.
NAMING = frozenset(
    {"id", "name", "title", "label", "code", "number", "no", "nr", "key", "identifier", "desc"}
)
# First words that only say what a time is.
OF_TIME = frozenset({"date", "time", "timestamp", "day", "at", "on", "datetime", "created"})
# How sure a way of calling something is.
SURE, SYNONYM, SHORTENED, BEGUN, LOOSELY, ABBREVIATED, PARTLY = 1.0, 0.85, 0.8, 0.75, 0.75, 0.7, 0.6
# What the last word of a column's name says it is measured in.
UNITS = frozenset(
    {"g", "kg", "mg", "lb", "lbs", "oz", "mm", "cm", "m", "km", "mile", "mi", "inch", "ft", "foot", "ml", "l"}
    | {"liter", "litre", "gallon", "sec", "second", "minute", "min", "hour", "hr", "c", "f", "celsius"}
    | {
        "watt",
        "w",
        "kw",
        "ghz",
        "mhz",
        "hz",
        "nm",
        "um",
        "acre",
        "hectare",
        "ha",
        "sqkm",
        "gb",
        "mb",
        "kb",
        "tb",
    }
    | {
        "mbps",
        "ppm",
        "psi",
        "volt",
        "amp",
        "mah",
        "kcal",
        "calorie",
        "joule",
        "mmhg",
        "bpm",
        "rpm",
        "cc",
        "pct",
    }
    | {
        "tonne",
        "ton",
        "yard",
        "yd",
        "bn",
        "mn",
        "mio",
        "thousand",
        "million",
        "billion",
        "eur",
        "euro",
        "dollar",
    }
    | {
        "musd",
        "meur",
        "kusd",
        "keur",
        "fahrenheit",
        "percentage",
        "percent",
        "mph",
        "kmh",
        "kwh",
        "mwh",
        "twh",
        "gwh",
        "mw",
        "gw",
        "mt",
        "kt",
        "sqm",
        "sqft",
    }
)
# What may be measured in a unit.
NUMBERS = frozenset({"measure", "metric"})
# Of these the rest of the name is how long something takes.
LASTING = frozenset({"sec", "second", "min", "minute", "hr", "hour", "day", "week", "month"})
AMOUNTS = frozenset({"thousand", "million", "billion", "dollar", "euro", "pound", "year"})
# Last words of a number's name that only say that it is one.
COUNTING = frozenset({"score", "value", "amount", "count", "index", "level", "total", "point"})
EXTREMES = {word: words for words in (("max", "maximum"), ("min", "minimum")) for word in words}
VOWELS = frozenset("aeiou")
UNIT_WORDS = {"sqft": ("square", "foot"), "sqm": ("square", "meter"), "mpg": ("mile", "per", "gallon")}
# Stretches of time and sizes within names, as people say them.
SPANS = {"yr": "year", "y": "year", "mo": "month", "d": "day", "day": "day", "wk": "week", "hr": "hour"}
SPAN = re.compile(r"(\d+)(yr|y|mo|day|d|wk|hr)")
EXTRA = re.compile(r"\b(?:x ?large|xlarge)\b")
# First words of a column's name that only say how its numbers were made.
MADE = frozenset({"total", "number", "average", "mean", "sum", "count"})
APART = frozenset({"per", "of", "on", "at"})
# The fewest letters of an abbreviation.
LETTERS = 3


def _without_unit(stems: Stems) -> Stems:
    """`weight in lbs` and `body mass g` without what they are measured in."""
    plain = tuple(stem for stem in stems if stem not in CURRENCIES) or stems
    if "in" in plain[1:-1] and (plain[-1] in UNITS | LASTING | AMOUNTS or plain[-2] == "in"):
        return plain[: plain.index("in", 1)]
    return plain[:-1] if len(plain) > 1 and plain[-1] in UNITS else plain


def is_contracted(name: Stems, stems: Stems) -> bool:
    """Whether a name leaves letters out of the words of a phrase: `bdy_style`, `mfr`, `ctry_origin`."""
    pairs = list(zip(name, stems, strict=False))
    return (
        len(name) == len(stems)
        and any(short != word for short, word in pairs)
        and all(short == word or _leaves_out(short, word) for short, word in pairs)
    )


def _leaves_out(short: str, word: str) -> bool:
    """Whether a word is how another one begins, or without vowels has only letters of it in their order."""
    if len(short) >= LETTERS and word.startswith(short):
        return True
    if not LETTERS <= len(short) < len(word) or short[0] != word[0] or set(short[1:]) & VOWELS:
        return False
    letters = iter(word)
    return all(letter in letters for letter in short)


def are_alike(values: Sequence[object]) -> bool:
    """Whether most values have other words: days of the week and sexes, not airports of which one is SAT."""
    known = sum(" ".join(stems_of(str(value))) in ALIASES for value in values)
    return 2 * known >= len(values)


def shortened(stems: Stems, kind: Kind) -> Iterator[tuple[Stems, float]]:
    """Shorter ways to say a name, and how sure each is."""
    whole, plain = stems, _without_unit(stems) if kind in NUMBERS else stems
    if plain and plain != stems:
        yield plain, SURE
        stems = plain
    if kind == "measure" and (lasting := _lasting(whole)):
        stems = lasting
        yield from (((*stems, word), SHORTENED) for word in ("time", "duration"))
        yield stems, SHORTENED
    if kind == "dimension" and len(stems) > 1 and stems[-1] in LASTING | {"year"}:
        # `term` of term_months
        yield stems[:-1], PARTLY
    if len(stems) < 2:  # noqa: PLR2004 - nothing to leave out
        return
    if SPAN.fullmatch(stems[-1]):
        # `strength training` of strength_training_7d
        stems = stems[:-1]
        yield stems, SHORTENED
        if len(stems) < 2:  # noqa: PLR2004 - as above
            return
    if stems[0] in MADE:
        # `total_of_special_requests`, `avg_price_per_room`
        stems = stems[2:] if stems[1] == "of" and len(stems) > 2 else stems[1:]  # noqa: PLR2004 - as above
        yield stems, SHORTENED
    if apart := [place for place, stem in enumerate(stems) if stem in APART and place]:
        yield stems[: apart[0]], PARTLY
    if len(stems) > 1:
        yield from _parts(stems, kind)


def tells_apart(said: Sequence[str], title: Sequence[str], titles: Sequence[Sequence[str]]) -> bool:
    """Whether words tell which of several numbers called alike: `boost`, of a boost and a base clock."""
    alike = [one for one in titles if one[-1:] == title[-1:]]
    return (
        len(title) > 1
        and list(title[:-1]) == list(said)
        and len(alike) > 1
        and not (SIDES | TAKINGS) & set(said)
    )


def without_acronyms(name: str, kind: Kind) -> Stems | None:
    """`speed` of `Speed IAS in knots`: a number without the letters that only say how it is taken."""
    plain = name.partition(" in ")[0].split()
    telling = list(plain)
    while len(telling) > 1 and len(telling[-1]) > 1 and telling[-1].isalpha() and telling[-1].isupper():
        telling.pop()
    is_written_so = kind in NUMBERS and len(telling) < len(plain) and not name.isupper()
    return tuple(stems_of(" ".join(telling))) if is_written_so else None


def _lasting(stems: Stems) -> Stems | None:
    """What takes as long as a number tells: `resolution` of resolution_hours."""
    named = len(stems) > 1 and stems[-1] in LASTING and stems[-2] not in {"time", "duration"}
    return stems[:-1] if named else None


def _parts(stems: Stems, kind: Kind) -> Iterator[tuple[Stems, float]]:
    """A name of several words without some of them."""
    # `maximum temperature` for what is called temp_max.
    for word in EXTREMES.get(stems[-1], ()):
        yield (word, *stems[:-1]), SURE
        yield (*stems[:-1], word), SURE
    if stems[-1] in NAMING:
        yield stems[:-1], SHORTENED
        yield (stems[-1:], PARTLY) if stems[-1] in {"name", "title"} else (stems[:-1], SHORTENED)
        return
    if kind == "time" and stems[-1] in OF_TIME:
        yield stems[:-1], PARTLY
        return
    if stems[-1] in MADE and kind in NUMBERS:
        # `total cost` for what is called cost_total.
        yield (stems[-1], *stems[:-1]), SURE
    yield stems[1:], SHORTENED if stems[0] in TRUE else SYNONYM if kind == "rows" else PARTLY
    if stems[-1] in COUNTING and kind in NUMBERS:
        yield stems[:-1], ABBREVIATED
    if kind == "rows" and stems[0] not in TAKINGS:
        # `properties` of property_listings
        yield stems[:-1], PARTLY
    if len(stems) > 2:  # noqa: PLR2004 - as above
        # `breaches` of health_data_breaches
        yield stems[-1:], SHORTENED if kind == "rows" else PARTLY * PARTLY
        yield stems[:-1], PARTLY
        # `week nights` of stays_in_week_nights
        yield from ((stems[start:], PARTLY) for start in range(2, len(stems) - 1))


def synonymous(stems: Stems) -> Iterator[tuple[Stems, float]]:
    """Other words for a name, and how sure each is."""
    options = [(stem, *sorted(SYNONYMS.get(stem, ()))) for stem in stems]
    yield from ((others, SYNONYM) for others in product(*options) if others != stems)
    if len(stems) == 1:
        yield from (((other,), LOOSELY) for other in sorted(NEAR.get(stems[0], ())))


# What stands in the names of columns for how high or low they go, and the other way round.
IN_FULL = {"max": "maximum", "min": "minimum", "maximum": "max", "minimum": "min", "avg": "average"}


def said_in_full(stems: Stems) -> Iterator[tuple[Stems, float]]:
    """`5-year dollars` for dollars_5yr, `extra large bags` for x_large_bags, `miles per gallon` for mpg."""
    if UNIT_WORDS.keys() & set(stems):
        yield tuple(word for stem in stems for word in UNIT_WORDS.get(stem, (stem,))), SURE
    if IN_FULL.keys() & set(stems) and len(stems) > 1:
        yield tuple(IN_FULL.get(word, word) for word in stems), SURE
    for place, word in enumerate(stems):
        found = SPAN.fullmatch(word)
        if found is not None:
            span = (found[1], SPANS[found[2]])
            rest = (*stems[:place], *stems[place + 1 :])
            plain = tuple(one for one in rest if one != "total")
            for written in ((*span, *plain), (*rest, *span), ("total", *span, *plain)):
                yield written, SHORTENED
    joined = " ".join(stems)
    if (large := EXTRA.sub("extra large", joined)) != joined:
        yield tuple(large.split()), SHORTENED
