"""How a delimited text file is laid out: delimiter, quotes, where the header is."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypedDict

from claribi.sources.files.candidates import MISSING

DELIMITERS = ",;\t|"
RARE_DELIMITERS = "^~:"
MAX_TITLE_LINES = 20
SAMPLE_ROWS = 500
NUMBER = re.compile(r"[+-]?[\d.,'\s]*\d[\d.,'\s]*%?")
TIME = re.compile(r"\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?([ T].*)?")
YEAR = re.compile(r"(19|20)\d{2}")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The layout of a delimited file.

    Attributes:
        headings: The header's cells; empty where the file has none.
        width: How many fields a row has.
        skip: How many records stand before the first row: titles, blank lines, the header.
        titles: How many of them are titles.
    """

    delimiter: str
    quote: str
    escape: str
    headings: list[str]
    width: int
    skip: int
    titles: int

    def csv_options(self) -> "CsvOptions":
        return csv_options(self.delimiter, self.quote, self.escape)


class CsvOptions(TypedDict):
    delimiter: str
    quotechar: str
    doublequote: bool
    escapechar: str | None


def csv_options(delimiter: str, quote: str, escape: str) -> CsvOptions:
    """What Python's csv module calls it."""
    doubled = escape == quote
    return CsvOptions(
        delimiter=delimiter, quotechar=quote, doublequote=doubled, escapechar=None if doubled else escape
    )


def sniff(text: str, *, delimiter: str | None = None) -> Dialect:
    """Find the layout from the beginning of a file."""
    quote = "'" if _quotes(text, "'") > _quotes(text, '"') else '"'
    chosen = delimiter or max(
        DELIMITERS + RARE_DELIMITERS, key=lambda d: _score(rows(text, csv_options(d, quote, quote)), d)
    )
    escape = _escape(text, chosen, quote)
    records = rows(text, csv_options(chosen, quote, escape))
    width = _width(records)
    start = _first_full(records, width)
    table = [record for record in records[start:] if record]
    header = bool(table) and has_header(table)
    titles = sum(1 for record in records[:start] if record)
    return Dialect(chosen, quote, escape, table[0] if header else [], width, start + header, titles)


def rows(text: str, options: CsvOptions) -> list[list[str]]:
    """The first records, blank ones empty."""
    reader = csv.reader(io.StringIO(text, newline=""), **options)
    records: list[list[str]] = []
    try:
        for record in reader:
            records.append(record)
            if len(records) >= SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return records


def has_header(table: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: it has no values, and differs from the rows below it."""
    first, below = [cell.strip() for cell in table[0]], table[1:]
    named = [(i, cell) for i, cell in enumerate(first) if cell]
    if not named or any(_is_value(cell) and not YEAR.fullmatch(cell) for _, cell in named):
        return False
    columns = {i: [row[i].strip() for row in below if i < len(row) and row[i].strip()] for i, _ in named}
    if all(YEAR.fullmatch(cell) for _, cell in named):
        return any(not YEAR.fullmatch(cell) for cells in columns.values() for cell in cells)
    if any(cells and all(map(_is_value, cells)) for cells in columns.values()):
        return True
    again = sum(cell in columns[i] for i, cell in named)
    distinct = {cell.casefold() for _, cell in named}
    return again <= len(named) / 2 and len(distinct) >= len(named) / 2


def _is_value(cell: str) -> bool:
    return bool(NUMBER.fullmatch(cell) or TIME.fullmatch(cell)) or cell.lower() in {"true", "false"}


def _quotes(text: str, quote: str) -> int:
    """How often a field seems to begin and end with the quote."""
    return len(re.findall(rf"(?:^|[,;\t|]){quote}[^{quote}\n]*{quote}(?=[,;\t|\r\n]|$)", text, re.MULTILINE))


def _escape(text: str, delimiter: str, quote: str) -> str:
    """What stands before a quote within quotes: a backslash only where doubled quotes make no sense."""
    if f"\\{quote}" not in text or _regular(text, csv_options(delimiter, quote, quote)):
        return quote
    return "\\" if _regular(text, csv_options(delimiter, quote, "\\")) else quote


def _regular(text: str, options: CsvOptions) -> bool:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, **options)
    try:
        for _ in islice(reader, SAMPLE_ROWS):
            pass
    except csv.Error:
        return False
    return True


def _score(records: Sequence[Sequence[str]], delimiter: str) -> float:
    """How regular the rows are with this delimiter, and how many fields it makes."""
    width = _width(records)
    if width < 2:  # noqa: PLR2004 - one field means that nothing is delimited
        return 0.0
    filled = [record for record in records if record]
    regular = sum(len(record) == width for record in filled) / len(filled)
    return regular**2 * (1 + min(width, 20) / 20) * (0.3 if delimiter in RARE_DELIMITERS else 1)


def _width(records: Sequence[Sequence[str]]) -> int:
    """The commonest number of fields; the larger one where two are as common."""
    counts = Counter(len(record) for record in records if record)
    return max(counts, key=lambda width: (counts[width], width)) if counts else 1


def _first_full(records: Sequence[Sequence[str]], width: int) -> int:
    """The first record that isn't blank or a title: a single cell where rows have several."""
    for i, record in enumerate(records[: MAX_TITLE_LINES + 1]):
        cells = [cell for cell in record if cell.strip() not in MISSING]
        if record and (len(cells) > 1 or width < 3 or len(record) == width):  # noqa: PLR2004 - as above
            return i
    return 0
