"""What is in the columns of a Parquet file, computed in one pass over it."""

import math
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from claribi.sources.catalog import Column, ColumnType
from claribi.sources.files.candidates import quoted
from claribi.sources.roles import guess_role

TYPES: dict[str, ColumnType] = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), "integer"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "integer"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "float"),
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIME": "time",
    "VARCHAR": "string",
}
WITHOUT_ORDER = ("boolean", "other")
LONGEST_TEXT = 200


def describe(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    row_count: int,
    guesses: Mapping[str, tuple[float, str]],
) -> list[Column]:
    """The catalog's columns of a file.

    Args:
        guesses: How sure the type of a column is, and what it was guessed from.
    """
    described = connection.execute(f"DESCRIBE FROM read_parquet({quoted(str(file))})").fetchall()
    types = {str(row[0]): str(row[1]) for row in described}
    measured = iter(_measure(connection, file, types))
    columns = []
    for name, native in types.items():
        filled, distinct, low, high = (next(measured) for _ in range(4))
        kind = column_type(native)
        distinct = min(distinct, filled)
        minimum, maximum = _json(low), _json(high)
        confidence, guess = guesses.get(name, (1.0, ""))
        nulls = row_count - filled
        role = guess_role(name, kind, row_count, distinct, nulls, minimum, maximum)
        columns.append(Column(name, kind, role, native, nulls, distinct, minimum, maximum, confidence, guess))
    return columns


def column_type(native: str) -> ColumnType:
    if native.startswith("DECIMAL"):
        return "decimal"
    if native.startswith("TIMESTAMP"):
        return "timestamp"
    return TYPES.get(native, "string" if native.startswith("ENUM") else "other")


def _measure(connection: duckdb.DuckDBPyConnection, file: Path, types: Mapping[str, str]) -> tuple[Any, ...]:
    parts = []
    for name, native in types.items():
        column = '"' + name.replace('"', '""') + '"'
        ordered = column_type(native) not in WITHOUT_ORDER
        # Without a zone, since Python needs a library of its own to know zones.
        shown = f"timezone('UTC', {column})" if native.endswith("TIME ZONE") else column
        extremes = [f"min({shown})", f"max({shown})"] if ordered else ["NULL", "NULL"]
        if native == "VARCHAR":
            # The beginning of the least text is the least beginning, and found without cutting every text.
            extremes = [f"left({extreme}, {LONGEST_TEXT})" for extreme in extremes]
        parts += [f"count({column})", f"approx_count_distinct({column})", *extremes]
    query = f"SELECT {', '.join(parts)} FROM read_parquet({quoted(str(file))})"  # noqa: S608 - quoted
    [measured] = connection.execute(query).fetchall()
    return tuple(measured)


def _json(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date | time):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
