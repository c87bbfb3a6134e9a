"""A table in DuckDB that answers queries and keeps each answer under its number, as the server does."""

from datetime import date, datetime
from typing import Any

import duckdb

from claribi.query.compile import compile_query
from claribi.query.schemas import Query, Result, ResultColumn
from claribi.sources.catalog import Column, ColumnType, Role, Table

NOW = datetime(2024, 6, 1)  # noqa: DTZ001 - stored times carry no zone
TYPES: dict[str, ColumnType] = {
    "BIGINT": "integer",
    "INTEGER": "integer",
    "HUGEINT": "integer",
    "UBIGINT": "integer",
    "DOUBLE": "float",
    "FLOAT": "float",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "VARCHAR": "string",
}
NUMBERS = {"integer", "decimal", "float"}


def type_of(native: str) -> ColumnType:
    return "decimal" if native.startswith("DECIMAL") else TYPES.get(native, "other")


def role_of(name: str, kind: ColumnType) -> Role:
    if kind in {"date", "timestamp"}:
        return "time"
    if name == "id" or name.endswith("_id"):
        return "id"
    return "measure" if kind in NUMBERS else "dimension"


class Warehouse:
    """Implements `Ask` over one table of an in-memory DuckDB."""

    def __init__(self, name: str, create: str, **roles: Role) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("SET threads = 1")
        self.connection.execute(create)
        self.name, self.roles = name, roles
        self.results: dict[int, Result] = {}
        self.queries: dict[int, Query] = {}

    def execute(self, sql: str) -> None:
        self.connection.execute(sql)

    @property
    def table(self) -> Table:
        described = self.connection.execute(f'DESCRIBE "{self.name}"').fetchall()
        rows = self._one(f'SELECT count(*) FROM "{self.name}"')[0]
        return Table(self.name, rows, [self._column(name, native) for name, native, *_ in described])

    def _column(self, name: str, native: str) -> Column:
        of = '"' + name.replace('"', '""') + '"'
        known, distinct, low, high = self._one(
            f'SELECT count({of}), count(DISTINCT {of}), min({of}), max({of}) FROM "{self.name}"'
        )
        kind = type_of(native)
        bounds = [value.isoformat() if isinstance(value, date) else value for value in (low, high)]
        role = self.roles.get(name, role_of(name, kind))
        rows = self._one(f'SELECT count(*) FROM "{self.name}"')[0]
        return Column(name, kind, role, native, rows - known, distinct, *bounds)

    def _one(self, sql: str) -> tuple[Any, ...]:
        row = self.connection.execute(sql).fetchone()
        assert row is not None
        return row

    def __call__(self, query: Query) -> Result:
        result = self.run(query)
        result.evidence_id = len(self.results) + 1
        self.results[result.evidence_id] = result
        self.queries[result.evidence_id] = query
        return result

    def run(self, query: Query) -> Result:
        compiled = compile_query(query, self.table, now=NOW)
        cursor = self.connection.execute(compiled.sql(), compiled.parameters)
        described = cursor.description or []
        types = [type_of(str(column[1])) for column in described]
        columns = [
            ResultColumn(column[0], kind, compiled.roles[column[0]])
            for column, kind in zip(described, types, strict=True)
        ]
        rows = [list(row) for row in cursor.fetchall()]
        return Result(columns, rows, False, "v1", compiled.sql(), compiled.parameters)

    def again(self, evidence_id: int) -> Result:
        """The same question to the data as they are now."""
        return self.run(self.queries[evidence_id])
