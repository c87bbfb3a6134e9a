"""Tables of forecasts and their runs."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column
from sqlalchemy.types import JSON

from claribi.core.clock import utc_now
from claribi.core.database import AUTOINCREMENT, Base, BigId, Tenant, Tracked, listed

PENDING, RUNNING, COMPLETED, FAILED = "pending", "running", "completed", "failed"
UNFINISHED = (PENDING, RUNNING)


class Forecast(Tenant, Tracked, Base):
    """What is forecast; each time it is computed is a run.

    Attributes:
        source_type, source_id: A data source or a semantic model. No foreign key: past runs outlive it.
        measure, filters: As in the query language.
        next_run_at: When it runs by itself next; None without a schedule.
    """

    __tablename__ = "forecasts"
    __table_args__ = (listed("forecasts"), AUTOINCREMENT)

    name: Mapped[str] = mapped_column(String(300))
    description: Mapped[str | None] = mapped_column(Text)
    source_type: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int] = mapped_column(BigId, index=True)
    table: Mapped[str | None] = mapped_column(String(200))
    metric_path: Mapped[str | None] = mapped_column(String(401))
    measure: Mapped[dict[str, Any]] = mapped_column(JSON)
    time_column: Mapped[str] = mapped_column(String(401))
    filters: Mapped[list[Any]] = mapped_column(JSON)
    granularity: Mapped[str] = mapped_column(String(10))
    horizon_days: Mapped[int]
    missing: Mapped[str] = mapped_column(String(20))
    holidays: Mapped[str | None] = mapped_column(String(2))
    schedule: Mapped[str] = mapped_column(String(10))
    is_active: Mapped[bool]
    next_run_at: Mapped[datetime | None] = mapped_column(index=True)
    created_by: Mapped[int] = mapped_column(BigId)


class ForecastRun(Tenant, Base):
    """One computation.

    Attributes:
        asked: What the forecast asked for then: the arguments of `compute.compute` beside the rows.
        evidence_id: The answer that it was computed from.
        result: What `compute.compute` found.
    """

    __tablename__ = "forecast_runs"
    __table_args__ = (
        Index("ix_forecast_runs_forecast_id_id", "forecast_id", "id"),
        Index("ix_forecast_runs_organization_id_finished_at", "organization_id", "finished_at"),
        {"sqlite_autoincrement": True},
    )

    forecast_id: Mapped[int] = mapped_column(BigId, ForeignKey("forecasts.id", ondelete="CASCADE"))
    requested_by: Mapped[int] = mapped_column(BigId)
    status: Mapped[str] = mapped_column(String(20), default=PENDING)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    evidence_id: Mapped[int | None] = mapped_column(BigId)
    result: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSON(none_as_null=True)))
