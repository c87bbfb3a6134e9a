"""What goes into a conversion and what comes out."""

import shutil
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from claribi.sources.catalog import Column


class ConvertRequest(msgspec.Struct, frozen=True):
    """A file to turn into Parquet.

    Attributes:
        path: Where it lies.
        filename: What its owner calls it; its ending says what it should be.
        output: A directory that doesn't exist yet or is empty; the Parquet files are written there.
    """

    path: Path
    filename: str
    output: Path

    def clean_up(self) -> None:
        """Remove everything that a conversion that failed has written."""
        shutil.rmtree(self.output, ignore_errors=True)


class RejectedRow(msgspec.Struct, frozen=True):
    """A row that was kept aside.

    Attributes:
        line: Where it starts, counted from 1; in a spreadsheet its row, in JSON its position in the array.
        column: The column whose value doesn't fit; None when the row as a whole doesn't.
        value: What stands there, cut off when long.
    """

    line: int
    column: str | None
    value: str
    reason: str


class ConvertedTable(msgspec.Struct, frozen=True):
    """A table, its rows in one Parquet file, the rejected ones in another.

    Attributes:
        rejected: The first 1,000 of them.
        rejected_file: All of them: line, column, value, reason and the text of the row.
        notes: What a reader should know about how the file was read, in sentences.
    """

    name: str
    file: Path
    row_count: int
    columns: list[Column]
    rejected_count: int = 0
    rejected: list[RejectedRow] = []
    rejected_file: Path | None = None
    notes: list[str] = []


class ConvertedFile(msgspec.Struct, frozen=True):
    """What was made of a file.

    Attributes:
        format: csv, json, excel or parquet.
        encoding, delimiter, decimal: How a text file was read; None for other formats.
        notes: What concerns the file as a whole, in sentences.
    """

    tables: list[ConvertedTable]
    format: str
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    notes: list[str] = []


Message = TypeVar("Message")


def packed(message: msgspec.Struct) -> Any:
    """The message as plain data, paths as text."""
    return msgspec.to_builtins(message, enc_hook=str)


def unpacked(data: Any, kind: type[Message]) -> Message:
    return msgspec.convert(data, kind, dec_hook=lambda wanted, value: wanted(value))
