"""What a database holds: its tables, and from a sample of each what its columns are good for."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
import structlog
from sqlglot import exp

from claribi.core.database import Database
from claribi.core.errors import ClaribiError
from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES, Column
from claribi.sources.connections import Connections, explained
from claribi.sources.connectors.base import Connector, Fetched, FoundTable, ReadLimits
from claribi.sources.connectors.sql import rendered, table_of
from claribi.sources.history import end_unchanged
from claribi.sources.models import LIVE, DataSource, SourceTable, SourceVersion
from claribi.sources.roles import guess_role
from claribi.sources.versions import fail, serve

Seen = TypeVar("Seen")
SAMPLE_ROWS = 5_000
# One look at one table, and all looks at a source: nobody's database is kept busy for the sake of guesses.
LIMITS = ReadLimits(timeout_seconds=15.0, max_rows=SAMPLE_ROWS, max_bytes=32 * 1024**2)
BUDGET_SECONDS = 300.0
# Where nearly every sampled value is another one, the rest of the table will have others still.
UNIQUE_SHARE = 0.9


class Inspection:
    """The job behind a connected database, when it is new and whenever its tables are read anew."""

    def __init__(self, database: Database, connections: Connections) -> None:
        self._database = database
        self._connections = connections

    def run(self, organization_id: int, source_id: int, load_id: int | None) -> int | None:
        """Read what a source holds and serve it; the source's id, None where it can't be read."""
        with self._database.read(organization_id) as session:
            source = session.get(DataSource, source_id)
        if source is None:
            return None
        try:
            connector = self._connections.of(source)
            tables = self._tables(connector)
        except Exception as error:
            self._fail(organization_id, source_id, explained(error), load_id)
            if isinstance(error, ClaribiError):
                return None
            raise
        self._serve(organization_id, source_id, tables, load_id)
        return source_id

    @staticmethod
    def _tables(connector: Connector) -> list[SourceTable]:
        until = time.monotonic() + BUDGET_SECONDS
        return [_table(connector, found, look=time.monotonic() < until) for found in connector.tables()]

    def _serve(
        self, organization_id: int, source_id: int, tables: Sequence[SourceTable], load_id: int | None
    ) -> None:
        content_hash = _hash(tables)
        with self._database.write(organization_id) as session:
            source = session.get(DataSource, source_id)
            if source is None:
                return
            if source.mode != LIVE:
                end_unchanged(session, load_id, source, "The source is copied by now")
                return
            before = session.get(SourceVersion, source.current_version_id or 0)
            version = SourceVersion(source_id=source.id, content_hash=content_hash, files=[])
            session.add(version)
            session.flush()
            serve(session, source, version, tables, load_id)
            if before is not None:
                # A live source has no old data that an old version would lead to.
                session.delete(before)
            if not tables:
                source.error_message = "The user may read no table there"

    def _fail(self, organization_id: int, source_id: int, message: str, load_id: int | None) -> None:
        with self._database.write(organization_id) as session:
            source = session.get(DataSource, source_id)
            if source is not None:
                fail(session, source, message, load_id)


def _table(connector: Connector, found: FoundTable, *, look: bool) -> SourceTable:
    sample = _tried(lambda: _sample(connector, found)) if look else None
    edges = _tried(lambda: _edges(connector, found)) if look else None
    rows = edges[0] if edges else found.row_count or (len(sample.rows) if sample else 0)
    return SourceTable(
        name=connector.called(found),
        key="",
        schema=found.schema,
        physical=found.name,
        comment=found.comment,
        row_count=rows,
        columns=[asdict(column) for column in _columns(found, sample, rows, edges[1] if edges else {})],
        primary_key=found.primary_key,
        relations=[asdict(relation) for relation in found.relations],
        rejected=[],
        notes=[] if sample else ["Its rows could not be looked at; roles are guessed from names and types"],
    )


def _tried(look: Callable[[], Seen]) -> Seen | None:
    """What a look gives; a table that can't be looked at in time is still a table."""
    try:
        return look()
    except ClaribiError as error:
        structlog.get_logger().info("a table could not be looked at", reason=error.message)
        return None


def _sample(connector: Connector, found: FoundTable) -> Fetched:
    columns = [exp.column(column.name, quoted=True) for column in found.columns]
    statement = exp.select(*columns).from_(table_of(found.schema, found.name)).limit(SAMPLE_ROWS)
    return connector.run(*rendered(statement, connector), LIMITS)


def _edges(connector: Connector, found: FoundTable) -> tuple[int, dict[str, tuple[Any, Any]]]:
    """How many rows there are, and the first and last moment of each column of time."""
    times = [column.name for column in found.columns if column.type in TIME_TYPES]
    edges = [kind(this=exp.column(name, quoted=True)) for name in times for kind in (exp.Min, exp.Max)]
    statement = exp.select(exp.Count(this=exp.Star()), *edges).from_(table_of(found.schema, found.name))
    row = connector.run(*rendered(statement, connector), LIMITS).rows[0]
    return int(row[0]), {name: (row[2 * i + 1], row[2 * i + 2]) for i, name in enumerate(times)}


def _columns(
    found: FoundTable, sample: Fetched | None, rows: int, edges: dict[str, tuple[Any, Any]]
) -> list[Column]:
    seen = list(zip(*sample.rows, strict=True)) if sample and sample.rows else [()] * len(found.columns)
    keys = {name for relation in found.relations for name in relation.columns} | set(found.primary_key)
    columns = []
    for column, values in zip(found.columns, seen, strict=True):
        nulls, distinct = _counted(values, rows)
        low, high = edges.get(column.name) or _range(values, column.type in NUMERIC_TYPES | TIME_TYPES)
        role = guess_role(column.name, column.type, rows, distinct, nulls, low, high)
        if column.name in keys and role == "measure":
            role = "id"
        columns.append(
            Column(
                column.name,
                column.type,
                role,
                column.native_type,
                nulls,
                distinct,
                _json(low),
                _json(high),
                comment=column.comment,
            )
        )
    return columns


def _counted(values: Sequence[Any], rows: int) -> tuple[int, int]:
    """How many values are missing and how many are different, from those of a sample to all rows."""
    if not values:
        return 0, 0
    filled = [value for value in values if value is not None]
    different = len({repr(value) for value in filled})
    share = rows / len(values) if rows > len(values) else 1.0
    if filled and different >= UNIQUE_SHARE * len(filled):
        different = round(different * share)
    return round((len(values) - len(filled)) * share), different


def _range(values: Sequence[Any], comparable: bool) -> tuple[Any, Any]:
    filled = [value for value in values if value is not None and value == value] if comparable else []  # noqa: PLR0124 - NaN
    return (min(filled), max(filled)) if filled else (None, None)


def _json(value: Any) -> Any:
    """As the catalog keeps the edges of a column."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _hash(tables: Sequence[SourceTable]) -> str:
    """Of what the tables look like: the same as long as no table or column comes, goes or changes."""
    looks = [
        [t.name, [[c["name"], c["native_type"]] for c in t.columns], t.primary_key, t.relations]
        for t in tables
    ]
    return hashlib.sha256(msgspec.json.encode(looks)).hexdigest()
