"""What a question has become once it is compiled."""

from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from claribi.sources.catalog import ColumnType, Role


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement ready to run.

    Attributes:
        roles: The role of each column of the answer, by name, in order.
        types: The type of each, as DuckDB answers; what other engines make of it is brought to this.
        keys: Tables and columns of theirs that must hold no value twice, or rows would have been counted
            twice.
        tables: Of a model: those that the statement reads.
    """

    expression: exp.Select
    parameters: dict[str, Any]
    roles: dict[str, Role]
    types: dict[str, ColumnType]
    keys: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    tables: frozenset[str] = frozenset()

    def sql(self, dialect: str = "duckdb", *, limit: int | None = None) -> str:
        """The statement in a dialect; `limit` replaces the query's own."""
        expression = self.expression.limit(limit) if limit is not None else self.expression
        return expression.sql(dialect)
