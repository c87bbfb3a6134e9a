"""Tables of dashboards and widgets."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, func, select
from sqlalchemy.orm import Mapped, column_property, deferred, mapped_column, relationship
from sqlalchemy.types import JSON

from claribi.core.database import AUTOINCREMENT, Base, BigId, Tenant, Tracked, listed


class Dashboard(Tenant, Tracked, Base):
    """A page of widgets.

    Attributes:
        source_id: The source that it was made from by itself, and goes away with.
        data_changed_at: When a refresh last brought other data than were there.
        widget_count: Loaded where it is asked for.
    """

    __tablename__ = "dashboards"
    __table_args__ = (listed("dashboards"), AUTOINCREMENT)

    name: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    source_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("data_sources.id", ondelete="CASCADE"), index=True
    )
    created_by: Mapped[int | None] = mapped_column(BigId)
    refreshed_at: Mapped[datetime | None]
    data_changed_at: Mapped[datetime | None]
    widgets: Mapped[list["Widget"]] = relationship(
        order_by="Widget.id", cascade="all, delete-orphan", passive_deletes=True
    )
    if TYPE_CHECKING:
        # Below, when there are widgets to count.
        widget_count: Mapped[int]


class Widget(Tenant, Tracked, Base):
    """A question and how its answer is shown, with the latest answer.

    Attributes:
        query: A `Query` or `SqlQuery` as JSON; None for a text.
        options: The fields of `ChartSpec` beside type and title.
        data, chart: The latest rows and ECharts option, as the JSON that clients get.
    """

    __tablename__ = "widgets"
    __table_args__ = (Index("ix_widgets_dashboard_id", "dashboard_id", "organization_id"), AUTOINCREMENT)

    dashboard_id: Mapped[int] = mapped_column(BigId, ForeignKey("dashboards.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    query: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    options: Mapped[dict[str, Any]]
    position: Mapped[dict[str, Any]]
    refreshed_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    elapsed_ms: Mapped[float | None]
    evidence_id: Mapped[int | None] = mapped_column(BigId)
    data: Mapped[bytes | None] = deferred(mapped_column(LargeBinary), group="answer")
    chart: Mapped[bytes | None] = deferred(mapped_column(LargeBinary), group="answer")


Dashboard.widget_count = column_property(
    select(func.count(Widget.id)).where(Widget.dashboard_id == Dashboard.id).scalar_subquery(), deferred=True
)
