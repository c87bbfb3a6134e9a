"""What the engine and its processes say to each other."""

from functools import cached_property
from typing import Any

import msgspec

from claribi.sources.catalog import ColumnType


class QueryRequest(msgspec.Struct, dict=True):
    """One statement to run.

    Attributes:
        parameters: Each with the name of its type; values that msgpack doesn't know come as text.
        then: Statements on the result of `sql`, under the name of `shared scan`; their rows are the answer.
        file: Where the answer is written instead of sent back, in the format of its ending.
        spill_directory: The engine's own; every process makes its own directories below.
    """

    sql: str
    parameters: dict[str, tuple[str, Any]]
    tables: dict[str, list[str]]
    timeout_seconds: float
    max_rows: int
    max_bytes: int
    memory_mb: int
    threads: int
    spill_mb: int
    spill_directory: str
    arrow: bool
    then: list[str] = []
    file: str = ""
    # Of each file when it was last written: a file that was written over is read anew.
    written: list[int] = []

    @cached_property
    def instance(self) -> str:
        """What a DuckDB instance is made for; two requests with the same one can share it."""
        return repr((sorted(self.tables.items()), self.written, self.memory_mb, self.threads, self.spill_mb))


class AnswerColumn(msgspec.Struct):
    name: str
    type: ColumnType


class FileReply(msgspec.Struct):
    """How many rows a file has; `truncated`: there were more."""

    rows: int
    truncated: bool


class QueryReply(msgspec.Struct):
    """Rows in batches, each packed by itself."""

    columns: list[AnswerColumn]
    batches: list[bytes]
    truncated: bool
