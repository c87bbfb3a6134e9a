"""Which readings a column deserves, from a sample of its values. Counting over all rows decides later."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from claribi.sources.files.candidates import (
    BOOLEANS,
    COMMA,
    DATES,
    ISO_ZONED,
    MAX_SCALE,
    MISSING,
    PLAIN,
    POINT,
    STYLES,
    SYMBOLS,
    TIMES,
    Ladder,
    Numbers,
    NumberStyle,
    booleans,
    format_pattern,
    formatted_times,
    iso_times,
)
from claribi.sources.files.spans import spans

# A reading is tried when it takes this share of the sample; the sample may be unlucky.
WORTH_TRYING = 0.9
SAMPLE_VALUES = 1000
AMBIGUOUS = re.compile(r"[+-]?\d{1,3}([.,])\d{3}")
STATED_NUMBERS = frozenset({"integer", "float"})
STATED_TIMES = frozenset({"date", "timestamp"})


@dataclass(frozen=True, slots=True)
class Habits:
    """How numbers are written in the file as a whole, for columns that could be read either way."""

    decimal_comma: bool


def habits(columns: Sequence[Sequence[str]], delimiter: str | None) -> Habits:
    """Learn from the columns that can be read in one way only."""
    commas = sum(_only(values, COMMA, POINT) for values in columns)
    points = sum(_only(values, POINT, COMMA) for values in columns)
    return Habits(decimal_comma=commas > points or (commas == points and delimiter == ";"))


def ladders(
    column: str, sample: Sequence[str], habit: Habits, stated: frozenset[str] = frozenset()
) -> list[Ladder]:
    """The readings to count.

    Args:
        column: SQL name.
        stated: What kinds of values a file with types says there are; empty for text files.
    """
    values = present(sample)
    if not values and not stated:
        return [Numbers(column, PLAIN, 0, symbols=False).ladder(), iso_times(column, values)]
    if stated == {"boolean"}:
        return [booleans(column, BOOLEANS[0])]
    if stated and stated <= STATED_TIMES:
        return [iso_times(column, values)]
    found = [] if stated == {"string"} else _numbers(column, values, habit)
    if found or (stated and stated <= STATED_NUMBERS):
        return found
    found = _times(column, values)
    return found or ([] if stated else _booleans(column, values))


def present(sample: Sequence[str]) -> list[str]:
    """The first values that are not missing, trimmed."""
    trimmed = (value.strip() for value in sample)
    return [value for value in trimmed if value not in MISSING][:SAMPLE_VALUES]


def _numbers(column: str, values: Sequence[str], habit: Habits) -> list[Ladder]:
    marked = _share(values, re.compile(rf".*[{SYMBOLS}].*")) >= WORTH_TRYING
    bare = [re.sub(rf"[{SYMBOLS}\s]", "", value) for value in values] if marked else values
    style = _style(bare, habit)
    if style is None:
        return []
    fractions = [len(v.rpartition(style.decimal)[2]) for v in bare if style.decimal in v]
    exponents = any("e" in value.lower() for value in bare)
    scale = MAX_SCALE + 1 if exponents else max(fractions, default=0)
    return [Numbers(column, style, scale, symbols=marked).ladder()]


def _style(values: Sequence[str], habit: Habits) -> NumberStyle | None:
    fitting = [s for s in STYLES if _share(values, re.compile(rf"{s.anything}|0\d+")) >= WORTH_TRYING]
    if len(fitting) > 1 and COMMA in fitting and any(AMBIGUOUS.fullmatch(v) for v in values):
        preferred = COMMA if habit.decimal_comma else next(s for s in fitting if s is not COMMA)
        return preferred if preferred in fitting else fitting[0]
    return fitting[0] if fitting else None


def _only(values: Sequence[str], style: NumberStyle, other: NumberStyle) -> bool:
    """True where the values make sense in one style and not in the other."""
    found = present(values)
    takes = _share(found, re.compile(style.anything)) >= WORTH_TRYING
    return takes and _share(found, re.compile(other.anything)) < WORTH_TRYING


def _times(column: str, values: Sequence[str]) -> list[Ladder]:
    if _share(values, re.compile(ISO_ZONED)) >= WORTH_TRYING:
        return [iso_times(column, values)]
    patterns = [date + time for time in ["", *TIMES] for date in DATES]
    fitting = [p for p in patterns if _share(values, format_pattern(p)) >= WORTH_TRYING]
    found = [formatted_times(column, p) for p in fitting if _parsed(values, p) >= WORTH_TRYING]
    return found or spans(column, values, WORTH_TRYING)


def _parsed(values: Sequence[str], pattern: str) -> float:
    """The share of the values that are days of the calendar."""

    def valid(value: str) -> bool:
        try:
            return bool(datetime.strptime(value, pattern))  # noqa: DTZ007 - only tried
        except ValueError:
            return False

    return sum(map(valid, values)) / len(values)


def _booleans(column: str, values: Sequence[str]) -> list[Ladder]:
    words = {value.lower() for value in values}
    # A single word is no pair: a column of nothing but n may mean anything.
    fitting = [pair for pair in BOOLEANS if words == set(pair) or words & {"true", "false"} == words != set()]
    return [booleans(column, pair) for pair in fitting[:1]]


def _share(values: Sequence[str], pattern: re.Pattern[str]) -> float:
    return sum(bool(pattern.fullmatch(value)) for value in values) / len(values) if values else 0.0
