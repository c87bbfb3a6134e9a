"""What is kept of one user's dealings with what the organisation has."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from claribi.core.database import AUTOINCREMENT, Base, BigId, Tenant


class UserObject(Tenant, Base):
    """One object as one user knows it; exactly one of the objects is named, and the row goes with it.

    Attributes:
        opened_at: When the user looked at it last.
        favorite_since: None where it is no favourite.
    """

    __tablename__ = "user_objects"
    __table_args__ = (
        UniqueConstraint("dashboard_id", "user_id"),
        UniqueConstraint("report_id", "user_id"),
        UniqueConstraint("forecast_id", "user_id"),
        UniqueConstraint("source_id", "user_id"),
        AUTOINCREMENT,
    )

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    dashboard_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("dashboards.id", ondelete="CASCADE"))
    report_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("reports.id", ondelete="CASCADE"))
    forecast_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("forecasts.id", ondelete="CASCADE"))
    source_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("data_sources.id", ondelete="CASCADE"))
    opened_at: Mapped[datetime | None]
    favorite_since: Mapped[datetime | None]


class UserVisit(Tenant, Base):
    """When a user was here: a row for each user who has ever been.

    Attributes:
        seen_at: The last sign of the visit that goes on, or of the last one.
        since: The last sign of the visit before that; None while there was none.
    """

    __tablename__ = "user_visits"
    __table_args__ = (UniqueConstraint("user_id"), AUTOINCREMENT)

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    seen_at: Mapped[datetime]
    since: Mapped[datetime | None]
