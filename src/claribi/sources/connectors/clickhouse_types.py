"""ClickHouse's types and values in our terms, and ours in its terms."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from claribi.sources.catalog import ColumnType

# What stands around a type without changing what its values are.
WRAPPED = re.compile(r"(?:Nullable|LowCardinality|SimpleAggregateFunction)\((?:\w+(?:\([^)]*\))?, )?(.*)\)")
# Whole numbers that 64 bits can't hold; what answers go through knows such numbers as decimals only.
HUGE = tuple(f"{sign}Int{bits}" for sign in ("", "U") for bits in (128, 256))
TYPES: Mapping[str, ColumnType] = {
    **dict.fromkeys((f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)), "integer"),
    **dict.fromkeys((*HUGE, "Decimal", "Decimal32", "Decimal64", "Decimal128", "Decimal256"), "decimal"),
    **dict.fromkeys(("Float32", "Float64", "BFloat16"), "float"),
    "Bool": "boolean",
    **dict.fromkeys(("Date", "Date32"), "date"),
    **dict.fromkeys(("DateTime", "DateTime32", "DateTime64"), "timestamp"),
    **dict.fromkeys(("Time", "Time64"), "time"),
    **dict.fromkeys(
        ("String", "FixedString", "UUID", "Enum", "Enum8", "Enum16", "IPv4", "IPv6", "Nothing"), "string"
    ),
}
# How the driver is to give values that it has several ways for.
FORMATS = {"FixedString": "string", "UUID": "string", "IPv*": "string", "Enum*": "string"}
SENT_AS: Mapping[type, str] = {
    bool: "Bool",
    float: "Float64",
    datetime: "DateTime64(6, 'UTC')",
    date: "Date32",
    list: "Array(String)",
    type(None): "Nullable(String)",
}
BASIC = (str, int, float, bool, Decimal, date, type(None))
# The first and last moment of DateTime64; a bound beyond them means the same as they do.
EARLIEST, LATEST = datetime(1900, 1, 1), datetime(2299, 12, 31, 23, 59, 59, 999999)  # noqa: DTZ001 - stored times carry no zone


def type_of(name: str) -> ColumnType:
    while wrapped := WRAPPED.fullmatch(name):
        name = wrapped[1]
    return TYPES.get(name.partition("(")[0], "other")


def is_state(name: str) -> bool:
    """Whether values are what an aggregate has got so far."""
    return name.startswith("AggregateFunction")


def native(value: Any) -> str:
    """The type that a bound value is sent as."""
    if isinstance(value, int) and not isinstance(value, bool):
        return "Int64" if -(2**63) <= value < 2**63 else "Int256"
    if isinstance(value, Decimal):
        return f"Decimal(76, {max(0, -int(value.as_tuple().exponent))})"
    return SENT_AS.get(type(value), "String")


def bound(value: Any) -> Any:
    """A value as the driver sends it without a thought of its own."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value)
        case datetime():
            moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
            return min(max(moment, EARLIEST), LATEST).isoformat(" ", "microseconds")
        case date():
            return min(max(value, EARLIEST.date()), LATEST.date()).isoformat()
        case str() | list() | None:
            return value
    return str(value)


def plain_values(kinds: Sequence[ColumnType], rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The driver's rows with moments in UTC without a zone, and of containers only what JSON knows."""
    places = [(place, PLAIN[kind]) for place, kind in enumerate(kinds) if kind in PLAIN]
    listed = [list(row) for row in rows]
    for row in listed:
        for place, made_plain in places:
            if row[place] is not None:
                row[place] = made_plain(row[place])
    return listed


def _moment(value: Any) -> Any:
    aware = isinstance(value, datetime) and value.tzinfo
    return value.astimezone(UTC).replace(tzinfo=None) if aware else value


def _time(value: Any) -> Any:
    """A time comes as what has passed of the day, and can be more than one."""
    if isinstance(value, timedelta):
        inside = timedelta() <= value < timedelta(days=1)
        return (datetime.fromtimestamp(0, UTC) + value).time() if inside else str(value)
    return value


def _basic(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _basic(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_basic(each) for each in value]
    if isinstance(value, datetime):
        return _moment(value)
    return value if isinstance(value, BASIC) else str(value)


PLAIN: Mapping[ColumnType, Any] = {"decimal": Decimal, "timestamp": _moment, "time": _time, "other": _basic}
