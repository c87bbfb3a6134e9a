"""What Trino writes in another way than the compiler's neutral expressions, or reads as a function."""

from collections.abc import Callable, Collection, Mapping

from sqlglot import exp

from claribi.core.errors import QueryError

# All that a moment can hold here; Trino's own default is three digits of a second.
MOMENT = exp.DataType.build("timestamp(6)", dialect="trino")
ZONED = exp.DataType.build("timestamp(6) with time zone", dialect="trino")
MICROSECONDS = 1_000_000
# Functions that are written without parentheses, and so look like columns where there is no such column.
KEYWORDS = frozenset({"current_user", "current_catalog", "current_schema", "current_path", "user"})


def check_columns(statement: exp.Query, tables: Mapping[str, Collection[str]]) -> None:
    """Refuses what tells more than the tables hold.

    Args:
        tables: The columns of each table, in lower case; none where they are not known.
    """
    known = {name for columns in tables.values() for name in columns}
    for column in statement.find_all(exp.Column):
        if column.name.startswith("$") and column.name.lower() not in known:
            # Where a row's file is, its partition, when it was changed.
            raise QueryError(f"The column {column.name} is not allowed")
        if not column.table and column.name.lower() in KEYWORDS - known:
            raise QueryError(f"The function {column.name} is not allowed")


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


def _in_utc(this: exp.Expr) -> exp.Expr:
    """A date, or a moment with a zone or without, as a moment of UTC: the session's zone is UTC."""
    zoned = exp.Cast(this=this.copy(), to=ZONED.copy())
    in_utc = exp.AtTimeZone(this=zoned, zone=exp.Literal.string("UTC"))
    return exp.Cast(this=in_utc, to=MOMENT.copy())


def _typed(node: exp.Expr) -> exp.Expr:
    return MOMENT.copy() if node.this == exp.DType.TIMESTAMP and not node.expressions else node


def _cast(node: exp.Expr) -> exp.Expr:
    """A cast of a moment with a zone would keep what the clocks of that zone showed."""
    is_moment = node.args["to"].this == exp.DType.TIMESTAMP
    return _in_utc(node.this) if is_moment and isinstance(node.this, exp.Column | exp.Subquery) else node


def _truncated(node: exp.Expr) -> exp.Expr:
    unit = exp.var(node.args["unit"].name.upper())
    this = node.this
    return exp.TimestampTrunc(this=_in_utc(this) if isinstance(this, exp.Column) else this, unit=unit)


def _moved(node: exp.Expr) -> exp.Expr:
    """Hours can't be added to a date, and weeks have no interval of their own."""
    span = node.expression
    if not isinstance(span, exp.Interval):
        return node
    if span.text("unit").upper() == "WEEK":
        days = exp.Literal.string(str(7 * int(span.name)))
        span = exp.Interval(this=days, unit=exp.var("DAY"))
    return type(node)(this=exp.paren(_in_utc(node.this)), expression=span.copy())


def _passed(node: exp.Expr) -> exp.Expr:
    """Trino counts thousandths of a second, and tells the seconds of a moment to the last digit."""
    if node.text("unit").upper() != "MICROSECOND":
        return node
    start, end = (
        exp.cast(
            exp.Round(
                this=exp.Mul(this=_call("TO_UNIXTIME", side), expression=exp.Literal.number(MICROSECONDS))
            ),
            "bigint",
        )
        for side in (node.expression, node.this)
    )
    return exp.paren(exp.Sub(this=end, expression=start))


def _sum(node: exp.Expr) -> exp.Expr:
    """Of whole numbers Trino sums up in 64 bits and fails where these are full; decimals have 38 digits."""
    one = exp.cast(exp.Literal.number(1), "decimal(1, 0)")
    return exp.Sum(this=exp.Mul(this=exp.paren(node.this.copy()), expression=one))


def _average(node: exp.Expr) -> exp.Expr:
    """Of decimals Trino gives as many digits as they have."""
    return node if isinstance(node.this, exp.Cast) else exp.Avg(this=exp.cast(node.this.copy(), "double"))


def _median(node: exp.Expr) -> exp.Expr:
    """The middle of all values in order: Trino has only an approximate median."""
    this = node.this
    there = exp.Not(this=exp.Is(this=this.copy(), expression=exp.Null()))
    ordered = exp.Order(this=this.copy(), expressions=[exp.Ordered(this=this.copy())])
    values = exp.Filter(this=exp.ArrayAgg(this=ordered), expression=exp.Where(this=there))
    count = exp.Count(this=this.copy())

    def middle(more: int) -> exp.Expr:
        place = exp.IntDiv(
            this=exp.paren(exp.Add(this=count.copy(), expression=exp.Literal.number(more))),
            expression=exp.Literal.number(2),
        )
        return _call("ELEMENT_AT", values, place)

    both = exp.paren(exp.Add(this=middle(1), expression=middle(2)))
    return exp.Div(this=both, expression=exp.cast(exp.Literal.number(2), "double"))


def _found_in(node: exp.Expr) -> exp.Expr:
    return exp.GT(this=_call("STRPOS", node.this, node.expression), expression=exp.Literal.number(0))


REWRITES: Mapping[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.DataType: _typed,
    exp.Cast: _cast,
    exp.TimestampTrunc: _truncated,
    exp.Add: _moved,
    exp.Sub: _moved,
    exp.DateDiff: _passed,
    exp.Sum: _sum,
    exp.Avg: _average,
    exp.Median: _median,
    exp.Contains: _found_in,
}
