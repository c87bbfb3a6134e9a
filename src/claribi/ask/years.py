"""Columns of whole numbers that hold years and months."""

from claribi.ask.vocabulary import Thing
from claribi.ask.words import stems_of

# What columns of years are called by; seasons are numbered by the year that they begin in.
YEAR_WORDS = frozenset({"year", "season"})
# When something began, not when it happened.
BEGUN = frozenset({"built", "birth", "born", "founded", "established", "start", "begin", "remod"})
YEARS = range(1000, 2200)
LIKELY_YEARS = range(1900, 2100)
MONTHS = range(1, 13)


def holds_years(thing: Thing) -> bool:
    """Whether a column of whole numbers holds years: `year`, `year_built`, `season_year`."""
    column = thing.column
    if column is None or column.type != "integer":
        return False
    if not YEAR_WORDS & set(stems_of(thing.title)):
        # `exonerated`, `founded`: when that was
        return thing.title.endswith("ed") and may_hold_years(thing)
    return all(isinstance(edge, int) and edge in YEARS for edge in (column.minimum, column.maximum))


def may_hold_years(thing: Thing) -> bool:
    """Whether the whole numbers of a column can be years, whatever it is called."""
    column = thing.column
    if column is None or column.type != "integer":
        return False
    edges = (column.minimum, column.maximum)
    return all(isinstance(edge, int) and edge in LIKELY_YEARS for edge in edges)


def holds_months(thing: Thing) -> bool:
    """Whether a column of whole numbers holds the month of a year."""
    column = thing.column
    if column is None or column.type != "integer" or "month" not in stems_of(thing.title):
        return False
    return (column.minimum, column.maximum) == (MONTHS[0], MONTHS[-1])


def step_of(thing: Thing) -> int:
    """How many years lie between those that a column has, where they lie evenly: 5 of 1952, 1957, 1962."""
    column = thing.column
    if column is None or not isinstance(column.minimum, int) or not isinstance(column.maximum, int):
        return 1
    steps = column.distinct - 1
    whole, rest = divmod(column.maximum - column.minimum, steps) if steps > 0 else (1, 0)
    return whole if rest == 0 and whole > 0 else 1
