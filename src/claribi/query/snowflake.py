"""What Snowflake writes in another way than the compiler's neutral expressions, or reads as a function."""

from collections.abc import Callable, Collection, Mapping

from sqlglot import exp

from claribi.core.errors import QueryError

# A moment without a zone: what TIMESTAMP alone means there is a setting.
MOMENT = exp.DataType.build("timestampntz", dialect="snowflake")
ZONED = exp.DataType.build("timestampltz", dialect="snowflake")
# Where the row of a file comes from.
HIDDEN = "metadata$"
# Functions that may be written without parentheses.
KEYWORDS = frozenset({"current_user", "current_role", "current_database", "current_schema", "user"})


def check_columns(statement: exp.Query, tables: Mapping[str, Collection[str]]) -> None:
    """Refuses what tells more than the tables hold.

    Args:
        tables: The columns of each table, in lower case; none where they are not known.
    """
    known = {name for columns in tables.values() for name in columns}
    for column in statement.find_all(exp.Column):
        name = column.name.lower()
        if name.startswith(HIDDEN) and name not in known:
            raise QueryError(f"The column {column.name} is not allowed")
        if not column.table and name in KEYWORDS - known:
            raise QueryError(f"The function {column.name} is not allowed")


def _in_utc(this: exp.Expr) -> exp.Expr:
    """A date, or a moment with a zone or without, as a moment of UTC: the session's zone is UTC."""
    zoned = exp.Cast(this=this.copy(), to=ZONED.copy())
    return exp.Cast(this=zoned, to=MOMENT.copy())


def _typed(node: exp.Expr) -> exp.Expr:
    return MOMENT.copy() if node.this == exp.DType.TIMESTAMP and not node.expressions else node


def _cast(node: exp.Expr) -> exp.Expr:
    """A cast of a moment with a zone would keep what the clocks of that zone showed."""
    is_moment = node.args["to"].this in {exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ}
    return _in_utc(node.this) if is_moment and isinstance(node.this, exp.Column | exp.Subquery) else node


def _truncated(node: exp.Expr) -> exp.Expr:
    """The start of a bucket; where weeks begin is a setting, so Mondays are counted back to."""
    grain = node.args["unit"].name.upper()
    this = _in_utc(node.this) if isinstance(node.this, exp.Column) else node.this.copy()
    if grain != "WEEK":
        return exp.TimestampTrunc(this=this, unit=exp.var(grain))
    day = exp.TimestampTrunc(this=this, unit=exp.var("DAY"))
    weekday = exp.DayOfWeekIso(this=this.copy())
    back = exp.Sub(this=exp.Literal.number(1), expression=weekday)
    return exp.DateAdd(this=day, expression=back, unit=exp.var("DAY"))


def _moved(node: exp.Expr) -> exp.Expr:
    span = node.expression
    if not isinstance(span, exp.Interval):
        return node
    n = int(span.this.name) * (-1 if isinstance(node, exp.Sub) else 1)
    unit = exp.var(span.text("unit").upper())
    return exp.DateAdd(this=_in_utc(node.this), expression=exp.convert(n), unit=unit)


def _average(node: exp.Expr) -> exp.Expr:
    """Of decimals Snowflake gives six digits more than they have."""
    return node if isinstance(node.this, exp.Cast) else exp.Avg(this=exp.cast(node.this.copy(), "double"))


REWRITES: Mapping[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.DataType: _typed,
    exp.Cast: _cast,
    exp.TimestampTrunc: _truncated,
    exp.Add: _moved,
    exp.Sub: _moved,
    exp.Avg: _average,
}
