"""Rows as Arrow, for answers that did not come out of DuckDB."""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from arro3.core import Array, DataType, Table
from arro3.io import write_ipc_stream

from claribi.sources.catalog import ColumnType

Values = Sequence[Any]
EPOCH = date(1970, 1, 1)
MOMENT_ZERO = datetime(1970, 1, 1, tzinfo=UTC)
DECIMAL_DIGITS = 38


def to_arrow(columns: Sequence[tuple[str, ColumnType]], rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as an Arrow IPC stream; what has no type of Arrow's here goes as text."""
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    arrays = [ARRAYS.get(kind, _texts)(column) for (_, kind), column in zip(columns, values, strict=True)]
    stream = io.BytesIO()
    table = Table.from_arrays(arrays, names=[name for name, _ in columns])
    write_ipc_stream(table, stream, compression=None)
    return stream.getvalue()


def _texts(values: Values) -> Array:
    return Array([None if v is None else str(v) for v in values], type=DataType.utf8())


def _dates(values: Values) -> Array:
    days = [None if v is None else (v - EPOCH).days for v in values]
    return Array(days, type=DataType.int32()).cast(DataType.date32())


def _moments(values: Values) -> Array:
    zone = "UTC" if any(v is not None and v.tzinfo for v in values) else None
    micros = [None if v is None else _micros(v) for v in values]
    return Array(micros, type=DataType.int64()).cast(DataType.timestamp("us", tz=zone))


def _micros(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - MOMENT_ZERO) // timedelta(microseconds=1)


def _decimals(values: Sequence[Decimal | None]) -> Array:
    scale = max((-int(v.as_tuple().exponent) for v in values if v is not None), default=0)
    return _texts(values).cast(DataType.decimal128(DECIMAL_DIGITS, max(scale, 0)))


ARRAYS: Mapping[ColumnType, Callable[[Values], Array]] = {
    "integer": lambda values: Array(list(values), type=DataType.int64()),
    "float": lambda values: Array(list(values), type=DataType.float64()),
    "boolean": lambda values: Array(list(values), type=DataType.bool()),
    "date": _dates,
    "timestamp": _moments,
    "decimal": _decimals,
}
