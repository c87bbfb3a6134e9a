"""Copies from databases without transactions: only within one query is everything of the same moment."""

from abc import ABC
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

from claribi.sources.connectors.base import Connector, Copied, FoundTable, Since, plain_rows
from claribi.sources.connectors.server import DatabaseServer

Connection = TypeVar("Connection")
COUNT = "claribi_count_of_all_rows"


class SingleQueryServer(DatabaseServer[Connection], ABC):
    """A database where each query sees the tables as of its own moment."""

    copies_since = False

    @contextmanager
    def copied(self, found: FoundTable, seconds: float, _since: Since | None = None) -> Iterator[Copied]:
        """The count stands beside each row."""
        from sqlglot import exp  # noqa: PLC0415 - slow to import, and only copies need it here

        from claribi.sources.connectors.sql import rendered, table_of  # noqa: PLC0415 - as above

        table = table_of(found.schema, found.name)
        count = exp.select(exp.Count(this=exp.Star())).from_(table.copy()).subquery()
        names = [exp.column(column.name, quoted=True) for column in found.columns]
        reading, _ = rendered(
            exp.select(*names, exp.alias_(count, COUNT, quoted=True)).from_(table), cast("Connector", self)
        )
        kinds = [column.type for column in found.columns]
        with self.transaction(seconds) as connection, self._answer(connection, reading, []) as (_, batches):
            first = next(batches, [])
            rows = [first] if first else []
            counted = int(first[0][-1]) if first else 0
            yield Copied(
                counted,
                (
                    plain_rows(kinds, [row[:-1] for row in batch])
                    for several in (rows, batches)
                    for batch in several
                ),
            )
