"""Filters of a query as SQL conditions, their values checked against the column and bound as parameters."""

import difflib
import re
from datetime import date, datetime
from typing import Any, NoReturn

from pydantic import TypeAdapter, ValidationError
from sqlglot import exp

from claribi.core.errors import QueryError
from claribi.query import periods
from claribi.query.cycles import in_cycle, type_of_cycle
from claribi.query.periods import CIVIL, Calendar
from claribi.query.schemas import Filter, LastN
from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES, Column, Table

MAX_VALUES = 10_000
MAX_NUMBER = 2**127 - 1
INTEGER = re.compile(r"[+-]?[0-9]{1,60}")

COMPARISONS: dict[str, type[exp.Expr]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}
DATES = TypeAdapter(date)
DATETIMES = TypeAdapter(datetime)


class Parameters:
    """The bound values of one statement: `p1`, `p2`, …; a value that comes back keeps its name."""

    def __init__(self, prefix: str = "p") -> None:
        self.values: dict[str, Any] = {}
        self._prefix = prefix
        self._names: dict[tuple[type, Any], str] = {}

    def bind(self, value: Any) -> exp.Placeholder:
        name = self._names.setdefault((type(value), value), f"{self._prefix}{len(self.values) + 1}")
        self.values[name] = value
        return exp.Placeholder(this=name)


def column_of(name: str) -> exp.Column:
    return exp.column(name, quoted=True)


def column_in(table: Table, name: str) -> Column:
    """A column of a table.

    Raises:
        QueryError: It has none of that name.
    """
    column = table.column(name)
    if column is None:
        close = difflib.get_close_matches(name, [c.name for c in table.columns], n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise QueryError(f"Table {table.name} has no column {name}{hint}")
    return column


def moment(binder: Parameters, value: date, column: Column) -> exp.Expr:
    """A point in time as a bound value of the column's type, so that both sides compare alike."""
    as_date = column.type == "date" and periods.as_datetime(value).time() == datetime.min.time()
    typed = periods.as_datetime(value).date() if as_date else periods.as_datetime(value)
    return exp.cast(binder.bind(typed), "date" if as_date else "timestamp")


def within(binder: Parameters, column: Column, start: datetime, end: datetime) -> exp.Condition:
    """`start <= column < end`; whole numbers are years.

    Raises:
        QueryError: The column has no times, or the stretch is no whole years of whole numbers.
    """
    if column.type not in TIME_TYPES and column.type != "integer":
        raise QueryError(f"A period needs a date or time column; {column.name} is {column.type}")
    first, after = (_edge(binder, edge, column) for edge in (start, end))
    this = column_of(column.name)
    return exp.and_(exp.GTE(this=this, expression=first), exp.LT(this=this.copy(), expression=after))


def _edge(binder: Parameters, edge: datetime, column: Column) -> exp.Expr:
    if column.type != "integer":
        return moment(binder, edge, column)
    if periods.truncate(edge, "year") != edge:
        raise QueryError(
            f"A period needs a date or time column; {column.name} is integer, of which only whole years "
            "can be taken"
        )
    return binder.bind(edge.year)


def condition(
    binder: Parameters,
    column: Column,
    criterion: Filter,
    *,
    table: exp.Table | exp.Subquery,
    now: datetime,
    calendar: Calendar = CIVIL,
    other: Column | None = None,
) -> exp.Expr:
    """One filter. Comparisons never match a missing value, as in SQL; text searches ignore case.

    Args:
        other: What the column is compared with, where the filter names one.
    """
    this: exp.Expr = column_of(column.name)
    operator, value = criterion.operator, criterion.value
    if criterion.cycle is not None:
        if operator in {"last_n", "contains", "starts_with"}:
            raise QueryError(f"{operator} is not for places in a cycle")
        this = in_cycle(this, column, criterion.cycle)
        column = Column(column.name, type_of_cycle(criterion.cycle), "dimension")
    if operator in {"is_null", "is_not_null"}:
        empty = exp.Is(this=this, expression=exp.Null())
        return empty if operator == "is_null" else exp.Not(this=empty)
    if operator == "last_n":
        return _last_n(binder, column, value, table=table, now=now, calendar=calendar)
    if operator in {"contains", "starts_with"}:
        return _text_search(binder, column, operator, value)
    if operator in {"in", "not_in"}:
        chosen = exp.In(this=this, expressions=[_bound(binder, column, v) for v in _values(column, value)])
        return chosen if operator == "in" else exp.Not(this=chosen)
    if operator == "between":
        low, high = _pair(column, value)
        return exp.Between(this=this, low=_bound(binder, column, low), high=_bound(binder, column, high))
    sides = _sides(column, operator, other) if other is not None else (this, _bound(binder, column, value))
    return COMPARISONS[operator](this=sides[0], expression=sides[1])


def _sides(column: Column, operator: str, other: Column) -> tuple[exp.Expr, exp.Expr]:
    """Both sides of a comparison of one column with another, row by row."""
    this, that = column_of(column.name), column_of(other.name)
    kinds = {column.type, other.type}
    if kinds == {"string"}:
        if operator not in {"=", "!="}:
            raise QueryError(
                f"{column.name} and {other.name} are texts, which are compared with each other by = and !="
            )
    elif kinds <= TIME_TYPES:
        if len(kinds) > 1:
            # Some engines take no day beside a time; it is the time at which it begins.
            return exp.cast(this, "timestamp"), exp.cast(that, "timestamp")
    elif not kinds <= NUMERIC_TYPES:
        raise QueryError(
            f"{column.name} is {column.type} and {other.name} is {other.type}: numbers are compared with "
            "numbers, times with times, texts with texts"
        )
    return this, that


def _text_search(binder: Parameters, column: Column, operator: str, value: Any) -> exp.Expr:
    if column.type != "string" or not isinstance(value, str):
        raise QueryError(f"{operator} compares text; {column.name} is {column.type}, the value {value!r}")
    kind = exp.Contains if operator == "contains" else exp.StartsWith
    return kind(this=exp.Lower(this=column_of(column.name)), expression=exp.Lower(this=binder.bind(value)))


def _last_n(
    binder: Parameters,
    column: Column,
    value: Any,
    *,
    table: exp.Table | exp.Subquery,
    now: datetime,
    calendar: Calendar,
) -> exp.Expr:
    if column.type not in TIME_TYPES:
        raise QueryError(f"last_n needs a date or time column; {column.name} is {column.type}")
    try:
        span = LastN.model_validate(value)
    except ValidationError:
        raise QueryError(
            f'last_n on {column.name} takes a value such as {{"n": 3, "unit": "month"}}, not {value!r}'
        ) from None
    if span.anchor == "now":
        try:
            return within(binder, column, *periods.last_n(now, span.n, span.unit, calendar))
        except (ValueError, OverflowError):
            raise QueryError(
                f"The last {span.n} {span.unit}s reach back before the calendar begins"
            ) from None
    newest = exp.select(exp.Max(this=column_of(column.name))).from_(table).subquery()
    first = exp.Sub(
        this=bucket(exp.cast(newest, "timestamp"), span.unit, calendar),
        expression=interval(span.n - 1, span.unit),
    )
    return exp.GTE(this=column_of(column.name), expression=first)


def interval(n: int, unit: str) -> exp.Interval:
    """n units; a quarter is three months, since not every engine knows quarters."""
    if unit == "quarter":
        n, unit = 3 * n, "month"
    return exp.Interval(this=exp.Literal.string(str(n)), unit=exp.var(unit.upper()))


def bucket(this: exp.Expr, grain: str, calendar: Calendar) -> exp.Expr:
    """The start of the hour, day, week, month, quarter or year that a moment lies in."""
    unit = exp.var(grain.upper())
    n, offset = calendar.offset(grain)
    if not n:
        return exp.TimestampTrunc(this=this, unit=unit)
    moved = exp.Sub(this=this, expression=interval(n, offset))
    return exp.Add(this=exp.TimestampTrunc(this=moved, unit=unit), expression=interval(n, offset))


def _values(column: Column, value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise QueryError(f"in and not_in on {column.name} take a list of at least one value")
    if len(value) > MAX_VALUES:
        raise QueryError(f"The list of values for {column.name} is longer than {MAX_VALUES:,}")
    return value


def _pair(column: Column, value: Any) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - a pair
        raise QueryError(f"between on {column.name} takes a list of two values, the lowest and the highest")
    return value[0], value[1]


def _bound(binder: Parameters, column: Column, value: Any) -> exp.Expr:
    if value is None:
        raise QueryError(f"Nothing compares with null; use is_null or is_not_null on {column.name}")
    if column.type in TIME_TYPES:
        return moment(binder, _time(column, value), column)
    if column.type in NUMERIC_TYPES:
        return binder.bind(_number(column, value))
    if column.type == "boolean":
        return binder.bind(_boolean(column, value))
    if not isinstance(value, str):
        _refuse(column, value, "text in quotes")
    return binder.bind(value)


def _time(column: Column, value: Any) -> date:
    """A date or a time without zone (UTC), from ISO 8601."""
    if not isinstance(value, str | date):
        _refuse(column, value, "a date such as 2024-03-31")
    try:
        return DATES.validate_python(value) if not isinstance(value, datetime) else value
    except ValidationError:
        pass
    try:
        parsed = DATETIMES.validate_python(value)
    except ValidationError:
        _refuse(column, value, "a date such as 2024-03-31")
    if parsed.tzinfo is not None:
        parsed = (parsed - (parsed.utcoffset() or parsed - parsed)).replace(tzinfo=None)
    return parsed


def _number(column: Column, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        _refuse(column, value, "a number")
    try:
        number = (
            value if not isinstance(value, str) else int(value) if INTEGER.fullmatch(value) else float(value)
        )
    except ValueError:
        _refuse(column, value, "a number")
    if not abs(number) <= MAX_NUMBER:
        raise QueryError(f"The number for {column.name} is beyond what can be compared")
    return number


def _boolean(column: Column, value: Any) -> bool:
    if value in ("true", "false"):
        return bool(value == "true")
    if not isinstance(value, bool):
        _refuse(column, value, "true or false")
    return bool(value)


def _refuse(column: Column, value: Any, wanted: str) -> NoReturn:
    raise QueryError(f"{column.name} is compared with {wanted}, not {value!r}")
