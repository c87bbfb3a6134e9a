"""Sources on the web: connecting them, and changing how they are reached."""

from urllib.parse import SplitResult, urlsplit

from sqlalchemy.orm import Session

from claribi.accounts.principal import Principal
from claribi.core.database import Database
from claribi.core.errors import Conflict, FieldProblem, ValidationFailed
from claribi.core.jobs import Jobs
from claribi.http.ids import find
from claribi.sources.files.names import identifier
from claribi.sources.models import SYNCED, DataSource
from claribi.sources.reading import add, move
from claribi.sources.schemas import SyncPlan
from claribi.sources.service import Check, check_room
from claribi.sources.web.reader import WebReader
from claribi.sources.web.schemas import ChangedWebConnection, NewWebConnection, NewWebSource
from claribi.sources.web.settings import WEB, WebConnection

PORTS = {"http": 80, "https": 443}


class WebSources:
    """The sources of an organisation that are fetched from the web."""

    def __init__(self, database: Database, jobs: Jobs, reader: WebReader) -> None:
        self._database = database
        self._jobs = jobs
        self._reader = reader

    def try_out(self, caller: Principal, wanted: NewWebConnection) -> str:
        """Ask once and tell what is there; nothing is kept.

        Raises:
            ValidationFailed, SourceUnavailable: It can't be read; the message names the cause.
        """
        caller.require("data_sources:create")
        return self._look(wanted.connection)

    def try_again(self, caller: Principal, source_id: str) -> str:
        """Ask for a source as `try_out` does."""
        caller.require("data_sources:sync")
        with self._database.read(caller.organization_id) as session:
            source = _find(session, source_id)
        return self._reader.look(self._reader.settings(source))

    def has(self, caller: Principal, source_id: str) -> bool:
        """Whether a source is one of these."""
        with self._database.read(caller.organization_id) as session:
            return bool(find(session, DataSource, "Data source", source_id).type == WEB)

    def create(self, caller: Principal, wanted: NewWebSource) -> DataSource:
        """A new source, once something was there; a job copies it."""
        caller.require("data_sources:create")
        with self._database.read(caller.organization_id) as session:
            check_room(session, caller)
        self._look(wanted.connection)
        connection = _with_table(wanted.connection, wanted.name)
        source = DataSource(
            name=wanted.name,
            description=wanted.description,
            type=WEB,
            engine=connection.engine,
            mode=SYNCED,
            sync=SyncPlan(every_minutes=wanted.sync.every_minutes).model_dump(),
            connection=connection.shown(),
            secret=self._reader.seal(connection),
        )
        with self._database.write(caller.organization_id) as session:
            add(session, self._jobs, caller, source)
        return source

    def reconnect(
        self, caller: Principal, source_id: str, wanted: ChangedWebConnection, check: Check
    ) -> DataSource:
        """Change how a source is reached, once something was there."""
        caller.require("data_sources:update")
        with self._database.read(caller.organization_id) as session:
            source = _find(session, source_id)
            check(source)
        connection = _changed(self._reader.settings(source), wanted.connection)
        self._look(connection)
        with self._database.write(caller.organization_id) as session:
            source = _find(session, source_id)
            check(source)
            move(session, self._jobs, caller, source, connection.shown(), self._reader.seal(connection))
            return source

    def _look(self, connection: WebConnection) -> str:
        if connection.sent is not None and connection.sent.secret is None:
            message = "give the secret; it is kept sealed, goes to this host only, and is never shown again"
            raise ValidationFailed(message, details=[FieldProblem("connection.auth.secret", message)])
        return self._reader.look(connection)


def _find(session: Session, source_id: str) -> DataSource:
    source = find(session, DataSource, "Data source", source_id)
    if source.type != WEB:
        raise Conflict(f"Data source {source.name} does not come from the web")
    return source


def _with_table(connection: WebConnection, name: str) -> WebConnection:
    """With a name for the table that stays when the address or the source's name changes."""
    table = connection.table or connection.stem or name
    return connection.model_copy(update={"table": identifier(table)})


def _changed(before: WebConnection, wanted: WebConnection) -> WebConnection:
    """What is wanted, with the secret and the table's name of before where they are left out.

    A new host gets no old secret: who may change where a source is must not learn its secret that way.
    """
    if wanted.engine != before.engine:
        message = f"is of the kind {before.engine}; make a new source for another kind"
        raise ValidationFailed(f"The source {message}", details=[FieldProblem("connection.engine", message)])
    changed = wanted.model_copy(update={"table": identifier(wanted.table or before.table or "")})
    old, new = before.sent, wanted.sent
    if (
        old is not None
        and new is not None
        and new.secret is None
        and old.type == new.type
        and _origin(before.home) == _origin(wanted.home)
    ):
        return changed.with_proof(new.unsealed(old.sealed()))
    return changed


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts: SplitResult = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme)
