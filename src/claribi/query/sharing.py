"""Several questions to one table answered in one scan: each is a grouping set of it.

Reading and filtering the rows, and computing what they are grouped by, is done once. Each question's rows are
then picked from the result, sorted and cut as it asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlglot import exp

from claribi.query.compile import Compiler
from claribi.query.computed import rows_of
from claribi.query.conditions import Parameters, column_of
from claribi.query.fragments import named_table
from claribi.query.schemas import Query
from claribi.sources.catalog import Table

# What the engine calls the result of the scan.
SHARED = "shared scan"
GROUPING = "grouping"


@dataclass(frozen=True, slots=True)
class SharedScan:
    """One scan, and the statements that pick each question's answer from it."""

    sql: str
    parts: list[str]
    parameters: dict[str, Any]


def shared_scan(queries: Sequence[Query], table: Table, limits: Sequence[int], now: datetime) -> SharedScan:
    """One scan for questions with the same `share_key`.

    Args:
        limits: How many rows each may give.

    Raises:
        QueryError: One of the questions is wrong.
    """
    parameters = Parameters()
    dimensions: dict[str, exp.Expr] = {}
    measures: dict[str, exp.Expr] = {}
    table, source = rows_of(queries, table, parameters)
    parts = [_Part(query, table, now, source=source, parameters=parameters) for query in queries]
    for part in parts:
        part.collect(dimensions, measures)
    names = {text: f"dimension {number}" for number, text in enumerate(dimensions)}
    names |= {text: f"measure {number}" for number, text in enumerate(measures)}
    selected = parts[0].filtered(
        exp.select(
            *(exp.alias_(e, names[t], quoted=True) for t, e in (*dimensions.items(), *measures.items()))
        ).from_(parts[0].source)
    )
    keys = [column_of(names[text]) for text in dimensions]
    if keys:
        # One bit for each dimension, set where a row is not split by it.
        split = exp.Anonymous(this="GROUPING", expressions=[key.copy() for key in keys])
        sets = {part.split_by: [column_of(names[text]) for text in part.split_by] for part in parts}
        tuples = [exp.Tuple(expressions=columns) for columns in sets.values()]
        grouped = exp.Group(grouping_sets=[exp.GroupingSets(expressions=tuples)])
        selected = selected.select(exp.alias_(split, GROUPING, quoted=True))
        selected.set("group", grouped)
    statements = []
    for part, limit in zip(parts, limits, strict=True):
        bits = "".join("0" if text in part.split_by else "1" for text in dimensions)
        part.pick(names, int(bits, 2) if bits else None)
        statements.append(part.compile().sql(limit=limit))
    return SharedScan(selected.sql("duckdb"), statements, parameters.values)


class _Part(Compiler):
    """One of the questions: what it wants of the scan, and its rows in the result."""

    split_by: tuple[str, ...] = ()

    def collect(self, dimensions: dict[str, exp.Expr], measures: dict[str, exp.Expr]) -> None:
        """Add what this question groups by and measures, by its SQL."""
        self._dimensions = [(d.label, self._dimension(d)) for d in self.query.dimensions]
        self._measured_as = [pair for m in self.query.measures for pair in self._measures(m)]
        for _, expression in self._dimensions:
            dimensions.setdefault(expression.sql("duckdb"), expression)
        for _, expression in self._measured_as:
            measures.setdefault(expression.sql("duckdb"), expression)
        # In one order, so that the same split is the same set.
        wanted = {expression.sql("duckdb") for _, expression in self._dimensions}
        self.split_by = tuple(text for text in dimensions if text in wanted)

    def filtered(self, selected: exp.Select) -> exp.Select:
        return self._where(selected)

    def pick(self, names: dict[str, str], grouping: int | None) -> None:
        outputs = [
            exp.alias_(column_of(names[expression.sql("duckdb")]), label, quoted=True)
            for label, expression in (*self._dimensions, *self._measured_as)
        ]
        self._picked = exp.select(*outputs).from_(named_table(SHARED))
        if grouping is not None:
            is_mine = exp.EQ(this=column_of(GROUPING), expression=exp.Literal.number(grouping))
            self._picked = self._picked.where(is_mine)

    def measured(self) -> exp.Select:
        return self._picked
