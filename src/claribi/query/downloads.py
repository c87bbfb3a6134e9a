"""Whole answers as files, for spreadsheets and programs."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

from claribi.accounts.principal import Principal
from claribi.core import audit
from claribi.core.database import Database
from claribi.core.errors import QueryError
from claribi.query.engine import Engine, EngineLimits, too_many
from claribi.query.export import MOST_ROWS_OF_SHEET, WRITERS, FileFormat
from claribi.query.schemas import Question
from claribi.query.service import Queries
from claribi.query.statements import Statement, limits_of
from claribi.sources.catalog import ColumnType

Batches: TypeAlias = Iterator[list[list[Any]]]


class Downloads:
    """Writes answers to files.

    Args:
        limits: Of a download; those of a question are for what people look at.
    """

    def __init__(self, database: Database, queries: Queries, engine: Engine, limits: EngineLimits) -> None:
        self._database = database
        self._queries = queries
        self._engine = engine
        self._limits = limits

    def write(self, caller: Principal, query: Question, file_format: FileFormat) -> Path:
        """The whole answer as a file, which whoever called deletes.

        Raises:
            QueryError: It has more rows than may be downloaded.
        """
        limits = self._limits
        if file_format == "xlsx":
            limits = replace(limits, max_rows=min(limits.max_rows, MOST_ROWS_OF_SHEET))
        subject = self._queries.subject(caller, query)
        statement = self._queries.statement(subject, query, None, limits)
        statement.verify()
        if statement.place.connector is None:
            limits = limits_of(statement.place, limits, limits.max_rows)
            with self._queries.files(statement.place, limits) as files:
                path = self._engine.export(
                    statement.whole, statement.parameters, files, file_format, limits=limits
                )
        else:
            path = self._of_live(statement, file_format, limits)
        with self._database.write(caller.organization_id) as session:
            audit.record(
                session,
                "query.downloaded",
                "data_source",
                statement.place.source_id,
                by=caller,
                format=file_format,
                sql=statement.shown[:1000],
            )
        return path

    def _of_live(self, statement: Statement, file_format: FileFormat, limits: EngineLimits) -> Path:
        """The rows of a source that is asked live, written as they come in."""
        from claribi.query.live import streamed  # noqa: PLC0415 - sqlglot is slow to import

        expression: Any = statement.run
        connector: Any = statement.place.connector
        path = self._engine.new_file(file_format)
        try:
            with streamed(connector, expression, statement.parameters, statement.types, limits) as answer:
                columns, batches = answer
                beyond = too_many(limits, file_format) if statement.limit == limits.max_rows else None
                _write(path, file_format, columns, _up_to(statement.limit, batches, beyond))
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path


def _write(
    path: Path,
    file_format: FileFormat,
    columns: list[tuple[str, ColumnType]],
    batches: Batches,
) -> None:
    if file_format == "arrow":
        from claribi.sources.connectors.arrow import write_arrow  # noqa: PLC0415 - for downloads only

        write_arrow(columns, batches, path)
    else:
        WRITERS[file_format](path, [name for name, _ in columns], chain.from_iterable(batches))


def _up_to(
    most: int, batches: Iterator[list[list[Any]]], beyond: QueryError | None
) -> Iterator[list[list[Any]]]:
    """So many rows of the batches; where there are more, an error if one is given."""
    left = most
    for batch in batches:
        yield batch[:left]
        if len(batch) > left:
            if beyond is not None:
                raise beyond
            return
        left -= len(batch)
