"""Small pieces of SQL that the compilers share."""

from collections.abc import Sequence

from sqlglot import exp


def named_table(name: str, alias: str | None = None) -> exp.Table:
    """A WITH query, or a table that has no schema."""
    table = exp.Table(this=exp.to_identifier(name, quoted=True))
    if alias is not None:
        table.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    return table


def cte(name: str, query: exp.Query) -> exp.CTE:
    return exp.CTE(this=query, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))


def with_before(selected: exp.Select, before: Sequence[exp.CTE]) -> exp.Select:
    """The query with more WITH queries in front of its own."""
    if before:
        own = selected.args.get("with_")
        selected.set("with_", exp.With(expressions=[*before, *(own.expressions if own else [])]))
    return selected


def only_where(condition: exp.Expr, this: exp.Expr) -> exp.Expr:
    return exp.Case().when(condition.copy(), this)
