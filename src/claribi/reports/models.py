"""Tables of reports, their runs and files."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column
from sqlalchemy.types import JSON

from claribi.core.clock import utc_now
from claribi.core.database import AUTOINCREMENT, Base, BigId, Tenant, Tracked, listed
from claribi.reports.document import SectionKey

DRAFT, PENDING, GENERATING = "draft", "pending", "generating"
COMPLETED, FAILED, CANCELLED = "completed", "failed", "cancelled"
UNFINISHED = (PENDING, GENERATING)


class Report(Tenant, Tracked, Base):
    """What a report is about; each generation of it is a run.

    Attributes:
        period: `{"from", "to"}` or `{"last": {"n", "unit"}}`; None: all of the data.
        status: That of the latest run; `draft` before the first.
        completed_run_id: The run that is read and downloaded: the latest that completed.
    """

    __tablename__ = "reports"
    __table_args__ = (listed("reports"), AUTOINCREMENT)

    title: Mapped[str] = mapped_column(String(300))
    source_id: Mapped[int | None] = mapped_column(BigId)
    dashboard_id: Mapped[int | None] = mapped_column(BigId)
    analysis_id: Mapped[int | None] = mapped_column(BigId)
    # What that question was read as, as in the query language.
    query: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    table: Mapped[str | None] = mapped_column(String(200))
    question: Mapped[str | None] = mapped_column(Text)
    period: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # As in the query language; None: all rows.
    filters: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    # What measures are held against: `analysis.thresholds.Threshold`s.
    thresholds: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    sections: Mapped[list[SectionKey]] = mapped_column(JSON)
    output_format: Mapped[str] = mapped_column(String(10), default="pdf")
    # The id of a built-in template, or of one of the organisation's own.
    template: Mapped[str | None] = mapped_column(String(60))
    # What people wrote beside what is generated: by the section's key, or `report`.
    notes: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    # What people wrote in the place of generated sentences: `edits.Edit` by the sentence's key.
    edits: Mapped[dict[str, dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    created_by: Mapped[int | None] = mapped_column(BigId)
    status: Mapped[str] = mapped_column(String(20), default=DRAFT)
    generated_at: Mapped[datetime | None]
    completed_run_id: Mapped[int | None] = mapped_column(BigId)


class ReportRun(Tenant, Base):
    """One generation. `document`: a `document.Document` as `codec` writes it."""

    __tablename__ = "report_runs"
    __table_args__ = (
        Index("ix_report_runs_report_id_id", "report_id", "id"),
        Index("ix_report_runs_organization_id_finished_at", "organization_id", "finished_at"),
        {"sqlite_autoincrement": True},
    )

    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("reports.id", ondelete="CASCADE"))
    requested_by: Mapped[int] = mapped_column(BigId)
    # The source that it is about, and what tells apart who sees other rows of it; empty: made from all.
    source_id: Mapped[int | None] = mapped_column(BigId)
    access: Mapped[str] = mapped_column(String(64), default="")
    status: Mapped[str] = mapped_column(String(20), default=PENDING)
    progress: Mapped[int] = mapped_column(default=0)
    stage: Mapped[str] = mapped_column(String(100), default="waiting")
    error: Mapped[str | None] = mapped_column(Text)
    # What a language model did for it, and what that cost; None where none was asked.
    language_model: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    document: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))


class ReportTemplate(Tenant, Tracked, Base):
    """A template of an organisation's own. `definition`: a `templates.Template`."""

    __tablename__ = "report_templates"

    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_by: Mapped[int | None] = mapped_column(BigId)


class ReportSettings(Tenant, Tracked, Base):
    """How an organisation's reports look and which language they speak; one row at most.

    Attributes:
        logo: A PNG that we wrote, whatever was uploaded.
    """

    __tablename__ = "report_settings"
    __table_args__ = (UniqueConstraint("organization_id"), {"sqlite_autoincrement": True})

    accent: Mapped[str] = mapped_column(String(7), default="#1f4e8c")
    font: Mapped[str] = mapped_column(String(10), default="sans")
    language: Mapped[str] = mapped_column(String(5), default="en")
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)


class ReportFile(Tenant, Base):
    """A run as a file in the blob store."""

    __tablename__ = "report_files"
    __table_args__ = (Index("ix_report_files_run_id", "run_id", "organization_id"), AUTOINCREMENT)

    run_id: Mapped[int] = mapped_column(BigId, ForeignKey("report_runs.id", ondelete="CASCADE"))
    format: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(500))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
