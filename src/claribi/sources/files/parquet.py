"""Parquet: read with its own types, and written anew, since what comes from outside may be malformed."""

from collections.abc import Callable
from pathlib import Path

import duckdb

from claribi.core.errors import ValidationFailed
from claribi.sources.files.candidates import quoted
from claribi.sources.files.messages import ConvertedFile, ConvertedTable
from claribi.sources.files.names import column_names
from claribi.sources.files.statistics import column_type, describe
from claribi.sources.files.tabular import PARQUET


def convert(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    output: Path,
    _workspace: Path,
    on_progress: Callable[[float], None],
) -> ConvertedFile:
    try:
        table = written(connection, f"read_parquet({quoted(str(path))})", name, output)
    except (duckdb.InvalidInputException, duckdb.IOException, duckdb.SerializationException):
        raise ValidationFailed("The Parquet file is damaged; write it again and upload that") from None
    on_progress(0.9)
    if not table.row_count:
        raise ValidationFailed("The file has no rows; upload one with data in it")
    return ConvertedFile([table], "parquet")


def written(connection: duckdb.DuckDBPyConnection, relation: str, name: str, output: Path) -> ConvertedTable:
    """A relation of typed columns as a Parquet file of ours.

    Args:
        relation: What stands behind FROM.
    """
    file = output / f"{name}.parquet"
    described = connection.execute(f"DESCRIBE FROM {relation}").fetchall()
    originals = [str(row[0]) for row in described]
    outputs = [
        _output(original, str(row[1]), unique)
        for original, row, unique in zip(originals, described, column_names(originals), strict=True)
    ]
    query = f"SELECT {', '.join(outputs)} FROM {relation}"  # noqa: S608 - quoted
    [(count,)] = connection.execute(f"COPY ({query}) TO {quoted(str(file))} {PARQUET}").fetchall()
    return ConvertedTable(name, file, count, describe(connection, file, count, {}))


def _output(original: str, native: str, unique: str) -> str:
    """Nested values become JSON text; the rest stays."""
    column = identifier(original)
    if column_type(native) == "other":
        nested = native.endswith("]") or native.startswith(("STRUCT", "MAP"))
        column = f"to_json({column})::VARCHAR" if nested else f"{column}::VARCHAR"
    return f"{column} AS {identifier(unique)}"


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
