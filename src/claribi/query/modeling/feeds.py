"""What tables that are read live give to a question in which other sources take part.

Such a question is answered by DuckDB. Each live table gives it the columns that are needed and no others,
its rows filtered where they are and, where every measure allows it, added up there already. What comes may
hold more than the question needs, never less: the question itself filters and groups once more.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlglot import exp

from claribi.query.access import relation
from claribi.query.conditions import Parameters, column_of, condition
from claribi.query.dialects import adapted
from claribi.query.live import shown_as
from claribi.query.modeling.bound import TIME, Bound
from claribi.query.modeling.parts import Part, in_parts
from claribi.query.schemas import Asked, Filter, Measure
from claribi.sources.catalog import Column, ColumnType, Table
from claribi.sources.connectors.base import Connector
from claribi.sources.service import Catalog

# No value passes these; how texts are ordered is each engine's own affair, so they are only held equal.
OF_TEXTS = frozenset({"=", "in", "is_not_null"})
OF_OTHERS = OF_TEXTS | {"!=", "<", "<=", ">", ">=", "between", "not_in", "last_n"}
# Whose texts may be equal without being the same.
FOLDING = frozenset({"mysql"})
# What can be put together from parts of the rows. Of texts only counts: each engine has its own order.
OF_PARTS = frozenset({"sum", "min", "max", "avg", "count"})


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
        filters: Conditions on columns under the source's own names, and what they are compared with.
        parts: Aggregates that stand for its rows, where it may add these up.
    """

    filters: Sequence[tuple[Column, Filter, Column | None]] = ()
    parts: Collection[Part] = ()


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
    query: Asked, bound: Bound, statement: exp.Select, tables: Collection[str]
) -> tuple[exp.Select, dict[str, Pushed]]:
    """What the sources of these tables can do of a question whose metrics are resolved.

    Returns:
        The statement over what they then give, and what each does.
    """
    leaves = [leaf for measure in query.measures for leaf in measure.leaves()]
    if any(_looks_at_all_rows(f) for f in [*query.filters, *(f for leaf in leaves for f in leaf.filters)]):
        return statement, {}
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
        found[name] = Pushed([pair for pair in known if pair is not None])
    added_up = (
        _in_parts(query, leaves, bound, statement, home)
        if home is not None and home in found and not query.summary
        else None
    )
    if home is None or added_up is None:
        return statement, found
    statement, parts = added_up
    return statement, found | {home: replace(found[home], parts=parts)}


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
    outputs = [column_of(column.name) for column in columns] + [
        exp.alias_(part.expression(), part.name, quoted=True) for part in work.parts
    ]
    selected = exp.select(*outputs or [exp.alias_(exp.Literal.number(1), "row", quoted=True)]).from_(rows)
    for column, criterion, other in work.filters:
        kept = condition(parameters, column, criterion, table=rows, now=now, other=other)
        selected = selected.where(kept)
    if work.parts:
        selected = selected.group_by(*(column_of(column.name) for column in columns))
    return Feed(
        name,
        source_name,
        table.name,
        connector,
        adapted(selected, connector.dialect, parameters.values),
        parameters.values,
        {column.name: column.type for column in columns}
        | {part.name: _type(part, table) for part in work.parts}
        or {"row": "integer"},
    )


def _type(part: Part, table: Table) -> ColumnType:
    column = table.column(part.column) if part.column is not None else None
    return "integer" if column is None or part.how == "count" else column.type


def _looks_at_all_rows(criterion: Filter) -> bool:
    """Whether a condition counts back from the newest row, whatever other conditions say of that."""
    return criterion.operator == "last_n" and criterion.value.get("anchor") == "data"


def _needed(statement: exp.Expr, name: str) -> set[str]:
    return {column.name for column in statement.find_all(exp.Column) if column.table == name}


def _own(
    bound: Bound, name: str, home: str | None, criterion: Filter
) -> tuple[Column, Filter, Column | None] | None:
    """A condition as the source of a table can keep it; None where it can't or it is on another table."""
    sides = [_stored(bound, name, home, column) for column in criterion.columns]
    stored, other = sides[0], sides[-1] if criterion.other is not None else None
    if stored is None or criterion.operator not in (OF_TEXTS if stored.type == "string" else OF_OTHERS):
        return None
    if criterion.other is None:
        return stored, criterion.model_copy(update={"column": stored.name}), None
    # Unlike types are brought together by each engine in its own way.
    if other is None or other.type != stored.type:
        return None
    return stored, criterion.model_copy(update={"column": stored.name, "other": other.name}), other


def _stored(bound: Bound, name: str, home: str | None, called: str) -> Column | None:
    """A column as the source of a table has it; None where it has none such, or shows another time."""
    if called == TIME and home != name:
        return None
    column = bound.column(called, home)
    table, _, own = column.name.partition(".")
    if called == TIME:
        table, own = name, bound.tables[name].model.time or ""
    stored = bound.stored(table, own) if table == name else None
    if stored is None or (stored.type == "timestamp" and bound.model.time_zone != "UTC"):
        return None
    return stored


def _in_parts(
    query: Asked, leaves: Sequence[Measure], bound: Bound, statement: exp.Select, home: str
) -> tuple[exp.Select, Collection[Part]] | None:
    """The statement over parts of the rows of `home`, where its source may add these up."""
    if bound.tables[home].catalog.connector is None:
        return None
    split = {d.column for d in query.dimensions} | {c for f in query.filters for c in f.columns}
    split |= {c for leaf in leaves for f in leaf.filters for c in f.columns}
    split |= {query.period.column} if query.period else set()
    split |= {leaf.column for leaf in leaves if leaf.column and leaf.aggregation == "count_distinct"}
    measured = set()
    for leaf in leaves:
        if leaf.column in split and leaf.aggregation == "count_distinct":
            continue
        if leaf.aggregation not in OF_PARTS or leaf.column in split:
            return None
        if leaf.column is not None:
            stored = bound.stored(home, leaf.column.partition(".")[2])
            if stored is None or (stored.type == "string" and leaf.aggregation != "count"):
                return None
            measured.add(stored.name)
    named = [*split, *(leaf.column or "" for leaf in leaves)]
    if not leaves or bound.joins.plan(home, bound.tables_of([n for n in named if n], home)).fans_out:
        return None
    found = in_parts(statement, home, measured)
    if found is None or _folds(bound, found[0], home):
        return None
    names = {column.name for column in bound.tables[home].table.columns}
    return None if any(part.name in names for part in found[1]) else found


def _folds(bound: Bound, statement: exp.Select, home: str) -> bool:
    """Whether the source may take different texts for one when it groups by them."""
    connector, needed = bound.tables[home].catalog.connector, _needed(statement, home)
    texts = {c.name for c in bound.tables[home].table.columns if c.type == "string"}
    return connector is not None and connector.dialect in FOLDING and not texts.isdisjoint(needed)
