"""The table of semantic models."""

from typing import Any

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from claribi.core.database import AUTOINCREMENT, Base, BigId, Tenant, Tracked


class SemanticModel(Tenant, Tracked, Base):
    """A semantic model. `document`: a `schemas.Model` as JSON; name and description are copies of its own."""

    __tablename__ = "semantic_models"
    __table_args__ = (UniqueConstraint("organization_id", "name"), AUTOINCREMENT)

    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    document: Mapped[dict[str, Any]]
    created_by: Mapped[int | None] = mapped_column(BigId)
