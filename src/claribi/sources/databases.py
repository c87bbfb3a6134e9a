"""Databases as sources: connecting them, changing how they are reached, reading anew what they hold."""

from typing import Any

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from claribi.accounts.principal import Principal
from claribi.core.clock import utc_now
from claribi.core.database import Database, unscoped
from claribi.core.errors import Conflict, FieldProblem, ValidationFailed
from claribi.core.jobs import Jobs
from claribi.http.ids import find
from claribi.sources.connections import Connections
from claribi.sources.connectors.registry import ENGINES
from claribi.sources.connectors.settings import ServerConnection
from claribi.sources.history import is_under_way
from claribi.sources.models import PAUSED, SYNCED, DataSource
from claribi.sources.reading import add, move, next_sync, start_reading
from claribi.sources.schemas import ChangedConnection, ChangedSync, NewConnection, NewDatabase, SyncPlan
from claribi.sources.service import Check, check_room, note
from claribi.sources.web.settings import WEB

DUE_AT_ONCE = 100
WHERE = ("host", "port")


class Databases:
    """The sources of an organisation that are databases."""

    def __init__(self, database: Database, jobs: Jobs, connections: Connections) -> None:
        self._database = database
        self._jobs = jobs
        self._connections = connections

    def try_out(self, caller: Principal, wanted: NewConnection) -> str:
        """Connect once and tell what answered; nothing is kept.

        Raises:
            ValidationFailed, SourceUnavailable: It can't be connected; the message names the cause.
        """
        caller.require("data_sources:create")
        return self._connections.check(wanted.engine, wanted.connection)

    def try_again(self, caller: Principal, source_id: str) -> str:
        """Connect to a source as `try_out` does."""
        caller.require("data_sources:sync")
        with self._database.read(caller.organization_id) as session:
            source = _find(session, source_id)
        return self._connections.check(source.engine, self._connections.settings(source))

    def create(self, caller: Principal, wanted: NewDatabase) -> DataSource:
        """A new source, once it has been connected; a job reads what it holds."""
        caller.require("data_sources:create")
        with self._database.read(caller.organization_id) as session:
            check_room(session, caller)
        _check_plan(wanted.engine, wanted.sync)
        self._connections.check(wanted.engine, wanted.connection)
        source = DataSource(
            name=wanted.name,
            description=wanted.description,
            type="database",
            engine=wanted.engine,
            mode=wanted.mode,
            sync=wanted.sync.model_dump(),
            connection=wanted.connection.shown(),
            secret=self._connections.seal(wanted.connection),
        )
        with self._database.write(caller.organization_id) as session:
            add(session, self._jobs, caller, source)
        return source

    def reconnect(
        self, caller: Principal, source_id: str, wanted: ChangedConnection, check: Check
    ) -> DataSource:
        """Change how a source is reached, once it has been reached that way."""
        caller.require("data_sources:update")
        with self._database.read(caller.organization_id) as session:
            source = _find(session, source_id)
            check(source)
        settings = _changed(self._connections.settings(source), wanted)
        self._connections.check(source.engine, settings)
        with self._database.write(caller.organization_id) as session:
            source = _find(session, source_id)
            check(source)
            secret = self._connections.seal(settings)
            move(session, self._jobs, caller, source, settings.shown(), secret)
            return source

    def bring_up_to_date(self, caller: Principal, source_id: str) -> DataSource:
        """Read anew which tables a live source has; copy a synced one.

        Raises:
            Conflict: It is paused, or brought up to date already.
        """
        caller.require("data_sources:sync")
        with self._database.write(caller.organization_id) as session:
            source = _find_connected(session, source_id)
            # Where writers don't exclude each other anyway, two of them meet here.
            session.refresh(source, with_for_update=True)
            if source.status == PAUSED:
                raise Conflict(f"Data source {source.name} is paused")
            if is_under_way(session, source):
                raise Conflict(f"Data source {source.name} is being brought up to date already")
            start_reading(session, self._jobs, source, caller)
            note(session, caller, "data_source.synced", source)
            return source

    def change_sync(self, caller: Principal, source_id: str, wanted: ChangedSync, check: Check) -> DataSource:
        """Change how a source is read; the old way serves until the new one is ready."""
        caller.require("data_sources:update")
        with self._database.write(caller.organization_id) as session:
            source = _find_connected(session, source_id)
            check(source)
            if source.type == WEB:
                _check_schedule(wanted)
            else:
                _check_plan(source.engine, wanted.sync)
            source.sync = wanted.sync.model_dump()
            source.mode = wanted.mode
            start_reading(session, self._jobs, source, caller)
            note(session, caller, "data_source.sync_changed", source)
            session.flush()
            return source

    def enqueue_due(self) -> int:
        """Start the copies whose time has come; how many. Several workers may try: each copy starts once."""
        now = utc_now()
        with self._database.read(None) as session:
            due = unscoped(session).execute(
                select(DataSource.id, DataSource.organization_id)
                .where(DataSource.next_sync_at <= now, DataSource.status != PAUSED)
                .order_by(DataSource.next_sync_at)
                .limit(DUE_AT_ONCE)
            )
            ids = [(row.id, row.organization_id) for row in due]
        count = 0
        for source_id, organization_id in ids:
            with self._database.write(organization_id) as session:
                source = session.get(DataSource, source_id)
                if source is None or source.next_sync_at is None or source.next_sync_at > now:
                    continue
                if not is_under_way(session, source):
                    start_reading(session, self._jobs, source, None)
                    count += 1
                source.next_sync_at = next_sync(source)
        return count


def _check_plan(engine: str, plan: SyncPlan) -> None:
    if plan.incremental and not ENGINES[engine].load().copies_since:
        message = f"tables of {ENGINES[engine].title} are copied whole; leave incremental out"
        raise ValidationFailed(message, details=[FieldProblem("sync", message)])


def _check_schedule(wanted: ChangedSync) -> None:
    if wanted.mode != SYNCED or wanted.sync.tables or wanted.sync.incremental:
        message = "data from the web are copied whole: mode is synced, and sync has every_minutes only"
        raise ValidationFailed(message, details=[FieldProblem("sync", message)])


def _find(session: Session, source_id: str) -> DataSource:
    source = _find_connected(session, source_id)
    if source.type == WEB:
        raise Conflict(f"Data source {source.name} is no database; change it with PATCH …/web")
    return source


def _find_connected(session: Session, source_id: str) -> DataSource:
    """A source that can be read anew: one that was not uploaded."""
    source = find(session, DataSource, "Data source", source_id)
    if source.type not in {"database", WEB}:
        raise Conflict(f"Data source {source.name} was uploaded and has no connection")
    return source


def _changed(settings: ServerConnection, wanted: ChangedConnection) -> ServerConnection:
    """The settings with what is wanted in place of what was.

    A new host gets no old password: who may change where a source is must not learn its secret that way.
    """
    values: dict[str, Any] = wanted.model_dump(exclude_unset=True)
    moved = any(values.get(name, getattr(settings, name)) != getattr(settings, name) for name in WHERE)
    password: SecretStr | None = None if moved else settings.password
    return ServerConnection.model_validate(settings.shown() | {"password": password} | values)
