"""The audit trail: who did what to which object."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from claribi.core.clock import utc_now
from claribi.core.database import Base, BigId, Tenant


class AuditEvent(Tenant, Base):
    __tablename__ = "audit_events"

    at: Mapped[datetime] = mapped_column(default=utc_now)
    user_id: Mapped[int | None] = mapped_column(BigId)
    api_key_id: Mapped[int | None] = mapped_column(BigId)
    action: Mapped[str] = mapped_column(String(80))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int | None] = mapped_column(BigId)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


def record(
    session: Session,
    action: str,
    object_type: str,
    object_id: int | None,
    *,
    user_id: int | None,
    api_key_id: int | None = None,
    **details: Any,
) -> None:
    """Note an action in the same transaction that carries it out. `details` must hold no secret."""
    session.add(
        AuditEvent(
            action=action,
            object_type=object_type,
            object_id=object_id,
            user_id=user_id,
            api_key_id=api_key_id,
            details=details,
        )
    )
