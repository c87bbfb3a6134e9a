"""The catalog: what tables a source has and what is in their columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ColumnType = Literal["integer", "decimal", "float", "boolean", "date", "timestamp", "time", "string", "other"]
Role = Literal["time", "measure", "dimension", "id"]

NUMERIC_TYPES: frozenset[ColumnType] = frozenset({"integer", "decimal", "float"})
TIME_TYPES: frozenset[ColumnType] = frozenset({"date", "timestamp"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        role: What the column is good for: a time axis, a measure to add up, a dimension to split by, an id.
        native_type: The engine's own name of the type.
        nulls: How many rows have no value.
        distinct: How many different values there are, estimated.
        minimum, maximum: As JSON values; dates and timestamps in ISO 8601.
        confidence: How sure the type is, 0 to 1; 1 where the file states it.
        guess: What the type was guessed from, in a sentence; empty where the file states it.
    """

    name: str
    type: ColumnType
    role: Role
    native_type: str = ""
    nulls: int = 0
    distinct: int = 0
    minimum: Any = None
    maximum: Any = None
    confidence: float = 1.0
    guess: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A foreign key: these columns hold the values of those columns of another table."""

    columns: list[str]
    table: str
    references: list[str]


@dataclass(frozen=True, slots=True)
class RowFilter:
    """A condition on the rows that a caller sees."""

    column: Column
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class TableAccess:
    """What the access rules leave a caller of a table.

    Attributes:
        rules: The names of the rules.
        rows: Conditions that all hold; None: no row at all.
        masks: By the name of a column, how it is masked; those to `hide` are not among the table's columns.
    """

    rules: tuple[str, ...]
    rows: tuple[RowFilter, ...] | None
    masks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """One table, as its caller may see it.

    Attributes:
        name: As queries call it: with its schema in front where that is not the source's default one.
        schema, physical: Where the source itself keeps it; empty where the name says it all.
        primary_key, relations: As the source declares them; files declare none.
        access: What rules leave of its rows and columns; None where they leave everything.
    """

    name: str
    row_count: int
    columns: list[Column] = field(default_factory=list)
    schema: str = ""
    physical: str = ""
    primary_key: list[str] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    access: TableAccess | None = None

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)
