"""Columns that a list begins with, in front of what says which rows: `list date and price of orders`."""

from collections.abc import Sequence

from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Number, Phrase, is_listing, is_mark, kind_of, what_of
from claribi.ask.single import COUNTING
from claribi.ask.vocabulary import Thing, Value

# So many columns named in front are a list of them.
FEWEST = 2
# What asks for more than rows.
ASKING_MORE = COUNTING | {"by", "most", "most_of", "most_rows", "top", "best", "growth", "compare", "versus"}
JOINING = frozenset({"and", "of", "aside", "which", "listing", "beside"})


def listed_columns(phrases: Sequence[Phrase]) -> tuple[list[Thing], Sequence[Phrase]]:
    """The columns that a list begins with, and the phrases without them; none where no list was asked for."""
    kinds = {phrase.meaning.kind for phrase in phrases if isinstance(phrase.meaning, Keyword)}
    if not phrases or not is_listing(phrases[0]) or kinds & ASKING_MORE:
        return [], phrases
    named, rest = named_in_front(phrases)
    if rest and kind_of(rest[0]) == "where":
        rest = rest[1:]
    is_bounded = any(not isinstance(phrase.meaning, Keyword) for phrase in rest)
    return (named, rest) if len(named) >= FEWEST and is_bounded else ([], phrases)


def named_in_front(phrases: Sequence[Phrase]) -> tuple[list[Thing], Sequence[Phrase]]:
    """The columns that a question begins with, before the rows that they are of, and what follows."""
    named: list[Thing] = []
    for place, phrase in enumerate(phrases):
        what = what_of(phrase)
        if isinstance(what, Value) and named and named[-1] == what.thing:
            # `for source Periscope`
            named.pop()
        if isinstance(what, Thing) and what.kind not in {"rows", "metric"}:
            if _is_bounded(phrases, place) or _tells_of_rows(phrases, place):
                # `companies that had employment of more than 200`, `of the urgent tickets`
                return named, phrases[place:]
            named.append(what)
        elif not isinstance(phrase.meaning, Keyword) or not _joins(phrase.meaning.kind, named):
            return named, phrases[place:]
    return named, []


def _joins(kind: str, named: Sequence[Thing]) -> bool:
    """Whether more columns may follow; behind those that are named, `of` begins the rows."""
    return kind in JOINING and not (kind == "of" and named)


def _is_bounded(phrases: Sequence[Phrase], place: int) -> bool:
    """Whether a bound or a number follows, rather than the rows."""
    if place + 1 < len(phrases) and isinstance(phrases[place + 1].meaning, Number):
        return True
    kinds = [kind_of(phrase) for phrase in phrases[place + 1 : place + 3]]
    return kinds[:1] == ["compares"] or kinds in (["of", "compares"], ["is", "compares"])


def _tells_of_rows(phrases: Sequence[Phrase], place: int) -> bool:
    """Whether a mark stands right before the rows that it is true of."""
    phrase, behind = phrases[place], phrases[place + 1] if place + 1 < len(phrases) else None
    if behind is None or behind.start != phrase.end:
        return False
    rows = what_of(behind)
    return is_mark(phrase) and isinstance(rows, Thing) and rows.kind == "rows"
