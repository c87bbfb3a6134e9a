"""Answers as files, written row by row: however many there are, few of them are in memory."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

FileFormat = Literal["csv", "xlsx", "arrow"]
# What a sheet holds, its header not counted.
MOST_ROWS_OF_SHEET = 1_048_575
# A cell that begins so is run by spreadsheets as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CELLS = (str, bool, int, float, date, datetime)


def defused(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def write_csv(path: Path, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """CSV (RFC 4180, UTF-8)."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([defused(name) for name in names])
        writer.writerows([defused(cell) for cell in row] for row in rows)


def write_xlsx(path: Path, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """One sheet of native numbers and dates; a text is written as one, whatever it begins with."""
    from rustpy_xlsxwriter import write_worksheet  # noqa: PLC0415 - for downloads only

    titles = _told_apart(names)

    def records() -> Iterator[dict[str, Any]]:
        empty = True
        for row in rows:
            empty = False
            yield dict(zip(titles, map(_cell, row), strict=True))
        if empty:
            # The names come from the first row.
            yield dict.fromkeys(titles)

    write_worksheet(records(), str(path), sheet_name="Data")


# What an engine process writes for itself and nobody downloads.
PARQUET = "parquet"
WRITERS = {"csv": write_csv, "xlsx": write_xlsx}


def _cell(value: Any) -> Any:
    """What a sheet can hold: numbers as wide as its own, moments without a zone, nested values as text."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return value if value is None or isinstance(value, CELLS) else str(value)


def _told_apart(names: Sequence[str]) -> list[str]:
    told: list[str] = []
    for name in names:
        unique, number = name, 1
        while unique in told:
            number += 1
            unique = f"{name} ({number})"
        told.append(unique)
    return told
