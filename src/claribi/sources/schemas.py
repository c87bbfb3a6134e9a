"""What goes in and out of the sources wing."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from claribi.sources.catalog import ColumnType, Role
from claribi.sources.connectors.settings import Schema, ServerConnection, Tls

SourceType = Literal["database", "api", "file", "cloud", "web"]
Engine = Literal[
    "postgresql",
    "timescaledb",
    "redshift",
    "mysql",
    "mariadb",
    "sqlserver",
    "clickhouse",
    "spark",
    "trino",
    "databricks",
    "snowflake",
    "bigquery",
]
Mode = Literal["stored", "live", "synced"]
DatabaseMode = Literal["live", "synced"]
SourceStatus = Literal["preprocessing", "active", "error", "paused"]
SyncStatus = Literal["running", "completed", "failed", "unchanged"]


class NewConnection(BaseModel):
    """A database, to be tried out."""

    model_config = ConfigDict(extra="forbid")

    engine: Engine
    connection: ServerConnection


class Incremental(BaseModel):
    """How the new rows of a table are told: by a column that grows as rows are added or changed.

    The table needs a primary key. Deleted rows are noticed; the table is copied whole then.
    """

    model_config = ConfigDict(extra="forbid")

    cursor: str = Field(min_length=1, max_length=200, examples=["updated_at"])
    late: int = Field(
        default=0,
        ge=0,
        le=10**9,
        description="How far back rows may come in late: seconds of a time, days of a date, else numbers.",
    )


class SyncPlan(BaseModel):
    """What is copied, and how often by itself."""

    model_config = ConfigDict(extra="forbid")

    tables: list[Annotated[str, Field(min_length=1, max_length=400)]] = Field(
        default_factory=list, max_length=1000, description="Empty: all that the user may read."
    )
    every_minutes: int | None = Field(
        default=None, ge=15, le=60 * 24 * 31, description="null: only when somebody asks for it."
    )
    incremental: dict[Annotated[str, Field(min_length=1, max_length=400)], Incremental] = Field(
        default_factory=dict, max_length=1000, description="By table: copy what is new only."
    )


class NewDatabase(NewConnection):
    """A database as a data source: asked live where its rows are, or copied and asked here."""

    mode: DatabaseMode = "live"
    sync: SyncPlan = Field(default_factory=SyncPlan, description="For mode synced.")

    name: str = Field(min_length=1, max_length=200, examples=["Shop"])
    description: str = Field(default="", max_length=5000)


class ChangedConnection(BaseModel):
    """What is left out stays, the password too."""

    model_config = ConfigDict(extra="forbid")

    host: str | None = Field(default=None, min_length=1, max_length=253)
    port: int | None = Field(default=None, ge=1, le=65535)
    database: str | None = Field(default=None, min_length=1, max_length=200)
    user: str | None = Field(default=None, min_length=1, max_length=200)
    password: SecretStr | None = Field(default=None, max_length=10_000)
    tls: Tls | None = None
    ca_certificate: str | None = Field(default=None, max_length=100_000)
    warehouse: str | None = Field(default=None, min_length=1, max_length=200)
    role: str | None = Field(default=None, min_length=1, max_length=200)
    location: str | None = Field(default=None, min_length=1, max_length=60)
    max_bytes_billed: int | None = Field(default=None, strict=True, ge=10 * 1024**2, le=2**60)
    schemas: list[Schema] | None = Field(default=None, max_length=100)


class ChangedSource(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=5000)


class ChangedSync(BaseModel):
    """How a database is read from now on."""

    model_config = ConfigDict(extra="forbid")

    mode: DatabaseMode
    sync: SyncPlan = Field(default_factory=SyncPlan)


class TestedConnection(BaseModel):
    server: str = Field(description="What answered there.", examples=["PostgreSQL 17.2"])


class EngineOut(BaseModel):
    engine: Engine
    title: str
    port: int = Field(description="Where such servers listen unless told otherwise.")
    is_installed: bool = Field(description="Whether this server has the driver.")
    install: str | None = Field(description="How its operator gets the driver.")


class EngineList(BaseModel):
    engines: list[EngineOut]


class SourceOut(BaseModel):
    id: int
    name: str
    description: str
    type: SourceType
    engine: str
    mode: Mode = Field(
        description="`stored`: files; `live`: asked where the rows are; `synced`: asked in a copy of them."
    )
    status: SourceStatus
    error_message: str | None
    row_count: int
    last_synced_at: datetime | None
    created_at: datetime
    updated_at: datetime


class ColumnOut(BaseModel):
    name: str
    type: ColumnType
    role: Role
    native_type: str
    nulls: int
    distinct: int = Field(description="Estimated.")
    minimum: Any
    maximum: Any
    confidence: float = Field(description="How sure the type is, 0 to 1.")
    guess: str = Field(description="What the type was guessed from.")
    comment: str = ""


class RelationOut(BaseModel):
    columns: list[str]
    table: str
    references: list[str]


class RejectedRow(BaseModel):
    table: str
    line: int | None
    column: str | None
    value: str | None
    reason: str


class TableOut(BaseModel):
    name: str
    row_count: int = Field(description="Of a live table: about.")
    rejected_count: int
    columns: list[ColumnOut]
    comment: str
    primary_key: list[str]
    relations: list[RelationOut] = Field(description="Foreign keys.")
    notes: list[str]


class Progress(BaseModel):
    table: str
    done: int = Field(description="How many tables are copied.")
    tables: int


class SourceSyncOut(BaseModel):
    """One load of a source."""

    id: int
    trigger: Literal["upload", "manual", "schedule"]
    status: SyncStatus = Field(description="`unchanged`: what was served before still is.")
    started_at: datetime = Field(description="When it was asked for; it may wait for its turn.")
    finished_at: datetime | None
    row_count: int | None = Field(description="Of all tables; of a live source about.")
    row_change: int | None = Field(
        description="How many rows more than what was served before; null where nothing was."
    )
    table_count: int | None
    rejected_count: int | None
    error_message: str | None = Field(description="Why it failed, or why what it read is not served.")
    requested_by: int | None = Field(description="The user who began it; null where the schedule did.")
    requested_by_name: str | None = Field(
        description="Their name, or their address where they gave none; null where the schedule began it, or "
        "they are no member any more."
    )


class SourceDetail(SourceOut):
    sync: SyncPlan | None = Field(description="For mode synced.")
    next_sync_at: datetime | None
    progress: Progress | None = Field(description="While it is being copied.")
    connection: dict[str, Any] | None = Field(
        description="How a database or the web is reached, without its secret."
    )
    data_version: str | None
    tables: list[TableOut]
    rejected_rows: list[RejectedRow] = Field(description="The first rows that did not fit, of each table.")


class SchemaOut(BaseModel):
    id: int
    status: SourceStatus
    data_version: str | None
    tables: list[TableOut]
