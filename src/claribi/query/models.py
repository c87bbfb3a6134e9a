"""The table of evidence."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON

from claribi.core.clock import utc_now
from claribi.core.database import Base, BigId, Tenant


class Evidence(Tenant, Base):
    """The proof of one answer: what was asked, of which version of the data, and what came back.

    Attributes:
        query: The structured query as JSON; None for hand-written SQL.
        tables: Of a question to a model: what its tables are called in the sources, as `[source_id, table]`.
        sql, parameters: What was run; running it again on the same data gives the same answer.
        answer_hash: SHA-256 of the rows.
    """

    __tablename__ = "evidence"

    # No foreign key: a report outlives its source, and its proof with it.
    source_id: Mapped[int] = mapped_column(BigId, index=True)
    query: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    tables: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    sql: Mapped[str] = mapped_column(Text)
    parameters: Mapped[dict[str, Any]]
    data_version: Mapped[str] = mapped_column(String(64))
    executed_at: Mapped[datetime] = mapped_column(default=utc_now)
    elapsed_ms: Mapped[float]
    columns: Mapped[list[Any]]
    row_count: Mapped[int] = mapped_column(BigInteger)
    answer_hash: Mapped[str] = mapped_column(String(64))
