"""Places in the cycles of the calendar: the hour of the day, the day of the week, the month, the quarter."""

from collections.abc import Mapping

from sqlglot import exp

from claribi.core.errors import QueryError
from claribi.query.schemas import Cycle
from claribi.sources.catalog import TIME_TYPES, Column, ColumnType

# What the places of a cycle are called, in their order; the others are numbers.
NAMES: Mapping[Cycle, tuple[str, ...]] = {
    "day_of_week": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "month_of_year": (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
}


def in_cycle(this: exp.Expr, column: Column, cycle: Cycle) -> exp.Expr:
    """The place of a moment in a cycle: `Monday`, `January`, hour 0 to 23, quarter 1 to 4.

    Raises:
        QueryError: The column holds no times, or no hours.
    """
    if column.type not in TIME_TYPES:
        raise QueryError(f"A cycle needs a date or time column; {column.name} is {column.type}")
    if cycle == "hour_of_day" and column.type == "date":
        raise QueryError(f"{column.name} holds days without hours")
    number = _number(this, cycle)
    if cycle not in NAMES:
        return number
    named = exp.Case(this=number)
    for place, name in enumerate(NAMES[cycle], 1):
        named = named.when(exp.Literal.number(place), exp.Literal.string(name))
    return named


def type_of_cycle(cycle: Cycle) -> ColumnType:
    return "string" if cycle in NAMES else "integer"


def _number(this: exp.Expr, cycle: Cycle) -> exp.Expr:
    if cycle != "day_of_week":
        part = exp.Extract(this=exp.var(cycle.partition("_")[0].upper()), expression=this)
        return exp.cast(part, "bigint")
    # Engines number the days of the week in several ways; their weeks begin on Monday.
    monday = exp.cast(exp.TimestampTrunc(this=this.copy(), unit=exp.var("WEEK")), "date")
    days = exp.DateDiff(this=exp.cast(this, "date"), expression=monday, unit=exp.var("DAY"))
    return exp.Add(this=days, expression=exp.Literal.number(1))
