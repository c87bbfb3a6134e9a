"""Shorter names of values, as long as only one is called so: `Delta` for Delta Air Lines."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from claribi.ask.shortening import Stems
from claribi.ask.words import stems_of

ARTICLES = frozenset({"the", "a", "an"})
# What a name says that it is of: its own name stands behind it.
OF_ANOTHER = re.compile(r"\w+ for ([A-Z]\w+|[a-z]*[A-Z]\w+)$")


def shorter_names(values: Sequence[object], table: Collection[str]) -> Iterator[tuple[Stems, object]]:
    """How some values can be called by some of their words.

    Args:
        table: The words of the table's name: `the coffees` of a table of coffees are these, no company.
    """
    begin: dict[Stems, list[object]] = defaultdict(list)
    for value in values:
        stems = tuple(stems_of(str(value)))
        for length in range(1, len(stems)):
            begin[stems[:length]].append(value)
        if of := OF_ANOTHER.search(str(value)):
            # `iPhone` for Twitter for iPhone
            begin[tuple(stems_of(of[1]))].append(value)
    for stems, called in begin.items():
        if len(called) == 1 and not set(stems) - ARTICLES <= set(table):
            yield stems, called[0]
