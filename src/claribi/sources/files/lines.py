"""On which line of a delimited file a row stands."""

from collections import deque
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple


class Record(NamedTuple):
    """Where a record begins, and the byte behind it."""

    line: int
    end: int


def records(path: Path, delimiter: str, quote: str, escape: str) -> Iterator[Record | None]:
    """Each record of a file, None for a blank line. A record goes on over line ends inside of quotes."""
    mark, separator, before = quote.encode(), delimiter.encode(), escape.encode()
    end, first, inside = 0, 1, False
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not inside:
                first = number
            end += len(line)
            if inside or mark in line:
                inside = _open_after(line, mark, separator, before, inside=inside)
            if not inside:
                yield Record(first, end) if first != number or line.strip(b"\r\n") else None
    if inside:
        yield Record(first, end)


def _open_after(line: bytes, mark: bytes, separator: bytes, escape: bytes, *, inside: bool) -> bool:
    """Whether a quoted field is still open at the end of the line."""
    position = 0
    line = line.rstrip(b"\r\n")
    while True:
        if inside:
            position = _closing(line, mark, escape, position)
            if position < 0:
                return True
        elif line.startswith(mark, position):
            inside, position = True, position + 1
            continue
        inside = False
        following = line.find(separator, position)
        if following < 0:
            return False
        position = following + 1


def _closing(line: bytes, mark: bytes, escape: bytes, position: int) -> int:
    """Behind the quote that closes the field that is open at `position`; -1 when none does."""
    while (end := line.find(mark, position)) >= 0:
        if escape == mark and line.startswith(mark, end + 1):
            position = end + 2
        elif escape != mark and _escaped(line, escape, end):
            position = end + 1
        else:
            return end + 1
    return -1


def _escaped(line: bytes, escape: bytes, position: int) -> bool:
    before = line[:position]
    return (len(before) - len(before.rstrip(escape))) % 2 == 1


def lines_of(
    found: Iterator[Record | None], skip: int, ordinals: Collection[int], offsets: Collection[int]
) -> tuple[dict[int, int], dict[int, int]]:
    """Lines by row number and by byte offset.

    Args:
        skip: How many records stand before the first row, blank lines counted.
        ordinals: Row numbers, counted from 1 over all rows but those at `offsets`.
        offsets: Of a row, or of the blank lines before it.
    """
    by_ordinal: dict[int, int] = {}
    by_offset: dict[int, int] = {}
    waiting = deque(sorted(offsets))
    ordinal = 0
    for record in islice(found, skip, None):
        if record is None:
            continue
        if waiting and waiting[0] < record.end:
            by_offset[waiting.popleft()] = record.line
            continue
        ordinal += 1
        if ordinal in ordinals:
            by_ordinal[ordinal] = record.line
    return by_ordinal, by_offset
