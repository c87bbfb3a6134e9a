"""Copies of what is new: the old copy, less what may have changed, and the rows from there on.

Rows are new by a cursor, a column that only grows as rows are added or changed. Rows that come late are
looked for a stretch back. Deleted rows no cursor tells, nor rows that come later still: they show in the
count of rows and the sum of their keys, and where these differ from the source's the table is copied whole.
What is changed without the cursor is not seen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import structlog

from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES
from claribi.sources.connectors.base import Connector, Copied, FoundTable, Since


@dataclass(frozen=True, slots=True)
class Increment:
    """How a table's new rows are told.

    Attributes:
        late: How far back rows may come in late: seconds of a time, days of a date, else steps of a number.
        key: Columns that tell rows apart; a row that comes again replaces the one that was there.
    """

    cursor: str
    late: int
    key: Sequence[str]


class Merger(Protocol):
    """What does the work on the files."""

    def newest(self, file: Path, column: str) -> Any:
        """The largest value of a column; None where there is none."""
        ...

    def merged(self, kept: Path, fresh: Path, increment: Increment, since: Any) -> tuple[Path, int, Any]:
        """The rows of both as a file, how many, and the sum of their keys where these are numbers."""
        ...


def increment_of(found: FoundTable, asked: Mapping[str, Any] | None) -> Increment | None:
    """How a table is brought up to date; None where only as a whole."""
    if not asked or not found.primary_key:
        return None
    kinds = {column.name: column.type for column in found.columns}
    if kinds.get(asked["cursor"]) not in NUMERIC_TYPES | TIME_TYPES:
        return None
    return Increment(asked["cursor"], asked["late"], found.primary_key)


def brought_up_to_date(
    connector: Connector,
    found: FoundTable,
    increment: Increment,
    kept: Path,
    merger: Merger,
    write: Callable[[Copied], tuple[int, Path]],
    seconds: float,
) -> tuple[int, Path] | None:
    """The rows of a table from its old copy and what is new; None where only a whole copy will do.

    Args:
        kept: The file of the old copy.
        write: Writes what comes from the source; how many rows, and into which file.
    """
    newest = merger.newest(kept, increment.cursor)
    if newest is None:
        return None
    since = Since(increment.cursor, _before(newest, increment.late), _number_key(found))
    with connector.copied(found, seconds, since) as copied:
        count, fresh = write(copied)
    if count != copied.count:
        return None
    try:
        file, total, keys = merger.merged(kept, fresh, increment, since.value)
    finally:
        fresh.unlink(missing_ok=True)
    if total != copied.total or (copied.keys is not None and int(keys or 0) != int(copied.keys)):
        structlog.get_logger().info("a table is copied whole: rows were deleted or changed", table=found.name)
        file.unlink(missing_ok=True)
        return None
    return total, file


def _before(newest: Any, late: int) -> Any:
    if isinstance(newest, datetime):
        return newest - timedelta(seconds=late)
    if isinstance(newest, date):
        return newest - timedelta(days=late)
    return newest - (Decimal(late) if isinstance(newest, Decimal) else late)


def _number_key(found: FoundTable) -> str | None:
    if len(found.primary_key) != 1:
        return None
    [name] = found.primary_key
    kind = next((column.type for column in found.columns if column.name == name), None)
    return name if kind in NUMERIC_TYPES and kind != "float" else None
