"""Rows as Arrow: for answers that did not come out of DuckDB, and for copies of whole tables."""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec
from arro3.core import Array, DataType, Field, RecordBatch, RecordBatchReader, Schema, Table
from arro3.io import write_ipc_stream, write_parquet

from claribi.core.errors import QueryError
from claribi.sources.catalog import ColumnType
from claribi.sources.connectors.base import FoundColumn

Values = Sequence[Any]
EPOCH = date(1970, 1, 1)
MOMENT_ZERO = datetime(1970, 1, 1, tzinfo=UTC)
DECIMAL_DIGITS = 38
DIGITS = re.compile(r"\((\d+),\s*(\d+)\)")
# Whole numbers that may not fit into 64 bits with a sign.
WIDE = re.compile(r"unsigned|uint64")
BATCH_ROWS = 50_000


def to_arrow(columns: Sequence[tuple[str, ColumnType]], rows: Sequence[Sequence[Any]]) -> bytes:
    """An answer as an Arrow IPC stream; what has no type of Arrow's here goes as text."""
    stream = io.BytesIO()
    write_ipc_stream(_table(columns, rows), stream, compression=None)
    return stream.getvalue()


def write_arrow(
    columns: Sequence[tuple[str, ColumnType]], batches: Iterable[Sequence[Values]], file: Path
) -> None:
    """Write an answer to a file as an Arrow IPC stream, few of its rows in memory at a time.

    Raises:
        QueryError: A decimal has more digits after the point than those of the first rows.
    """
    gathered = iter(_gathered(batches))
    begin = next(gathered, [])
    first = _table(columns, begin)
    scales = {
        place: _scale([row[place] for row in begin]) for place, (_, k) in enumerate(columns) if k == "decimal"
    }

    def packed() -> Iterator[RecordBatch]:
        yield from first.to_batches()
        for rows in gathered:
            values = list(zip(*rows, strict=True))
            for place, scale in scales.items():
                if _scale(values[place]) > scale:
                    raise QueryError(
                        f"{columns[place][0]} has more digits after the point than its first {BATCH_ROWS:,} "
                        "values; round it, or take CSV"
                    )
            arrays = [
                MAKERS.get(kind, _texts)(column, first.schema.field(place).type)
                for place, ((_, kind), column) in enumerate(zip(columns, values, strict=True))
            ]
            yield RecordBatch.from_arrays(arrays, schema=first.schema)

    with file.open("wb") as out, _passed_on(packed()) as watched:
        write_ipc_stream(RecordBatchReader.from_batches(first.schema, watched), out, compression=None)


def to_parquet(columns: Sequence[tuple[str, ColumnType]], rows: Sequence[Sequence[Any]], file: Path) -> None:
    """Write an answer to a Parquet file."""
    with file.open("wb") as out:
        write_parquet(_table(columns, rows), out, compression="zstd(1)")


def _table(columns: Sequence[tuple[str, ColumnType]], rows: Sequence[Sequence[Any]]) -> Table:
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    arrays = [
        MAKERS.get(kind, _texts)(column, _answered(kind, column))
        for (_, kind), column in zip(columns, values, strict=True)
    ]
    return Table.from_arrays(arrays, names=[name for name, _ in columns])


def copy(columns: Sequence[FoundColumn], batches: Iterable[Sequence[Values]], file: Path) -> int:
    """Write rows to a Parquet file as they come in; how many there were."""
    types = [_stored(column) for column in columns]
    schema = Schema([Field(c.name, kind) for c, kind in zip(columns, types, strict=True)])
    count = 0

    def packed() -> Iterable[RecordBatch]:
        nonlocal count
        for rows in _gathered(batches):
            count += len(rows)
            arrays = [
                MAKERS.get(column.type, _texts)(values, kind)
                for column, kind, values in zip(columns, types, zip(*rows, strict=True), strict=True)
            ]
            yield RecordBatch.from_arrays(arrays, schema=schema)

    with file.open("wb") as out, _passed_on(packed()) as watched:
        stored = RecordBatchReader.from_batches(schema, watched)
        # As converted files are, see files/tabular.py.
        write_parquet(stored, out, compression="lz4_raw", writer_version="parquet_2_0")
    return count


@contextmanager
def _passed_on(batches: Iterable[RecordBatch]) -> Iterator[Iterator[RecordBatch]]:
    """The batches; what goes wrong in them comes out of the block as it is, and not as Arrow tells it."""
    wrong: list[Exception] = []

    def watched() -> Iterator[RecordBatch]:
        try:
            yield from batches
        except Exception as error:
            wrong.append(error)
            raise

    try:
        yield watched()
    except Exception:
        if wrong:
            raise wrong[0] from None
        raise


def _gathered(batches: Iterable[Sequence[Values]]) -> Iterable[list[Values]]:
    """Small batches as they come from a driver put together, since each one costs."""
    rows: list[Values] = []
    for batch in batches:
        rows += batch
        if len(rows) >= BATCH_ROWS:
            yield rows
            rows = []
    if rows:
        yield rows


def _answered(kind: ColumnType, values: Values) -> Any:
    """The type of an answer's column, as narrow as its values allow."""
    if kind == "timestamp":
        zoned = any(v is not None and v.tzinfo for v in values)
        return DataType.timestamp("us", tz="UTC" if zoned else None)
    if kind == "decimal":
        return DataType.decimal128(DECIMAL_DIGITS, _scale(values))
    return TYPES.get(kind, DataType.utf8())


def _scale(values: Values) -> int:
    """How many digits after the point decimals have at most."""
    return max((0, *(-int(v.as_tuple().exponent) for v in values if v is not None)))


def _stored(column: FoundColumn) -> Any:
    """The type of a table's column, from what the source calls it."""
    native = column.native_type.lower()
    if column.type == "timestamp":
        return DataType.timestamp("us", tz="UTC" if "with time zone" in native else None)
    if column.type == "decimal":
        digits = DIGITS.search(native)
        # A number of any size has no place for its point that would do for all.
        return DataType.decimal128(DECIMAL_DIGITS, int(digits[2])) if digits else DataType.float64()
    if column.type == "integer" and WIDE.search(native):
        return DataType.decimal128(DECIMAL_DIGITS, 0)
    return TYPES.get(column.type, DataType.utf8())


def _texts(values: Values, _kind: Any = None) -> Array:
    return Array([_text(v) for v in values], type=DataType.utf8())


def _text(value: Any) -> str | None:
    if isinstance(value, list | dict):
        return msgspec.json.encode(value).decode()
    return None if value is None else str(value)


def _plain(values: Values, kind: Any) -> Array:
    return Array([None if v is None else v for v in values], type=kind)


def _whole(values: Values, kind: Any) -> Array:
    return _plain(values, kind) if kind == DataType.int64() else _texts(values).cast(kind)


def _flags(values: Values, kind: Any) -> Array:
    return Array([None if v is None else bool(v) for v in values], type=kind)


def _decimals(values: Values, kind: Any) -> Array:
    if kind == DataType.float64():
        return Array([None if v is None else float(v) for v in values], type=kind)
    return _texts(values).cast(kind)


def _dates(values: Values, kind: Any) -> Array:
    days = [None if v is None else (v - EPOCH).days for v in values]
    return Array(days, type=DataType.int32()).cast(kind)


def _moments(values: Values, kind: Any) -> Array:
    return Array([None if v is None else _micros(v) for v in values], type=DataType.int64()).cast(kind)


def _micros(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - MOMENT_ZERO) // timedelta(microseconds=1)


def _times(values: Values, kind: Any) -> Array:
    return Array([_since_midnight(v) for v in values], type=DataType.int64()).cast(kind)


def _since_midnight(value: Any) -> int | None:
    """In microseconds; what is no time of day, such as MySQL's negative ones, is none."""
    if not isinstance(value, time):
        return None
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond


TYPES: Mapping[ColumnType, Any] = {
    "integer": DataType.int64(),
    "float": DataType.float64(),
    "boolean": DataType.bool(),
    "date": DataType.date32(),
    "time": DataType.time64("us"),
}
MAKERS: Mapping[ColumnType, Callable[[Values, Any], Array]] = {
    "integer": _whole,
    "float": _plain,
    "boolean": _flags,
    "date": _dates,
    "time": _times,
    "timestamp": _moments,
    "decimal": _decimals,
}
