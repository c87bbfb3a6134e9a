"""What the text of a column may mean, and the SQL that reads it so.

A reading is a ladder: the first rung is the narrowest type, each further one takes everything that the ones
before take and more. The ladders of a column are chosen by looking at a sample; `profile.py` then counts over
all rows on which rung each value stands, so that the choice rests on every value of the file.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from claribi.sources.catalog import ColumnType

MISSING = [
    *("", "NA", "N/A", "n/a", "na", "#N/A", "#NA", "NULL", "Null", "null", "NONE", "None", "none", "nil"),
    *("NaN", "nan", "NAN", "-", "--", "---", "?", ".", "..", r"\N", "(null)", "<NA>"),
]
BOOLEANS = [
    ("true", "false"),
    ("yes", "no"),
    ("y", "n"),
    ("t", "f"),
    ("ja", "nein"),
    ("oui", "non"),
    ("si", "no"),
    ("wahr", "falsch"),
    ("vrai", "faux"),
]
DATES = [
    *("%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y"),
    *("%d-%m-%Y", "%m-%d-%Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y"),
    *("%b %d %Y", "%B %d %Y", "%d-%B-%Y", "%Y-%m", "%b %Y", "%B %Y", "%b-%Y", "%B-%Y"),
]
TIMES = [" %H:%M:%S", " %H:%M", ", %H:%M", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p"]
FIELDS = {
    "%Y": r"\d{4}",
    "%y": r"\d{2}",
    "%m": r"\d{1,2}",
    "%d": r"\d{1,2}",
    "%b": r"[A-Za-z]{3}",
    "%B": r"[A-Za-z]{3,9}",
    "%H": r"\d{1,2}",
    "%I": r"\d{1,2}",
    "%M": r"\d{2}",
    "%S": r"\d{2}",
    "%f": r"\d{1,6}",
    "%p": r"[AaPp][Mm]",
}
FORMAT_WORDS = {"%Y": "year", "%y": "year", "%m": "month", "%b": "month", "%B": "month", "%d": "day"}
ISO_DATE = r"\d{4}-\d{1,2}-\d{1,2}"
ISO_TIME = ISO_DATE + r"([ T]\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s?Z?)?"
OFFSET = r"[+-]\d{2}(:?\d{2})?"
ISO_ZONED = rf"{ISO_TIME}|{ISO_DATE}[ T]\d{{1,2}}:\d{{2}}(:\d{{2}}([.,]\d{{1,9}})?)?\s?{OFFSET}"
# Every day but the 29th of February, which needs a calendar.
USUAL_DATE = (
    r"[12]\d{3}-"
    r"((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))"
)
USUAL_TIME = USUAL_DATE + r"([ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?)?"
MISFIT = "a value does not fit"
# The spellings that the engine's own reader can be told, as strptime writes them.
ISO_LAYOUTS = {
    "%Y-%m-%d": r"\d{4}-\d{2}-\d{2}",
    "%Y-%m-%d %H:%M:%S": r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}",
    "%Y-%m-%dT%H:%M:%S": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}",
}
SYMBOLS = "€$£¥%"
MAX_SCALE = 4


@dataclass(frozen=True, slots=True)
class Rung:
    """One type.

    Attributes:
        value: SQL of the typed value; null where the text is missing.
        quick: SQL that is true for the usual spellings, and cheap.
        careful: SQL that is true for every spelling that is taken; empty when `quick` covers them.
        words: What the values are, for people.
        layout: The one layout, for strptime, that all values seen so far have; empty where they have several.
    """

    type: ColumnType
    value: str
    quick: str
    careful: str
    words: str
    layout: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of one column, the narrowest first.

    Attributes:
        codes: SQL that is true for values that only look like numbers; one of them makes the column text.
    """

    rungs: tuple[Rung, ...]
    codes: str = ""


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How numbers are written: the mark before the decimals, and those between thousands."""

    decimal: str
    thousands: str
    words: str

    @property
    def whole(self) -> str:
        """A regular expression of whole numbers; without leading zeros, which are codes."""
        if not self.thousands:
            return r"[+-]?(0|[1-9]\d*)"
        return rf"[+-]?([1-9]\d{{0,2}}([{self.thousands}]\d{{3}})+|0|[1-9]\d*)"

    def decimals(self, scale: int) -> str:
        mark = f"[{self.decimal}]"
        return rf"{self.whole}({mark}\d{{0,{scale}}})?|[+-]?{mark}\d{{1,{scale}}}"

    @property
    def anything(self) -> str:
        mark = f"[{self.decimal}]"
        return rf"({self.whole}({mark}\d*)?|[+-]?{mark}\d+)([eE][+-]?\d+)?"


PLAIN = NumberStyle(".", "", "")
COMMA = NumberStyle(",", ".", "a comma before the decimals")
SPACES = NumberStyle(",", " \u00a0\u202f", "a comma before the decimals and spaces between thousands")
POINT = NumberStyle(".", ",", "commas between thousands")
SWISS = NumberStyle(".", "'\u2019", "apostrophes between thousands")
# With a leading zero, or as the longer ones among postal codes and telephone numbers are written.
CODES = r"[+-]?0\d+|\d{3,}-\d{3,}"
STYLES = [PLAIN, POINT, COMMA, SPACES, SWISS]


def booleans(column: str, pair: tuple[str, str]) -> Ladder:
    text = f"lower(trim({column}))"
    fits = f"{text} IN ({quoted(pair[0])}, {quoted(pair[1])})"
    value = f"CASE {text} WHEN {quoted(pair[0])} THEN true WHEN {quoted(pair[1])} THEN false END"
    return Ladder((Rung("boolean", value, fits, "", f"{pair[0]} or {pair[1]}"),))


class Numbers:
    """The ladder of a column of numbers: whole numbers or decimals, then floating point.

    Args:
        scale: How many decimals were seen; 0 for whole numbers.
        symbols: Currency or percent signs stand beside the numbers.
    """

    def __init__(self, column: str, style: NumberStyle, scale: int, *, symbols: bool) -> None:
        self.column, self.style, self.scale, self.symbols = column, style, scale, symbols
        self.plain = style is PLAIN and not symbols

    def ladder(self) -> Ladder:
        style = self.style
        floating = self._rung("float", "DOUBLE", style.anything, "numbers")
        codes = self._matches(CODES)
        if self.scale > MAX_SCALE:
            return Ladder((floating,), codes)
        if self.scale == 0:
            integer = self._rung("integer", "BIGINT", style.whole, "whole numbers")
            large = self._rung("decimal", "DECIMAL(38, 0)", style.whole, "whole numbers, some beyond 64 bits")
            return Ladder((integer, large, floating), codes)
        name = f"numbers with up to {self.scale} decimals"
        decimal = self._rung("decimal", f"DECIMAL(18, {self.scale})", style.decimals(self.scale), name)
        return Ladder((decimal, floating), codes)

    def _rung(self, kind: ColumnType, sql_type: str, pattern: str, name: str) -> Rung:
        value = f"TRY_CAST({self._bare()} AS {sql_type})"
        careful = f"{self._matches(pattern)} AND {value} IS NOT NULL"
        quick = self._quick(kind) if self.plain else "false"
        if kind == "float":
            careful += f" AND isfinite({value})"
            # "nan" reads as a number, but means that there is none.
            value = f"nullif({value}, 'nan'::DOUBLE)"
        words = f"{name} with {self.style.words}" if self.style.words else name
        return Rung(kind, value, quick, careful, words)

    def _quick(self, kind: ColumnType) -> str:
        """The usual spellings, with few enough digits for the type and too many for the rung before."""
        if kind == "integer":
            return matches(self.column, r"-?(0|[1-9]\d{0,17})", padded=False)
        if kind == "float":
            return matches(self.column, r"-?(0|[1-9]\d{0,30})\.\d{1,30}", padded=False)
        if self.scale:
            pattern = rf"-?(0|[1-9]\d{{0,{17 - self.scale}}})(\.\d{{1,{self.scale}}})?"
            return matches(self.column, pattern, padded=False)
        large = matches(self.column, r"-?[1-9]\d{18,37}", padded=False)
        return f"({large} AND TRY_CAST({self.column} AS BIGINT) IS NULL)"

    def _matches(self, pattern: str) -> str:
        if self.symbols:
            pattern = rf"[+-]?\s*[{SYMBOLS}]?\s*({pattern})\s*[{SYMBOLS}]?"
        return matches(self.column, pattern)

    def _bare(self) -> str:
        """SQL of the number's text as the engine writes it."""
        text = self.column
        if self.symbols:
            text = f"regexp_replace({text}, '[\\s{SYMBOLS}]', '', 'g')"
        for mark in self.style.thousands:
            text = f"replace({text}, {quoted(mark)}, '')"
        return text if self.style.decimal == "." else f"replace({text}, {quoted(self.style.decimal)}, '.')"


def iso_times(column: str, values: Sequence[str]) -> Ladder:
    """Dates, dates with times, and such with an offset, in UTC; from the narrowest that `values` leave."""
    day, moment = f"TRY_CAST({column} AS DATE)", f"TRY_CAST({column} AS TIMESTAMP)"
    # As TIMESTAMP, the engine would read the offset and forget it.
    zoned = f"timezone('UTC', TRY_CAST({column} AS TIMESTAMPTZ))"
    written = "written year-month-day"
    timed = any(":" in value for value in values)
    layout = _iso_layout(values)
    rungs = (
        _iso("date", column, day, (USUAL_DATE, ISO_DATE), f"dates {written}", "" if timed else layout),
        _iso("timestamp", column, moment, (USUAL_TIME, ISO_TIME), f"dates with times {written}", layout),
        _iso("timestamp", column, zoned, ("", ISO_ZONED), f"dates with times and offsets {written}, now UTC"),
    )
    if any(re.search(rf":\d{{2}}.*{OFFSET}$", value) for value in values):
        return Ladder(rungs[2:])
    return Ladder(rungs[1:] if timed else rungs)


def _iso_layout(values: Sequence[str]) -> str:
    for layout, pattern in ISO_LAYOUTS.items():
        if values and all(re.fullmatch(pattern, value) for value in values):
            return layout
    return ""


def _iso(
    kind: ColumnType, column: str, value: str, patterns: tuple[str, str], words: str, layout: str = ""
) -> Rung:
    usual, every = patterns
    quick = matches(column, usual, padded=False) if usual else "false"
    return Rung(kind, value, quick, f"{matches(column, every)} AND {value} IS NOT NULL", words, layout)


def formatted_times(column: str, pattern: str) -> Ladder:
    """Dates, or dates with times, that are written as the strptime format says."""
    kind: ColumnType = "timestamp" if "%M" in pattern else "date"
    moment = f"try_strptime({column}, {quoted(pattern)})"
    fits = f"{moment} BETWEEN TIMESTAMP '1000-01-01' AND TIMESTAMP '2999-12-31 23:59:59.999999'"
    fields = re.findall("%[A-Za-z]", pattern)
    order = ", ".join(FORMAT_WORDS[field] for field in fields if field in FORMAT_WORDS)
    name = f"dates{' with times' if kind == 'timestamp' else ''} written in the order {order}"
    return Ladder((Rung(kind, f"CAST({moment} AS {kind})", fits, "", name),))


def format_pattern(pattern: str) -> re.Pattern[str]:
    """The strptime format as a regular expression."""
    parts = re.split("(%[A-Za-z])", pattern)
    return re.compile("".join(FIELDS.get(part, re.escape(part)) for part in parts))


def missing(column: str) -> str:
    """SQL that is true where a text says that there is no value."""
    return matches(column, "|".join(re.escape(token) for token in MISSING))


def rung_of(column: str, rungs: Sequence[Rung], codes: str = "") -> str:
    """SQL of the number of the first rung that takes a value.

    -1 where the value is missing, -2 for a code such as 00123, one more than the last rung where none does.
    """
    cases = [
        f"WHEN {column} IS NULL THEN -1",
        *(f"WHEN {rung.quick} THEN {i}" for i, rung in enumerate(rungs)),
        f"WHEN {missing(column)} THEN -1",
        f"WHEN {codes} THEN -2" if codes else "",
        *(f"WHEN {rung.careful} THEN {i}" for i, rung in enumerate(rungs) if rung.careful),
    ]
    return f"CASE {' '.join(cases)} ELSE {len(rungs)} END"


def fits_or_error(column: str, rung: Rung | None) -> str:
    """SQL that is true where a value is missing or stands on the rung, and else stops the query."""
    cases = [f"WHEN {column} IS NULL OR {missing(column)} THEN true"]
    if rung and rung.careful:
        cases.append(f"WHEN {rung.careful} THEN true")
    otherwise = f"CASE {' '.join(cases)} ELSE error({quoted(MISFIT)}) END"
    return f"({rung.quick} OR {otherwise})" if rung else f"({otherwise})"


def parsed_or_error(column: str) -> str:
    """SQL that stops the query where the engine's reader may have made a moment of a word.

    Told a layout, it reads `epoch` and `infinity` as the first day of 1900 all the same.
    """
    made = f"{column} = TIMESTAMP '1900-01-01'"
    return f"CASE WHEN {made} THEN error({quoted(MISFIT)}) ELSE true END"


def matches(column: str, pattern: str, *, padded: bool = True) -> str:
    pattern = rf"\s*({pattern})\s*" if padded else pattern
    return f"regexp_full_match({column}, {quoted(pattern)})"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
