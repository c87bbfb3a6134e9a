"""Whole numbers that a table is split by: codes and ratings, or quantities that merely repeat?

A rating, a class or a store number names something; three replies or four bedrooms count something. Who wrote
three replies is no part of a whole that anybody could look after.
"""

from collections.abc import Sequence
from typing import Any

from claribi.analysis.names import plural, words
from claribi.analysis.roles import number
from claribi.query.schemas import Result
from claribi.sources.catalog import NUMERIC_TYPES, Column

# The last word of a name that makes a number a name: of a class, a step of a scale, a place.
NAMING = frozenset(
    """
    id key code nr no number zip postcode plz year month day week weekday quarter hour minute date rank level
    grade class group type category status state flag version floor round season episode chapter lap stage
    rating stars score priority severity tier band zone region area district store shop branch line team
    cluster segment bucket cell batch model gate platform route desk ward section shift lane channel
    """.split()  # noqa: SIM905 - shorter to read
)
UNITS = frozenset(
    """
    kg g mg t lb lbs oz km m cm mm mi ft l ml kwh mwh wh w kw mw pct percent eur usd gbp hours minutes
    seconds days weeks months years h min sec qty quantity count amount units pieces pcs
    """.split()  # noqa: SIM905 - shorter to read
)
# With fewer values, chance alone makes them look like a quantity.
FEWEST_VALUES = 6
FEWEST_HEAPED = 5
# What occurs more rarely than this against the most frequent one occurs by chance as often as its neighbours.
RARE = 0.02
FLAG = 2


def is_quantity(column: Column, totals: Result, rows: str) -> bool:
    """Whether the values of a column of numbers count or measure something.

    By its name, and where that doesn't tell, by how often each value occurs: numbers of something are mostly
    of some usual size and ever more rarely of others, names of something in no such order.

    Args:
        totals: The number of rows by the column's values, in the column `rows`.
    """
    if column.type not in NUMERIC_TYPES or column.distinct <= FLAG:
        return False
    last = words(column.name)[-1:]
    if NAMING.intersection(last):
        return False
    if UNITS.intersection(last) or (last and plural(last[0]) == last[0] and len(last[0]) > len("gas")):
        return True
    return _is_heaped(totals.values(column.name), totals.values(rows))


def _is_heaped(values: Sequence[Any], counts: Sequence[Any]) -> bool:
    known = sorted(
        (number(v) or 0.0, int(count)) for v, count in zip(values, counts, strict=True) if v is not None
    )
    if len(known) < FEWEST_VALUES:
        return False
    most = max(count for _, count in known)
    heap = [count for _, count in known if count >= RARE * most]
    if len(heap) < FEWEST_HEAPED:
        return False
    top = heap.index(max(heap))
    return heap[: top + 1] == sorted(heap[: top + 1]) and heap[top:] == sorted(heap[top:], reverse=True)
