"""The table of access rules."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from claribi.core.database import Base, BigId, Tenant, Tracked


class AccessRule(Tenant, Tracked, Base):
    """What people of some roles see of a table.

    Attributes:
        source_id: It may be gone: what was made from it stays, and with it who may see that.
        roles: The names of the roles that it binds, custom ones among them.
        rows: `schemas.RowCondition` as JSON; a row is seen where all hold.
        masks: By the name of a column, how it is masked.
    """

    __tablename__ = "access_rules"

    name: Mapped[str] = mapped_column(String(200))
    source_id: Mapped[int] = mapped_column(BigId, index=True)
    table: Mapped[str] = mapped_column(String(400))
    roles: Mapped[list[Any]]
    rows: Mapped[list[Any]]
    masks: Mapped[dict[str, Any]]
    created_by: Mapped[int | None] = mapped_column(BigId)
