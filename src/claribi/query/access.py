"""Access rules in SQL: a table as its caller may see it stands in place of the table, wherever it is read."""

from sqlglot import exp

from claribi.core.clock import utc_now
from claribi.query.conditions import Parameters, column_of, condition
from claribi.query.schemas import Filter
from claribi.sources.catalog import Table, TableAccess
from claribi.sources.connectors.sql import table_of

REDACTED = "***"
SHOWN = 4


def relation(table: Table, parameters: Parameters, alias: str | None = None) -> exp.Table | exp.Subquery:
    """A table in SQL, or what the rules leave of it, under the alias or its own name."""
    place = table_of(table.schema, table.physical or table.name)
    access = table.access
    if access is None:
        return place if alias is None else named(place, alias)
    seen = exp.select(*(_masked(column.name, access) for column in table.columns)).from_(place)
    if access.rows is None:
        seen = seen.where(exp.false())
    for row in access.rows or ():
        criterion = Filter.model_validate(
            {"column": row.column.name, "operator": row.operator, "value": row.value}
        )
        now = utc_now().replace(tzinfo=None)
        seen = seen.where(condition(parameters, row.column, criterion, table=place, now=now))
    return exp.Subquery(this=seen, alias=_alias(alias or table.physical or table.name))


def named(place: exp.Table, alias: str) -> exp.Table:
    place.set("alias", _alias(alias))
    return place


def _masked(name: str, access: TableAccess) -> exp.Expr:
    mask, column = access.masks.get(name), column_of(name)
    if mask is None:
        return column
    shown: exp.Expr = exp.Literal.string(REDACTED)
    if mask == "last4":
        end = exp.Right(this=column_of(name), expression=exp.Literal.number(SHOWN))
        shown = exp.Concat(expressions=[shown, end])
    # Where nothing is shown the value keeps its type: no branch is ever taken.
    filled = exp.false() if mask == "null" else exp.Not(this=exp.Is(this=column, expression=exp.Null()))
    value = exp.Case().when(filled, column_of(name) if mask == "null" else shown)
    return exp.alias_(value, name, quoted=True)


def _alias(name: str) -> exp.TableAlias:
    return exp.TableAlias(this=exp.to_identifier(name, quoted=True))
