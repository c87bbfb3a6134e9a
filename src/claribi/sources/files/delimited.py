"""CSV and everything like it."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Self

import duckdb

from claribi.core.errors import ValidationFailed
from claribi.sources.catalog import ColumnType
from claribi.sources.files.candidates import quoted
from claribi.sources.files.dialect import Dialect, rows, sniff
from claribi.sources.files.lines import lines_of, records
from claribi.sources.files.messages import ConvertedFile, ConvertedTable
from claribi.sources.files.names import column_names
from claribi.sources.files.tabular import TextTable, convert_table
from claribi.sources.files.text import as_utf8

HEAD = 1 << 20
CHUNK = 128 * 1024
CHUNKS = 6
LONGEST_FIELD = 8 * 1024 * 1024
BATCH = 50_000
# How DuckDB names what is wrong with a row.
REASONS = {
    "MISSING COLUMNS": "too few fields",
    "TOO MANY COLUMNS": "too many fields",
    "UNQUOTED VALUE": "a quote that is not closed, or text behind one that is",
    "LINE SIZE OVER MAXIMUM": "a line that is too long",
    "INVALID ENCODING": "bytes that are no text in the file's encoding",
}


def convert(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    output: Path,
    workspace: Path,
    on_progress: Callable[[float], None],
    *,
    delimiter: str | None = None,
) -> ConvertedFile:
    text = as_utf8(path, workspace)
    source = Delimited.of(text.path, delimiter)
    on_progress(0.05)
    try:
        table = convert_table(connection, source.table(), name, output, on_progress)
    except duckdb.InvalidInputException:
        # Line ends that change within the file, for one, are beyond DuckDB's reader.
        table = _rewritten(connection, source, name, output, workspace, on_progress)
    return ConvertedFile([table], "csv", encoding=text.encoding, delimiter=source.dialect.delimiter)


def _rewritten(
    connection: duckdb.DuckDBPyConnection,
    source: "Delimited",
    name: str,
    output: Path,
    workspace: Path,
    on_progress: Callable[[float], None],
) -> ConvertedTable:
    """The slow way: read by Python's csv module, which forgives more, and written anew."""
    clean = workspace / "rows"
    broken = source.rewrite(clean)
    width = source.dialect.width
    connection.execute(
        'CREATE OR REPLACE TEMP TABLE broken ("row" BIGINT, "column" VARCHAR, value VARCHAR, reason VARCHAR, '
        "text VARCHAR)"
    )
    for start in range(0, len(broken), BATCH):
        connection.executemany(
            "INSERT INTO broken VALUES (?, NULL, NULL, ?, ?)", broken[start : start + BATCH]
        )
    table = source.table()
    table.relation, table.reread, table.parsed = numbered_rows(clean, width), "", None
    table.row, table.number_lines, table.broken = "line", None, "SELECT * FROM broken"
    return convert_table(connection, table, name, output, on_progress)


def numbered_rows(path: Path, width: int) -> str:
    """SQL of a CSV file that we have written: a line number, then the columns."""
    columns = ["'line': 'BIGINT'", *(f"'c{i}': 'VARCHAR'" for i in range(width))]
    return (
        f"read_csv({quoted(str(path))}, auto_detect = false, header = false, delim = ',', quote = '\"', "
        f"escape = '\"', columns = {{{', '.join(columns)}}})"
    )


@dataclass
class Delimited:
    """A delimited file in UTF-8.

    Attributes:
        head: How it begins.
    """

    path: Path
    dialect: Dialect
    head: str

    @classmethod
    def of(cls, path: Path, delimiter: str | None) -> Self:
        """A file whose layout is found out, its delimiter where it is not given."""
        head = _head(path)
        return cls(path, sniff(head, delimiter=delimiter), head)

    def names(self) -> list[str]:
        """What its columns are called."""
        dialect = self.dialect
        return column_names([*dialect.headings, *[""] * dialect.width][: dialect.width])

    def table(self) -> TextTable:
        dialect = self.dialect
        return TextTable(
            relation=self._relation("store_rejects = true"),
            parsed=self._parsed,
            reread=self._relation("ignore_errors = true"),
            names=self.names(),
            sample=self._sample(),
            row="row_number() OVER ()",
            number_lines=self._number_lines,
            broken=self._broken(),
            delimiter=dialect.delimiter,
            notes=self.notes(),
        )

    def rewrite(self, clean: Path) -> list[tuple[int, str, str]]:
        """Write rows with their line numbers; gives back those with another number of fields."""
        broken = []
        with clean.open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target, quoting=csv.QUOTE_ALL)
            for line, record in self.records():
                if reason := self.misfit(record):
                    broken.append((line, reason, self.dialect.delimiter.join(record)))
                else:
                    writer.writerow([line, *record])
        return broken

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """The rows, each with the line where it begins, read by Python."""
        csv.field_size_limit(LONGEST_FIELD)
        with self.path.open(encoding="utf-8", errors="replace", newline="") as lines:
            yield from self._records(lines)

    def misfit(self, record: list[str]) -> str:
        """What is wrong with the number of fields of a row; nothing where it is right."""
        if len(record) == self.dialect.width:
            return ""
        return REASONS["MISSING COLUMNS" if len(record) < self.dialect.width else "TOO MANY COLUMNS"]

    def _records(self, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
        dialect = self.dialect
        reader = csv.reader(lines, **dialect.csv_options())
        line = 1
        try:
            for position, record in enumerate(reader):
                if position >= dialect.skip and record:
                    yield line, record
                line = reader.line_num + 1
        except csv.Error as error:
            raise ValidationFailed(f"The file can't be read at line {reader.line_num}: {error}") from None

    def _parsed(self, layouts: Mapping[int, tuple[ColumnType, str]]) -> str:
        formats = {f"{kind}format = {quoted(layout)}" for kind, layout in layouts.values()}
        # Rejects are stored, since a reader of several threads that stops at one can wait for itself forever.
        return self._relation(
            ", ".join(["store_rejects = true", *sorted(formats)]),
            {i: kind for i, (kind, _) in layouts.items()},
        )

    def _relation(self, mode: str, types: Mapping[int, ColumnType] = MappingProxyType({})) -> str:
        dialect = self.dialect
        columns = ", ".join(f"'c{i}': '{types.get(i, 'VARCHAR')}'" for i in range(dialect.width))
        return (
            f"read_csv({quoted(str(self.path))}, auto_detect = false, header = false, skip = {dialect.skip}, "
            f"delim = {quoted(dialect.delimiter)}, quote = {quoted(dialect.quote)}, "
            f"escape = {quoted(dialect.escape)}, columns = {{{columns}}}, {mode})"
        )

    def _sample(self) -> list[list[str]]:
        """Rows from the beginning, and some from all over a large file."""
        dialect = self.dialect
        found = rows(self.head, dialect.csv_options())[dialect.skip :]
        for chunk in _chunks(self.path):
            found += rows(chunk, dialect.csv_options())
        return [row for row in found if len(row) == dialect.width]

    def _broken(self) -> str:
        reasons = " ".join(f"WHEN {quoted(kind)} THEN {quoted(reason)}" for kind, reason in REASONS.items())
        # One row can be wrong in several ways; the first of them tells enough.
        return (
            "SELECT line_byte_position, NULL, NULL, "  # noqa: S608 - our own words
            f"first(CASE error_type::VARCHAR {reasons} ELSE error_message END ORDER BY column_idx), "
            "first(csv_line ORDER BY column_idx) FROM reject_errors GROUP BY line_byte_position"
        )

    def _number_lines(self, connection: duckdb.DuckDBPyConnection) -> None:
        wanted = connection.execute('SELECT "row", broken FROM rejected').fetchall()
        ordinals = {row for row, broken in wanted if not broken}
        offsets = {row for row, broken in wanted if broken}
        dialect = self.dialect
        located = records(self.path, dialect.delimiter, dialect.quote, dialect.escape)
        for broken, lines in enumerate(lines_of(located, dialect.skip, ordinals, offsets)):
            keys, values = list(lines), list(lines.values())
            for start in range(0, len(keys), BATCH):
                connection.execute(
                    "UPDATE rejected SET line = found.line FROM "
                    '(SELECT unnest($keys) AS "row", unnest($lines) AS line) AS found '
                    'WHERE rejected."row" = found."row" AND rejected.broken = $broken',
                    {
                        "keys": keys[start : start + BATCH],
                        "lines": values[start : start + BATCH],
                        "broken": bool(broken),
                    },
                )

    def notes(self) -> list[str]:
        dialect, notes = self.dialect, []
        if dialect.titles:
            notes.append(f"Titles above the header were left out ({dialect.titles} lines)")
        if not dialect.headings:
            notes.append("The file has no header; its columns are numbered")
        return notes


def _head(path: Path) -> str:
    with path.open("rb") as file:
        block = file.read(HEAD)
    text = block.decode("utf-8", errors="replace")
    if len(block) < HEAD:
        return text
    # The last line is most likely cut.
    return text[: text.rfind("\n") + 1] or text


def _chunks(path: Path) -> Iterator[str]:
    size = path.stat().st_size
    if size < 2 * HEAD:
        return
    with path.open("rb") as file:
        for i in range(1, CHUNKS + 1):
            file.seek(i * (size - CHUNK) // CHUNKS)
            block = file.read(CHUNK)
            # From the first line end to the last, since the ends of the chunk are cut.
            yield block[block.find(b"\n") + 1 : block.rfind(b"\n") + 1].decode("utf-8", errors="replace")
