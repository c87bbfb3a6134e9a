"""A DuckDB process: small databases in memory, each with exactly the files of its queries.

The locks of DuckDB itself (only these files, no extensions, configuration frozen, one SELECT at a time) stand
inside the walls that the process has put around itself.
"""

import io
import os
import re
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import date, datetime
from datetime import time as clock_time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from claribi.core.child import Handler
from claribi.core.errors import QueryError, QueryTimeout, Unavailable
from claribi.query.messages import AnswerColumn, FileReply, QueryReply, QueryRequest
from claribi.sources.catalog import ColumnType

INSTANCES_KEPT = 4
BATCH_ROWS = 8192
# What statements call the result of a scan that they share.
SHARED = "shared scan"
MAX_INTEGER = 2**63 - 1
PLAIN_TYPES: dict[str, ColumnType] = {
    **dict.fromkeys(
        ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
        "integer",
    ),
    **dict.fromkeys(("HUGEINT", "UHUGEINT"), "integer"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "float"),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "timestamp"),
    **dict.fromkeys(("VARCHAR", "JSON", "UUID"), "string"),
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIME": "time",
    '"NULL"': "string",
}
ZONED = "TIMESTAMP WITH TIME ZONE"
# Nested values of these would not survive as JSON.
NOT_JSON = re.compile(r"ZONE|INTERVAL|BLOB|BIT|MAP|UNION|VARIANT|GEOMETRY")
NESTED = re.compile(r"^STRUCT\(|\]$")
PARSERS: dict[str, Callable[[Any], Any]] = {
    "": lambda value: value,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": clock_time.fromisoformat,
    "Decimal": Decimal,
    "int": int,
}


def handler() -> Handler:
    instances = Instances()

    def answer(request: Any, _progress: Callable[[Any], None]) -> Any:
        query = msgspec.convert(request, QueryRequest)
        return run(instances.get(query), query)

    return answer


class Instances:
    """The DuckDB instances that were asked last."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, tuple[duckdb.DuckDBPyConnection, Path]] = OrderedDict()
        self._made = 0

    def get(self, query: QueryRequest) -> duckdb.DuckDBPyConnection:
        if query.instance in self._open:
            self._open.move_to_end(query.instance)
            return self._open[query.instance][0]
        if len(self._open) >= INSTANCES_KEPT:
            connection, spill = self._open.popitem(last=False)[1]
            connection.close()
            shutil.rmtree(spill, ignore_errors=True)
        self._made += 1
        spill = Path(query.spill_directory, f"{os.getpid()}-{self._made}")
        connection = connect(query, spill)
        self._open[query.instance] = connection, spill
        return connection


def connect(query: QueryRequest, spill: Path) -> duckdb.DuckDBPyConnection:
    """A database with the tables of the query and nothing else, locked."""
    _sweep(spill.parent)
    spill.mkdir()
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": query.threads,
            "async_threads": query.threads,
            "memory_limit": f"{query.memory_mb}MB",
            "temp_directory": str(spill),
            "autoload_known_extensions": False,
            "autoinstall_known_extensions": False,
            "allow_community_extensions": False,
            "allow_persistent_secrets": False,
            "python_enable_replacements": False,
        },
    )
    try:
        for name, files in query.tables.items():
            _view(connection, name, files)
    except duckdb.Error as error:
        connection.close()
        raise Unavailable(f"The stored data of table {name} can't be read") from error
    allowed = ", ".join(_quoted(file) for files in query.tables.values() for file in files)
    connection.execute(f"SET allowed_paths = [{allowed}]")
    # DuckDB heeds this limit only when it is set after the directory.
    connection.execute(f"SET max_temp_directory_size = '{query.spill_mb}MB'")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET parquet_metadata_cache = true")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _view(connection: duckdb.DuckDBPyConnection, name: str, files: list[str]) -> None:
    identifier = '"' + name.replace('"', '""') + '"'
    paths = ", ".join(map(_quoted, files))
    connection.execute(f"CREATE VIEW {identifier} AS SELECT * FROM read_parquet([{paths}])")  # noqa: S608 - quoted


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _sweep(directory: Path) -> None:
    """Remove what processes that are gone have spilled."""
    for left in directory.iterdir():
        if not Path("/proc", left.name.partition("-")[0]).exists():
            shutil.rmtree(left, ignore_errors=True)


def run(
    connection: duckdb.DuckDBPyConnection, query: QueryRequest
) -> QueryReply | FileReply | list[QueryReply] | bytes:
    stop = threading.Timer(query.timeout_seconds, connection.interrupt)
    stop.start()
    try:
        for sql in (query.sql, *query.then):
            _check(connection, sql)
        values = {name: PARSERS[kind](value) for name, (kind, value) in query.parameters.items()}
        if query.then:
            return _shared(connection, query, values)
        if query.file:
            return _written(connection, query, values)
        if query.arrow:
            return _arrow(connection, query, values)
        return _answer(connection, query, query.sql, values)
    except duckdb.InterruptException:
        raise QueryTimeout(f"The query was stopped after {query.timeout_seconds:g} seconds") from None
    except (duckdb.OutOfMemoryException, MemoryError):
        raise QueryError(
            f"The query needs more memory than the {query.memory_mb} MB it may use; narrow it down, "
            "for example with a filter or fewer columns"
        ) from None
    except (duckdb.Error, ValueError) as error:
        raise QueryError(_message(error, query)) from None
    finally:
        stop.cancel()
        connection.abort()


def _check(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise QueryError("A query is exactly one SELECT statement")


def _shared(
    connection: duckdb.DuckDBPyConnection, query: QueryRequest, values: dict[str, Any]
) -> list[QueryReply]:
    """Several answers from one scan, which is kept in memory meanwhile."""
    connection.execute(f'CREATE TEMP TABLE "{SHARED}" AS {query.sql}', values or None)
    try:
        return [_answer(connection, query, sql, {}) for sql in query.then]
    finally:
        connection.abort()
        connection.execute(f'DROP TABLE "{SHARED}"')


def _answer(
    connection: duckdb.DuckDBPyConnection, query: QueryRequest, sql: str, values: dict[str, Any]
) -> QueryReply:
    result, names, types = _executed(connection, sql, values)
    columns = [AnswerColumn(name, _type(kind)) for name, kind in zip(names, types, strict=True)]
    batches, truncated = _fetch(result, query)
    return QueryReply(columns, batches, truncated)


def _executed(
    connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any]
) -> tuple[duckdb.DuckDBPyConnection, list[str], list[str]]:
    """The rows as values that travel, and the names and types of their columns."""
    result = connection.execute(sql, values or None)
    names, types = _described(result)
    casts = [_cast(i, kind) for i, kind in enumerate(types)]
    if any(casts):
        connection.abort()
        aliases = ", ".join(f"c{i}" for i in range(len(casts)))
        outputs = ", ".join(cast or f"c{i}" for i, cast in enumerate(casts))
        wrapped = f"SELECT {outputs} FROM (\n{sql}\n) AS answer({aliases})"  # noqa: S608 - checked above
        result = connection.execute(wrapped, values or None)
    return result, names, types


def _written(connection: duckdb.DuckDBPyConnection, query: QueryRequest, values: dict[str, Any]) -> FileReply:
    """The answer as a file, few of its rows in memory at a time."""
    from claribi.query.export import WRITERS  # noqa: PLC0415 - for downloads only

    path, count = Path(query.file), 0
    # A writer's own files go where this process may write.
    os.environ["TMPDIR"] = str(path.parent)
    if path.suffix in {".arrow", ".parquet"}:
        with path.open("wb") as file:
            count = _stream(connection, query, values, query.max_rows + 1, file, path.suffix[1:])
        return FileReply(min(count, query.max_rows), count > query.max_rows)
    result, names, _ = _executed(connection, query.sql, values)

    def rows() -> Iterator[Any]:
        nonlocal count
        while count <= query.max_rows and (batch := result.fetchmany(BATCH_ROWS)):
            count += len(batch)
            yield from batch

    WRITERS[path.suffix[1:]](path, names, rows())
    return FileReply(min(count, query.max_rows), count > query.max_rows)


def _stream(
    connection: duckdb.DuckDBPyConnection,
    query: QueryRequest,
    values: dict[str, Any],
    limit: int,
    file: Any,
    kind: str = "arrow",
) -> int:
    """Write an Arrow IPC stream, or Parquet; how many rows."""
    from arro3.core import RecordBatchReader  # noqa: PLC0415 - Arrow is loaded for the first download only
    from arro3.io import write_ipc_stream, write_parquet  # noqa: PLC0415 - as above

    relation = connection.sql(query.sql, params=values or None).limit(limit)
    count = 0

    def counted() -> Iterator[Any]:
        nonlocal count
        for batch in reader:
            count += batch.num_rows
            yield batch

    reader = RecordBatchReader.from_arrow(relation)
    batches = RecordBatchReader.from_batches(reader.schema, counted())
    if kind == "parquet":
        write_parquet(batches, file)
    else:
        write_ipc_stream(batches, file, compression=None)
    return count


def _described(result: duckdb.DuckDBPyConnection) -> tuple[list[str], list[str]]:
    description = result.description or []
    return [str(column[0]) for column in description], [str(column[1]) for column in description]


def _type(kind: str) -> ColumnType:
    if kind in PLAIN_TYPES:
        return PLAIN_TYPES[kind]
    if kind.startswith("DECIMAL"):
        return "decimal"
    if kind == ZONED:
        return "timestamp"
    return "string" if kind.startswith("ENUM") else "other"


def _cast(position: int, kind: str) -> str:
    """What turns a column into something that travels; empty when it does as it is."""
    if kind == ZONED:
        # With its zone in the text, the other side reads it as UTC.
        return f"strftime(timezone('UTC', c{position}), '%Y-%m-%dT%H:%M:%S.%fZ')"
    if _type(kind) != "other" or (NESTED.search(kind) and not NOT_JSON.search(kind)):
        return ""
    return f"CAST(c{position} AS VARCHAR)"


def _fetch(result: duckdb.DuckDBPyConnection, query: QueryRequest) -> tuple[list[bytes], bool]:
    batches: list[bytes] = []
    rows = size = 0
    while True:
        wanted = min(BATCH_ROWS, query.max_rows + 1 - rows)
        batch = result.fetchmany(wanted)
        if rows + len(batch) > query.max_rows:
            batches.append(_pack(batch[: query.max_rows - rows]))
            return batches, True
        packed = _pack(batch)
        size += len(packed)
        if size > query.max_bytes:
            return batches, True
        batches.append(packed)
        rows += len(batch)
        if len(batch) < wanted:
            return batches, False


def _pack(rows: list[Any]) -> bytes:
    try:
        return msgspec.msgpack.encode(rows)
    except OverflowError:
        return msgspec.msgpack.encode([[_fitting(value) for value in row] for row in rows])


def _fitting(value: Any) -> Any:
    """Whole numbers beyond 64 bits as decimals, which travel as text."""
    return Decimal(value) if isinstance(value, int) and abs(value) > MAX_INTEGER else value


def _arrow(connection: duckdb.DuckDBPyConnection, query: QueryRequest, values: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    _stream(connection, query, values, query.max_rows, stream)
    if stream.tell() > query.max_bytes:
        raise QueryError(f"The answer is larger than {query.max_bytes // 1024**2:,} MB; narrow it down")
    return stream.getvalue()


def _message(error: Exception, query: QueryRequest) -> str:
    """DuckDB's first line without the class of the error, and without where the files are."""
    line = str(error).partition("\n")[0]
    line = re.sub(r"^[A-Z][A-Za-z -]* Error: ", "", line)
    for name, files in query.tables.items():
        for file in files:
            line = line.replace(file, name)
    return line.replace(query.spill_directory, "") or "The query can't be run"
