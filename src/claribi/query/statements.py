"""From a question to a statement that is ready to run, and where it runs."""

import hashlib
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from claribi.core.clock import utc_now
from claribi.core.errors import QueryError
from claribi.query.engine import EngineLimits
from claribi.query.schemas import ModelQuery, Query, Question, SqlQuery
from claribi.sources.catalog import ColumnType, Role, Table
from claribi.sources.connectors.base import Connector
from claribi.sources.service import Catalog

if TYPE_CHECKING:
    from sqlglot import exp

    from claribi.query.compiled import Compiled
    from claribi.query.modeling.bound import Bound
    from claribi.query.modeling.feeds import Feed

DIALECT = "duckdb"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement runs.

    Attributes:
        source_id: The source, or the first of several.
        data_version: Of all the data that it can read.
        files: The Parquet file of each table; none where a connector asks the source itself.
        tables: Of a model: the source and table that each name stands for.
        feeds: What live sources give to a statement in which several take part; their rows are put beside
            the files before it runs.
    """

    source_id: int
    data_version: str
    files: Mapping[str, Path]
    connector: Connector | None
    organization_id: int
    tables: Mapping[str, tuple[int, str]] | None = None
    feeds: "Sequence[Feed]" = ()

    @property
    def is_live(self) -> bool:
        return self.connector is not None or bool(self.feeds)

    @property
    def dialect(self) -> str:
        return self.connector.dialect if self.connector else DIALECT


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that is ready to run.

    Attributes:
        shown: As the evidence keeps it.
        run: As the engine gets it: one row more than `limit`, to tell whether rows were cut off. An
            expression where a connector is to put it into its own words.
        types: What the columns are, where the compiler knows it.
        added_up: What runs in place of `shown` where sources have added up what they give.
        rules: The names of the access rules that it heeds.
        checks: What raises QueryError where its answer would be wrong, see `verify`.
    """

    place: Place
    shown: str
    run: "str | exp.Expr"
    parameters: Mapping[str, Any]
    roles: Mapping[str, Role]
    limit: int
    types: Mapping[str, ColumnType] = field(default_factory=dict)
    rules: Sequence[str] = ()
    added_up: str | None = None
    checks: Sequence[Callable[[], None]] = ()

    def verify(self) -> None:
        """To be called before it runs.

        Raises:
            QueryError: Its answer would be wrong.
        """
        for check in self.checks:
            check()

    @property
    def whole(self) -> str:
        """As the engine gets it where all rows are wanted."""
        return self.added_up or self.shown


def share_key(query: Question) -> Hashable | None:
    """The same for questions that one scan can answer; None for those that have to be asked alone."""
    if not isinstance(query, Query) or query.compare or query.having or query.calculations or query.top:
        return None
    if (
        query.pivot
        or query.summary
        or query.columns
        or not query.measures
        or any(d.whole or d.cycle for d in query.dimensions)
    ):
        return None
    counted = all(m.aggregation == "count" and not m.column and not m.filters for m in query.measures)
    if counted and not query.dimensions and not query.filters and not query.period:
        # How many rows there are is known without reading them.
        return None
    filters, computed = (
        tuple(each.model_dump_json() for each in listed) for listed in (query.filters, query.computed)
    )
    return query.source_id, query.table, computed, filters, query.period and query.period.model_dump_json()


def by_hand(catalog: Catalog, query: SqlQuery, most: int) -> Statement:
    """Hand-written SQL, when the guard lets it through.

    Args:
        most: How many rows it may give.
    """
    from claribi.query import guard, live  # noqa: PLC0415 - sqlglot is slow to import
    from claribi.query.access import relation  # noqa: PLC0415 - as above
    from claribi.query.conditions import Parameters  # noqa: PLC0415 - as above
    from claribi.query.dialects import adapted  # noqa: PLC0415 - as above

    place = place_of(catalog)
    checked = guard.check(query.sql, dialect=place.dialect, tables=catalog.tables)
    ruled = Parameters("rule")
    rules: list[str] = []

    def seen(table: Table, alias: str) -> "exp.Expr":
        rules.extend(table.access.rules if table.access else ())
        return adapted(relation(table, ruled, alias), place.dialect, ruled.values)

    if place.connector is not None or any(table.access for table in catalog.tables.values()):
        checked = guard.located(checked, catalog.tables, seen)
    parameters = {**query.parameters, **ruled.values}
    run = guard.limited(checked.copy(), most + 1)
    if place.connector is None:
        shown = checked.sql(DIALECT)
        return Statement(place, shown, run.sql(DIALECT), parameters, {}, most, rules=_once(rules))
    shown = live.shown_as(checked, place.dialect)
    return Statement(place, shown, run, parameters, {}, most, rules=_once(rules))


def about_table(catalog: Catalog, query: Query, most: int) -> Statement:
    """A structured question to one table."""
    from claribi.query.compile import compile_query  # noqa: PLC0415 - sqlglot is slow to import

    compiled = compile_query(query, catalog.table(query.table), now=utc_now().replace(tzinfo=None))
    return _ready(place_of(catalog), compiled, query.limit, most, _rules([catalog.table(query.table)]))


def about_model(bound: "Bound", query: ModelQuery, most: int) -> "tuple[Statement, Compiled]":
    """A question to a model, with what it relies on."""
    from claribi.query import zones  # noqa: PLC0415 - sqlglot is slow to import
    from claribi.query.modeling.compile import compile_model_query  # noqa: PLC0415 - as above
    from claribi.query.modeling.feeds import feeds, pushed_down  # noqa: PLC0415 - as above
    from claribi.query.modeling.metrics import resolved  # noqa: PLC0415 - as above

    now = utc_now().astimezone(ZoneInfo(bound.model.time_zone)).replace(tzinfo=None)
    compiled = compile_model_query(query, bound, now=now)
    used = {name: bound.tables[name] for name in sorted(compiled.tables)}
    tables = {name: (table.catalog.source_id, table.table.name) for name, table in used.items()}
    catalogs = {table.catalog.source_id: table.catalog for table in used.values()}
    place = common_place(tables, catalogs)
    if is_fed(catalogs.values()):
        compiled = compile_model_query(query, bound.fed(), now=now)
        run, pushed = pushed_down(resolved(query, bound), bound, compiled.expression, compiled.tables)
        read = {name: (table.catalog, table.table) for name, table in used.items()}
        place = replace(place, feeds=feeds(run, read, pushed, now))
    rules = _rules([table.table for table in used.values()])
    ready = _ready(place, compiled, query.limit, most, rules)
    if place.connector is not None and bound.model.time_zone != "UTC":
        ready = replace(ready, checks=[partial(zones.check, place.connector, bound.model.time_zone)])
    if place.feeds:
        # What is kept as evidence is about the rows themselves.
        parts = replace(compiled, expression=run)
        ready = replace(ready, run=parts.sql(limit=ready.limit + 1), added_up=parts.sql())
    return ready, compiled


def limits_of(place: Place, limits: EngineLimits, max_rows: int) -> EngineLimits:
    """The limits of a query there, which takes its turn among those of its organisation."""
    return replace(limits, max_rows=max_rows, owner=str(place.organization_id))


def files_of(place: Place) -> dict[str, list[Path]]:
    """The files of each table, as the engine takes them."""
    return {name: [path] for name, path in place.files.items()}


def place_of(catalog: Catalog) -> Place:
    return Place(
        catalog.source_id, catalog.data_version, catalog.files, catalog.connector, catalog.organization_id
    )


def is_live(subject: "Catalog | Bound") -> bool:
    """Whether a question to it goes to a database, which may take its time."""
    if isinstance(subject, Catalog):
        return subject.connector is not None
    return any(table.catalog.connector is not None for table in subject.tables.values())


def is_fed(catalogs: Collection[Catalog]) -> bool:
    """Whether tables of these sources meet in our own engine although some are read live."""
    return len(catalogs) > 1 and any(catalog.connector is not None for catalog in catalogs)


def common_place(tables: Mapping[str, tuple[int, str]], catalogs: Mapping[int, Catalog]) -> Place:
    """Where tables of several sources are asked together; what is read live has yet to be fed there."""
    first, *others = catalogs.values()
    files = {}
    for name, (source_id, table) in tables.items():
        catalog = catalogs[source_id]
        if catalog.connector is None:
            if table not in catalog.files:
                raise QueryError(f"{catalog.source_name} has no table {table} any more")
            files[name] = catalog.files[table]
    version = first.data_version
    if others:
        versions = "\n".join(f"{c.source_id}:{c.data_version}" for c in catalogs.values())
        version = hashlib.sha256(versions.encode()).hexdigest()
    connector = None if others else first.connector
    return Place(first.source_id, version, files, connector, first.organization_id, tables)


def place_of_evidence(
    sql: str, tables: Mapping[str, tuple[int, str]], catalogs: Mapping[int, Catalog]
) -> Place:
    """Where a statement about a model runs again; of tables that are fed, all rows are."""
    place = common_place(tables, catalogs)
    if not is_fed(catalogs.values()):
        return place
    import sqlglot  # noqa: PLC0415 - slow to import

    from claribi.query.modeling.feeds import feeds  # noqa: PLC0415 - sqlglot is slow to import

    read = {
        name: (catalogs[source], catalogs[source].table(table)) for name, (source, table) in tables.items()
    }
    fed = feeds(sqlglot.parse_one(sql, dialect=DIALECT), read, {}, utc_now().replace(tzinfo=None))
    return replace(place, feeds=fed)


def _rules(tables: Sequence[Table]) -> Sequence[str]:
    return _once([name for table in tables if table.access for name in table.access.rules])


def _once(names: Sequence[str]) -> Sequence[str]:
    return list(dict.fromkeys(names))


def _ready(
    place: Place, compiled: "Compiled", limit: int | None, most: int, rules: Sequence[str]
) -> Statement:
    limit = min(limit or most, most)
    if place.connector is None:
        run = compiled.sql(limit=limit + 1)
        return Statement(
            place, compiled.sql(), run, compiled.parameters, compiled.roles, limit, compiled.types, rules
        )
    from claribi.query import live  # noqa: PLC0415 - sqlglot is slow to import
    from claribi.query.dialects import adapted  # noqa: PLC0415 - as above

    expression = adapted(compiled.expression, place.dialect, compiled.parameters)
    return Statement(
        place,
        live.shown_as(expression, place.dialect),
        expression.limit(limit + 1),
        compiled.parameters,
        compiled.roles,
        limit,
        compiled.types,
        rules,
    )
