"""Quarters and weeks told by their number, `2015 Q3`, `Q3/2015`, `2020-W05`: kept as their first day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from claribi.sources.files.candidates import Ladder, Rung, matches, quoted


@dataclass(frozen=True, slots=True)
class Spelling:
    """Attributes:
    pattern: With a group for the year and one for the number.
    year, number: Which group each is.
    """

    pattern: str
    year: int
    number: int
    words: str


QUARTERS = "quarters, each as its first day"
WEEKS = "weeks by their ISO number, each as its Monday"
SPELLINGS = (
    Spelling(r"([12]\d{3})[ /-]?[Qq]([1-4])", 1, 2, QUARTERS),
    Spelling(r"[Qq]([1-4])[ /-]?([12]\d{3})", 2, 1, QUARTERS),
    Spelling(r"([12]\d{3})[ -]?[Ww]([1-4]\d|5[0-3]|0?[1-9])", 1, 2, WEEKS),
)


def spans(column: str, values: Sequence[str], worth: float) -> list[Ladder]:
    """The readings of a column by such numbers, where at least the share `worth` of its values has them."""
    return [
        Ladder((_rung(column, spelling),))
        for spelling in SPELLINGS
        if values
        and sum(bool(re.fullmatch(spelling.pattern, value)) for value in values) >= worth * len(values)
    ]


def _rung(column: str, spelling: Spelling) -> Rung:
    year, number = (
        f"CAST(regexp_extract({column}, {quoted(spelling.pattern)}, {group}) AS INTEGER)"
        for group in (spelling.year, spelling.number)
    )
    fits = matches(column, spelling.pattern)
    day = f"make_date({year}, 3 * {number} - 2, 1)"
    if spelling.words == WEEKS:
        # The first week is the one with the fourth of January.
        day = f"CAST(date_trunc('week', make_date({year}, 1, 4)) AS DATE) + 7 * ({number} - 1)"
        # Not every year has 53 of them.
        fits = f"CASE WHEN {fits} THEN isoyear({day}) = {year} ELSE false END"
    return Rung("date", f"CASE WHEN {fits} THEN {day} END", fits, "", spelling.words)
