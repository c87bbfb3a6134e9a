"""Data sources: what a caller can do with them, and how uploaded files become tables."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from claribi.accounts.principal import Principal
from claribi.core import audit
from claribi.core.blobs import BlobStore
from claribi.core.database import Database
from claribi.core.errors import (
    Conflict,
    FieldProblem,
    PlanRequired,
    QueryError,
    ValidationFailed,
)
from claribi.core.jobs import Jobs
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate
from claribi.sources.access.models import AccessRule
from claribi.sources.access.service import fingerprint, restricted, rules_for
from claribi.sources.catalog import Column, Relation, Table
from claribi.sources.connections import Connections
from claribi.sources.connectors.base import Connector
from claribi.sources.history import begin
from claribi.sources.inbox import Inbox
from claribi.sources.ingest import INGEST
from claribi.sources.models import (
    ACTIVE,
    ERROR,
    PAUSED,
    PREPROCESSING,
    STORED,
    UPLOAD,
    DataSource,
    SourceTable,
    SourceVersion,
)
from claribi.sources.presentation import present
from claribi.sources.schemas import ChangedSource
from claribi.sources.versions import folder_of

MAX_NAME = 200

# Looks at the version that is there and may refuse the change.
Check = Callable[[DataSource], None]


@dataclass(frozen=True, slots=True)
class Catalog:
    """The tables of a source as queries see them.

    Attributes:
        files: The Parquet file of each; none where a connector asks the source itself.
    """

    source_id: int
    source_name: str
    data_version: str
    tables: dict[str, Table]
    files: dict[str, Path]
    connector: Connector | None = None
    organization_id: int = 0

    def table(self, name: str) -> Table:
        """The table of this name; QueryError when there is none."""
        if name not in self.tables:
            raise QueryError(f"The source has no table {name}; it has {', '.join(self.tables)}")
        return self.tables[name]


class Sources:
    """Data sources of an organisation."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        jobs: Jobs,
        connections: Connections,
        *,
        max_upload_mb: int,
    ) -> None:
        self._database = database
        self._connections = connections
        self._blobs = blobs
        self._jobs = jobs
        self._max_upload_mb = max_upload_mb

    def max_file_bytes(self, caller: Principal) -> int:
        return (caller.tier.file_size_mb or self._max_upload_mb) * 1024**2

    def inbox(self, caller: Principal, permission: str) -> Inbox:
        """Where the files of an upload go; within its `with` block they become a source, or are dropped."""
        caller.require(permission)
        allowed = self.max_file_bytes(caller)
        return Inbox(self._blobs, caller.organization_id, caller.user_id, allowed=allowed)

    def upload(
        self, caller: Principal, inbox: Inbox, *, name: str | None, description: str = ""
    ) -> DataSource:
        """Take files in as a new source; a job makes them tables."""
        caller.require("data_sources:create")
        engine = inbox.engine
        title = (name or "").strip() or inbox.stem or "Upload"
        if len(title) > MAX_NAME:
            message = f"a name has at most {MAX_NAME} characters"
            raise ValidationFailed(message, details=[FieldProblem("name", message)])
        with self._database.write(caller.organization_id) as session:
            check_room(session, caller)
            source = DataSource(
                name=title,
                description=description,
                type="file",
                engine=engine,
                created_by=caller.user_id,
            )
            session.add(source)
            session.flush()
            self._enqueue(session, caller, source, inbox)
            note(session, caller, "data_source.created", source)
        return source

    def replace(self, caller: Principal, source_id: str, inbox: Inbox) -> DataSource:
        """Take files in as a new version; the old one is served until the new one is whole."""
        caller.require("data_sources:update")
        engine = inbox.engine
        with self._database.write(caller.organization_id) as session:
            source = _find(session, source_id)
            if source.mode != STORED:
                raise Conflict(f"Data source {source.name} is copied or asked where it is; it takes no files")
            source.engine = engine
            source.error_message = None
            if source.status == ERROR:
                source.status = PREPROCESSING
            self._enqueue(session, caller, source, inbox)
            note(session, caller, "data_source.replaced", source)
            return source

    def _enqueue(self, session: Session, caller: Principal, source: DataSource, inbox: Inbox) -> None:
        version = SourceVersion(source_id=source.id, content_hash=inbox.content_hash, files=inbox.files)
        session.add(version)
        session.flush()
        begin(session, self._jobs, INGEST, source, version.id, UPLOAD, caller)

    def list_page(
        self,
        caller: Principal,
        page: PageRequest,
        *,
        status: str | None = None,
        source_type: str | None = None,
        engine: str | None = None,
    ) -> dict[str, Any]:
        """A page of sources: the active ones unless a status (or `all`) is asked for."""
        caller.require("data_sources:read")
        statement = select(DataSource)
        if status != "all":
            statement = statement.where(DataSource.status == (status or ACTIVE))
        if source_type:
            statement = statement.where(DataSource.type == source_type)
        if engine:
            statement = statement.where(DataSource.engine == engine)
        with self._database.read(caller.organization_id) as session:
            return paginate(
                session,
                statement,
                page,
                model=DataSource,
                search=[DataSource.name, DataSource.description],
                ordering={
                    "name": DataSource.name,
                    "status": DataSource.status,
                    "row_count": DataSource.row_count,
                    "created_at": DataSource.created_at,
                    "updated_at": DataSource.updated_at,
                    "last_synced_at": DataSource.last_synced_at,
                },
                present=present,
            )

    def get(self, caller: Principal, source_id: str | int) -> DataSource:
        caller.require("data_sources:read")
        with self._database.read(caller.organization_id) as session:
            return _find(session, source_id)

    def named(self, caller: Principal, name: str) -> DataSource | None:
        """The oldest source of this name, whatever its status."""
        caller.require("data_sources:read")
        with self._database.read(caller.organization_id) as session:
            statement = select(DataSource).where(DataSource.name == name).order_by(DataSource.id)
            return session.scalar(statement.limit(1))

    def names(self, caller: Principal) -> dict[int, str]:
        """The names of all sources, by id, oldest first."""
        caller.require("data_sources:read")
        with self._database.read(caller.organization_id) as session:
            rows = session.execute(select(DataSource.id, DataSource.name).order_by(DataSource.id))
            return {row.id: row.name for row in rows}

    def detail(self, caller: Principal, source_id: str | int) -> tuple[DataSource, SourceVersion | None]:
        """A source and its current version, tables loaded."""
        caller.require("data_sources:read")
        with self._database.read(caller.organization_id) as session:
            source = _find(session, source_id)
            return source, _version(session, source)

    def access(self, caller: Principal, source_id: int) -> tuple[str, dict[str, list[AccessRule]]]:
        """What tells callers apart who see other rows or columns, empty who sees all; and the rules."""
        with self._database.read(caller.organization_id) as session:
            rules = rules_for(session, caller, source_id)
        return fingerprint(rules, caller), rules

    def change(
        self, caller: Principal, source_id: str, wanted: ChangedSource, check: Callable[[DataSource], None]
    ) -> DataSource:
        """Rename or describe a source; `check` may refuse the version that is there."""
        caller.require("data_sources:update")
        with self._database.write(caller.organization_id) as session:
            source = _find(session, source_id)
            check(source)
            for name, value in wanted.model_dump(exclude_none=True).items():
                setattr(source, name, value)
            note(session, caller, "data_source.changed", source)
            session.flush()
            return source

    def pause(self, caller: Principal, source_id: str) -> DataSource:
        """Take a source that is active out of use."""
        return self._switch(caller, source_id, ACTIVE, PAUSED, "data_source.paused")

    def resume(self, caller: Principal, source_id: str) -> DataSource:
        return self._switch(caller, source_id, PAUSED, ACTIVE, "data_source.resumed")

    def _switch(self, caller: Principal, source_id: str, before: str, after: str, action: str) -> DataSource:
        caller.require("data_sources:update")
        with self._database.write(caller.organization_id) as session:
            source = _find(session, source_id)
            if source.status == after:
                return source
            if source.status != before:
                raise Conflict(f"Data source {source.name} is {source.status}, not {before}")
            source.status = after
            note(session, caller, action, source)
            session.flush()
            return source

    def delete(self, caller: Principal, source_id: str, check: Check) -> int:
        """Delete a source with all that was stored of it."""
        caller.require("data_sources:delete")
        with self._database.write(caller.organization_id) as session:
            source = _find(session, source_id)
            check(source)
            versions = session.scalars(
                select(SourceVersion).where(SourceVersion.source_id == source.id)
            ).all()
            files = [file for version in versions for file in version.files]
            note(session, caller, "data_source.deleted", source)
            session.delete(source)
        for file in files:
            self._blobs.delete(file["key"])
        self._blobs.delete_all(folder_of(caller.organization_id, source.id))
        return source.id

    def has_rejected_rows(self, caller: Principal, source_id: int, table: str) -> bool:
        """Whether rows of a table were set aside when it was read in."""
        _, version = self.detail(caller, source_id)
        return any(t.name == table and t.rejected_count for t in (version.tables if version else []))

    def creator(self, organization_id: int, source_id: int) -> int:
        """The id of the user who made the source, in whose name jobs about it run."""
        with self._database.read(organization_id) as session:
            return _find(session, source_id).created_by or 0

    def catalog(self, caller: Principal, source_id: str | int) -> Catalog:
        """The tables that can be asked.

        Raises:
            Conflict: The source has no data yet, or none any more.
        """
        with self._database.read(caller.organization_id) as session:
            caller.require("data_sources:read")
            source = _find(session, source_id)
            version = _version(session, source)
            rules = rules_for(session, caller, source.id)
        if version is None:
            reason = source.error_message or "its data are still being prepared"
            raise Conflict(f"Data source {source.name} can't be asked: {reason}")
        if source.status == PAUSED:
            raise Conflict(f"Data source {source.name} is paused")
        return Catalog(
            source_id=source.id,
            source_name=source.name,
            data_version=version.content_hash,
            tables={t.name: restricted(_table(t), rules.get(t.name, ()), caller) for t in version.tables},
            files={t.name: self._blobs.path(t.key) for t in version.tables if t.key},
            # By what there is, not by what is wanted: a copy that is not made yet serves nobody.
            connector=self._connections.of(source) if _is_live(version) else None,
            organization_id=caller.organization_id,
        )


def _is_live(version: SourceVersion) -> bool:
    return not any(table.key for table in version.tables)


def _place(table: SourceTable) -> tuple[str, str]:
    """Where the source keeps a table; a copy of ours goes by its name alone."""
    return ("", "") if table.key else (table.schema, table.physical)


def _table(table: SourceTable) -> Table:
    return Table(
        table.name,
        table.row_count,
        columns_of(table),
        *_place(table),
        primary_key=table.primary_key,
        relations=[Relation(**relation) for relation in table.relations],
    )


def columns_of(table: SourceTable) -> list[Column]:
    return [Column(**column) for column in table.columns]


def check_room(session: Session, caller: Principal) -> None:
    allowed = caller.tier.data_sources
    count = session.scalar(select(func.count(DataSource.id))) or 0
    if allowed is not None and count >= allowed:
        raise PlanRequired(
            f"The {caller.tier.name} plan has room for {allowed} data sources; delete one or upgrade"
        )


def _find(session: Session, source_id: str | int) -> DataSource:
    return find(session, DataSource, "Data source", source_id)


def _version(session: Session, source: DataSource) -> SourceVersion | None:
    return session.scalar(
        select(SourceVersion)
        .where(SourceVersion.id == source.current_version_id)
        .options(selectinload(SourceVersion.tables))
    )


def note(session: Session, caller: Principal, action: str, source: DataSource) -> None:
    changes = audit.diff(source)
    audit.record(session, action, "data_source", source.id, by=caller, changes=changes, name=source.name)
