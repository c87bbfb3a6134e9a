"""What tables that are read live give to a question in which other sources take part.

Such a question is answered by DuckDB. Each live table gives it the columns that are needed and no others,
its rows filtered where they are and, where every measure allows it, added up there already. What comes may
hold more than the question needs, never less: the question itself filters and groups once more.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlglot import exp

from claribi.query.access import relation
from claribi.query.conditions import Parameters, column_of, condition
from claribi.query.dialects import adapted
from claribi.query.live import shown_as
from claribi.query.modeling.bound import TIME, Bound
from claribi.query.schemas import Asked, Filter, Measure
from claribi.sources.catalog import Column, ColumnType, Table
from claribi.sources.connectors.base import Connector
from claribi.sources.service import Catalog

# No value passes these; how texts are ordered is each engine's own affair, so they are only held equal.
OF_TEXTS = frozenset({"=", "in", "is_not_null"})
OF_OTHERS = OF_TEXTS | {"!=", "<", "<=", ">", ">=", "between", "not_in", "last_n"}
# Whose texts may be equal without being the same.
FOLDING = frozenset({"mysql"})
# What comes out the same when it is first applied to parts.
OF_PARTS: Mapping[str, type[exp.AggFunc]] = {"sum": exp.Sum, "min": exp.Min, "max": exp.Max}


@dataclass(frozen=True, slots=True)
class Feed:
    """A statement at a source whose rows stand for one of its tables.

    Attributes:
        name: Of the table in the question.
        table: What it is called at the source.
        types: Of its columns, by name.
    """

    name: str
    source_name: str
    table: str
    connector: Connector
    expression: exp.Select
    parameters: Mapping[str, Any]
    types: Mapping[str, ColumnType]

    def shown(self) -> str:
        return shown_as(self.expression, self.connector.dialect)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a source can do of a question to one of its tables.

    Attributes:
        filters: Conditions on columns under the source's own names.
        partial: Columns that are only aggregated, and how.
    """

    filters: Sequence[tuple[Column, Filter]] = ()
    partial: Mapping[str, str] | None = None


def feeds(
    statement: exp.Expr,
    tables: Mapping[str, tuple[Catalog, Table]],
    pushed: Mapping[str, Pushed],
    now: datetime,
) -> list[Feed]:
    """One feed for each live table that a statement for DuckDB reads.

    Args:
        tables: By their names in the statement.
    """
    return [
        _feed(name, catalog.source_name, catalog.connector, table, _needed(statement, name), pushed, now)
        for name, (catalog, table) in tables.items()
        if catalog.connector is not None
    ]


def pushed_down(
    query: Asked, bound: Bound, statement: exp.Expr, tables: Collection[str]
) -> dict[str, Pushed]:
    """What the sources of these tables can do of a question whose metrics are resolved."""
    leaves = [leaf for measure in query.measures for leaf in measure.leaves()]
    if any(_looks_at_all_rows(f) for f in [*query.filters, *(f for leaf in leaves for f in leaf.filters)]):
        return {}
    homes = {leaf.table or (leaf.column or "").partition(".")[0] for leaf in leaves} or set(tables)
    home = next(iter(homes)) if len(homes) == 1 else None
    conditions = list(query.filters)
    if query.period and not query.compare:
        start, end = query.period.start, query.period.end
        conditions += [
            Filter(column=query.period.column, operator=">=", value=start.isoformat()),
            Filter(column=query.period.column, operator="<", value=end.isoformat()),
        ]
    found: dict[str, Pushed] = {}
    for name in tables:
        known = [_own(bound, name, home, criterion) for criterion in conditions]
        filters = [pair for pair in known if pair is not None]
        partial = _partial(query, leaves, bound, statement, name) if name == home else None
        found[name] = Pushed(filters, partial)
    return found


def _feed(
    name: str,
    source_name: str,
    connector: Connector,
    table: Table,
    needed: Collection[str],
    pushed: Mapping[str, Pushed],
    now: datetime,
) -> Feed:
    work = pushed.get(name, Pushed())
    parameters = Parameters("feed")
    rows = relation(table, parameters, name)
    columns = [column for column in table.columns if column.name in needed]
    selected = exp.select(*(column_of(column.name) for column in columns)).from_(rows)
    if not columns:
        selected = exp.select(exp.alias_(exp.Literal.number(1), "row", quoted=True)).from_(rows)
    for column, criterion in work.filters:
        selected = selected.where(condition(parameters, column, criterion, table=rows, now=now))
    if work.partial and not _folds(connector, columns, work.partial):
        selected = _added_up(selected, columns, work.partial)
    return Feed(
        name,
        source_name,
        table.name,
        connector,
        adapted(selected, connector.dialect, parameters.values),
        parameters.values,
        {column.name: column.type for column in columns} or {"row": "integer"},
    )


def _folds(connector: Connector, columns: Sequence[Column], partial: Mapping[str, str]) -> bool:
    """Whether the source may take different texts for one when it groups by them."""
    return connector.dialect in FOLDING and any(c.type == "string" and c.name not in partial for c in columns)


def _added_up(selected: exp.Select, columns: Sequence[Column], partial: Mapping[str, str]) -> exp.Select:
    """Rows that differ in nothing but what is measured as one."""
    outputs = [
        exp.alias_(OF_PARTS[partial[column.name]](this=column_of(column.name)), column.name, quoted=True)
        if column.name in partial
        else column_of(column.name)
        for column in columns
    ]
    keys = [column_of(column.name) for column in columns if column.name not in partial]
    return selected.select(*outputs, append=False).group_by(*keys)


def _looks_at_all_rows(criterion: Filter) -> bool:
    """Whether a condition counts back from the newest row, whatever other conditions say of that."""
    return criterion.operator == "last_n" and criterion.value.get("anchor") == "data"


def _needed(statement: exp.Expr, name: str) -> set[str]:
    return {column.name for column in statement.find_all(exp.Column) if column.table == name}


def _own(bound: Bound, name: str, home: str | None, criterion: Filter) -> tuple[Column, Filter] | None:
    """A condition as the source of a table can keep it; None where it can't or it is on another table."""
    if criterion.column == TIME and home != name:
        return None
    column = bound.column(criterion.column, home)
    table, _, own = column.name.partition(".")
    if criterion.column == TIME:
        table, own = name, bound.tables[name].model.time or ""
    stored = bound.stored(table, own) if table == name else None
    if stored is None or (stored.type == "timestamp" and bound.model.time_zone != "UTC"):
        return None
    if criterion.operator not in (OF_TEXTS if stored.type == "string" else OF_OTHERS):
        return None
    return stored, criterion.model_copy(update={"column": own})


def _partial(
    query: Asked, leaves: Sequence[Measure], bound: Bound, statement: exp.Expr, home: str
) -> dict[str, str] | None:
    """How the columns that are measured are aggregated, where the rows of `home` may be added up in parts."""
    split = {d.column for d in query.dimensions} | {f.column for f in query.filters}
    split |= {query.period.column} if query.period else set()
    found: dict[str, str] = {}
    for leaf in leaves:
        _, _, own = (leaf.column or "").partition(".")
        how = leaf.aggregation or ""
        if how not in OF_PARTS or leaf.filters or leaf.column in split:
            return None
        stored = bound.stored(home, own)
        if stored is None or stored.type == "string" or found.setdefault(own, how) != how:
            return None
    uses = [c for c in statement.find_all(exp.Column) if c.table == home and c.name in found]
    if not all(isinstance(c.parent, exp.Alias) and c.parent.alias == f"{home}.{c.name}" for c in uses):
        # It is part of what another column is computed from, or joined along.
        return None
    named = [*split, *(leaf.column or "" for leaf in leaves)]
    if bound.joins.plan(home, bound.tables_of(named, home)).fans_out:
        return None
    return found
