"""What some engines write in another way than the compiler's neutral expressions."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlglot import exp

from claribi.query import bigquery, clickhouse, medians, redshift, snowflake, trino, tsql, zones
from claribi.query.calculations import THERE

Rewrite = Callable[[exp.Expr], exp.Expr]
Kind = TypeVar("Kind", bound=exp.Expr)


def adapted(expression: Kind, dialect: str, parameters: Mapping[str, Any]) -> Kind:
    """A compiled query in the words of a dialect that sqlglot would not find by itself.

    Args:
        parameters: Its bound values.
    """
    of_values = OF_VALUES.get(dialect)
    rewrites = of_values(parameters) if of_values else REWRITES.get(dialect)
    if rewrites is None:
        return expression
    if in_zone := zones.IN_WORDS.get(dialect):
        rewrites = {**rewrites, exp.AtTimeZone: in_zone}

    def rewritten(node: exp.Expr) -> exp.Expr:
        rewrite = rewrites.get(type(node))
        return rewrite(node) if rewrite else node

    # From the leaves up, since a rewritten node can hold others that are still to be.
    return _from_the_leaves(expression.copy(), rewritten)  # type: ignore[return-value]  # a query stays one


def _from_the_leaves(tree: exp.Expr, rewritten: Rewrite) -> exp.Expr:
    for node in reversed(list(tree.walk(bfs=True))):
        new = rewritten(node)
        if new is not node:
            if node is tree:
                tree = new
            else:
                node.replace(new)
    return tree


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


def _text_of(column: exp.Expr) -> exp.Expr:
    """PostgreSQL's own types of words have no functions for texts."""
    return exp.cast(column.copy(), "text")


def _lower_text(node: exp.Expr) -> exp.Expr:
    return exp.Lower(this=_text_of(node.this)) if isinstance(node.this, exp.Column) else node


def _found_in(node: exp.Expr) -> exp.Expr:
    return exp.GT(this=_call("STRPOS", node.this, node.expression), expression=exp.Literal.number(0))


def _mysql_found_in(node: exp.Expr) -> exp.Expr:
    return exp.GT(this=_call("LOCATE", node.expression, node.this), expression=exp.Literal.number(0))


def _begins_with(node: exp.Expr) -> exp.Expr:
    return exp.EQ(
        this=_call("LEFT", node.this, _call("CHAR_LENGTH", node.expression)),
        expression=node.expression.copy(),
    )


def _mysql_truncated(node: exp.Expr) -> exp.Expr:
    """The start of a bucket; MySQL has no function for it."""
    this, grain = node.this, node.args["unit"].name.lower()
    day = exp.cast(this.copy(), "date")
    if grain == "hour":
        return exp.cast(_call("DATE_FORMAT", this, exp.Literal.string("%Y-%m-%d %H:00:00")), "timestamp")
    if grain == "week":
        return _call("SUBDATE", day, _call("WEEKDAY", this))
    if grain == "month":
        return exp.cast(_call("DATE_FORMAT", this, exp.Literal.string("%Y-%m-01")), "date")
    if grain == "quarter":
        months = exp.Mul(
            this=exp.paren(exp.Sub(this=_call("QUARTER", this), expression=exp.Literal.number(1))),
            expression=exp.Literal.number(3),
        )
        return exp.Add(
            this=_call("MAKEDATE", _call("YEAR", this), exp.Literal.number(1)),
            expression=exp.Interval(this=exp.paren(months), unit=exp.var("MONTH")),
        )
    return _call("MAKEDATE", _call("YEAR", this), exp.Literal.number(1)) if grain == "year" else day


def _passed(node: exp.Expr) -> exp.Expr:
    """Spark's and MySQL's other functions count days."""
    unit = node.text("unit").upper()
    if unit != "MICROSECOND":
        return node
    return exp.TimestampDiff(this=node.this.copy(), expression=node.expression.copy(), unit=exp.var(unit))


def _mysql_passed(node: exp.Expr) -> exp.Expr:
    """Between moments as they are: a cast would cut their seconds off."""
    passed = _passed(node)
    if passed is not node:
        for side in (passed.this, passed.expression):
            side.replace(side.this)
    return passed


def _exact_average(node: exp.Expr) -> exp.Expr:
    """Of whole numbers MySQL gives four digits only, and Spark of decimals four more than they have."""
    if isinstance(node.this, exp.Cast):
        return node
    return exp.Avg(this=exp.cast(node.this.copy(), "double"))


def _mysql_rank(node: exp.Expr) -> exp.Expr:
    """How many rows come before, plus one: MariaDB 10.11 ranks wrongly beside another window."""
    select = node.find_ancestor(exp.Select)
    if not isinstance(node.this, exp.Rank) or select is None:
        return node
    [ordered] = node.args["order"].expressions
    here, there = ordered.this, ordered.this.copy()
    there.set("table", exp.to_identifier(THERE, quoted=True))
    before = exp.GT if ordered.args.get("desc") else exp.LT
    rows = select.args["from_"].this.copy()
    rows.set("alias", exp.TableAlias(this=exp.to_identifier(THERE, quoted=True)))
    conditions: list[exp.Expr] = [before(this=there, expression=here.copy())]
    for part in node.args.get("partition_by") or []:
        beside = part.copy()
        beside.set("table", exp.to_identifier(THERE, quoted=True))
        conditions.append(exp.NullSafeEQ(this=beside, expression=part.copy()))
    count = exp.Add(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
    return exp.select(count).from_(rows).where(*conditions).subquery()


# By dialect, where what is written depends on the bound values.
OF_VALUES: Mapping[str, Callable[[Mapping[str, Any]], Mapping[type[exp.Expr], Rewrite]]] = {
    "bigquery": bigquery.rewrites,
    "clickhouse": clickhouse.rewrites,
}
REWRITES: Mapping[str, Mapping[type[exp.Expr], Rewrite]] = {
    "postgres": {exp.Contains: _found_in, exp.Lower: _lower_text},
    "mysql": {
        exp.Contains: _mysql_found_in,
        exp.StartsWith: _begins_with,
        exp.TimestampTrunc: _mysql_truncated,
        exp.DateDiff: _mysql_passed,
        exp.Avg: _exact_average,
        exp.Window: _mysql_rank,
        exp.Select: medians.numbered,
    },
    "redshift": {
        exp.Contains: _found_in,
        exp.Lower: _lower_text,
        # LIKE would take signs in the value for its own.
        exp.StartsWith: _begins_with,
        exp.NullSafeEQ: redshift.same_or_both_missing,
        exp.Select: medians.numbered,
    },
    "snowflake": snowflake.REWRITES,
    "spark": {exp.Avg: _exact_average, exp.DateDiff: _passed},
    "trino": trino.REWRITES,
    "tsql": tsql.REWRITES,
}
