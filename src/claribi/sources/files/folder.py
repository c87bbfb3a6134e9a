"""A folder of files of one kind as one table: columns that are called the same are one column.

Texts come together before their types are guessed, so that what is ambiguous in one file is read as the
others say, and the same in all of them. Folders such as `year=2025` become columns.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

import duckdb

from claribi.core.errors import ValidationFailed
from claribi.sources.files import parquet
from claribi.sources.files.candidates import quoted
from claribi.sources.files.delimited import Delimited
from claribi.sources.files.json_records import Broken, Record, Rows, Untyped, records_of
from claribi.sources.files.messages import ConvertedFile, ConvertedTable
from claribi.sources.files.tabular import convert_table
from claribi.sources.files.text import as_utf8

# Lines of the first file, then as many numbers for those of the second, and so on.
LINES = 1 << 40
NOTHING = "__HIVE_DEFAULT_PARTITION__"
TAB = "\t"
TEXTS = frozenset({"csv", "tsv", "json"})

Partitions = dict[str, Untyped | None]


def called(file: Path) -> str:
    """What its owner calls a file, whose name here is `NUMBER-quoted%20name`."""
    return unquote(file.name.partition("-")[2])


def partitions_of(file: Path, root: Path) -> Partitions:
    """What the folders above a file say about all of its rows."""
    pairs = [part.partition("=") for part in file.relative_to(root).parts[:-1]]
    return {name: None if value == NOTHING else Untyped(unquote(value)) for name, _, value in pairs}


def convert(
    connection: duckdb.DuckDBPyConnection,
    root: Path,
    files: Sequence[Path],
    kind: str,
    name: str,
    output: Path,
    workspace: Path,
    on_progress: Callable[[float], None],
) -> ConvertedFile:
    if kind == "parquet":
        table = _united(connection, root, files, name, output)
    elif kind in TEXTS:
        table = _texts(connection, root, files, kind, name, output, workspace, on_progress)
    else:
        raise ValidationFailed(f"Several files of the kind {kind} can't be one table; send one of them")
    table.notes.append(f"{len(files):,} files were read as one table")
    return ConvertedFile([table], kind)


def _united(
    connection: duckdb.DuckDBPyConnection, root: Path, files: Sequence[Path], name: str, output: Path
) -> ConvertedTable:
    said = [partitions_of(file, root) for file in files]
    if any(each.keys() != said[0].keys() for each in said):
        raise ValidationFailed(
            "Some files lie in folders such as year=2025 and others do not; choose some with path"
        )
    # What has leading zeros is a code, as it is in text.
    codes = {name for each in said for name, value in each.items() if _is_code(value or "")}
    types = ", ".join(f"{parquet.identifier(name)}: VARCHAR" for name in codes)
    listed = ", ".join(quoted(str(file)) for file in files)
    relation = f"read_parquet([{listed}], union_by_name = true, hive_partitioning = {bool(said[0])}" + (
        f", hive_types = {{{types}}})" if codes else ")"
    )
    try:
        table = parquet.written(connection, relation, name, output)
    except (duckdb.InvalidInputException, duckdb.IOException, duckdb.SerializationException):
        raise ValidationFailed("A Parquet file is damaged; write it again") from None
    except (duckdb.ConversionException, duckdb.BinderException):
        raise ValidationFailed(
            "The Parquet files have a column whose types don't go together; choose some with path"
        ) from None
    if not table.row_count:
        raise ValidationFailed("The files have no rows")
    return table


def _is_code(value: str) -> bool:
    return len(value) > 1 and value.isdigit() and value.startswith("0")


def _texts(
    connection: duckdb.DuckDBPyConnection,
    root: Path,
    files: Sequence[Path],
    kind: str,
    name: str,
    output: Path,
    workspace: Path,
    on_progress: Callable[[float], None],
) -> ConvertedTable:
    read = records_of if kind == "json" else DelimitedRecords(TAB if kind == "tsv" else None)
    rows = Rows(workspace / "rows")
    rows.write(_records(root, files, workspace, read, on_progress))
    table = rows.table(connection)
    table.number_lines = lambda connection: _number_lines(connection, files)
    if isinstance(read, DelimitedRecords):
        # Unlike JSON, they say nothing about what kinds of values there are.
        table.stated, table.delimiter = (), read.delimiter
    return convert_table(connection, table, name, output, on_progress)


def _records(
    root: Path,
    files: Sequence[Path],
    workspace: Path,
    read: Callable[[Path], Iterator[Record]],
    on_progress: Callable[[float], None],
) -> Iterator[Record]:
    for number, file in enumerate(files):
        partitions = partitions_of(file, root)
        try:
            for line, record in read(as_utf8(file, workspace).path):
                yield number * LINES + line, record | partitions if isinstance(record, dict) else record
        except ValidationFailed as error:
            raise ValidationFailed(f"{called(file)}: {error.message}") from None
        on_progress(0.3 * (number + 1) / len(files))


class DelimitedRecords:
    """Rows of delimited files as records, whose names are written as in the first file that has them."""

    def __init__(self, delimiter: str | None) -> None:
        self._wanted = delimiter
        self._names: dict[str, str] = {}
        self.delimiter: str | None = None

    def __call__(self, text: Path) -> Iterator[Record]:
        source = Delimited.of(text, self._wanted)
        self.delimiter = self.delimiter or source.dialect.delimiter
        names = [self._names.setdefault(name.casefold(), name) for name in source.names()]
        for line, row in source.records():
            if reason := source.misfit(row):
                yield line, Broken(source.dialect.delimiter.join(row), reason)
            else:
                yield line, dict(zip(names, row, strict=True))


def _number_lines(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> None:
    """Lines of files, and in the reasons whose they are."""
    connection.execute(
        f'UPDATE rejected SET line = "row" % {LINES}, '  # noqa: S608 - our own number
        f"reason = reason || ', in ' || list_extract($names::VARCHAR[], (\"row\" // {LINES}) + 1)",
        {"names": [called(file) for file in files]},
    ).fetchall()
