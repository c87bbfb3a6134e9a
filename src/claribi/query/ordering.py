"""In what order the rows of an answer come: as is asked, ties and the unsorted by the dimensions."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from claribi.core.errors import QueryError
from claribi.query.computed import Ordered
from claribi.query.conditions import Parameters, column_in, column_of
from claribi.query.cycles import NAMES
from claribi.query.schemas import Asked
from claribi.sources.catalog import Role, Table


def own_orders(query: Asked, table: Table) -> Mapping[str, Sequence[str]]:
    """The texts of an answer that go by the calendar or by edges, not by their letters: by their column."""
    if not (query.measures or query.dimensions):
        return {column.name: column.values for column in table.columns if isinstance(column, Ordered)}
    orders: dict[str, Sequence[str]] = {}
    for dimension in query.dimensions:
        column = column_in(table, dimension.column)
        if dimension.cycle is not None and dimension.cycle in NAMES:
            orders[dimension.label] = NAMES[dimension.cycle]
        elif isinstance(column, Ordered):
            orders[dimension.label] = column.values
    return orders


def place(this: exp.Expr, names: Sequence[str], after: exp.Expr | None = None) -> exp.Expr:
    """What rows are ordered by, from texts that have an order of their own; `after` comes after these."""
    ordered = exp.Case(this=this)
    for number, name in enumerate(names, 1):
        ordered = ordered.when(exp.Literal.string(name), exp.Literal.number(number))
    return ordered.when(after, exp.Literal.number(len(names) + 1)) if after is not None else ordered


def ordered(
    query: Asked, roles: Mapping[str, Role], orders: Mapping[str, Sequence[str]], parameters: Parameters
) -> list[exp.Expr]:
    """What to order by.

    Args:
        roles: By the columns of the answer.
        orders: Those of them with an order of their own.
    """
    asked = [(sort.field, sort.descending) for sort in query.sort]
    for name, _ in asked:
        if name not in roles:
            raise QueryError(f"Rows can't be sorted by {name}: the answer has {', '.join(roles)}")
    named = {name for name, _ in asked}
    ties = [(d.label, False) for d in query.dimensions if d.label not in named]
    rest = query.top.other if query.top is not None else None

    def by(name: str) -> exp.Expr:
        if name not in orders:
            return column_of(name)
        is_topped = query.top is not None and query.top.dimension == name and rest is not None
        return place(column_of(name), orders[name], parameters.bind(rest) if is_topped else None)

    return [
        exp.Ordered(this=by(name), desc=descending, nulls_first=False) for name, descending in asked + ties
    ]
