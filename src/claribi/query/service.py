"""Asking questions of the data: compile, run, keep the evidence."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from claribi.accounts.principal import Principal
from claribi.core.clock import rfc3339, utc_now
from claribi.core.database import Database
from claribi.http.ids import find
from claribi.query.encoding import plain, to_json
from claribi.query.engine import Answer, Engine
from claribi.query.models import Evidence
from claribi.query.schemas import Query, Result, ResultColumn, SqlQuery
from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES, ColumnType, Role
from claribi.sources.service import Catalog, Sources

if TYPE_CHECKING:
    from sqlglot import exp

DIALECT = "duckdb"


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that is ready to run.

    Attributes:
        shown: As the evidence keeps it.
        run: As the engine gets it: one row more than `limit`, to tell whether rows were cut off. An
            expression where a connector is to put it into its own words.
        types: What the columns are, where the compiler knows it.
    """

    shown: str
    run: "str | exp.Expr"
    parameters: Mapping[str, Any]
    roles: Mapping[str, Role]
    limit: int
    types: Mapping[str, ColumnType] = field(default_factory=dict)


class Queries:
    """Runs queries for a caller. Whoever may read a source may ask it."""

    def __init__(self, database: Database, sources: Sources, engine: Engine) -> None:
        self._database = database
        self._sources = sources
        self._engine = engine

    def ask(self, caller: Principal, query: Query | SqlQuery) -> Result:
        """The answer to a query, with its evidence."""
        catalog = self._sources.catalog(caller, query.source_id)
        result = self.run(catalog, query)
        with self._database.write(caller.organization_id) as session:
            self.keep(session, query, result)
        return result

    def run(self, catalog: Catalog, query: Query | SqlQuery, *, max_rows: int | None = None) -> Result:
        """The answer without evidence, for callers that keep many in one transaction; see `keep`."""
        return self._run(catalog, self._statement(catalog, query, max_rows))

    def check(self, catalog: Catalog, query: Query | SqlQuery) -> None:
        """Whether a query fits what a source has, without asking it; QueryError when it doesn't.

        Of hand-written SQL only the tables are looked up.
        """
        self._statement(catalog, query, None)

    def explain(self, caller: Principal, query: Query | SqlQuery) -> dict[str, Any]:
        """What a query would run, and where; nothing is run."""
        catalog = self._sources.catalog(caller, query.source_id)
        statement = self._statement(catalog, query, None)
        connector = catalog.connector
        return {
            "sql": statement.shown,
            "parameters": plain(dict(statement.parameters)),
            "dialect": connector.dialect if connector else DIALECT,
            "runs": "source" if connector else "engine",
            "data_version": None if connector else catalog.data_version,
            "max_rows": statement.limit,
            "timeout_seconds": self._engine.limits.timeout_seconds,
        }

    def arrow(self, caller: Principal, query: Query | SqlQuery) -> bytes:
        """The answer as an Arrow IPC stream."""
        catalog = self._sources.catalog(caller, query.source_id)
        statement = self._statement(catalog, query, None)
        if catalog.connector is not None:
            from claribi.sources.connectors.arrow import to_arrow  # noqa: PLC0415 - loaded for the first download only

            answer = self._answer(catalog, statement)
            return to_arrow(answer.columns, answer.rows)
        files = {name: [path] for name, path in catalog.files.items()}
        return self._engine.arrow(statement.shown, statement.parameters, files)

    def preview(self, caller: Principal, source_id: str, table: str | None, limit: int) -> Result:
        """The first rows of a table, of the source's first one when none is named."""
        catalog = self._sources.catalog(caller, source_id)
        name = table or next(iter(catalog.tables))
        return self.run(catalog, Query(source_id=catalog.source_id, table=name, limit=limit))

    def keep(self, session: Session, query: Query | SqlQuery, result: Result) -> int:
        """Store the evidence of an answer in the session's transaction; its id, also set on the result."""
        evidence = Evidence(
            source_id=query.source_id,
            query=query.model_dump(mode="json") if isinstance(query, Query) else None,
            sql=result.sql,
            parameters=plain(result.parameters),
            data_version=result.data_version,
            elapsed_ms=result.elapsed_ms,
            columns=[asdict(column) for column in result.columns],
            row_count=result.row_count,
            answer_hash=hashlib.sha256(to_json(result.rows)).hexdigest(),
        )
        session.add(evidence)
        session.flush()
        result.evidence_id = evidence.id
        return evidence.id

    def evidence(self, caller: Principal, evidence_id: str | int) -> Evidence:
        caller.require("data_sources:read")
        with self._database.read(caller.organization_id) as session:
            return find(session, Evidence, "Evidence", evidence_id)

    def evidence_of(self, caller: Principal, ids: Collection[int]) -> Sequence[Evidence]:
        """Several evidences by id, in the order of their ids; those that are gone are left out."""
        with self._database.read(caller.organization_id) as session:
            return session.scalars(select(Evidence).where(Evidence.id.in_(ids)).order_by(Evidence.id)).all()

    def again(self, caller: Principal, evidence: Evidence) -> Result:
        """Run the statement of an evidence on the data as they are now."""
        catalog = self._sources.catalog(caller, evidence.source_id)
        run: Any = evidence.sql
        if catalog.connector is not None:
            from claribi.query.live import parsed  # noqa: PLC0415 - sqlglot is slow to import

            run = parsed(evidence.sql, catalog.connector)
        statement = Statement(
            shown=evidence.sql,
            run=run,
            parameters=evidence.parameters,
            roles={column["name"]: column["role"] for column in evidence.columns},
            limit=self._engine.limits.max_rows,
            types={column["name"]: column["type"] for column in evidence.columns},
        )
        return self._run(catalog, statement)

    def _statement(self, catalog: Catalog, query: Query | SqlQuery, max_rows: int | None) -> Statement:
        from claribi.query import guard, live  # noqa: PLC0415 - sqlglot is slow to import
        from claribi.query.compile import compile_query  # noqa: PLC0415 - as above
        from claribi.query.dialects import adapted  # noqa: PLC0415 - as above

        most = min(max_rows or self._engine.limits.max_rows, self._engine.limits.max_rows)
        dialect = catalog.connector.dialect if catalog.connector else DIALECT
        if isinstance(query, SqlQuery):
            checked = guard.check(query.sql, dialect=dialect, tables=catalog.tables.keys())
            if catalog.connector is not None:
                checked = guard.located(checked, catalog.tables)
                shown = live.shown_as(checked, dialect)
                return Statement(shown, guard.limited(checked, most + 1), query.parameters, {}, most)
            run = guard.limited(checked, most + 1).sql(DIALECT)
            return Statement(checked.sql(DIALECT), run, query.parameters, {}, most)
        compiled = compile_query(query, catalog.table(query.table), now=utc_now().replace(tzinfo=None))
        limit = min(query.limit or most, most)
        if catalog.connector is None:
            run = compiled.sql(limit=limit + 1)
            return Statement(compiled.sql(), run, compiled.parameters, compiled.roles, limit)
        expression = adapted(compiled.expression, dialect)
        return Statement(
            live.shown_as(expression, dialect),
            expression.limit(limit + 1),
            compiled.parameters,
            compiled.roles,
            limit,
            compiled.types,
        )

    def _run(self, catalog: Catalog, statement: Statement) -> Result:
        read_at = utc_now()
        answer = self._answer(catalog, statement)
        return Result(
            columns=_columns(answer, statement.roles),
            rows=answer.rows,
            truncated=answer.truncated,
            data_version=catalog.data_version if catalog.connector is None else f"live:{rfc3339(read_at)}",
            sql=statement.shown,
            parameters=dict(statement.parameters),
            elapsed_ms=answer.elapsed_ms,
        )

    def _answer(self, catalog: Catalog, statement: Statement) -> Answer:
        limits = replace(self._engine.limits, max_rows=statement.limit)
        if catalog.connector is None:
            files = {name: [path] for name, path in catalog.files.items()}
            return self._engine.run(str(statement.run), statement.parameters, files, limits=limits)
        from claribi.query.live import read  # noqa: PLC0415 - sqlglot is slow to import

        expression: Any = statement.run
        return read(catalog.connector, expression, statement.parameters, statement.types, limits)


def present_evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "evidence_id": evidence.id,
        "sql": evidence.sql,
        "parameters": evidence.parameters,
        "source_id": evidence.source_id,
        "data_version": evidence.data_version,
        "executed_at": rfc3339(evidence.executed_at),
    }


def _columns(answer: Answer, roles: Mapping[str, Role]) -> list[ResultColumn]:
    return [ResultColumn(name, kind, roles.get(name) or _role(kind)) for name, kind in answer.columns]


def _role(kind: ColumnType) -> Role:
    if kind in TIME_TYPES:
        return "time"
    return "measure" if kind in NUMERIC_TYPES else "dimension"
