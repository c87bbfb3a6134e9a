"""What a column is good for, told from its name and its values."""

import re
from typing import Any

from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES, ColumnType, Role

# The last word of a name that makes numbers a label: nobody adds up order ids or postcodes.
IDS = "id ids key code nr no num number uuid guid zip zipcode postcode plz isbn ean sku iban"
LABELS = """
    year month day week weekday quarter hour minute yr mth jahr monat tag woche quartal stunde
    rank level grade class group type category status flag version floor
    round matchday season episode chapter lap stage
    store shop branch warehouse department dept region district precinct ward zone beat borough sector section
    territory county tract block cluster segment gate platform terminal station room lane machine sensor
    constituency product customer vendor supplier industry naics sic occupation
"""
TOTALS = """
    amount total sum count qty quantity price cost revenue sales profit value balance units volume
    hours minutes days weeks months years score weight height distance duration rate
    goals points runs wins losses assists deaths fatalities casualties victims injuries employees passengers
    visitors sold gold silver bronze medals
"""
ID_WORDS, LABEL_WORDS, TOTAL_WORDS = (frozenset(words.split()) for words in (IDS, LABELS, TOTALS))
YEARS = range(1800, 2201)
FEW_VALUES = 12
# Below this many rows the number of different values tells nothing.
ENOUGH_ROWS = 50
UNIQUE_SHARE = 0.95
MOSTLY_UNIQUE = 0.9
SMALL_TABLE = 100


def guess_role(
    name: str,
    kind: ColumnType,
    row_count: int,
    distinct: int,
    nulls: int,
    minimum: Any = None,
    maximum: Any = None,
) -> Role:
    """The role of a column.

    Args:
        distinct: How many different values there are, estimated.
        minimum, maximum: As the catalog has them.
    """
    if kind in TIME_TYPES:
        return "time"
    filled = row_count - nulls
    if kind in NUMERIC_TYPES:
        return _number(_words(name), kind, filled, distinct, minimum, maximum)
    if kind == "string":
        return _text(_words(name), filled, distinct)
    return "dimension"


def _number(
    words: list[str], kind: ColumnType, filled: int, distinct: int, minimum: Any, maximum: Any
) -> Role:
    last = words[-1] if words else ""
    if last in TOTAL_WORDS:
        return "measure"
    if last in ID_WORDS:
        return "id" if distinct > FEW_VALUES else "dimension"
    if kind != "integer":
        return "measure"
    if last in LABEL_WORDS or _years(minimum, maximum):
        return "dimension"
    if filled >= ENOUGH_ROWS and _each_once(filled, distinct, minimum, maximum):
        return "id"
    few = distinct <= FEW_VALUES and filled >= ENOUGH_ROWS and _small(minimum, maximum)
    return "dimension" if few else "measure"


def _text(words: list[str], filled: int, distinct: int) -> Role:
    if filled <= SMALL_TABLE:
        return "id" if words and words[-1] in ID_WORDS and distinct >= filled > 0 else "dimension"
    return "id" if distinct >= MOSTLY_UNIQUE * filled else "dimension"


def _words(name: str) -> list[str]:
    """`customerID`, `customer_id` and `Customer ID` alike end in the word id."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.findall(r"[^\W_]+", spaced.lower())


def _years(minimum: Any, maximum: Any) -> bool:
    return isinstance(minimum, int) and isinstance(maximum, int) and minimum in YEARS and maximum in YEARS


def _each_once(filled: int, distinct: int, minimum: Any, maximum: Any) -> bool:
    """A running number: as many values as rows, without large gaps."""
    if distinct < UNIQUE_SHARE * filled or not isinstance(minimum, int) or not isinstance(maximum, int):
        return False
    return maximum - minimum < 2 * filled


def _small(minimum: Any, maximum: Any) -> bool:
    return isinstance(minimum, int) and isinstance(maximum, int) and 0 <= minimum <= maximum <= 2 * FEW_VALUES
