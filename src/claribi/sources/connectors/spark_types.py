"""Spark's types and values in our terms, and ours in its terms."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from arro3.core import Array, ChunkedArray, DataType, RecordBatch
from arro3.io import read_ipc_stream

from claribi.sources.catalog import ColumnType
from claribi.sources.connectors.base import BATCH_ROWS
from claribi.sources.connectors.spark_protocol import message

EPOCH = date(1970, 1, 1)
MOMENT_ZERO = datetime(1970, 1, 1, tzinfo=UTC)
LONG = range(-(2**63), 2**63)
# More digits Spark's decimals don't have.
DIGITS = 38
BASIC = (str, int, float, bool, Decimal, date, type(None))
Columns = list[tuple[str, ColumnType]]
NATIVE: dict[str, ColumnType] = {
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "integer"),
    **dict.fromkeys(("float", "double"), "float"),
    "decimal": "decimal",
    "boolean": "boolean",
    "date": "date",
    **dict.fromkeys(("timestamp", "timestamp_ntz", "timestamp_ltz"), "timestamp"),
    "time": "time",
    **dict.fromkeys(("string", "char", "varchar", "void"), "string"),
}
ARROW: Sequence[tuple[str, ColumnType]] = (
    ("is_boolean", "boolean"),
    ("is_integer", "integer"),
    ("is_decimal", "decimal"),
    ("is_floating", "float"),
    ("is_date", "date"),
    ("is_timestamp", "timestamp"),
    ("is_time", "time"),
    ("is_string", "string"),
    ("is_large_string", "string"),
    ("is_null", "string"),
)


def type_of(native: str) -> ColumnType:
    """Of a column, from what DESCRIBE calls it."""
    return NATIVE.get(native.partition("(")[0].partition(" ")[0].lower(), "other")


def literal(value: Any) -> Any:
    """A bound value as Spark's protocol sends it."""
    return message("Literal")(**_sent(value))


def _sent(value: Any) -> dict[str, Any]:
    match value:
        case None:
            sent: dict[str, Any] = {"null": {"null": {}}}
        case bool():
            sent = {"boolean": value}
        case int() | Decimal() | float():
            sent = _number(value)
        case datetime():
            moment = value if value.tzinfo else value.replace(tzinfo=UTC)
            sent = {"timestamp": (moment - MOMENT_ZERO) // timedelta(microseconds=1)}
        case date():
            sent = {"date": (value - EPOCH).days}
        case list():
            texts = [literal(str(each)) for each in value]
            sent = {"array": {"element_type": {"string": {}}, "elements": texts}}
        case _:
            sent = {"string": str(value)}
    return sent


def _number(value: float | Decimal) -> dict[str, Any]:
    if isinstance(value, int) and value in LONG:
        return {"long": value}
    if isinstance(value, float) or abs(value) >= 10**DIGITS:
        # None of Spark's decimals comes near such a number, so it compares the same.
        return {"double": float(value)}
    number = Decimal(value)
    scale = max(0, -int(number.as_tuple().exponent))
    return {"decimal": {"value": f"{number:f}", "precision": DIGITS, "scale": scale}}


def unpacked(stream: bytes) -> Iterator[tuple[Columns, Iterator[list[list[Any]]]]]:
    """The columns and, in small batches, the rows of each record batch of an Arrow stream."""
    reader = read_ipc_stream(io.BytesIO(stream))
    fields = [reader.schema.field(n) for n in range(len(reader.schema.names))]
    columns: Columns = [(field.name, _kind(field.type)) for field in fields]
    for batch in reader:
        yield columns, _rows(RecordBatch.from_arrow(batch), [kind for _, kind in columns])


def _kind(arrow: DataType) -> ColumnType:
    return next((kind for test, kind in ARROW if getattr(DataType, test)(arrow)), "other")


def _rows(batch: RecordBatch, kinds: Sequence[ColumnType]) -> Iterator[list[list[Any]]]:
    for start in range(0, batch.num_rows, BATCH_ROWS):
        part = batch.slice(start, min(BATCH_ROWS, batch.num_rows - start))
        columns = [_plain(kind, _listed(part.column(n))) for n, kind in enumerate(kinds)]
        yield [list(row) for row in zip(*columns, strict=True)]


def _listed(column: ChunkedArray | Array) -> list[Any]:
    if DataType.is_interval(column.type):
        column = column.cast(DataType.utf8())
    return list(column.to_pylist())


def _plain(kind: ColumnType, values: list[Any]) -> list[Any]:
    if kind == "timestamp":
        return [_moment(value) for value in values]
    return [_basic(value) for value in values] if kind == "other" else values


def _moment(value: Any) -> Any:
    """In UTC, without a zone."""
    return value.astimezone(UTC).replace(tzinfo=None) if value is not None and value.tzinfo else value


def _basic(value: Any) -> Any:
    """Of containers only what JSON knows."""
    if isinstance(value, dict):
        return {str(key): _basic(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_basic(each) for each in value]
    if isinstance(value, datetime):
        return _moment(value)
    return (
        value if isinstance(value, BASIC) else bytes(value).hex() if isinstance(value, bytes) else str(value)
    )
