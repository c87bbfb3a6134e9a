"""The first guess of a semantic model, from what the catalog knows; people edit it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from claribi.core.errors import QueryError
from claribi.query.modeling.joins import Joins
from claribi.query.modeling.schemas import Join, Metric, Model, ModelTable
from claribi.sources.catalog import TIME_TYPES, Column, Table
from claribi.sources.service import Catalog

# Rounds of giving a table that two ways lead to one name for each.
MAX_ROUNDS = 60
MOST_METRICS_OF_TABLE = 20
# The catalog estimates how many different values a column has.
NEARLY_ALL = 0.97
KEY_ENDINGS = ("_id", "id", "_key", "")
# The last word of a name whose sum means nothing.
AVERAGED = "rate ratio percent percentage share average mean price score rating temperature speed delay age"


@dataclass(slots=True)
class _Draft:
    """A table on its way into the model."""

    name: str
    source_id: int
    table: Table
    key: list[str]


def guess(name: str, catalogs: Sequence[Catalog]) -> Model:
    """Tables with their keys and times, joined as the sources or the names say, and a metric a measure."""
    drafts = list(_drafts(catalogs))
    tables = {draft.name: draft for draft in drafts}
    joins = list(_joins(drafts))
    tables, joins = _told_apart(tables, joins)
    return Model(
        name=name,
        tables=[_table(draft) for draft in tables.values()],
        joins=joins,
        metrics=_metrics([draft for draft in drafts if draft.name in tables]),
    )


def _drafts(catalogs: Sequence[Catalog]) -> Iterator[_Draft]:
    taken: Counter[str] = Counter()
    for catalog in catalogs:
        for table in catalog.tables.values():
            name = _name(table.name.rpartition(".")[2])
            taken[name] += 1
            unique = name if taken[name] == 1 else f"{name}_{taken[name]}"
            yield _Draft(unique, catalog.source_id, table, table.primary_key or _key(table))


def _name(text: str) -> str:
    name = re.sub(r"\W+", "_", text).strip("_") or "table"
    return (name if not name[0].isdigit() else f"t_{name}")[:90]


def _key(table: Table) -> list[str]:
    """The column of ids in which no value is missing or comes twice, as far as the profile tells."""
    singular = _singular(table.name.rpartition(".")[2].lower())
    wanted = {"id", "key", "code", f"{singular}_id", f"{singular}id", f"{singular}_key", singular}
    for column in table.columns:
        complete = (
            table.row_count > 0 and column.nulls == 0 and column.distinct >= NEARLY_ALL * table.row_count
        )
        if complete and (
            column.name.lower() in wanted or (column.role == "id" and column is table.columns[0])
        ):
            return [column.name]
    return []


def _joins(drafts: Sequence[_Draft]) -> Iterator[Join]:
    """Declared keys first; where a source declares none, columns named after another table's key."""
    for draft in drafts:
        declared = list(_declared(draft, drafts))
        taken = {column for join in declared for column in join.columns}
        yield from declared
        for column in draft.table.columns:
            if column.name in taken or [column.name] == draft.key:
                continue
            other = next((d for d in drafts if d is not draft and _means(column, d)), None)
            if other is not None:
                yield Join(table=draft.name, columns=[column.name], to=other.name, references=other.key)


def _declared(draft: _Draft, drafts: Sequence[_Draft]) -> Iterator[Join]:
    for relation in draft.table.relations:
        for other in drafts:
            if (
                other.source_id == draft.source_id
                and other.table.name == relation.table
                and other is not draft
            ):
                yield Join(
                    table=draft.name,
                    columns=list(relation.columns),
                    to=other.name,
                    references=list(relation.references),
                )


def _means(column: Column, other: _Draft) -> bool:
    """Whether a column's name says that it holds another table's key."""
    if len(other.key) != 1:
        return False
    key = other.table.column(other.key[0])
    if key is None or key.type != column.type or column.role == "measure":
        return False
    name, table = column.name.lower(), _singular(other.table.name.rpartition(".")[2].lower())
    same = name == key.name.lower() and name not in {"id", "key", "code"}
    ends = any(
        name == f"{table}{tail}" or name.endswith(f"_{table}{tail}") for tail in ("_id", "id", "_key", "")
    )
    return same or ends


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def _told_apart(tables: dict[str, _Draft], joins: list[Join]) -> tuple[dict[str, _Draft], list[Join]]:
    """One name for each way that leads to a table, so that every question has one answer."""
    for _ in range(MAX_ROUNDS):
        target = _ambiguous(tables, joins)
        if target is None:
            break
        incoming = [join for join in joins if join.to == target]
        outgoing = [join for join in joins if join.table == target]
        joins = [join for join in joins if join not in incoming and join not in outgoing]
        draft = tables.pop(target)
        for join in incoming:
            role = _role(join, incoming)
            copy = _unique(f"{role}_{target}", tables)
            tables[copy] = _Draft(copy, draft.source_id, draft.table, draft.key)
            joins.append(join.model_copy(update={"to": copy}))
            joins += [onward.model_copy(update={"table": copy}) for onward in outgoing]
    return tables, joins


def _ambiguous(tables: dict[str, _Draft], joins: list[Join]) -> str | None:
    """A table that more than one way leads to, the first of them on its way."""
    if not joins:
        return None
    model = Model(name="draft", tables=[_table(draft) for draft in tables.values()], joins=joins)
    graph = Joins(model)
    found = []
    for home in tables:
        for table in tables:
            if home != table and graph.leads(home, table):
                try:
                    graph.plan(home, [table])
                except QueryError:
                    found.append(table)
    # The one that leads on to the others first: with it told apart, they often are as well.
    return max(found, key=lambda name: (sum(graph.leads(name, other) for other in found), name), default=None)


def _role(join: Join, incoming: Sequence[Join]) -> str:
    """What a table is to the one that points at it: by the column where it points twice, else by name."""
    if sum(other.table == join.table for other in incoming) > 1:
        return _name(re.sub(r"_?(id|key|code)$", "", join.columns[0], flags=re.IGNORECASE)) or join.table
    return join.table


def _unique(name: str, taken: Iterable[str]) -> str:
    known, found, number = set(taken), name[:95], 1
    while found in known:
        number += 1
        found = f"{name[:95]}_{number}"
    return found


def _table(draft: _Draft) -> ModelTable:
    time = next((c.name for c in draft.table.columns if c.role == "time"), None)
    time = time or next((c.name for c in draft.table.columns if c.type in TIME_TYPES), None)
    return ModelTable(
        name=draft.name,
        source_id=draft.source_id,
        table=draft.table.name,
        primary_key=draft.key,
        time=time,
    )


def _metrics(drafts: Sequence[_Draft]) -> list[Metric]:
    metrics: list[Metric] = []
    taken: set[str] = set()
    for draft in drafts:
        name = _unique(f"{draft.name}_count", taken)
        taken.add(name)
        metrics.append(
            Metric(name=name, title=f"Number of {draft.name}", aggregation="count", table=draft.name)
        )
        measures = [column for column in draft.table.columns if column.role == "measure"]
        for column in measures[:MOST_METRICS_OF_TABLE]:
            plain = _name(column.name)
            name = _unique(plain if plain not in taken else f"{draft.name}_{plain}", taken)
            taken.add(name)
            aggregation = "avg" if plain.lower().rpartition("_")[2] in AVERAGED.split() else "sum"
            metrics.append(Metric(name=name, column=f"{draft.name}.{column.name}", aggregation=aggregation))
    return metrics
