"""Asking questions of the data: compile, run, keep the evidence."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from claribi.accounts.principal import Principal
from claribi.core.clock import rfc3339, utc_now
from claribi.core.database import Database
from claribi.core.errors import ClaribiError, NotFound, QueryError
from claribi.http.ids import find
from claribi.query import pivots
from claribi.query.cache import AnswerCache, is_stable
from claribi.query.encoding import plain
from claribi.query.engine import Answer, Engine, EngineLimits
from claribi.query.evidence import LIVE, keep, kept_evidence
from claribi.query.feeding import Feeding
from claribi.query.members import Pivot
from claribi.query.modeling.keys import UniqueKeys
from claribi.query.modeling.service import Models
from claribi.query.models import Evidence
from claribi.query.schemas import (
    Dimension,
    Filter,
    Measure,
    ModelQuery,
    Operator,
    Query,
    Question,
    Result,
    ResultColumn,
    Sort,
    SqlQuery,
)
from claribi.query.statements import (
    Place,
    Statement,
    about_model,
    about_table,
    by_hand,
    files_of,
    limits_of,
    place_of,
    place_of_evidence,
    share_key,
)
from claribi.sources.catalog import NUMERIC_TYPES, TIME_TYPES, ColumnType, Role
from claribi.sources.service import Catalog, Sources

if TYPE_CHECKING:
    from claribi.query.modeling.bound import Bound

# What a question is put to: the tables of a source, or those of a model.
Subject: TypeAlias = "Catalog | Bound"


class Queries:
    """Runs queries for a caller. Whoever may read a source may ask it."""

    def __init__(
        self,
        database: Database,
        sources: Sources,
        models: Models,
        engine: Engine,
        cache: AnswerCache,
    ) -> None:
        self._database = database
        self._sources = sources
        self._models = models
        self._engine = engine
        self._cache = cache
        self._unique = UniqueKeys(self.run)
        self._feeding = Feeding(engine)

    def subject(self, caller: Principal, query: Question) -> Subject:
        """What the question is put to, as this caller may see it."""
        if isinstance(query, ModelQuery):
            return self._models.bound(caller, self._models.document(caller, query.model_id))
        return self._sources.catalog(caller, query.source_id)

    def sources_of(self, caller: Principal, query: Question) -> set[int]:
        """The ids of the sources that a question may read; none where its model is gone."""
        if not isinstance(query, ModelQuery):
            return {query.source_id}
        try:
            model = self._models.document(caller, query.model_id)
        except NotFound:
            return set()
        return {table.source_id for table in model.tables}

    def is_restricted(self, caller: Principal, query: Question) -> bool:
        """Whether access rules leave this caller less than others of what a question may read."""
        if not caller.has_access_rules:
            return False
        return any(self._sources.access(caller, source)[0] for source in self.sources_of(caller, query))

    def ask(self, caller: Principal, query: Question) -> Result:
        """The answer to a query, with its evidence."""
        result = self.run(self.subject(caller, query), query)
        with self._database.write(caller.organization_id) as session:
            keep(session, query, result)
        return result

    def run(self, subject: Subject, query: Question, *, max_rows: int | None = None) -> Result:
        """The answer without evidence, for callers that keep many in one transaction; see `keep`."""
        key, keep = self._key(subject, query, max_rows)
        return self._cache.answer(key, lambda: self._run(self.statement(subject, query, max_rows)), keep=keep)

    def together(
        self, subject: Subject, queries: Sequence[Question], *, max_rows: int
    ) -> Callable[[Question], Result]:
        """Asks as `run` does, but answers several of these questions in one scan where they allow it."""
        catalog: Any = subject
        groups: dict[Hashable, dict[Hashable, Query]] = {}
        for query in queries:
            key, _ = self._key(subject, query, max_rows)
            shared = share_key(query)
            if shared is not None and catalog.connector is None and not self._cache.holds(key):
                groups.setdefault(shared, {})[key] = query  # type: ignore[assignment]  # only such are shared
        scans: dict[Hashable, Callable[[Hashable], Result]] = {}
        for group in groups.values():
            if len(group) > 1:
                scans |= dict.fromkeys(group, self._scanner(catalog, group, max_rows))

        def ask(query: Question) -> Result:
            key, keep = self._key(subject, query, max_rows)
            scan = scans.get(key)
            if scan is None:
                return self.run(subject, query, max_rows=max_rows)
            return self._cache.answer(key, lambda: scan(key), keep=keep)

        return ask

    def _scanner(
        self, catalog: Catalog, queries: Mapping[Hashable, Query], max_rows: int
    ) -> Callable[[Hashable], Result]:
        """Gives the answer of each of these questions; the first one asked for brings all."""
        found: dict[Hashable, Result] = {}

        def answer(key: Hashable) -> Result:
            if not found:
                found.update(zip(queries, self._scan(catalog, list(queries.values()), max_rows), strict=True))
            return found[key]

        def answer_or_alone(key: Hashable) -> Result:
            try:
                return answer(key)
            except ClaribiError:
                # Whatever is wrong with one of them must not be held against the others.
                return self._run(self.statement(catalog, queries[key], max_rows))

        return answer_or_alone

    def _scan(self, catalog: Catalog, queries: Sequence[Query], max_rows: int) -> list[Result]:
        from claribi.query.sharing import shared_scan  # noqa: PLC0415 - sqlglot is slow to import

        statements = [self.statement(catalog, query, max_rows) for query in queries]
        limits = [statement.limit for statement in statements]
        now = utc_now().replace(tzinfo=None)
        scan = shared_scan(queries, catalog.table(queries[0].table), [n + 1 for n in limits], now)
        answers = self._engine.run_shared(
            scan.sql,
            scan.parts,
            scan.parameters,
            files_of(place_of(catalog)),
            limits=limits_of(statements[0].place, self._engine.limits, max(limits)),
        )
        return [
            self._result(
                statement,
                replace(
                    answer,
                    rows=answer.rows[: statement.limit],
                    truncated=answer.truncated or len(answer.rows) > statement.limit,
                ),
            )
            for statement, answer in zip(statements, answers, strict=True)
        ]

    def _key(self, subject: Subject, query: Question, max_rows: int | None) -> tuple[Hashable, bool]:
        """What is the same for questions with the same answer, and whether that holds for later as well."""
        bound: Any = subject
        if isinstance(query, ModelQuery):
            catalogs = {t.catalog.source_id: t.catalog for t in bound.tables.values()}
            about, asked = bound.model.model_dump_json(), list(catalogs.values())
        else:
            about, asked = "", [bound]
        read = tuple(
            (catalog.source_id, catalog.data_version, tuple(catalog.files.values()), _access(catalog))
            for catalog in asked
        )
        given = repr(query.parameters) if isinstance(query, SqlQuery) else ""
        key = (read, about, query.model_dump_json(), given, max_rows)
        return key, is_stable(query) and all(catalog.connector is None for catalog in asked)

    def check(self, subject: Subject, query: Question) -> None:
        """Whether a query fits what a source has, without asking it; QueryError when it doesn't.

        Of hand-written SQL only the tables are looked up.
        """
        self.statement(subject, query if isinstance(query, SqlQuery) else pivots.without(query), None)

    def is_key(self, bound: "Bound", table: str, columns: tuple[str, ...]) -> bool:
        """Whether these columns of a model's table hold no value twice."""
        return self._unique.is_unique(bound.tables[table], columns)

    def files(
        self, place: Place, limits: EngineLimits
    ) -> AbstractContextManager[Mapping[str, Sequence[Path]]]:
        """The files of each table of a statement for our own engine, while the block lasts."""
        return self._feeding.files(place, limits)

    def explain(self, caller: Principal, query: Question) -> dict[str, Any]:
        """What a query would run, and where; nothing is run."""
        subject = self.subject(caller, query)
        statement = self.statement(subject, query, None)
        place = statement.place
        key, keeps = self._key(subject, query, None)
        return {
            "sql": statement.shown,
            "parameters": plain(dict(statement.parameters)),
            "dialect": place.dialect,
            "runs": "source" if place.connector else "engine",
            "data_version": None if place.is_live else place.data_version,
            "reads": [
                {
                    "source": feed.source_name,
                    "table": feed.table,
                    "dialect": feed.connector.dialect,
                    "sql": feed.shown(),
                    "parameters": plain(dict(feed.parameters)),
                }
                for feed in place.feeds
            ],
            "access_rules": list(statement.rules),
            "cache": "none" if not keeps else "hit" if self._cache.holds(key) else "miss",
            "max_rows": statement.limit,
            "timeout_seconds": self._engine.limits.timeout_seconds,
        }

    def arrow(self, caller: Principal, query: Question) -> bytes:
        """The answer as an Arrow IPC stream."""
        statement = self.statement(self.subject(caller, query), query, None)
        if statement.place.connector is not None:
            from claribi.sources.connectors.arrow import to_arrow  # noqa: PLC0415 - loaded for the first download only

            answer = self._answer(statement)
            return to_arrow(answer.columns, answer.rows)
        statement.verify()
        limits = limits_of(statement.place, self._engine.limits, self._engine.limits.max_rows)
        with self.files(statement.place, limits) as files:
            return self._engine.arrow(statement.whole, statement.parameters, files, limits=limits)

    def preview(self, caller: Principal, source_id: str, table: str | None, limit: int) -> Result:
        """The first rows of a table, of the source's first one when none is named."""
        catalog = self._sources.catalog(caller, source_id)
        if not catalog.tables:
            raise QueryError(f"{catalog.source_name} has no tables that its user may read")
        name = table or next(iter(catalog.tables))
        return self.run(catalog, Query(source_id=catalog.source_id, table=name, limit=limit))

    def values(
        self, caller: Principal, source_id: str, table: str, column: str, search: str, limit: int
    ) -> Result:
        """The values of a column and how many rows have each, the most frequent first.

        Args:
            search: Of texts only those that contain it, of other columns this value alone.
        """
        catalog = self._sources.catalog(caller, source_id)
        found = catalog.table(table).column(column)
        operator: Operator = "contains" if found is not None and found.type == "string" else "="
        filters = [Filter(column=column, operator=operator, value=search)] if search else []
        query = Query(
            source_id=catalog.source_id,
            table=table,
            dimensions=[Dimension(column=column, name="value")],
            measures=[Measure(aggregation="count", name="rows")],
            filters=filters,
            sort=[Sort(field="rows", descending=True)],
            limit=limit,
        )
        return self.run(catalog, query)

    def evidence(self, caller: Principal, evidence_id: str | int) -> Evidence:
        caller.require("data_sources:read")
        with self._database.read(caller.organization_id) as session:
            return find(session, Evidence, "Evidence", evidence_id)

    def evidence_of(self, caller: Principal, ids: Collection[int]) -> Sequence[Evidence]:
        """Several evidences by id, in the order of their ids; those that are gone are left out."""
        with self._database.read(caller.organization_id) as session:
            return kept_evidence(session, ids)

    def again(self, caller: Principal, evidence: Evidence) -> Result:
        """Run the statement of an evidence on the data as they are now."""
        place = self._place_of(caller, evidence)
        run: Any = evidence.sql
        if place.connector is not None:
            from claribi.query.live import parsed  # noqa: PLC0415 - sqlglot is slow to import

            run = parsed(evidence.sql, place.connector)
        statement = Statement(
            place,
            shown=evidence.sql,
            run=run,
            parameters=evidence.parameters,
            roles={column["name"]: column["role"] for column in evidence.columns},
            limit=self._engine.limits.max_rows,
            types={column["name"]: column["type"] for column in evidence.columns},
        )
        return self._run(statement)

    def _place_of(self, caller: Principal, evidence: Evidence) -> Place:
        if evidence.tables is None:
            return place_of(self._sources.catalog(caller, evidence.source_id))
        tables = {name: (int(source_id), str(table)) for name, (source_id, table) in evidence.tables.items()}
        catalogs = self._models.catalogs(caller, {source_id for source_id, _ in tables.values()})
        return place_of_evidence(evidence.sql, tables, catalogs)

    def statement(
        self,
        subject: Subject,
        query: Question,
        max_rows: int | None = None,
        limits: EngineLimits | None = None,
    ) -> Statement:
        """What would run; `limits`: in place of those of a question."""
        allowed = (limits or self._engine.limits).max_rows
        most = min(max_rows or allowed, allowed)
        if not isinstance(query, SqlQuery) and query.pivot:
            query = self._spread(subject, query, query.pivot)
        if isinstance(query, ModelQuery):
            bound: Any = subject
            statement, compiled = about_model(bound, query, most)
            unique = partial(self._unique.check, bound, compiled.keys)
            return replace(statement, checks=[*statement.checks, unique])
        catalog: Any = subject
        if isinstance(query, SqlQuery):
            return by_hand(catalog, query, most)
        return about_table(catalog, query, most)

    def _spread(self, subject: Subject, query: Query | ModelQuery, pivot: Pivot) -> Question:
        """A pivot's question once its values are known."""
        values = [row[0] for row in self.run(subject, pivots.values_of(query, pivot)).rows]
        if isinstance(query, ModelQuery):
            from claribi.query.modeling.metrics import resolved  # noqa: PLC0415 - sqlglot is slow to import

            bound: Any = subject
            query = query.model_copy(update={"measures": resolved(query, bound).measures})
        return pivots.spread(query, pivot, values)

    def _run(self, statement: Statement) -> Result:
        read_at = utc_now()
        return self._result(statement, self._answer(statement), read_at)

    def _result(self, statement: Statement, answer: Answer, read_at: datetime | None = None) -> Result:
        place = statement.place
        return Result(
            columns=_columns(answer, statement.roles),
            rows=answer.rows,
            truncated=answer.truncated,
            data_version=place.data_version
            if not place.is_live
            else f"{LIVE}{rfc3339(read_at or utc_now())}",
            sql=statement.shown,
            parameters=dict(statement.parameters),
            elapsed_ms=answer.elapsed_ms,
            source_id=place.source_id,
            tables={name: list(t) for name, t in place.tables.items()} if place.tables else None,
        )

    def _answer(self, statement: Statement) -> Answer:
        limits = limits_of(statement.place, self._engine.limits, statement.limit)
        statement.verify()
        connector = statement.place.connector
        if connector is None:
            with self.files(statement.place, limits) as files:
                return self._engine.run(str(statement.run), statement.parameters, files, limits=limits)
        from claribi.query.live import read  # noqa: PLC0415 - sqlglot is slow to import

        expression: Any = statement.run
        return read(connector, expression, statement.parameters, statement.types, limits)


def _access(catalog: Catalog) -> str:
    return repr([(name, table.access) for name, table in catalog.tables.items() if table.access])


def _columns(answer: Answer, roles: Mapping[str, Role]) -> list[ResultColumn]:
    return [ResultColumn(name, kind, roles.get(name) or _role(kind)) for name, kind in answer.columns]


def _role(kind: ColumnType) -> Role:
    if kind in TIME_TYPES:
        return "time"
    return "measure" if kind in NUMERIC_TYPES else "dimension"
