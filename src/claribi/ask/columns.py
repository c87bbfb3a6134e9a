"""Columns that a list begins with, in front of what says which rows: `list date and price of orders`."""

from collections.abc import Sequence

from claribi.ask.lexicon import Keyword
from claribi.ask.phrases import Named, Phrase, is_listing
from claribi.ask.single import COUNTING
from claribi.ask.vocabulary import Thing, Value

# So many columns named in front are a list of them.
FEWEST = 2
# What asks for more than rows.
ASKING_MORE = COUNTING | {"by", "most", "most_of", "most_rows", "top", "best", "growth", "compare", "versus"}
JOINING = frozenset({"and", "listing"})


def listed_columns(phrases: Sequence[Phrase]) -> tuple[list[Thing], Sequence[Phrase]]:
    """The columns that a list begins with, and the phrases without them; none where no list was asked for."""
    kinds = {phrase.meaning.kind for phrase in phrases if isinstance(phrase.meaning, Keyword)}
    if not phrases or not is_listing(phrases[0]) or kinds & ASKING_MORE:
        return [], phrases
    named, rest = _in_front(phrases)
    if rest and isinstance(rest[0].meaning, Keyword) and rest[0].meaning.kind == "where":
        rest = rest[1:]
    is_bounded = any(not isinstance(phrase.meaning, Keyword) for phrase in rest)
    return (named, rest) if len(named) >= FEWEST and is_bounded else ([], phrases)


def _in_front(phrases: Sequence[Phrase]) -> tuple[list[Thing], Sequence[Phrase]]:
    named: list[Thing] = []
    for place, phrase in enumerate(phrases):
        what = phrase.meaning.best.what if isinstance(phrase.meaning, Named) else None
        if isinstance(what, Value) and named and named[-1] == what.thing:
            # `for source Periscope`
            named.pop()
        if isinstance(what, Thing) and what.kind not in {"rows", "metric"}:
            if _is_bounded(phrases, place):
                # `companies that had employment of more than 200`
                return named, phrases[place:]
            named.append(what)
        elif not isinstance(phrase.meaning, Keyword) or phrase.meaning.kind not in JOINING:
            return named, phrases[place:]
    return named, []


def _is_bounded(phrases: Sequence[Phrase], place: int) -> bool:
    """Whether a bound follows, rather than the rows."""
    kinds = [p.meaning.kind if isinstance(p.meaning, Keyword) else "" for p in phrases[place + 1 : place + 3]]
    return kinds[:1] == ["compares"] or kinds in (["of", "compares"], ["is", "compares"])
