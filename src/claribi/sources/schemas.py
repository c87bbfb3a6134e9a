"""What goes in and out of the sources wing."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from claribi.sources.catalog import ColumnType, Role

SourceType = Literal["database", "api", "file", "cloud"]
SourceStatus = Literal["preprocessing", "active", "error", "paused"]


class ChangedSource(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=5000)


class SourceOut(BaseModel):
    id: int
    name: str
    description: str
    type: SourceType
    engine: str
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


class RejectedRow(BaseModel):
    table: str
    line: int | None
    column: str | None
    value: str | None
    reason: str


class TableOut(BaseModel):
    name: str
    row_count: int
    rejected_count: int
    columns: list[ColumnOut]
    notes: list[str]


class SourceDetail(SourceOut):
    data_version: str | None
    tables: list[TableOut]
    rejected_rows: list[RejectedRow] = Field(description="The first rows that did not fit, of each table.")


class SchemaOut(BaseModel):
    id: int
    status: SourceStatus
    data_version: str | None
    tables: list[TableOut]
