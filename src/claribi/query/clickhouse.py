"""What ClickHouse writes in another way than the compiler's neutral expressions."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

# Of DateTime only the years from 1970 to 2106 are there, of Date those from 1970.
MOMENT = exp.DataType.build("Nullable(DateTime64(6, 'UTC'))", dialect="clickhouse")
DAY = exp.DataType.build("Nullable(Date32)", dialect="clickhouse")


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


def _typed(node: exp.Expr) -> exp.Expr:
    wider = {exp.DType.TIMESTAMP: MOMENT, exp.DType.DATE: DAY}.get(node.this)
    return wider.copy() if wider is not None else node


def _sum(node: exp.Expr) -> exp.Expr:
    """Of whole numbers ClickHouse sums up in 64 bits, and begins anew where these are full.

    As decimals they have 38 digits; what is a decimal already stays as exact, floating numbers stay floating.
    """
    one = _call("toDecimal128", exp.Literal.number(1), exp.Literal.number(0))
    return exp.Sum(this=exp.Mul(this=exp.paren(node.this.copy()), expression=one))


def _average(node: exp.Expr) -> exp.Expr:
    if isinstance(node.this, exp.Cast):
        return node
    return exp.Avg(this=exp.cast(node.this.copy(), "double"))


def _median(node: exp.Expr) -> exp.Expr:
    """ClickHouse's own `median` looks at a sample."""
    return exp.ParameterizedAgg(
        this="quantileExactInclusive", expressions=[exp.Literal.number("0.5")], params=[node.this.copy()]
    )


def _correlation(node: exp.Expr) -> exp.Expr:
    """ClickHouse's own `corr` loses all digits where values are large and vary little."""
    return _call("corrStable", node.this, node.expression)


def _truncated(node: exp.Expr) -> exp.Expr:
    """The start of a bucket, in UTC whatever zone a column has of its own."""
    unit = exp.Literal.string(node.args["unit"].name.lower())
    return _call("dateTrunc", unit, exp.Cast(this=node.this.copy(), to=MOMENT.copy()))


def _lower(node: exp.Expr) -> exp.Expr:
    """Of all letters, and of the words of an Enum as well."""
    this = _call("toString", node.this) if isinstance(node.this, exp.Column) else node.this
    return _call("lowerUTF8", this)


def _found_in(node: exp.Expr) -> exp.Expr:
    return exp.GT(this=_call("position", node.this, node.expression), expression=exp.Literal.number(0))


def _one_type(node: exp.Expr) -> exp.Expr:
    """A column or else a text: an Enum has no type in common with texts."""
    [branch] = node.args["ifs"] if len(node.args["ifs"]) == 1 else [None]
    if branch is None or not isinstance(node.args.get("default"), exp.Placeholder):
        return node
    if isinstance(branch.args["true"], exp.Column):
        branch.set("true", _call("toString", branch.args["true"]))
    return node


def _qualified(node: exp.Expr) -> exp.Expr:
    """A query whose columns say which table they are of.

    A bare name means what is selected under that name wherever it stands in the query, even in the WHERE or
    in the very expression that is selected: sum(n) AS n WHERE n > 3 would filter sums.
    """
    table = node.args["from_"].this if node.args.get("from_") else None
    if table is None or node.args.get("joins"):
        return node
    if not table.alias:
        table.replace(exp.alias_(table.copy(), table.name, table=True, quoted=True))
    table = node.args["from_"].this
    outputs = {output.alias_or_name for output in node.expressions}
    order = node.args.get("order")
    for column in list(node.find_all(exp.Column)):
        if column.table or column.parent_select is not node or isinstance(column.this, exp.Star):
            continue
        sorts = isinstance(column.parent, exp.Ordered) and column.parent.parent is order
        if sorts and column.name in outputs:
            continue
        own = exp.column(column.name, table=table.alias, quoted=True)
        column.replace(exp.alias_(own, column.name, quoted=True) if column.parent is node else own)
    return node


def rewrites(parameters: Mapping[str, Any]) -> Mapping[type[exp.Expr], Callable[[exp.Expr], exp.Expr]]:
    """What is written anew, by its kind, in a query with these bound values."""

    def listed(node: exp.Expr) -> exp.Expr:
        """A column of decimals takes a listed float for the decimal below it: 17.99 for 17.98."""
        values = [parameters.get(each.name) for each in node.expressions if isinstance(each, exp.Placeholder)]
        if not any(isinstance(value, float) for value in values):
            return node
        return exp.In(this=exp.cast(node.this.copy(), "double"), expressions=node.expressions)

    return {**REWRITES, exp.In: listed}


REWRITES: Mapping[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.DataType: _typed,
    exp.Sum: _sum,
    exp.Avg: _average,
    exp.Median: _median,
    exp.Corr: _correlation,
    exp.TimestampTrunc: _truncated,
    exp.Lower: _lower,
    exp.Contains: _found_in,
    exp.Case: _one_type,
    exp.Select: _qualified,
}
