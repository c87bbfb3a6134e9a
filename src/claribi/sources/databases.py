"""Databases as sources: connecting them, changing how they are reached, reading anew what they hold."""

import uuid
from typing import Any

from pydantic import SecretStr
from sqlalchemy.orm import Session

from claribi.accounts.principal import Principal
from claribi.core.database import Database
from claribi.core.errors import Conflict
from claribi.core.jobs import Jobs
from claribi.http.ids import find
from claribi.sources.connections import Connections
from claribi.sources.connectors.settings import ServerConnection
from claribi.sources.models import ACTIVE, LIVE, PREPROCESSING, DataSource
from claribi.sources.schemas import ChangedConnection, NewConnection, NewDatabase
from claribi.sources.service import Check, check_room, note

INSPECT = "sources.inspect"
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
        self._connections.check(wanted.engine, wanted.connection)
        with self._database.write(caller.organization_id) as session:
            check_room(session, caller)
            source = DataSource(
                name=wanted.name,
                description=wanted.description,
                type="database",
                engine=wanted.engine,
                mode=LIVE,
                connection=wanted.connection.shown(),
                secret=self._connections.seal(wanted.connection),
                created_by=caller.user_id,
            )
            session.add(source)
            session.flush()
            self._inspect(session, source)
            note(session, caller, "data_source.created", source)
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
            source.connection = settings.shown()
            source.secret = self._connections.seal(settings)
            self._inspect(session, source)
            note(session, caller, "data_source.reconnected", source)
            return source

    def refresh(self, caller: Principal, source_id: str) -> DataSource:
        """Read anew which tables and columns a source has."""
        caller.require("data_sources:sync")
        with self._database.write(caller.organization_id) as session:
            source = _find(session, source_id)
            self._inspect(session, source)
            note(session, caller, "data_source.refreshed", source)
            return source

    def _inspect(self, session: Session, source: DataSource) -> None:
        if source.status != ACTIVE:
            source.status = PREPROCESSING
        source.error_message = None
        job_id = f"{INSPECT}-{source.id}-{uuid.uuid4().hex}"
        self._jobs.enqueue(session, INSPECT, job_id, source.organization_id, source.id)


def _find(session: Session, source_id: str) -> DataSource:
    source = find(session, DataSource, "Data source", source_id)
    if source.type != "database":
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
