"""Tables of data sources, their versions and what is in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from claribi.core.clock import utc_now
from claribi.core.database import AUTOINCREMENT, Base, BigId, Tenant, Tracked
from claribi.core.vault import Sealed

STORED, LIVE, SYNCED = "stored", "live", "synced"
PREPROCESSING, ACTIVE, ERROR, PAUSED = "preprocessing", "active", "error", "paused"
# How a load stands, and what began it.
RUNNING, COMPLETED, FAILED, UNCHANGED = "running", "completed", "failed", "unchanged"
UPLOAD, MANUAL, SCHEDULE = "upload", "manual", "schedule"


class DataSource(Tenant, Tracked, Base):
    """Where data come from. `current_version_id` is the version that queries read."""

    __tablename__ = "data_sources"

    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    type: Mapped[str] = mapped_column(String(20))
    engine: Mapped[str] = mapped_column(String(40))
    # Where its rows are read: in files that were uploaded, live where they are, or in copies of ours.
    mode: Mapped[str] = mapped_column(String(10), default=STORED)
    # How a database or the web is reached; the secret apart from it.
    connection: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    secret: Mapped[str | None] = mapped_column(Sealed)
    # Which tables are copied (none: all) and how often: `{"tables", "every_minutes"}`.
    sync: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    next_sync_at: Mapped[datetime | None] = mapped_column(index=True)
    # While it is being copied: `{"table", "done", "tables"}`.
    progress: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    status: Mapped[str] = mapped_column(String(20), default=PREPROCESSING, index=True)
    error_message: Mapped[str | None] = mapped_column(Text)
    row_count: Mapped[int] = mapped_column(BigInteger, default=0)
    last_synced_at: Mapped[datetime | None]
    created_by: Mapped[int | None] = mapped_column(BigId)
    # No foreign key: the version already points here, and a circle can't be created or dropped in order.
    current_version_id: Mapped[int | None] = mapped_column(BigId)


class SourceVersion(Tenant, Base):
    """One upload, or the tables of a database as they once were. Immutable once its tables are there.

    Attributes:
        content_hash: SHA-256 over the files as they were uploaded, or over what the tables look like.
        files: As uploaded: `{"name", "key", "size"}`; the keys lead nowhere once the tables are made.
            From the web also `{"asked", "known", "notes"}`: a hash of the connection, what the host calls
            this version of the file, and what readers should know. From an object store each is a folder.
    """

    __tablename__ = "source_versions"
    __table_args__ = (Index("ix_source_versions_source_id", "source_id", "organization_id"), AUTOINCREMENT)

    source_id: Mapped[int] = mapped_column(BigId, ForeignKey("data_sources.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    content_hash: Mapped[str] = mapped_column(String(64))
    files: Mapped[list[Any]]
    tables: Mapped[list["SourceTable"]] = relationship(
        order_by="SourceTable.id", cascade="all, delete-orphan", passive_deletes=True
    )


class SourceTable(Tenant, Base):
    """One table of a version, and what is known about its columns.

    Attributes:
        key: Its Parquet file; empty where the rows are read in the source itself.
        schema, physical: What the source calls it; empty for files.
        primary_key: Names of columns.
        relations: `catalog.Relation` as JSON.
        columns: `catalog.Column` as JSON.
        rejected: The first rejected rows: `{"line", "column", "value", "reason"}`.
        rejected_key: The Parquet file with all of them.
    """

    __tablename__ = "source_tables"
    __table_args__ = (Index("ix_source_tables_version_id", "version_id", "organization_id"), AUTOINCREMENT)

    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("source_versions.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(400))
    key: Mapped[str] = mapped_column(String(500))
    schema: Mapped[str] = mapped_column(String(200), default="")
    physical: Mapped[str] = mapped_column(String(200), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    primary_key: Mapped[list[str]] = mapped_column(JSON, default=list)
    relations: Mapped[list[Any]] = mapped_column(JSON, default=list)
    row_count: Mapped[int] = mapped_column(BigInteger)
    columns: Mapped[list[Any]]
    rejected_count: Mapped[int] = mapped_column(BigInteger, default=0)
    rejected: Mapped[list[Any]]
    rejected_key: Mapped[str | None] = mapped_column(String(500))
    notes: Mapped[list[str]]


class SourceSync(Tenant, Base):
    """One load of a source: an upload, a copy, a fetch, or a look at which tables a live source has.

    Attributes:
        trigger: `upload`, `manual` or `schedule`.
        status: `running`, `completed`, `failed`, or `unchanged` where what was served before still is.
        row_change: How many rows more than what was served before; None where nothing was.
        error_message: Why it failed, or why what it read is not served.
        requested_by: Who began it; None where the clock did.
    """

    __tablename__ = "source_syncs"
    __table_args__ = (Index("ix_source_syncs_source_id", "source_id", "organization_id"), AUTOINCREMENT)

    source_id: Mapped[int] = mapped_column(BigId, ForeignKey("data_sources.id", ondelete="CASCADE"))
    trigger: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10), default=RUNNING)
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    finished_at: Mapped[datetime | None]
    row_count: Mapped[int | None] = mapped_column(BigInteger)
    row_change: Mapped[int | None] = mapped_column(BigInteger)
    table_count: Mapped[int | None]
    rejected_count: Mapped[int | None] = mapped_column(BigInteger)
    error_message: Mapped[str | None] = mapped_column(Text)
    requested_by: Mapped[int | None] = mapped_column(BigId)
