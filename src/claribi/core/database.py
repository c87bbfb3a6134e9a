"""The metadata database: SQLite in WAL mode, or PostgreSQL.

Sessions belong to an organisation: everything that one reads or changes on a tenant's table is confined to
that organisation here, in one place, whatever the query says.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    create_engine,
    event,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    UOWTransaction,
    mapped_column,
    sessionmaker,
    with_loader_criteria,
)
from sqlalchemy.sql import visitors
from sqlalchemy.types import JSON, TypeDecorator

from claribi.core.clock import utc_now

BigId = BigInteger().with_variant(Integer, "sqlite")
# Connections that a process keeps open, and as many more for a rush: four processes with all of theirs in
# use stay below the 100 that a PostgreSQL server takes out of the box.
POOL = 10
# What PostgreSQL says while it takes no connections: too many, starting up or shutting down.
REFUSALS = frozenset({"53300", "57P01", "57P02", "57P03"})
# For tables with arguments of their own: an id that was used once never comes back.
AUTOINCREMENT = {"sqlite_autoincrement": True}

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Moments with their zone in Python, UTC without zone in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return value if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return value if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
    }
    # Ids of deleted rows never come back, so an old link can't lead to a new object.
    __table_args__: Any = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[int] = mapped_column(BigId, primary_key=True)


class Tenant:
    """Mixin for what belongs to one organisation."""

    organization_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )


class Tracked:
    """Mixin for what people change: when, and how often (`version` makes the ETag)."""

    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)
    version: Mapped[int] = mapped_column(Integer, default=1)


def listed(table: str, moment: str = "created_at") -> Index:
    """The index that answers a tenant's list in its usual order, newest first."""
    return Index(f"ix_{table}_organization_id_{moment}", "organization_id", moment, "id")


class OutOfScope(RuntimeError):
    """Code reached for a tenant's table without saying for whom: a defect, never a caller's mistake."""


class Database:
    """Opens sessions on one metadata database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._watch = _Watch(self.engine.url.database) if url.startswith("sqlite") else None
        self._reading = sessionmaker(self.engine, class_=Scoped, expire_on_commit=False)
        self._writing = sessionmaker(
            self.engine.execution_options(claribi_write=True), class_=Scoped, expire_on_commit=False
        )

    @contextmanager
    def read(self, organization_id: int | None) -> Iterator[Session]:
        """A session for reading, confined to one organisation (None: to what belongs to none)."""
        with self._reading(info={"organization_id": organization_id}) as session:
            yield session

    @contextmanager
    def write(self, organization_id: int | None) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back when something is raised.

        On SQLite it holds the one write lock from its start, so nothing slow belongs inside.
        """
        with self._writing(info={"organization_id": organization_id}) as session, session.begin():
            yield session

    def version(self) -> int | None:
        """A number that every commit changes, whichever process made it.

        None where the database has none that costs less than asking it: on PostgreSQL.
        """
        return self._watch.version() if self._watch is not None else None

    def close(self) -> None:
        if self._watch is not None:
            self._watch.close()
        self.engine.dispose()


class _Watch:
    """A connection of SQLite that changes nothing and so is told when others have.

    https://sqlite.org/pragma.html#pragma_data_version
    """

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def version(self) -> int | None:
        with self._lock:
            try:
                if self._connection is None:
                    # It is asked where nothing may wait: busy is as good as unknown.
                    self._connection = sqlite3.connect(self._path or "", timeout=0, check_same_thread=False)
                return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
            except sqlite3.Error:
                return None

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


class Scoped(Session):
    """A session that adds its organisation to every query."""


def unscoped(session: Session) -> Session:
    """Lift the confinement of this session: for signing in and for the server's own housekeeping only."""
    session.info["unscoped"] = True
    return session


@event.listens_for(Scoped, "do_orm_execute")
def _confine(state: ORMExecuteState) -> None:
    """Add the organisation to the statement and every subquery in it, or refuse to run it."""
    if state.session.info.get("unscoped"):
        return
    organization_id = state.session.info.get("organization_id")
    if organization_id is None or not state.is_orm_statement:
        if _names_tenants(state.statement):
            raise OutOfScope(f"No organisation for {state.statement}")
        return
    state.statement = state.statement.options(
        with_loader_criteria(Tenant, lambda cls: cls.organization_id == organization_id, include_aliases=True)
    )


def _names_tenants(statement: Any) -> bool:
    return any(
        isinstance(element, Table) and "organization_id" in element.columns
        for element in visitors.iterate(statement)
    )


@event.listens_for(Scoped, "before_flush")
def _own(session: Session, _context: UOWTransaction, _instances: object) -> None:
    if session.info.get("unscoped"):
        return
    organization_id = session.info.get("organization_id")
    for item in session.new:
        if isinstance(item, Tenant):
            if item.organization_id is None:
                item.organization_id = organization_id
            if organization_id is None or item.organization_id != organization_id:
                raise OutOfScope(f"{type(item).__name__} for another organisation")
    for item in session.dirty:
        if isinstance(item, Tracked) and session.is_modified(item):
            item.version += 1


def is_out_of_reach(error: BaseException) -> bool:
    """Whether the metadata store takes no more now: it is down, or everyone's connections are in use."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state in REFUSALS or (state is None and error.statement is None)


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(
            url.replace("postgresql://", "postgresql+psycopg://", 1), pool_size=POOL, max_overflow=POOL
        )
    # The connection used last is the one whose pages are at hand.
    engine = create_engine(
        url, connect_args={"timeout": 30, "check_same_thread": False}, pool_size=20, pool_use_lifo=True
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # The driver would begin transactions late and upgrade them; BEGIN is ours, see below.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A transaction that will write takes the lock at once: one that reads first can't upgrade in WAL.
        write = connection.get_execution_options().get("claribi_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
