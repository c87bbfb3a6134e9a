"""A model together with what its sources have: every name leads to a column, and that to SQL."""

import difflib
from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass, replace

from sqlglot import exp

from claribi.core.errors import QueryError
from claribi.query.access import relation
from claribi.query.conditions import Parameters
from claribi.query.fragments import named_table
from claribi.query.modeling import expressions
from claribi.query.modeling.joins import JoinPlan, Joins
from claribi.query.modeling.schemas import WEEKDAYS, Model, ModelTable
from claribi.query.periods import Calendar
from claribi.query.zones import as_clocks_of
from claribi.sources.catalog import Column, Table
from claribi.sources.service import Catalog

# Stands for the time column of whichever table a measure is of.
TIME = "time"
MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class BoundTable:
    """A table of the model and the one in its source that it stands for.

    Attributes:
        is_fed: Whether what its source gives of it is at hand under its name, see `feeds`.
    """

    model: ModelTable
    table: Table
    catalog: Catalog
    is_fed: bool = False

    def relation(self, parameters: Parameters) -> exp.Table | exp.Subquery:
        """The table in SQL, or what rules leave of it, under its name in the model."""
        name = self.model.name
        if self.is_fed:
            return named_table(name)
        if self.catalog.connector is not None:
            return relation(self.table, parameters, name)
        # Files are called as the model calls them.
        return relation(replace(self.table, name=name, schema="", physical=""), parameters)


class Bound:
    """A model whose tables have been looked up.

    Args:
        catalogs: By the id of the source.

    Raises:
        QueryError: A source lacks a table or column that the model names.
    """

    def __init__(self, model: Model, catalogs: Mapping[int, Catalog]) -> None:
        self.model = model
        self.calendar = Calendar(WEEKDAYS.index(model.week_start), model.fiscal_year_start)
        self.tables = {
            table.name: BoundTable(
                table, catalogs[table.source_id].table(table.table), catalogs[table.source_id]
            )
            for table in model.tables
        }
        self.joins = Joins(model)

    def fed(self) -> "Bound":
        """The same where tables that are read live are at hand, so that those of several sources can meet."""
        met = copy(self)
        met.tables = {
            name: replace(table, is_fed=table.catalog.connector is not None)
            for name, table in self.tables.items()
        }
        return met

    def stored(self, table: str, own: str) -> Column | None:
        """A column as its source has it; None where the model computes it."""
        described = self.tables[table].model.column(own)
        if described is not None and described.expression is not None:
            return None
        return self.tables[table].table.column(own)

    def column(self, name: str, home: str | None = None) -> Column:
        """The column `table.column`, under that name; `time` is that of the table `home`.

        Raises:
            QueryError: There is none.
        """
        table, own = self._parts(name, home)
        bound = self.tables[table]
        described = bound.model.column(own)
        if described is not None and described.expression is not None and described.type is not None:
            return Column(name, described.type, described.role or "dimension")
        found = bound.table.column(own)
        if found is None:
            raise QueryError(f"The model has no column {name}{self._hint(name)}")
        return replace(found, name=name, role=(described and described.role) or found.role)

    def tables_of(self, names: Collection[str], home: str | None = None) -> set[str]:
        """The tables that these columns take their values from."""
        found: set[str] = set()
        for name in names:
            table, own = self._parts(name, home)
            found.add(table)
            for column in self._expression(table, own, 0).find_all(exp.Column):
                found.add(column.table)
        return found

    def select(self, plan: JoinPlan, names: Collection[str], parameters: Parameters) -> exp.Select:
        """The columns of joined tables, each under its name, times as the clocks of the model show them.

        Args:
            parameters: Takes up the values of access rules.
        """
        outputs = []
        for name in names:
            column = self.column(name, plan.home)
            value = self._expression(*self._parts(name, plan.home), 0)
            outputs.append(exp.alias_(self._local(column, value), name, quoted=True))
        selected = exp.select(*outputs).from_(self.tables[plan.home].relation(parameters))
        for step in plan.steps:
            on = exp.and_(
                *(
                    exp.EQ(this=_column(step.table, here), expression=_column(step.to, there))
                    for here, there in zip(step.columns, step.references, strict=True)
                )
            )
            selected = selected.join(
                self.tables[step.to].relation(parameters), on=on, join_type="left", copy=False
            )
        return selected

    def primary_key(self, table: str) -> list[str]:
        """The names of the columns that tell the rows of a table apart.

        Raises:
            QueryError: The model names none.
        """
        key = self.tables[table].model.primary_key
        if not key:
            raise QueryError(
                f"The rows of {table} can't be told apart, so they can't be split by what there are several "
                f"of to each; give the table a primary_key in the model"
            )
        return [f"{table}.{name}" for name in key]

    def _parts(self, name: str, home: str | None) -> tuple[str, str]:
        if name == TIME and home is not None:
            time = self.tables[home].model.time
            if time is None:
                raise QueryError(f"The model names no time column for {home}")
            return home, time
        table, dot, own = name.partition(".")
        if not dot or table not in self.tables:
            how = "" if dot else "; columns are written table.column"
            raise QueryError(f"The model has no column {name}{self._hint(name)}{how}")
        return table, own

    def _expression(self, table: str, own: str, depth: int) -> exp.Expr:
        described = self.tables[table].model.column(own)
        if described is None or described.expression is None:
            if self.tables[table].table.column(own) is None:
                raise QueryError(f"The model has no column {table}.{own}{self._hint(f'{table}.{own}')}")
            return _column(table, own)
        if depth > MAX_DEPTH:
            raise QueryError(f"The expression of {table}.{own} speaks of itself")

        def inner(other: str, name: str) -> exp.Expr:
            if other and other not in self.tables:
                raise QueryError(f"The expression of {table}.{own} speaks of {other}, which is no table")
            if other and not self.joins.leads(table, other):
                raise QueryError(
                    f"The expression of {table}.{own} speaks of {other}, of which {table} has no one row"
                )
            return self._expression(other or table, name, depth + 1)

        return exp.paren(expressions.resolved(expressions.parsed(described.expression), inner))

    def _local(self, column: Column, value: exp.Expr) -> exp.Expr:
        if column.type != "timestamp" or self.model.time_zone == "UTC":
            return value
        return as_clocks_of(self.model.time_zone, value)

    def _hint(self, name: str) -> str:
        names = [
            f"{table}.{column}"
            for table, bound in self.tables.items()
            for column in [c.name for c in bound.table.columns] + [c.name for c in bound.model.columns]
        ]
        close = difflib.get_close_matches(name, names, n=1)
        return f"; did you mean {close[0]}?" if close else ""


def _column(table: str, name: str) -> exp.Column:
    return exp.column(name, table=table, quoted=True)
