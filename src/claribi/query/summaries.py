"""The rows of an answer as a table of their own, so that measures can tell them together."""

from collections.abc import Sequence

from sqlglot import exp

from claribi.query.compiled import Compiled
from claribi.query.fragments import cte
from claribi.sources.catalog import Column, Table


def as_table(name: str, rows: Compiled) -> tuple[Table, Sequence[exp.CTE]]:
    """What an answer's rows are as a table, and the WITH queries that make it, the last of that name."""
    selected = rows.expression.copy()
    own = selected.args.get("with_")
    selected.set("with_", None)
    if not selected.args.get("limit"):
        # Some engines take no order within a query but to cut it off.
        selected.set("order", None)
    columns = [Column(label, rows.types[label], role) for label, role in rows.roles.items()]
    return Table(name, 0, columns), [*(own.expressions if own else []), cte(name, selected)]
