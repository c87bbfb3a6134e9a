"""DuckDB at arm's length: queries and conversions run in processes of their own (`engine_process.py`)."""

import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as clock_time
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec

from claribi.core.errors import QueryError, ValidationFailed
from claribi.core.processes import ChildDied, ChildPool
from claribi.core.sandbox import ChildLimits
from claribi.query.messages import AnswerColumn, FileReply, QueryReply, QueryRequest
from claribi.sources.catalog import ColumnType
from claribi.sources.files.messages import ConvertedFile, ConvertRequest, packed, unpacked

# How long an interrupted query may take to stop by itself.
GRACE_SECONDS = 1.0
# Code, thread stacks and the reservations of the allocators, beside what DuckDB counts itself.
OVERHEAD_MB = 3072
CONVERT_MEMORY_MB = 6144
CONVERT_SECONDS = 3600.0
CELLS: dict[ColumnType, Any] = {
    "integer": int | Decimal | None,
    "decimal": Decimal | None,
    "float": float | None,
    "boolean": bool | None,
    "date": date | None,
    "timestamp": datetime | None,
    "time": clock_time | None,
    "string": str | None,
    "other": Any,
}


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What one query may use.

    Attributes:
        max_bytes: Size of the answer on its way out of the engine process.
        memory_mb: What DuckDB may hold in memory before it spills to disk.
        spill_mb: What it may spill.
        owner: Whose it is: turns are shared out between owners.
    """

    timeout_seconds: float = 30.0
    max_rows: int = 100_000
    max_bytes: int = 64 * 1024 * 1024
    memory_mb: int = 2048
    threads: int = 2
    spill_mb: int = 8192
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query.

    Attributes:
        rows: Dates, timestamps (UTC-aware where the column has a zone) and decimals as such; whole numbers
            beyond 64 bits as `Decimal`; nested values as lists and dicts, anything else as text.
        truncated: True when the limit on rows or bytes cut some off.
    """

    columns: list[tuple[str, ColumnType]]
    rows: list[list[Any]]
    truncated: bool
    elapsed_ms: float


class Engine:
    """Runs SQL over Parquet files.

    Args:
        size: How many queries run at once; others wait.
        spill_directory: Where queries too big for memory may write. It is made when missing.
    """

    def __init__(self, *, size: int = 2, limits: EngineLimits | None = None, spill_directory: Path) -> None:
        self.limits = limits or EngineLimits()
        spill_directory.mkdir(parents=True, exist_ok=True)
        self._spill = Path(tempfile.mkdtemp(prefix="engine-", dir=spill_directory))
        self._queries = ChildPool(
            "claribi.query.engine_process",
            size=size,
            limits=ChildLimits(
                address_space_mb=2 * self.limits.memory_mb + OVERHEAD_MB, writable=(str(self._spill),)
            ),
        )
        # A file may be hostile: whatever it does to the process that reads it ends with the file.
        self._conversions = ChildPool(
            "claribi.sources.files.process",
            size=size,
            limits=ChildLimits(address_space_mb=CONVERT_MEMORY_MB, writable=("/",)),
            calls_per_child=1,
        )

    def run(
        self,
        sql: str,
        parameters: Mapping[str, Any],
        tables: Mapping[str, Sequence[Path]],
        *,
        limits: EngineLimits | None = None,
    ) -> Answer:
        """Run one SELECT; its tables are views over Parquet files, its parameters written `$name`.

        Raises:
            QueryError: The query is wrong, or needs more memory than it may have.
            QueryTimeout: It took too long.
            Unavailable: The stored data can't be read, or no engine process could be had.
        """
        started = time.perf_counter()
        reply = msgspec.convert(self._call(sql, parameters, tables, limits), QueryReply)
        rows = _rows(reply)
        elapsed = (time.perf_counter() - started) * 1000
        return Answer([(c.name, c.type) for c in reply.columns], rows, reply.truncated, elapsed)

    def run_shared(
        self,
        sql: str,
        parts: Sequence[str],
        parameters: Mapping[str, Any],
        tables: Mapping[str, Sequence[Path]],
        *,
        limits: EngineLimits | None = None,
    ) -> list[Answer]:
        """Run one SELECT, and answer several on its result, which they call `shared scan`.

        Raises as `run` does. The parts have no parameters.
        """
        started = time.perf_counter()
        raw = self._call(sql, parameters, tables, limits, then=parts)
        replies = msgspec.convert(raw, list[QueryReply])
        answers = [(reply, _rows(reply)) for reply in replies]
        elapsed = (time.perf_counter() - started) * 1000 / len(parts)
        return [
            Answer([(c.name, c.type) for c in reply.columns], rows, reply.truncated, elapsed)
            for reply, rows in answers
        ]

    def arrow(
        self,
        sql: str,
        parameters: Mapping[str, Any],
        tables: Mapping[str, Sequence[Path]],
        *,
        limits: EngineLimits | None = None,
    ) -> bytes:
        """The answer as an Arrow IPC stream, cut off at `max_rows`.

        Raises as `run` does, and QueryError where it is larger than `max_bytes`.
        """
        reply: bytes = self._call(sql, parameters, tables, limits, arrow=True)
        return reply

    def export(
        self,
        sql: str,
        parameters: Mapping[str, Any],
        tables: Mapping[str, Sequence[Path]],
        file_format: str,
        *,
        limits: EngineLimits,
    ) -> Path:
        """The answer as a file, which whoever called deletes.

        Raises as `run` does, and QueryError where there are more than `max_rows`.
        """
        path = self.new_file(file_format)
        try:
            reply = msgspec.convert(self._call(sql, parameters, tables, limits, file=str(path)), FileReply)
            _check_whole(reply, limits, file_format)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    def new_file(self, ending: str) -> Path:
        """Where a file can be written that lives as long as the server at most."""
        return self._spill / f"{uuid4().hex}.{ending}"

    def convert(
        self, request: ConvertRequest, on_progress: Callable[[float], None] | None = None
    ) -> ConvertedFile:
        """Turn an uploaded file into Parquet, see `claribi.sources.files`.

        Args:
            on_progress: Gets the share that is done, 0 to 1. What it raises ends the conversion.

        Raises:
            ValidationFailed: The file can't be read.
        """
        try:
            reply = self._conversions.call(packed(request), timeout=CONVERT_SECONDS, on_progress=on_progress)
        except BaseException as error:
            request.clean_up()
            if isinstance(error, ChildDied):
                raise ValidationFailed("The file could not be read; split it, or save it as CSV") from None
            raise
        return unpacked(reply, ConvertedFile)

    def close(self) -> None:
        self._queries.close()
        self._conversions.close()
        shutil.rmtree(self._spill, ignore_errors=True)

    def _call(
        self,
        sql: str,
        parameters: Mapping[str, Any],
        tables: Mapping[str, Sequence[Path]],
        limits: EngineLimits | None,
        *,
        arrow: bool = False,
        then: Sequence[str] = (),
        file: str = "",
    ) -> Any:
        limits = limits or self.limits
        request = QueryRequest(
            sql=sql,
            parameters={name: _typed(value) for name, value in parameters.items()},
            tables={name: [str(file) for file in files] for name, files in tables.items()},
            timeout_seconds=limits.timeout_seconds,
            max_rows=limits.max_rows,
            max_bytes=limits.max_bytes,
            memory_mb=min(limits.memory_mb, self.limits.memory_mb),
            threads=limits.threads,
            spill_mb=limits.spill_mb,
            spill_directory=str(self._spill),
            arrow=arrow,
            then=list(then),
            file=file,
            written=[_written(file) for _, files in sorted(tables.items()) for file in files],
        )
        call = partial(
            self._queries.call,
            request,
            timeout=limits.timeout_seconds + GRACE_SECONDS,
            prefer=request.instance,
            owner=limits.owner,
        )
        try:
            return call()
        except ChildDied:
            # The query may have been hit by what another one did to its process; reading twice is safe.
            return call()


def _check_whole(reply: FileReply, limits: EngineLimits, file_format: str) -> None:
    if reply.truncated:
        raise too_many(limits, file_format)


def too_many(limits: EngineLimits, file_format: str) -> QueryError:
    """An answer has more rows than may be downloaded."""
    return QueryError(
        f"There are more than {limits.max_rows:,} rows, the most that a {file_format} file may have; "
        "narrow it down, for example with a filter"
    )


def _written(file: Path) -> int:
    """When a file was last written, in nanoseconds; 0 when it is gone, which the engine will complain of."""
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _typed(value: Any) -> tuple[str, Any]:
    """A bound value with its type, since the wire knows only JSON's."""
    if isinstance(value, datetime):
        naive = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return "datetime", naive.isoformat()
    if value is None or isinstance(value, bool | float | str):
        return "", value
    if isinstance(value, date | clock_time | Decimal | int):
        return type(value).__name__, str(value)
    raise TypeError(f"A parameter can't be a {type(value).__name__}")


def _rows(reply: QueryReply) -> list[list[Any]]:
    cells = tuple(CELLS[column.type] for column in reply.columns)
    typed = msgspec.msgpack.Decoder(list[tuple[cells]])  # type: ignore[valid-type]  # built at run time
    rows: list[list[Any]] = []
    for batch in reply.batches:
        try:
            rows.extend(map(list, typed.decode(batch)))
        except msgspec.ValidationError:
            # Dates outside of Python's calendar come as text.
            rows.extend(_lenient(reply.columns, row) for row in msgspec.msgpack.decode(batch))
    return rows


def _lenient(columns: list[AnswerColumn], row: list[Any]) -> list[Any]:
    return [_cell(column.type, value) for column, value in zip(columns, row, strict=True)]


def _cell(kind: ColumnType, value: Any) -> Any:
    try:
        return msgspec.convert(value, CELLS[kind])
    except msgspec.ValidationError:
        return value
