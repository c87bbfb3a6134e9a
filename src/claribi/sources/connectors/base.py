"""What every connector can do, and what they share."""

import math
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

import msgspec

from claribi.core.errors import Unavailable
from claribi.sources.catalog import ColumnType, Relation

# How long opening a connection may take.
CONNECT_SECONDS = 10
# How long the server may take to stop a statement by itself before its connection is cut.
GRACE_SECONDS = 2.0
# How long a query waits for one of the source's connections.
WAIT_SECONDS = 10.0
# Few enough that a batch of wide rows stays small in memory.
BATCH_ROWS = 500
# The same where a driver keeps all of them whatever their size.
FETCH_ROWS = 100
# How much may come over the wire for each byte of an answer that is kept: numbers come as text.
WIRE_FACTOR = 4
WATCH_SECONDS = 0.02
# Where the kernel counts the bytes that have come (linux/tcp.h).
BYTES_RECEIVED = struct.Struct("=128xQ")


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What one statement may take, see `query.engine.EngineLimits`."""

    timeout_seconds: float
    max_rows: int
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """The rows of a statement. Values are those of `query.engine.Answer`."""

    columns: list[tuple[str, ColumnType]]
    rows: list[list[Any]]
    truncated: bool


@dataclass(frozen=True, slots=True)
class FoundColumn:
    name: str
    type: ColumnType
    native_type: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table or view that the source's user may read.

    Attributes:
        row_count: As the source estimates it; None when it doesn't.
    """

    schema: str
    name: str
    columns: list[FoundColumn]
    row_count: int | None = None
    comment: str = ""
    primary_key: list[str] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Since:
    """Only rows whose cursor has reached a value, or has none.

    Attributes:
        key: A column of whole numbers whose sum tells whether other rows are still the same.
    """

    cursor: str
    value: Any
    key: str | None


@dataclass(frozen=True, slots=True)
class Copied:
    """The rows of a table on their way out.

    Attributes:
        count: How many of them the source counts, at the same moment.
        total, keys: How many rows the table has then, and the sum of their keys, where only some come.
    """

    count: int
    batches: Iterator[Sequence[Sequence[Any]]]
    total: int = 0
    keys: Any = None


# The columns of an answer and its rows, as the driver gives them.
Answered = tuple[list[tuple[str, ColumnType]], Iterator[Sequence[Sequence[Any]]]]


class Connector(Protocol):
    """One source. Its connections are opened when they are needed, and kept.

    Attributes:
        dialect: What sqlglot calls its SQL.
        placeholder: How its driver writes the n-th bound value, counted from 1. Some name its type.
        formats_values: Whether its driver takes percent signs for its own.
        copies_since: Whether it can copy only what is new.
        default_schema: Where a table without a schema is looked for.
    """

    dialect: str
    default_schema: str
    formats_values: bool
    copies_since: bool

    @staticmethod
    def placeholder(position: int, value: Any) -> str: ...

    def check(self) -> str:
        """Connect, and tell the server's version.

        Raises:
            SourceUnavailable, ValidationFailed: It can't; the message names the cause.
        """
        ...

    def called(self, table: FoundTable) -> str:
        """A table's name in queries: with its schema where that is not the default one."""
        ...

    def tables(self) -> list[FoundTable]:
        """What can be read, in the order of schema and name."""
        ...

    def copied(
        self, found: FoundTable, seconds: float, since: Since | None = None
    ) -> AbstractContextManager[Copied]:
        """All rows of a table, or the new ones, as they are at one moment, while the block lasts.

        Raises:
            QueryError, QueryTimeout, SourceUnavailable, Unavailable
        """
        ...

    def run(self, sql: str, values: Sequence[Any], limits: ReadLimits) -> Fetched:
        """Run one SELECT in a read-only transaction.

        Raises:
            QueryError, QueryTimeout, SourceUnavailable, Unavailable
        """
        ...

    def streamed(
        self, sql: str, values: Sequence[Any], limits: ReadLimits
    ) -> AbstractContextManager[Answered]:
        """As `run`, but its rows in batches as they come in, however many, while the block lasts."""
        ...

    def close(self) -> None: ...


class Gate:
    """Lets so many through at once; twice as many wait a while, others are told to come back at once.

    So a slow source holds few of the server's threads, and none of those that other sources need.
    """

    def __init__(self, size: int, name: str) -> None:
        self._places = threading.BoundedSemaphore(size)
        self._queue = threading.BoundedSemaphore(3 * size)
        self._name = name

    @contextmanager
    def place(self) -> Iterator[None]:
        if not self._queue.acquire(blocking=False):
            raise self._busy()
        try:
            if not self._places.acquire(timeout=WAIT_SECONDS):
                raise self._busy()
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._queue.release()

    def _busy(self) -> Unavailable:
        return Unavailable(
            f"{self._name} is busy with other queries; try again in a moment",
            headers={"Retry-After": str(int(WAIT_SECONDS))},
        )


class CutOff(Exception):
    """A block took longer than it may; its connection is of no more use."""


class TooMuch(CutOff):
    """More came in than may."""


@contextmanager
def cut_off(fileno: int, seconds: float, most_bytes: float = math.inf) -> Iterator[None]:
    """Shut a connection's socket when the block takes longer, or more comes in.

    A server that has stopped answering keeps no promise about its own time limit, and drivers keep a row in
    memory before anybody can see how long it is.

    Raises:
        CutOff, TooMuch: In place of whatever the driver makes of a socket that was shut.
    """
    # A descriptor of our own: the driver's may be closed meanwhile, and its number be another connection's.
    with socket.socket(fileno=os.dup(fileno)) as duplicate:
        done = threading.Event()
        reasons: list[type[CutOff]] = []
        deadline = time.monotonic() + seconds
        most = _received(duplicate) + most_bytes
        pause = WATCH_SECONDS if most < math.inf else seconds

        def watch() -> None:
            while not done.wait(min(pause, max(deadline - time.monotonic(), 0))):
                if time.monotonic() >= deadline:
                    reasons.append(CutOff)
                elif _received(duplicate) > most:
                    reasons.append(TooMuch)
                if reasons:
                    with suppress(OSError):
                        duplicate.shutdown(socket.SHUT_RDWR)
                    return

        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        try:
            yield
        except Exception:
            if reasons:
                raise reasons[0] from None
            raise
        finally:
            done.set()
            watching.join()


def _received(connection: socket.socket) -> int:
    """How many bytes have come in over a connection; 0 where the kernel does not tell."""
    if sys.platform != "linux":
        return 0
    try:
        told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, BYTES_RECEIVED.size)
    except OSError:
        return 0
    return int(BYTES_RECEIVED.unpack(told)[0]) if len(told) == BYTES_RECEIVED.size else 0


def collect(
    columns: list[tuple[str, ColumnType]], batches: Iterable[Sequence[Sequence[Any]]], limits: ReadLimits
) -> Fetched:
    """The rows of batches as they come in, up to the limits on rows and bytes."""
    rows: list[list[Any]] = []
    size = 0
    kinds = [kind for _, kind in columns]
    for batch in batches:
        fitting = plain_rows(kinds, batch)
        size += len(msgspec.msgpack.encode(fitting, enc_hook=str)) if fitting else 0
        if size > limits.max_bytes:
            return Fetched(columns, rows, truncated=True)
        rows += fitting
        if len(rows) > limits.max_rows:
            return Fetched(columns, rows[: limits.max_rows], truncated=True)
    return Fetched(columns, rows, truncated=False)


def plain_rows(kinds: Sequence[ColumnType], rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [[plain(kind, value) for kind, value in zip(kinds, row, strict=True)] for row in rows]


def plain(kind: ColumnType, value: Any) -> Any:
    """A driver's value as an answer holds it."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        return int(value) if kind == "integer" and value == value.to_integral_value() else value
    if isinstance(value, memoryview | bytes | bytearray):
        return bytes(value).hex()
    if isinstance(value, UUID):
        return str(value)
    if kind == "other" and not isinstance(value, str | int | float | bool | list | dict | None):
        return str(value)
    return value
