"""Uploaded files to Parquet: one door for all formats."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import duckdb

from claribi.core.errors import ValidationFailed
from claribi.sources.files import databases, delimited, excel, folder, json_records, parquet
from claribi.sources.files.messages import ConvertedFile
from claribi.sources.files.names import identifier, stem

Format = Literal["csv", "tsv", "json", "excel", "parquet", "sqlite", "duckdb"]
ENDINGS: dict[str, Format] = {
    **dict.fromkeys((".csv", ".txt", ".psv"), "csv"),
    **dict.fromkeys((".tsv", ".tab"), "tsv"),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), "json"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), "excel"),
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    **dict.fromkeys((".sqlite", ".sqlite3", ".db", ".db3"), "sqlite"),
    **dict.fromkeys((".duckdb", ".ddb"), "duckdb"),
}
SQLITE = b"SQLite format 3\0"
# Behind a checksum of eight bytes.
DUCKDB, DUCKDB_AT = b"DUCK", 8
MAGIC = {
    b"PAR1": "a Parquet file",
    SQLITE: "an SQLite database",
    b"PK\x03\x04": "an Excel workbook or ZIP archive",
}
OTHER_MAGIC = {
    excel.OLE_MAGIC: "an old Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"BZh": "a bzip2 archive",
    b"7z\xbc\xaf": "a 7-zip archive",
}
BINARY: dict[Format, tuple[bytes, ...]] = {
    "parquet": (b"PAR1",),
    "excel": (b"PK\x03\x04", excel.OLE_MAGIC),
    "sqlite": (SQLITE,),
}
TOO_LARGE = "The file needs more memory than a conversion may use; split it, or save it as CSV"
MEMORY_MB = 512
THREADS = 2


def convert(
    path: Path, filename: str, output: Path, *, on_progress: Callable[[float], None] | None = None
) -> ConvertedFile:
    """Turn a file, or a folder of them, into tables of typed columns, each a Parquet file in `output`.

    Args:
        filename: What its owner calls it; the ending says what it should be.
        on_progress: Gets the share that is done, 0 to 1.

    Raises:
        ValidationFailed: The file can't be read; the message says what to do. `output` is empty then.
    """
    report = on_progress or (lambda _: None)
    output.mkdir(parents=True, exist_ok=True)
    workspace = output / "workspace"
    workspace.mkdir()
    connection = _connect(workspace)
    try:
        name = identifier(stem(filename))
        if path.is_dir():
            converted = _convert_folder(connection, path, name, output, workspace, report)
        else:
            kind = _format(path, filename)
            converted = _convert(connection, kind, path, name, output, workspace, report)
    except BaseException as error:
        connection.close()
        _empty(output)
        if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
            raise ValidationFailed(TOO_LARGE) from None
        raise
    connection.close()
    shutil.rmtree(workspace)
    report(1.0)
    return converted


def _convert_folder(
    connection: duckdb.DuckDBPyConnection,
    root: Path,
    name: str,
    output: Path,
    workspace: Path,
    report: Callable[[float], None],
) -> ConvertedFile:
    """Files of one kind, as one table; a single file as if it had been sent by itself."""
    files = sorted((path for path in root.rglob("*") if path.is_file()), key=lambda path: path.name)
    kinds = {_format_in_folder(file) for file in files}
    if len(kinds) > 1:
        raise ValidationFailed(f"The files are of different kinds ({', '.join(sorted(kinds))}); choose some")
    [kind] = kinds
    if len(files) == 1 and not folder.partitions_of(files[0], root):
        return _convert(connection, kind, files[0], name, output, workspace, report)
    return folder.convert(connection, root, files, kind, name, output, workspace, report)


def _empty(directory: Path) -> None:
    for left in directory.iterdir():
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


def _convert(
    connection: duckdb.DuckDBPyConnection,
    kind: Format,
    path: Path,
    name: str,
    output: Path,
    workspace: Path,
    report: Callable[[float], None],
) -> ConvertedFile:
    match kind:
        case "json":
            return json_records.convert(connection, path, name, output, workspace, report)
        case "excel":
            return excel.convert(connection, path, name, output, workspace, report)
        case "parquet":
            return parquet.convert(connection, path, name, output, workspace, report)
        case "sqlite":
            return databases.convert_sqlite(connection, path, name, output, workspace, report)
        case "duckdb":
            return databases.convert_duckdb(connection, path, name, output, workspace, report)
        case "csv" | "tsv":
            delimiter = "\t" if kind == "tsv" else None
            return delimited.convert(connection, path, name, output, workspace, report, delimiter=delimiter)


def _format(path: Path, filename: str) -> Format:
    with path.open("rb") as file:
        head = file.read(64)
    if not head.strip():
        raise ValidationFailed("The file is empty; upload one with data in it")
    if head[DUCKDB_AT:].startswith(DUCKDB):
        return "duckdb"
    ending = Path(filename).suffix.lower()
    kind = ENDINGS.get(ending)
    if kind == "duckdb":
        raise ValidationFailed(f"The file is called {ending} but isn't one; give it the right ending")
    found = next((words for magic, words in (MAGIC | OTHER_MAGIC).items() if head.startswith(magic)), None)
    if kind is None:
        return _unnamed(head, found)
    wanted = BINARY.get(kind)
    if wanted and not head.startswith(wanted):
        raise ValidationFailed(
            f"The file is called {ending} but isn't one; check what it is and give it the right ending"
        )
    if not wanted and found:
        raise ValidationFailed(
            f"The file is called {ending} but is {found}; give it the right ending or upload the text itself"
        )
    return kind


def _format_in_folder(file: Path) -> Format:
    try:
        return _format(file, folder.called(file))
    except ValidationFailed as error:
        raise ValidationFailed(f"{folder.called(file)}: {error.message}") from None


def _unnamed(head: bytes, found: str | None) -> Format:
    """The format of a file whose ending tells nothing."""
    for kind, magics in BINARY.items():
        if head.startswith(magics):
            return kind
    if found:
        raise ValidationFailed(f"The file is {found}; upload CSV, JSON, Excel or Parquet")
    return "json" if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["} else "csv"


def _connect(workspace: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": THREADS,
            "memory_limit": f"{MEMORY_MB}MB",
            "temp_directory": str(workspace / "spill"),
            "autoload_known_extensions": False,
            "autoinstall_known_extensions": False,
            "python_enable_replacements": False,
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    # It moves a TRY_CAST into the CSV reader, where what doesn't fit costs the row instead of being null.
    connection.execute("SET disabled_optimizers = 'type_pushdown'")
    return connection
