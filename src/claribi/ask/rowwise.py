"""Columns that a question compares with each other, row by row: `more sugar than protein`, `A equals B`.

They are found among the phrases before anything else is read of these, and stand as one phrase then.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from claribi.ask.intent import Above
from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Number, Phrase
from claribi.ask.vocabulary import Thing, Value
from claribi.query.schemas import Operator
from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES

# What compares two columns, whatever else these words mean elsewhere.
LIKE: dict[str, Operator] = {
    **dict.fromkeys(("equals", "equal", "equal to", "same", "identical"), "="),
    **dict.fromkeys(("match", "matches", "matched", "agree", "agrees", "coincide", "coincides"), "="),
    **dict.fromkeys(("different", "differ", "differs", "differed", "unequal"), "!="),
}
LATER: dict[str, Operator] = {"after": ">", "later": ">", "before": "<", "earlier": "<"}
MORE: dict[str, Operator] = {
    **dict.fromkeys(("more", "higher", "bigger", "larger"), ">"),
    **dict.fromkeys(("less", "fewer", "lower", "smaller"), "<"),
}
# What says the same of two columns as an adjective before them.
ADJECTIVES = frozenset({"same", "equal", "identical", "different"})
OPPOSITE: dict[Operator, Operator] = {"=": "!=", "!=": "=", ">": "<=", ">=": "<", "<": ">=", "<=": ">"}
# Words between a sign and the second column, and behind what has both.
LINKING, HAVING = frozenset({"to", "from", "as", "with", "than"}), frozenset({"with", "having", "where"})
# Behind these more of one thing than of another is more in each row.
ASKING = frozenset({"count", "share", "where", "which"})
COMPARED = frozenset({"=", "!=", "<", "<=", ">", ">="})

Pair = tuple[Thing, Thing]


def compared_columns(phrases: Sequence[Phrase], table: str | None) -> list[Phrase]:
    """The phrases, two columns and what compares them put as one.

    Args:
        table: Where names are looked for first.
    """
    found: list[Phrase] = []
    reader = _Reader(phrases, table)
    at = 0
    while at < len(phrases):
        end, above = reader.read(at)
        if above is None:
            found.append(phrases[at])
            at += 1
            continue
        first, last = phrases[at], phrases[end - 1]
        text = " ".join(phrase.text for phrase in phrases[at:end])
        found.append(replace(first, end=last.end, text=text, meaning=above))
        at = end
    return found


class _Reader:
    """Looks what two columns are compared from a place on; nothing where that is none."""

    def __init__(self, phrases: Sequence[Phrase], table: str | None) -> None:
        self._phrases, self._table = phrases, table

    def read(self, at: int) -> tuple[int, Above | None]:
        for reads in (self._bounded, self._more_than, self._both, self._same):
            end, above = reads(at)
            if above is not None and not self._is_aggregated(at):
                return end, above
        return at, None

    def _bounded(self, at: int) -> tuple[int, Above | None]:
        """`sale price is above the list price`, `A is not the same as B`, `A equals B`"""
        sign, behind = self._sign(at + 1)
        pair = self._pair(at, behind, sign)
        is_number = isinstance(self._meaning(behind + 1), Number)
        return behind + 1, None if pair is None or sign is None or is_number else Above(*pair, sign)

    def _more_than(self, at: int) -> tuple[int, Above | None]:
        """`more sugar than protein`, of things or rows that were named before."""
        sign = MORE.get(self._text(at).removeprefix("and "))
        asked = any(self._is_named(p) or self._kind(n) in ASKING for n, p in enumerate(self._phrases[:at]))
        if sign is None or not asked or self._kind(at + 2) != "than":
            return at, None
        pair = self._pair(at + 1, at + 3, sign)
        return at + 4, None if pair is None else Above(*pair, sign)

    def _both(self, at: int) -> tuple[int, Above | None]:
        """`A and B are the same`, `A and B differ`"""
        if self._kind(at + 1) != "and":
            return at, None
        says = self._kind(at + 3) in {"is", "not"} or self._text(at + 3) in LIKE.keys() - ADJECTIVES
        sign, end = self._sign(at + 3)
        pair = self._pair(at, at + 2, sign) if says and sign in {"=", "!="} else None
        return end, None if pair is None or sign is None else Above(*pair, sign)

    def _same(self, at: int) -> tuple[int, Above | None]:
        """`with the same origin and destination`"""
        word = self._text(at)
        if word not in ADJECTIVES or self._kind(at + 2) != "and" or at == 0:
            return at, None
        before = self._phrases[at - 1]
        has = self._kind(at - 1) == "has" or before.text.casefold() in HAVING or self._is_named(before)
        pair = self._pair(at + 1, at + 3, LIKE[word]) if has else None
        return at + 4, None if pair is None else Above(*pair, LIKE[word])

    def _sign(self, at: int) -> tuple[Operator | None, int]:
        """What compares from a place on, and where what is compared with begins."""
        negated = False
        while self._kind(at) in {"is", "not"} and self._text(at) not in LIKE:
            negated = negated or self._kind(at) == "not"
            at += 1
        meaning, word = self._meaning(at), self._text(at)
        sign: Operator | None = LIKE.get(word) or LATER.get(word)
        if sign is None and isinstance(meaning, Keyword) and meaning.kind == "compares":
            sign = meaning.value if meaning.value in COMPARED else None
        at += 1
        while self._text(at) in LINKING:
            at += 1
        if sign is not None and negated:
            sign = OPPOSITE[sign]
        return sign, at

    def _pair(self, first: int, second: int, sign: Operator | None) -> Pair | None:
        """Two columns of one table that can be compared so."""
        if sign is None:
            return None
        by_time = any(self._text(at) in LATER for at in range(first, second))
        pairs = product(self._columns(first), self._columns(second))
        fitting = [pair for pair in pairs if _are_comparable(*pair, sign, by_time=by_time)]
        near = [pair for pair in fitting if pair[0].table == self._table]
        return next(iter(near or fitting), None)

    def _columns(self, at: int) -> list[Thing]:
        meaning = self._meaning(at)
        named = [called.what for called in meaning.candidates] if isinstance(meaning, Named) else []
        return [what for what in named if isinstance(what, Thing) and what.column is not None]

    def _is_aggregated(self, at: int) -> bool:
        """`total revenue above total cost`: no numbers of single rows."""
        return at > 0 and self._kind(at - 1) == "aggregation"

    def _is_named(self, phrase: Phrase) -> bool:
        what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
        return isinstance(what, Thing | Value)

    def _meaning(self, at: int) -> object:
        return self._phrases[at].meaning if 0 <= at < len(self._phrases) else None

    def _kind(self, at: int) -> str | None:
        meaning = self._meaning(at)
        return meaning.kind if isinstance(meaning, Keyword) else None

    def _text(self, at: int) -> str:
        return self._phrases[at].text.casefold() if 0 <= at < len(self._phrases) else ""


def _are_comparable(first: Thing, second: Thing, sign: Operator, *, by_time: bool) -> bool:
    """Numbers with numbers, times with times, texts only whether they are the same."""
    if first.column is None or second.column is None or first == second or first.table != second.table:
        return False
    kinds = {first.column.type, second.column.type}
    if by_time:
        return kinds <= TIME_TYPES
    return kinds <= NUMERIC_TYPES or kinds <= TIME_TYPES or (kinds == {"string"} and sign in {"=", "!="})
