"""JSON: an array of objects, an object that holds one, or an object a line."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import duckdb
import msgspec

from claribi.core.errors import ValidationFailed
from claribi.sources.files.candidates import quoted
from claribi.sources.files.messages import ConvertedFile
from claribi.sources.files.names import column_names
from claribi.sources.files.tabular import TextTable, convert_table
from claribi.sources.files.text import as_utf8

BLOCK = 1 << 20
LONGEST_RECORD = 8 * 1024 * 1024
SAMPLE_ROWS = 2000
MAX_COLUMNS = 2000
MAX_DEPTH = 5
SPACE = re.compile(r"[\s,]*")
Record = tuple[int, Any]


@dataclass(frozen=True, slots=True)
class Broken:
    """What can't be read as a record."""

    text: str
    reason: str = "not valid JSON"


class Decimals(str):
    """A number with a fraction or exponent, just as the file has it."""

    __slots__ = ()


class Untyped(str):
    """A text that does not say what kind of value it is: it comes from a place that knows texts only."""

    __slots__ = ()


def convert(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    output: Path,
    workspace: Path,
    on_progress: Callable[[float], None],
) -> ConvertedFile:
    text = as_utf8(path, workspace)
    rows = Rows(workspace / "rows")
    rows.write(records_of(text.path))
    on_progress(0.3)
    table = convert_table(connection, rows.table(connection), name, output, on_progress)
    return ConvertedFile([table], "json", encoding=text.encoding)


class Rows:
    """Records with their fields side by side, on their way into the table of texts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.positions: dict[str, int] = {}
        self.kinds: list[set[str]] = []
        self.sample: list[dict[str, str]] = []
        self.broken: list[tuple[int, str, str]] = []

    def write(self, records: Iterator[Record]) -> None:
        with self.path.open("wb") as file:
            for line, record in records:
                if not isinstance(record, dict):
                    broken = _not_an_object(record)
                    self.broken.append((line, broken.reason, broken.text[:1000]))
                    continue
                row = self._row(record)
                if len(self.sample) < SAMPLE_ROWS:
                    self.sample.append(row)
                written = msgspec.json.encode({"line": line, **row})
                if len(written) > LONGEST_RECORD:
                    self.broken.append(
                        (line, "an object that is too large", written[:1000].decode(errors="replace"))
                    )
                    continue
                file.write(written + b"\n")

    def table(self, connection: duckdb.DuckDBPyConnection) -> TextTable:
        if not self.positions:
            raise ValidationFailed("The file has no objects with fields; upload a JSON array of objects")
        connection.execute(
            'CREATE OR REPLACE TEMP TABLE broken ("row" BIGINT, "column" VARCHAR, value VARCHAR, '
            "reason VARCHAR, text VARCHAR)"
        )
        if self.broken:
            connection.executemany("INSERT INTO broken VALUES (?, NULL, NULL, ?, ?)", self.broken)
        fields = range(len(self.positions))
        columns = ", ".join(["line: 'BIGINT'", *(f"c{i}: 'VARCHAR'" for i in fields)])
        return TextTable(
            relation=f"read_json({quoted(str(self.path))}, format = 'newline_delimited', "
            f"maximum_object_size = {LONGEST_RECORD + 1}, columns = {{{columns}}})",
            names=column_names(list(self.positions)),
            sample=[[row.get(f"c{i}") for i in fields] for row in self.sample],
            broken="SELECT * FROM broken",
            stated=[frozenset(kinds) for kinds in self.kinds],
        )

    def _row(self, record: dict[str, Any]) -> dict[str, str]:
        row = {}
        for name, value in _flat(record, "", 0):
            position = self.positions.setdefault(name, len(self.positions))
            if position == len(self.kinds):
                if position == MAX_COLUMNS:
                    raise ValidationFailed(f"The objects have more than {MAX_COLUMNS:,} different fields")
                self.kinds.append(set())
            if value is not None:
                row[f"c{position}"], kind = _text(value)
                if kind:
                    self.kinds[position].add(kind)
        return row


def _not_an_object(value: Any) -> Broken:
    return value if isinstance(value, Broken) else Broken(json.dumps(value), "not an object with fields")


def _flat(record: dict[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Fields of inner objects under `outer.inner`."""
    for name, value in record.items():
        if isinstance(value, dict) and value and depth < MAX_DEPTH:
            yield from _flat(value, f"{prefix}{name}.", depth + 1)
        else:
            yield prefix + name, value


def _text(value: Any) -> tuple[str, str]:
    match value:
        case bool():
            return str(value).lower(), "boolean"
        case int():
            return str(value), "integer"
        case Decimals():
            return str(value), "float"
        case Untyped():
            return str(value), ""
        case str():
            return value, "string"
        case _:
            return json.dumps(value, ensure_ascii=False), "string"


def records_of(path: Path) -> Iterator[Record]:
    """The records of a file in UTF-8, each with its line or position."""
    with path.open(encoding="utf-8", errors="replace") as file:
        try:
            yield from _records(file)
        except RecursionError:
            raise ValidationFailed("The JSON is nested too deeply; upload a flatter one") from None


def _records(file: TextIO) -> Iterator[Record]:
    stream = Stream(file)
    first = stream.peek()
    if first == "[":
        yield from stream.array()
    elif first == "{" and not _is_lines(stream.buffer):
        yield from stream.wrapped()
    else:
        yield from _lines(file)


def _is_lines(head: str) -> bool:
    """Whether the first line is an object by itself, without an array of objects in it."""
    line = head.lstrip().partition("\n")[0]
    try:
        record = json.loads(line)
    except ValueError:
        return False
    wraps = any(isinstance(v, list) and v and isinstance(v[0], dict) for v in record.values())
    return not wraps or head.strip() != line.strip()


def _lines(file: TextIO) -> Iterator[Record]:
    file.seek(0)
    decoder = _decoder()
    for number, line in enumerate(iter(lambda: file.readline(LONGEST_RECORD), ""), start=1):
        if not (text := line.strip()):
            continue
        try:
            record, end = decoder.raw_decode(text)
        except ValueError:
            yield number, Broken(text)
            continue
        yield number, record if end == len(text) else Broken(text)


class Stream:
    """Values of a large JSON text, one after the other."""

    def __init__(self, file: TextIO) -> None:
        self.file, self.buffer, self.position, self.line = file, "", 0, 1
        self.decoder = _decoder()

    def peek(self) -> str:
        """The next character that means something; empty at the end."""
        while True:
            found = SPACE.match(self.buffer, self.position)
            self.position = found.end() if found else self.position
            if self.position < len(self.buffer):
                return self.buffer[self.position]
            if not self._more():
                return ""

    def array(self) -> Iterator[Record]:
        """The values of the array that begins here, numbered from 1."""
        self.position += 1
        number = 0
        while (character := self.peek()) != "]":
            if not character:
                raise self._error("the file ends in the middle of the list")
            number += 1
            yield number, self.value()
        self.position += 1

    def wrapped(self) -> Iterator[Record]:
        """The values of the one array of objects in the object that begins here; else the object itself."""
        self.position += 1
        fields: dict[str, Any] = {}
        arrays = 0
        while (character := self.peek()) != "}":
            if character != '"':
                raise self._error("a name in quotes is missing")
            name = self.value()
            if self.peek() != ":":
                raise self._error("a colon is missing")
            self.position += 1
            if self.peek() == "[" and self._holds_objects():
                arrays += 1
                if arrays > 1:
                    raise ValidationFailed("The file has several lists; upload each of them by itself")
                yield from self.array()
            else:
                fields[name] = self.value()
        if not arrays:
            yield 1, fields

    def value(self) -> Any:
        while True:
            try:
                value, end = self.decoder.raw_decode(self.buffer, self.position)
            except ValueError as error:
                if len(self.buffer) - self.position > LONGEST_RECORD or not self._more():
                    raise self._error(str(error).partition(":")[0].lower()) from None
                continue
            if end == len(self.buffer) and self._more():
                continue  # a number may go on in the next block
            self.position = end
            return value

    def _holds_objects(self) -> bool:
        before, self.position = self.position, self.position + 1
        found = self.peek()
        self.position = before
        return found == "{"

    def _more(self) -> bool:
        # Twice as much each time, so that a long value isn't read again and again from its beginning.
        block = self.file.read(max(BLOCK, len(self.buffer) - self.position))
        self.line += self.buffer.count("\n", 0, self.position)
        self.buffer, self.position = self.buffer[self.position :] + block, 0
        return bool(block)

    def _error(self, what: str) -> ValidationFailed:
        line = self.line + self.buffer.count("\n", 0, self.position)
        return ValidationFailed(f"The file is no valid JSON near line {line}: {what}")


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_float=Decimals, parse_constant=lambda _: None)
