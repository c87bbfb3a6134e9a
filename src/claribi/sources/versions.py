"""Versions of a source that come and go while others are served."""

from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from claribi.core.blobs import BlobStore
from claribi.sources.ingest import folder_of
from claribi.sources.models import ERROR, DataSource, SourceVersion

# Beside the version that is served: queries that began before may still read the one before it.
KEPT_VERSIONS = 2


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


def tell_failure(source: DataSource, message: str) -> None:
    """Say why a copy could not be made; the old one, if there is any, is still served."""
    structlog.get_logger().warning("a copy failed", source_id=source.id, reason=message)
    source.error_message = message
    if source.current_version_id is None:
        source.status = ERROR
