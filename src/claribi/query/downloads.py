"""Whole answers as files, for spreadsheets and programs."""

from dataclasses import replace
from pathlib import Path

from claribi.accounts.principal import Principal
from claribi.core import audit
from claribi.core.database import Database
from claribi.core.errors import QueryError
from claribi.query.engine import Engine, EngineLimits
from claribi.query.export import MOST_ROWS_OF_SHEET, WRITERS, FileFormat
from claribi.query.schemas import Question, Result
from claribi.query.service import Queries
from claribi.query.statements import limits_of


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
                    statement.shown, statement.parameters, files, file_format, limits=limits
                )
        else:
            path = self._of_live(self._queries.run(subject, query), file_format)
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

    def _of_live(self, result: Result, file_format: FileFormat) -> Path:
        if result.truncated:
            raise QueryError(
                f"There are more than {result.row_count:,} rows, the most that a source which is asked live "
                "gives; copy it first, or narrow the question down"
            )
        path = self._engine.new_file(file_format)
        try:
            if file_format == "arrow":
                from claribi.sources.connectors.arrow import to_arrow  # noqa: PLC0415 - for downloads only

                path.write_bytes(to_arrow([(c.name, c.type) for c in result.columns], result.rows))
            else:
                WRITERS[file_format](path, [c.name for c in result.columns], result.rows)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path
