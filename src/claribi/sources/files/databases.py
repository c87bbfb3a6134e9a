"""SQLite and DuckDB files: their tables become ours. Views, which would run what the file says, do not."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from claribi.core.errors import ValidationFailed
from claribi.sources.catalog import ColumnType
from claribi.sources.connectors.arrow import copy
from claribi.sources.connectors.base import FoundColumn
from claribi.sources.files import parquet
from claribi.sources.files.candidates import quoted
from claribi.sources.files.messages import ConvertedFile, ConvertedTable
from claribi.sources.files.names import table_names
from claribi.sources.files.parquet import identifier

BATCH_ROWS = 10_000
DAMAGED = "The database file is damaged, or written by a version that can't be read here"
# SQLite gives values types, not columns: what a column holds is counted.
COUNTS = """
    count({c}), sum(typeof({c}) = 'integer'), sum(typeof({c}) = 'real'), sum(typeof({c}) = 'text'),
    sum(typeof({c}) = 'integer' AND {c} IN (0, 1)),
    sum(typeof({c}) = 'text' AND length({c}) = 10 AND {c} = date({c}, '+0 days')),
    sum(typeof({c}) = 'text' AND {c} GLOB '????-??-??[ T][0-2][0-9]:[0-5][0-9]*' AND length({c}) < 33
        AND substr({c}, 1, 10) = date(substr({c}, 1, 10), '+0 days') AND datetime({c}) IS NOT NULL)
"""


def convert_sqlite(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    _name: str,
    output: Path,
    workspace: Path,
    on_progress: Callable[[float], None],
) -> ConvertedFile:
    source = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        source.execute("PRAGMA trusted_schema = OFF")
        source.text_factory = lambda raw: raw.decode("utf-8", "replace")
        listed = source.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
            "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        ).fetchall()
        originals = [row[0] for row in listed]
        tables: list[ConvertedTable] = []
        for number, (original, name) in enumerate(zip(originals, table_names(originals), strict=True)):
            raw = workspace / "copy.parquet"
            if _copied(source, original, raw):
                tables.append(parquet.written(connection, f"read_parquet({quoted(str(raw))})", name, output))
            on_progress(0.9 * (number + 1) / len(originals))
    except sqlite3.Error:
        raise ValidationFailed(DAMAGED) from None
    finally:
        source.close()
    return _together(tables, len(originals), "sqlite")


def convert_duckdb(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    _name: str,
    output: Path,
    _workspace: Path,
    on_progress: Callable[[float], None],
) -> ConvertedFile:
    try:
        connection.execute(f"ATTACH {quoted(str(path))} AS uploaded (READ_ONLY)")
        listed = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() "
            "WHERE database_name = 'uploaded' AND NOT internal ORDER BY ALL"
        ).fetchall()
        names = table_names([table if schema == "main" else f"{schema}_{table}" for schema, table in listed])
        tables: list[ConvertedTable] = []
        for number, ((schema, table), name) in enumerate(zip(listed, names, strict=True)):
            relation = ".".join(map(identifier, ("uploaded", schema, table)))
            if connection.execute(f"SELECT 1 FROM {relation} LIMIT 1").fetchone():  # noqa: S608 - quoted
                tables.append(parquet.written(connection, relation, name, output))
            on_progress(0.9 * (number + 1) / len(listed))
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        raise ValidationFailed(DAMAGED) from None
    return _together(tables, len(listed), "duckdb")


def _together(tables: list[ConvertedTable], listed: int, kind: str) -> ConvertedFile:
    if not tables:
        raise ValidationFailed("The database has no table with rows in it")
    left_out = listed - len(tables)
    words = "table has" if left_out == 1 else "tables have"
    return ConvertedFile(
        tables, kind, notes=[f"{left_out} {words} no rows and was left out"] if left_out else []
    )


def _copied(source: sqlite3.Connection, table: str, file: Path) -> int:
    """Write a table to a Parquet file; how many rows there were."""
    described = source.execute(f"PRAGMA table_xinfo({identifier(table)})").fetchall()
    # Hidden columns are those of virtual tables; generated ones are shown like others.
    names = [(str(row[1]), str(row[2])) for row in described if row[6] != 1]
    counts = source.execute(
        f"SELECT {', '.join(COUNTS.format(c=identifier(name)) for name, _ in names)} FROM {identifier(table)}"  # noqa: S608 - quoted
    ).fetchone()
    columns = [
        FoundColumn(name, _type(declared, [n or 0 for n in counts[7 * i : 7 * i + 7]]), declared)
        for i, (name, declared) in enumerate(names)
    ]
    listed = ", ".join(identifier(column.name) for column in columns)
    rows = source.execute(f"SELECT {listed} FROM {identifier(table)}")  # noqa: S608 - quoted
    return copy(columns, _batches(rows, [column.type for column in columns]), file)


def _type(declared: str, counts: Sequence[int]) -> ColumnType:
    filled, integers, reals, texts, flags, dates, moments = counts
    if filled == 0:
        return "string"
    kinds: list[tuple[ColumnType, bool]] = [
        ("boolean", "BOOL" in declared.upper() and flags == filled),
        ("integer", integers == filled),
        ("float", integers + reals == filled),
        ("date", dates == filled),
        ("timestamp", texts == filled and dates + moments == filled),
    ]
    return next((kind for kind, fits in kinds if fits), "string")


def _batches(rows: sqlite3.Cursor, kinds: Sequence[ColumnType]) -> Iterator[list[list[Any]]]:
    readers: list[Callable[[Any], Any]] = [READERS.get(kind, _text) for kind in kinds]
    while batch := rows.fetchmany(BATCH_ROWS):
        yield [
            [None if value is None else read(value) for read, value in zip(readers, row, strict=True)]
            for row in batch
        ]


def _text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


READERS: dict[ColumnType, Callable[[Any], Any]] = {
    "boolean": bool,
    "integer": int,
    "float": float,
    "date": date.fromisoformat,
    "timestamp": _moment,
}
