"""The table of questions that were asked in words."""

from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON

from claribi.core.database import AUTOINCREMENT, Base, BigId, Tenant, Tracked, listed


class Analysis(Tenant, Tracked, Base):
    """A question and its answer, for whoever asked it alone.

    Attributes:
        answer: All that the API tells of it beside these columns.
    """

    __tablename__ = "analyses"
    __table_args__ = (listed("analyses"), AUTOINCREMENT)

    question: Mapped[str] = mapped_column(Text)
    source_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("data_sources.id", ondelete="CASCADE"), index=True
    )
    model_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("semantic_models.id", ondelete="CASCADE"), index=True
    )
    # The first question of the conversation; None: itself.
    session_id: Mapped[int | None] = mapped_column(BigId, index=True)
    status: Mapped[str] = mapped_column(String(20))
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    evidence_id: Mapped[int | None] = mapped_column(BigId)
    created_by: Mapped[int | None] = mapped_column(BigId, index=True)
