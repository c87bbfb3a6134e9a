"""Values and types as SQL Server's protocol writes them (MS-TDS, 2.2.5.4 and 2.2.5.5), as its server does."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

COLLATION = bytes.fromhex("0904d00034")
FIRST_DAY = date(1, 1, 1)
MICROSECONDS = 10**6
WHOLE = {1: "<B", 2: "<h", 4: "<i", 8: "<q"}
FLOATING = {4: "<f", 8: "<d"}
LONG = 0xFFFF
UNKNOWN_LENGTH = 2**64 - 2


@dataclass
class Bytes:
    """What is left of a message."""

    data: bytes
    place: int = 0

    def take(self, size: int) -> bytes:
        self.place += size
        return self.data[self.place - size : self.place]

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def text(self, length_form: str) -> str:
        return self.take(2 * int(self.number(length_form))).decode("utf-16-le")

    @property
    def is_over(self) -> bool:
        return self.place >= len(self.data)


def taken(message: Bytes) -> Any:
    """A parameter's value, behind its type."""
    kind = message.number("B")
    match kind:
        case 0x28:
            return _sized(message, lambda data: FIRST_DAY + timedelta(int.from_bytes(data, "little")))
        case 0x29 | 0x2A | 0x2B:
            scale = message.number("B")
            return _sized(message, lambda data: _moment(kind, scale, data))
        case 0x6A | 0x6C:
            _, _, scale = message.take(3)
            return _sized(message, lambda data: _decimal(data, scale))
        case 0x26 | 0x68 | 0x6D:
            forms = FLOATING if kind == 0x6D else WHOLE
            message.take(1)
            value = _sized(message, lambda data: struct.unpack(forms[len(data)], data)[0])
            return bool(value) if kind == 0x68 and value is not None else value
        case 0xE7 | 0xA5:
            longest = message.number("<H")
            if kind == 0xE7:
                message.take(len(COLLATION))
            data = _in_parts(message) if longest == LONG else _short(message)
            return data.decode("utf-16-le") if kind == 0xE7 and data is not None else data
    raise NotImplementedError(f"a parameter of the type 0x{kind:02x}")


def _sized(message: Bytes, read: Callable[[bytes], Any]) -> Any:
    data = message.take(message.number("B"))
    return read(data) if data else None


def _short(message: Bytes) -> bytes | None:
    length = message.number("<H")
    return None if length == LONG else message.take(length)


def _in_parts(message: Bytes) -> bytes | None:
    if message.number("<Q") == 2**64 - 1:
        return None
    data = b""
    while part := message.take(message.number("<I")):
        data += part
    return data


def _moment(kind: int, scale: int, data: bytes) -> Any:
    behind = {0x29: 0, 0x2A: 3, 0x2B: 5}[kind]
    clock, rest = data[: len(data) - behind], data[len(data) - behind :]
    passed = timedelta(microseconds=int.from_bytes(clock, "little") * MICROSECONDS // 10**scale)
    if kind == 0x29:
        return (datetime.combine(FIRST_DAY, time()) + passed).time()
    moment = datetime.combine(FIRST_DAY, time()) + timedelta(int.from_bytes(rest[:3], "little")) + passed
    if kind == 0x2A:
        return moment
    offset = timezone(timedelta(minutes=struct.unpack("<h", rest[3:])[0]))
    return moment.replace(tzinfo=UTC).astimezone(offset)


def _decimal(data: bytes, scale: int) -> Decimal:
    sign = 1 if data[0] else -1
    return Decimal(sign * int.from_bytes(data[1:], "little")).scaleb(-scale)


@dataclass(frozen=True)
class Type:
    """How a column is announced, and how each of its values is written."""

    announced: bytes
    written: Callable[[Any], bytes]


def _counted(data: bytes) -> bytes:
    return bytes([len(data)]) + data


def _whole(size: int) -> Type:
    return Type(bytes([0x26, size]), lambda value: _counted(struct.pack(WHOLE[size], value)))


def _days(value: date) -> bytes:
    return (date(value.year, value.month, value.day) - FIRST_DAY).days.to_bytes(3, "little")


def _clock(value: datetime | time) -> bytes:
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    return (seconds * MICROSECONDS + value.microsecond).to_bytes(5, "little")


def _parts(data: bytes) -> bytes:
    half = len(data) // 4 * 2
    parts = [part for part in (data[:half], data[half:]) if part]
    chunks = b"".join(struct.pack("<I", len(part)) + part for part in parts)
    return struct.pack("<Q", UNKNOWN_LENGTH) + chunks + struct.pack("<I", 0)


def _numeric(precision: int, scale: int) -> Type:
    def written(value: Any) -> bytes:
        number = int(Decimal(value).scaleb(scale))
        return _counted(bytes([number >= 0]) + abs(number).to_bytes(16, "little"))

    return Type(bytes([0x6C, 17, precision, scale]), written)


NULL_OF_PARTS = struct.pack("<Q", 2**64 - 1)
TEXT = Type(
    b"\xe7" + struct.pack("<H", LONG) + COLLATION, lambda value: _parts(str(value).encode("utf-16-le"))
)
BLOB = Type(b"\xa5" + struct.pack("<H", LONG), lambda value: _parts(bytes(value)))
TYPES = {
    "BOOLEAN": Type(bytes([0x68, 1]), lambda value: _counted(bytes([value]))),
    "UTINYINT": _whole(1),
    "SMALLINT": _whole(2),
    "INTEGER": _whole(4),
    "BIGINT": _whole(8),
    "HUGEINT": _numeric(38, 0),
    "DOUBLE": Type(bytes([0x6D, 8]), lambda value: _counted(struct.pack("<d", value))),
    "DATE": Type(b"\x28", lambda value: _counted(_days(value))),
    "TIME": Type(bytes([0x29, 6]), lambda value: _counted(_clock(value))),
    "TIMESTAMP": Type(bytes([0x2A, 6]), lambda value: _counted(_clock(value) + _days(value))),
    # Read in UTC, and told as it is by the clocks of two hours further east.
    "TIMESTAMP WITH TIME ZONE": Type(
        bytes([0x2B, 6]), lambda value: _counted(_clock(value) + _days(value) + struct.pack("<h", 120))
    ),
    "BLOB": BLOB,
}


def type_of(native: str) -> Type:
    """By what DuckDB calls it."""
    if native.startswith("DECIMAL"):
        precision, scale = map(int, native[8:-1].split(","))
        return _numeric(precision, scale)
    return TYPES.get(native, TEXT)


def value_of(kind: Type, value: Any) -> bytes:
    if value is None:
        return NULL_OF_PARTS if kind in {TEXT, BLOB} else b"\0"
    return kind.written(value)
