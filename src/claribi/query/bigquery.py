"""What BigQuery writes in another way than the compiler's neutral expressions, or has beside its columns."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, time
from typing import Any

from sqlglot import exp

from claribi.core.errors import QueryError

# What tables have without saying so: where their rows are, and when they came.
HIDDEN = frozenset(
    {"_file_name", "_table_suffix", "_partitiontime", "_partitiondate", "_change_type", "_change_timestamp"}
)
Rewrite = Callable[[exp.Expr], exp.Expr]


def check_columns(statement: exp.Query, tables: Mapping[str, Collection[str]]) -> None:
    """Refuses what tells more than the tables hold.

    Args:
        tables: The columns of each table, in lower case; none where they are not known.
    """
    known = {name for columns in tables.values() for name in columns}
    for column in statement.find_all(exp.Column):
        if column.name.lower() in HIDDEN - known:
            raise QueryError(f"The column {column.name} is not allowed")


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


def _moment(this: exp.Expr) -> exp.Expr:
    """A date, or a moment with a zone or without, as a moment of UTC without a zone (DATETIME)."""
    return this.copy() if _is_moment(this) else exp.cast(this.copy(), "timestamp")


def _is_moment(this: exp.Expr) -> bool:
    """Whether an expression is certainly a DATETIME."""
    if isinstance(this, exp.Cast):
        return bool(this.args["to"].this == exp.DType.TIMESTAMP)
    return isinstance(this, exp.DatetimeAdd | exp.DatetimeSub | exp.DatetimeTrunc)


def _truncated(node: exp.Expr) -> exp.Expr:
    grain = node.args["unit"].name.upper()
    # By itself, a week of BigQuery's begins on a Sunday.
    unit = exp.WeekStart(this=exp.var("MONDAY")) if grain == "WEEK" else exp.var(grain)
    return exp.DatetimeTrunc(this=_moment(node.this), unit=unit)


def _moved(node: exp.Expr) -> exp.Expr:
    span = node.expression
    if not isinstance(span, exp.Interval):
        return node
    kind = exp.DatetimeSub if isinstance(node, exp.Sub) else exp.DatetimeAdd
    n = exp.Literal.number(int(span.this.name))
    return kind(this=_moment(node.this), expression=n, unit=exp.var(span.text("unit").upper()))


def _passed(node: exp.Expr) -> exp.Expr:
    unit = node.text("unit").upper()
    if unit != "MICROSECOND":
        return node
    return exp.DatetimeDiff(this=_moment(node.this), expression=_moment(node.expression), unit=exp.var(unit))


def _sum(node: exp.Expr) -> exp.Expr:
    """Of whole numbers BigQuery sums up in 64 bits and fails where these are full; decimals have more."""
    one = exp.cast(exp.Literal.number(1), "decimal")
    return exp.Sum(this=exp.Mul(this=exp.paren(node.this.copy()), expression=one))


def _average(node: exp.Expr) -> exp.Expr:
    """Of decimals BigQuery gives nine digits."""
    return node if isinstance(node.this, exp.Cast) else exp.Avg(this=exp.cast(node.this.copy(), "double"))


def _median(node: exp.Expr) -> exp.Expr:
    """The middle of all values in order: for groups BigQuery has only an approximate median."""
    order = exp.Order(
        this=node.this.copy(), expressions=[exp.Ordered(this=node.this.copy(), nulls_first=True)]
    )
    values = exp.IgnoreNulls(this=exp.ArrayAgg(this=order))

    def middle(more: int) -> exp.Expr:
        count = exp.Add(this=exp.Count(this=node.this.copy()), expression=exp.Literal.number(more))
        place = exp.IntDiv(this=exp.paren(count), expression=exp.Literal.number(2))
        return exp.Bracket(this=values.copy(), expressions=[place], offset=1, safe=True)

    both = exp.paren(exp.Add(this=middle(1), expression=middle(2)))
    return exp.Div(this=both, expression=exp.Literal.number("2.0"))


def _found_in(node: exp.Expr) -> exp.Expr:
    return exp.GT(this=_call("STRPOS", node.this, node.expression), expression=exp.Literal.number(0))


def _same_kind(node: exp.Expr, parameters: Mapping[str, Any]) -> exp.Expr:
    """A comparison of a column with a moment: nothing compares DATETIME with TIMESTAMP by itself.

    The first moment of a day is written as a text, which BigQuery reads as whatever type the column has: so
    the partitions that are not needed are left out, and not paid for.
    """
    for name in ("this", "expression", "low", "high"):
        side = node.args.get(name)
        if isinstance(side, exp.Expr) and (day := _first_moment(side, parameters)):
            node.set(name, exp.Literal.string(day))
    sides = [node.args[name] for name in ("this", "expression", "low", "high") if node.args.get(name)]
    if any(map(_is_moment, sides)):
        for side in sides:
            side.replace(_moment(side))
    return node


def _first_moment(side: exp.Expr, parameters: Mapping[str, Any]) -> str | None:
    if not _is_moment(side) or not isinstance(side.this, exp.Placeholder):
        return None
    value = parameters.get(side.this.name)
    if not isinstance(value, date):
        return None
    return value.isoformat()[:10] if not isinstance(value, datetime) or value.time() == time.min else None


def _listed(node: exp.Expr, parameters: Mapping[str, Any]) -> exp.Expr:
    days = [_first_moment(each, parameters) for each in node.expressions]
    if all(days) and days:
        return exp.In(this=node.this.copy(), expressions=[exp.Literal.string(str(day)) for day in days])
    if any(map(_is_moment, node.expressions)):
        node.set("this", _moment(node.this))
    return node


def rewrites(parameters: Mapping[str, Any]) -> Mapping[type[exp.Expr], Rewrite]:
    """What is written anew, by its kind, in a query with these bound values."""
    comparisons = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between)
    same: dict[type[exp.Expr], Rewrite] = dict.fromkeys(comparisons, lambda n: _same_kind(n, parameters))
    return {**REWRITES, **same, exp.In: lambda node: _listed(node, parameters)}


REWRITES: Mapping[type[exp.Expr], Rewrite] = {
    exp.TimestampTrunc: _truncated,
    exp.Add: _moved,
    exp.Sub: _moved,
    exp.DateDiff: _passed,
    exp.Sum: _sum,
    exp.Avg: _average,
    exp.Median: _median,
    exp.Contains: _found_in,
}
