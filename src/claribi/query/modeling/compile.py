"""From a question to a model to SQL in which no row counts twice.

Every measure is aggregated over the rows of its own table (its home) before anything of another table's
measures comes near it (aggregate, then join: Kimball's "drilling across"):

- What its home leads to (many to one) is joined; no row is doubled by that.
- What there are several of to each row of the home (one to many: a fan) is joined too, but of the result only
  the different pairs of a row and the dimensions' values are kept, so a row counts once in each group.
- Measures of several tables (a chasm) are computed each on its own and brought together by the dimensions.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlglot import exp

from claribi.core.errors import QueryError
from claribi.query.compile import TOP_VALUE, Compiler
from claribi.query.compiled import Compiled
from claribi.query.conditions import Parameters, column_of
from claribi.query.fragments import cte, named_table
from claribi.query.members import Top
from claribi.query.modeling.bound import TIME, Bound
from claribi.query.modeling.metrics import resolved
from claribi.query.schemas import Asked, Dimension, Filter, Measure, ModelQuery, Sort
from claribi.sources.catalog import Column, Table

# Of a pair of a row and the dimensions' values: whether it is within the period, or within the one before.
MARK = "within"
COUNTS = frozenset({"count", "count_distinct"})


def compile_model_query(query: ModelQuery, bound: Bound, *, now: datetime) -> Compiled:
    """Compile a question to a model.

    Args:
        now: What `last_n` counts back from, as the clocks of the model's time zone show it.

    Raises:
        QueryError: A name that isn't there, tables that don't belong together, a value that doesn't fit.
    """
    try:
        parts = _ModelCompiler(bound, now)
        compiled = parts.compiler(resolved(query, bound)).compile()
        return replace(compiled, keys=frozenset(parts.keys), tables=frozenset(parts.tables))
    except OverflowError:
        raise QueryError("The period that is compared with begins before the calendar does") from None


class _ModelCompiler:
    """Makes compilers that share their parameters and the names of their WITH queries."""

    def __init__(self, bound: Bound, now: datetime) -> None:
        self.bound, self.now = bound, now
        self.parameters = Parameters()
        self.keys: set[tuple[str, tuple[str, ...]]] = set()
        self.tables: set[str] = set()
        self._taken: set[str] = set(bound.tables)

    def compiler(self, query: Asked) -> Compiler:
        """What compiles a question whose metrics are resolved."""
        if not (query.measures or query.dimensions or query.columns):
            raise QueryError("A question to a model names measures, dimensions or columns")
        top = self._top(query, query.top) if query.top else None
        leaves = {_key(leaf): leaf for measure in query.measures for leaf in measure.leaves()}
        homes = list(dict.fromkeys(self._home(leaf) for leaf in leaves.values()))
        if not homes:
            named = [d.column for d in query.dimensions] + query.columns
            homes = [self.bound.joins.home_of(self.bound.tables_of([*named, *_conditions(query)]))]
        if len(homes) == 1:
            return self._group(homes[0], query, top)
        labels = {key: f"m{number}" for number, key in enumerate(leaves, 1)}
        groups = [
            self._group(
                home,
                query.model_copy(
                    update={
                        "measures": [
                            leaf.model_copy(update={"name": labels[key]})
                            for key, leaf in leaves.items()
                            if self._home(leaf) == home
                        ],
                        "calculations": [],
                        "having": [],
                        "sort": [],
                        "limit": None,
                    }
                ),
                top,
            )
            for home in homes
        ]
        names = [self._name(f"{home}_grouped") for home in homes]
        table = self._table(homes[0], [d.column for d in query.dimensions] + _columns_of(leaves.values()))
        return _Merged(self, query, table, list(zip(names, groups, strict=True)), labels, top)

    def _group(self, home: str, query: Asked, top: exp.CTE | None) -> Compiler:
        """What compiles the measures of one table."""
        self._check_sides(home, query.filters)
        of_rows = [*(d.column for d in query.dimensions), *query.columns, *_conditions(query)]
        measured = _columns_of(leaf for measure in query.measures for leaf in measure.leaves())
        own = self.bound.joins.plan(home, self.bound.tables_of(measured, home))
        if own.fans_out:
            raise QueryError(f"A measure of {home} can only have filters on what {home} leads to")
        plan = self.bound.joins.plan(home, self.bound.tables_of([*of_rows, *measured], home))
        if plan.fans_out:
            return self._once_each(home, query, of_rows, measured, top)
        before = self._joined(home, [*of_rows, *measured])
        return self._compiler(query, home, [*of_rows, *measured], before, top)

    def _check_sides(self, home: str, filters: Sequence[Filter]) -> None:
        """Columns are compared where a row has one of each: of one table, or of what `home` leads to."""
        for criterion in filters:
            own = {home if name == TIME else name.partition(".")[0] for name in criterion.columns}
            if len(own) > 1 and not all(self.bound.joins.leads(home, table) for table in own):
                raise QueryError(
                    f"{criterion.column} and {criterion.other} can't be compared row by row: "
                    f"a row of {home} has no one row of each"
                )

    def _once_each(
        self, home: str, query: Asked, of_rows: list[str], measured: list[str], top: exp.CTE | None
    ) -> Compiler:
        """A group whose dimensions or filters fan its rows out: each row once for each of their values."""
        if query.columns:
            raise QueryError(f"The columns don't belong to one row of {home}")
        key = self.bound.primary_key(home)
        self.keys.add((home, tuple(self.bound.tables[home].model.primary_key)))
        keys = {name: f"key {number}" for number, name in enumerate(key, 1)}
        groups = {d.label: f"group {number}" for number, d in enumerate(query.dimensions, 1)}
        pairs = query.model_copy(
            update={
                "measures": [],
                "dimensions": [
                    *query.dimensions,
                    *(Dimension(column=name, name=alias) for name, alias in keys.items()),
                ],
                "calculations": [],
                "having": [],
            }
        )
        fanned = self._joined(home, [*of_rows, *key])
        inner = _Pairs(
            self, pairs, self._table(home, [*of_rows, *key]), named_table(fanned.alias), [fanned], top
        )
        own = self._joined(home, [*key, *measured])
        once = self._name(f"{home}_once")
        on = [
            exp.EQ(this=_column(once, alias), expression=_column(own.alias, name))
            for name, alias in keys.items()
        ]
        # What is measured can be called as what it is split by; their values need not be the same.
        outputs: list[exp.Expr] = [
            exp.alias_(_column(once, label), alias, quoted=True) for label, alias in groups.items()
        ]
        outputs += [exp.alias_(_column(own.alias, name), name, quoted=True) for name in _unique(measured)]
        outputs += [_column(once, mark) for mark in inner.marks()]
        rows = exp.select(*(outputs or [exp.Literal.number(1)])).from_(named_table(once))
        rows = rows.join(named_table(own.alias), on=exp.and_(*on))
        name = self._name(f"{home}_rows")
        outer = query.model_copy(
            update={
                "dimensions": [Dimension(column=alias, name=label) for label, alias in groups.items()],
                "filters": [],
                "period": None,
                "top": None,
            }
        )
        kinds = inner.measured_types()
        split = [
            Column(groups[d.label], kinds[d.label], self.bound.column(d.column, home).role)
            for d in query.dimensions
        ]
        table = Table(name, 0, split + [self.bound.column(c, home) for c in _unique(measured)])
        before = [*([top] if top else []), *inner.before, cte(once, inner.measured()), own, cte(name, rows)]
        return _Once(self, outer, table, named_table(name), before, None)

    def _compiler(
        self, query: Asked, home: str, names: Collection[str], joined: exp.CTE, top: exp.CTE | None
    ) -> Compiler:
        return _Rows(self, query, self._table(home, names), named_table(joined.alias), [joined], top)

    def _joined(self, home: str, names: Collection[str]) -> exp.CTE:
        names = _unique(names)
        plan = self.bound.joins.plan(home, self.bound.tables_of(names, home))
        self.keys |= {step.unique for step in plan.steps}
        self.tables |= {home, *(step.to for step in plan.steps)}
        selected = self.bound.select(plan, names, self.parameters)
        if not names:
            selected = selected.select(exp.Literal.number(1))
        return cte(self._name(f"{home}_joined"), selected)

    def _table(self, home: str, names: Collection[str]) -> Table:
        return Table(home, 0, [self.bound.column(name, home) for name in _unique(names)])

    def _top(self, query: Asked, top: Top) -> exp.CTE:
        """The values that are named, found by a question of their own."""
        dimension = next((d for d in query.dimensions if d.label == top.dimension), None)
        if dimension is None or dimension.grain or dimension.cycle:
            raise QueryError(f"top: the answer has no dimension {top.dimension} without a grain")
        measure = next((m for m in query.measures if m.label == top.measure), None)
        if measure is None:
            raise QueryError(f"top: the answer has no measure {top.measure}")
        asked = Asked(
            dimensions=[dimension.model_copy(update={"name": TOP_VALUE})],
            measures=[measure],
            filters=query.filters,
            period=query.period,
            sort=[Sort(field=measure.label, descending=not top.ascending)],
            limit=top.n,
        )
        found = self.compiler(asked).compile().expression
        values = exp.select(column_of(TOP_VALUE)).from_(exp.alias_(found.subquery(), "ranked", table=True))
        return cte(self._name("top_values"), values)

    def _home(self, leaf: Measure) -> str:
        if leaf.column is None:
            if leaf.table is None:
                raise QueryError("A count of rows names the table that it counts")
            if leaf.table not in self.bound.tables:
                raise QueryError(f"The model has no table {leaf.table}")
            return leaf.table
        if leaf.column == TIME:
            raise QueryError("time stands for another column in each measure, so it can't be measured")
        self.bound.column(leaf.column)
        return leaf.column.partition(".")[0]

    def _name(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name


class _Rows(Compiler):
    """Compiles a question about joined rows."""

    def __init__(
        self,
        parts: _ModelCompiler,
        query: Asked,
        table: Table,
        source: exp.Table,
        before: Sequence[exp.CTE],
        top: exp.CTE | None,
    ) -> None:
        super().__init__(
            query,
            table,
            parts.now,
            source=source,
            before=before,
            top=top,
            calendar=parts.bound.calendar,
            parameters=parts.parameters,
        )

    def leaf(self, measure: Measure, only: exp.Expr | None) -> exp.Expr:
        return super().leaf(measure.model_copy(update={"table": None}), only)


class _Pairs(_Rows):
    """Finds the different pairs of a row and the dimensions' values.

    Where periods are compared, a pair says of which of them it is: what tells that may be what fans out.
    """

    def marks(self) -> list[str]:
        return [MARK + suffix for suffix, only in self._spans() if only is not None]

    def measured(self) -> exp.Select:
        pairs = super().measured()
        for suffix, only in self._spans():
            if only is not None:
                number = exp.Case().when(only, exp.Literal.number(1)).else_(exp.Literal.number(0))
                pairs = pairs.select(exp.alias_(number, MARK + suffix, quoted=True))
                pairs = pairs.group_by(exp.Literal.number(len(pairs.expressions)))
        return pairs


class _Once(_Rows):
    """Compiles a question about rows that stand once in each group, and once more in each compared period."""

    def _spans(self) -> Iterator[tuple[str, exp.Expr | None]]:
        if not self.query.compare:
            yield "", None
            return
        for suffix in ("", "_previous"):
            yield suffix, exp.EQ(this=column_of(MARK + suffix), expression=exp.Literal.number(1))


class _Merged(_Rows):
    """Brings groups of measures together by their dimensions, and goes on from there."""

    def __init__(
        self,
        parts: _ModelCompiler,
        query: Asked,
        table: Table,
        groups: Sequence[tuple[str, Compiler]],
        labels: dict[str, str],
        top: exp.CTE | None,
    ) -> None:
        super().__init__(parts, query, table, exp.Table(), [], top)
        self._groups, self._labels = groups, labels
        self._suffixes = ("", "_previous") if query.compare else ("",)
        self._suffix = ""
        for name, group in groups:
            self.before += [part for part in group.before if part not in self.before]
            self.before.append(cte(name, group.measured()))

    def measured(self) -> exp.Select:
        rows = exp.alias_(self._union().subquery(), "merged", table=True)
        dimensions = [column_of(d.label) for d in self.query.dimensions]
        outputs: list[exp.Expr] = list(dimensions)
        for measure in self.query.measures:
            for suffix in self._suffixes:
                self._suffix = suffix
                value = self._measure(measure, None)
                outputs.append(exp.alias_(value, measure.label + suffix, quoted=True))
        return exp.select(*outputs).from_(rows).group_by(*(dimension.copy() for dimension in dimensions))

    def leaf(self, measure: Measure, _only: exp.Expr | None) -> exp.Expr:
        value: exp.Expr = exp.Max(this=column_of(self._labels[_key(measure)] + self._suffix))
        if measure.aggregation in COUNTS:
            value = exp.Coalesce(this=value, expressions=[exp.Literal.number(0)])
        return value

    def _union(self) -> exp.Query:
        """One row for each group's row; what the other groups measure is missing in it."""
        labels = {
            name: [m.label + suffix for m in group.query.measures for suffix in self._suffixes]
            for name, group in self._groups
        }
        parts: list[exp.Query] = []
        for name, _ in self._groups:
            outputs: list[exp.Expr] = [column_of(d.label) for d in self.query.dimensions]
            for other, own in labels.items():
                outputs += [column_of(label) if other == name else _missing(other, label) for label in own]
            parts.append(exp.select(*outputs).from_(named_table(name)))
        return exp.union(*parts, distinct=False)


def _missing(table: str, column: str) -> exp.Expr:
    """No value, of the type of a column: some engines take a bare NULL for a text."""
    nothing = exp.select(column_of(column)).from_(named_table(table)).where(exp.false())
    return exp.alias_(nothing.subquery(), column, quoted=True)


def _key(leaf: Measure) -> str:
    """The same for aggregates that are the same but for their names."""
    return json.dumps(leaf.model_dump(mode="json", exclude={"name"}), sort_keys=True)


def _columns_of(leaves: Any) -> list[str]:
    return [
        name
        for leaf in leaves
        for name in (leaf.column, leaf.other, *(c for f in leaf.filters for c in f.columns))
        if name
    ]


def _conditions(query: Asked) -> list[str]:
    filters: list[Filter] = query.filters
    return [c for f in filters for c in f.columns] + ([query.period.column] if query.period else [])


def _unique(names: Collection[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _column(table: str, name: str) -> exp.Column:
    return exp.column(name, table=table, quoted=True)
