"""Versions of a source that come and go while others are served."""

from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from claribi.core.blobs import BlobStore
from claribi.core.clock import utc_now
from claribi.sources import history
from claribi.sources.models import (
    ACTIVE,
    COMPLETED,
    ERROR,
    FAILED,
    PAUSED,
    DataSource,
    SourceTable,
    SourceVersion,
)

# Beside the version that is served: queries that began before may still read the one before it.
KEPT_VERSIONS = 2


def folder_of(organization_id: int, source_id: int) -> str:
    """The folder in the blob store for all that belongs to a source."""
    return f"{organization_id}/sources/{source_id}"


def serve(
    session: Session,
    source: DataSource,
    version: SourceVersion,
    tables: Sequence[SourceTable],
    load_id: int | None,
) -> None:
    """Answer from these tables from now on."""
    rows = sum(table.row_count for table in tables)
    history.end(
        session,
        load_id,
        COMPLETED,
        row_count=rows,
        row_change=rows - source.row_count if source.current_version_id else None,
        table_count=len(tables),
        rejected_count=sum(table.rejected_count or 0 for table in tables),
    )
    version.tables = list(tables)
    source.current_version_id = version.id
    source.status = ACTIVE if source.status != PAUSED else PAUSED
    source.error_message = None
    source.row_count = rows
    source.last_synced_at = utc_now()


def fail(session: Session, source: DataSource, message: str, load_id: int | None) -> None:
    """Say why a source could not be read; what was there before, if anything, is still served."""
    structlog.get_logger().warning("a source could not be read", source_id=source.id, reason=message)
    history.end(session, load_id, FAILED, message)
    source.error_message = message
    if source.current_version_id is None:
        source.status = ERROR


def drop(session: Session, blobs: BlobStore, version: SourceVersion) -> None:
    """Forget a version with its files."""
    session.delete(version)
    blobs.delete_all(f"{folder_of(version.organization_id, version.source_id)}/{version.id}")


def drop_old(session: Session, blobs: BlobStore, source: DataSource) -> None:
    """Forget the versions that nobody reads any more."""
    old = session.scalars(
        select(SourceVersion)
        .where(SourceVersion.source_id == source.id, SourceVersion.id <= (source.current_version_id or 0))
        .order_by(SourceVersion.id.desc())
        .offset(KEPT_VERSIONS)
    ).all()
    for version in old:
        drop(session, blobs, version)


def tell_progress(session: Session, source_id: int, progress: dict[str, Any]) -> None:
    """Tell who looks how far a copy is; nothing that somebody has changed."""
    session.execute(
        update(DataSource)
        .where(DataSource.id == source_id)
        .values(progress=progress, updated_at=DataSource.updated_at)
    )
