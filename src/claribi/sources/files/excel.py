"""Workbooks of Excel and LibreOffice: each sheet with rows is a table."""

import csv
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from claribi.core.errors import ValidationFailed
from claribi.sources.files.delimited import numbered_rows
from claribi.sources.files.dialect import has_header
from claribi.sources.files.messages import ConvertedFile
from claribi.sources.files.names import column_names, table_names
from claribi.sources.files.tabular import TextTable, convert_table

LARGEST_UNPACKED = 2 * 1024**3
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
PROTECTED = "The workbook is protected with a password; save it without one and upload it again"
GENERIC_SHEET = re.compile(r"(sheet|tabelle|feuil|hoja|foglio|table|arkusz|blad)[ _]?\d*", re.IGNORECASE)
HEAD_ROWS = 50
SAMPLE_ROWS = 2000
LARGEST_EXACT = 2**53

Row = list[Any]


def convert(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    output: Path,
    workspace: Path,
    on_progress: Callable[[float], None],
) -> ConvertedFile:
    _check_size(path)
    workbook = _open(path)
    layouts = [layout for title in workbook.sheet_names if (layout := _layout(workbook, title)) is not None]
    if not layouts:
        raise ValidationFailed("No sheet of the workbook has rows below a header; upload one with data in it")
    single = len(layouts) == 1 and GENERIC_SHEET.fullmatch(layouts[0].title)
    names = table_names([name] if single else [layout.title for layout in layouts])
    tables = []
    for i, (layout, table_name) in enumerate(zip(layouts, names, strict=True)):
        text = Cells(layout, workspace / f"sheet{i}").table()
        tables.append(convert_table(connection, text, table_name, output, lambda _: None))
        on_progress((i + 1) / len(layouts))
    skipped = len(workbook.sheet_names) - len(layouts)
    notes = [f"Sheets without rows were left out ({skipped})"] if skipped else []
    return ConvertedFile(tables, "excel", notes=notes)


def _check_size(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile:
        raise ValidationFailed(
            "The workbook is damaged; open it in Excel, save it again and upload that"
        ) from None
    if unpacked > LARGEST_UNPACKED:
        raise ValidationFailed(
            f"The workbook unpacks to {unpacked // 1024**2:,} MB, which is too large; save it as CSV instead"
        )


def _open(path: Path) -> CalamineWorkbook:
    with path.open("rb") as file:
        encrypted = file.read(4) == OLE_MAGIC and "EncryptedPackage".encode("utf-16-le") in file.read()
    if encrypted:
        raise ValidationFailed(PROTECTED)
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise ValidationFailed(PROTECTED) from None
    except (CalamineError, OSError, ValueError):
        raise ValidationFailed(
            "The workbook can't be read; open it in Excel, save it as .xlsx and upload that"
        ) from None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table of a sheet is.

    Attributes:
        first_row: Index of its first row below the header.
        columns: Indexes of its columns.
    """

    title: str
    sheet: CalamineSheet
    headings: list[str]
    first_row: int
    columns: list[int]
    titles: int


def _layout(workbook: CalamineWorkbook, title: str) -> Layout | None:
    """How a sheet is laid out; None where it has no rows."""
    try:
        sheet = workbook.get_sheet_by_name(title)
    except CalamineError:  # a sheet that only holds a chart
        return None
    head = [row for row, _ in zip(_rows(sheet), range(HEAD_ROWS), strict=False)]
    filled = [_filled(row) for row in head]
    if not any(filled):
        return None
    width = Counter(len(cells) for cells in filled if cells).most_common(1)[0][0]
    start = next(i for i, cells in enumerate(filled) if len(cells) >= max(width / 2, min(width, 2)))
    columns = sorted({i for cells in filled[start:] for i in cells})
    table = [[_text(row[i])[0] for i in columns] for row in head[start:] if any(_filled(row))]
    typed = any(not isinstance(head[start][i], str) for i in filled[start])
    header = not typed and has_header(table)
    if len(table) <= header:
        return None
    titles = sum(1 for cells in filled[:start] if cells)
    return Layout(title, sheet, table[0] if header else [], start + header, columns, titles)


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    yield from sheet.iter_rows()


def _filled(row: Sequence[Any]) -> list[int]:
    return [i for i, cell in enumerate(row) if not (cell is None or cell == "")]


class Cells:
    """The cells of a sheet, on their way into the table of texts."""

    def __init__(self, layout: Layout, path: Path) -> None:
        self.layout, self.path = layout, path
        self.kinds: list[set[str]] = [set() for _ in layout.columns]
        self.sample: list[list[str]] = []

    def table(self) -> TextTable:
        self._write()
        width = len(self.layout.columns)
        headings = [*self.layout.headings, *[""] * width][:width]
        notes = [] if self.layout.headings else ["The sheet has no header; its columns are numbered"]
        if self.layout.titles:
            notes.append(f"Titles above the header were left out ({self.layout.titles} rows)")
        return TextTable(
            relation=numbered_rows(self.path, width),
            names=column_names(headings),
            sample=self.sample,
            stated=[_stated(kinds) for kinds in self.kinds],
            notes=notes,
        )

    def _write(self) -> None:
        top = self.layout.sheet.start[0] if self.layout.sheet.start else 0
        with self.path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            for index, row in enumerate(_rows(self.layout.sheet)):
                if index < self.layout.first_row or not _filled(row):
                    continue
                cells = self._cells(row)
                if len(self.sample) < SAMPLE_ROWS:
                    self.sample.append(cells)
                writer.writerow([top + index + 1, *cells])

    def _cells(self, row: Row) -> list[str]:
        texts = []
        for kinds, column in zip(self.kinds, self.layout.columns, strict=True):
            text, kind = _text(row[column]) if column < len(row) else ("", "")
            texts.append(text)
            if text:
                kinds.add(kind)
        return texts


def _stated(kinds: set[str]) -> frozenset[str]:
    # Programs that export to Excel often write everything as text, which then tells nothing.
    return frozenset() if kinds == {"string"} else frozenset(kinds)


def _text(cell: Any) -> tuple[str, str]:
    """The cell as text, and what kind of value the workbook says it is."""
    match cell:
        case bool():
            return str(cell).lower(), "boolean"
        case int() | float():
            return _number(cell)
        case datetime() if cell.time() != time.min:
            return cell.isoformat(sep=" "), "timestamp"
        case date():
            return cell.isoformat()[:10], "date"
        case _:
            return "" if cell is None else str(cell), "string"


def _number(cell: float) -> tuple[str, str]:
    """Excel knows only floating point; whole numbers are shown as such."""
    whole = isinstance(cell, int) or (cell.is_integer() and abs(cell) < LARGEST_EXACT)
    return (str(int(cell)), "integer") if whole else (repr(cell), "float")
