"""The job that copies a source from the web: fetched whole, then imported as an upload is."""

import hashlib
from dataclasses import asdict
from typing import Any

import msgspec

from claribi.accounts.models import Organization
from claribi.accounts.tiers import tier
from claribi.core.blobs import BlobStore
from claribi.core.clock import utc_now
from claribi.core.database import Database
from claribi.core.errors import ClaribiError
from claribi.sources.connections import explained
from claribi.sources.history import end_unchanged
from claribi.sources.ingest import Ingest
from claribi.sources.models import DataSource, SourceVersion
from claribi.sources.sync import Step
from claribi.sources.versions import drop, drop_old, fail, folder_of, tell_progress
from claribi.sources.web.download import Fetched, Known
from claribi.sources.web.reader import WebReader
from claribi.sources.web.settings import WebConnection


class Fetching:
    """The job behind a source on the web. What it made before a kill is made anew.

    Args:
        max_upload_mb: Largest file for tiers that leave it to the operator.
    """

    def __init__(
        self, database: Database, blobs: BlobStore, reader: WebReader, ingest: Ingest, *, max_upload_mb: int
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._reader = reader
        self._ingest = ingest
        self._max_upload_mb = max_upload_mb

    def run(self, organization_id: int, source_id: int, load_id: int | None, step: Step) -> int | None:
        """Copy a source and serve the copy; its id, None where nothing new is served."""
        version_id = step("plan", lambda: self._plan(organization_id, source_id))
        if version_id is None:
            return None
        try:
            if not step("fetch", lambda: self._fetch(organization_id, source_id, version_id, load_id)):
                return None
            served: int | None = step(
                "convert", lambda: self._ingest.run(organization_id, version_id, load_id)
            )
            return served
        finally:
            step("tidy", lambda: self._tidy(organization_id, source_id, version_id))

    def _plan(self, organization_id: int, source_id: int) -> int | None:
        """A version to fill; None where the source is gone."""
        with self._database.write(organization_id) as session:
            source = session.get(DataSource, source_id)
            if source is None:
                return None
            version = SourceVersion(source_id=source_id, content_hash="", files=[])
            session.add(version)
            session.flush()
            table = (source.connection or {}).get("table") or source.name
            tell_progress(session, source_id, {"table": table, "done": 0, "tables": 1})
            return version.id

    def _fetch(self, organization_id: int, source_id: int, version_id: int, load_id: int | None) -> bool:
        """Fetch the file of a version; whether there is anything new to import."""
        with self._database.read(organization_id) as session:
            source = session.get(DataSource, source_id)
            served = session.get(SourceVersion, source.current_version_id or 0) if source else None
            max_mb = tier(session.get_one(Organization, organization_id).tier).file_size_mb
        if source is None:
            return False
        before: dict[str, Any] = served.files[0] if served and served.files else {}
        folder = folder_of(organization_id, source_id)
        key, kept = f"{folder}/incoming/{version_id}", self._blobs.path(f"{folder}/kept")
        path = self._blobs.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        # The same answer to another question is news.
        asked = _printed(source)
        known = Known(**before["known"]) if before.get("asked") == asked else Known()
        try:
            connection = self._reader.settings(source)
            limit = (max_mb or self._max_upload_mb) * 1024**2
            fetched = self._reader.fetch(connection, path, kept, known, limit)
        except Exception as error:
            self._blobs.delete(key)
            self._fail(organization_id, source_id, explained(error), load_id)
            if isinstance(error, ClaribiError):
                return False
            raise
        if fetched is None or (served and served.content_hash == _hash(asked, fetched)):
            self._blobs.delete(key)
            self._confirm(organization_id, source_id, load_id)
            return False
        said = {"asked": asked, "known": asdict(fetched.known), "notes": list(fetched.notes)}
        with self._database.write(organization_id) as session:
            version = session.get(SourceVersion, version_id)
            if version is None:
                # The source was deleted meanwhile.
                self._blobs.delete(key)
                return False
            version.files = [file | said for file in _files(connection, fetched, key)]
            version.content_hash = _hash(asked, fetched)
        return True

    def _confirm(self, organization_id: int, source_id: int, load_id: int | None) -> None:
        """What is served is what is there."""
        with self._database.write(organization_id) as session:
            source = session.get(DataSource, source_id)
            if source is not None:
                end_unchanged(session, load_id, source)
                source.error_message = None
                source.last_synced_at = utc_now()

    def _fail(self, organization_id: int, source_id: int, message: str, load_id: int | None) -> None:
        with self._database.write(organization_id) as session:
            source = session.get(DataSource, source_id)
            if source is not None:
                fail(session, source, message, load_id)

    def _tidy(self, organization_id: int, source_id: int, version_id: int) -> None:
        """Drop what was fetched, the version if it came to nothing, and those that nobody reads any more."""
        self._blobs.delete(f"{folder_of(organization_id, source_id)}/incoming/{version_id}")
        with self._database.write(organization_id) as session:
            source = session.get(DataSource, source_id)
            version = session.get(SourceVersion, version_id)
            if source is None:
                # What came after it was deleted.
                self._blobs.delete_all(folder_of(organization_id, source_id))
                return
            source.progress = None
            if version is not None and source.current_version_id != version_id:
                drop(session, self._blobs, version)
            drop_old(session, self._blobs, source)


def _files(connection: WebConnection, fetched: Fetched, key: str) -> list[dict[str, Any]]:
    """What is imported, each by itself."""
    if not fetched.tables:
        return [{"name": f"{connection.table}{fetched.ending}", "key": key, "size": fetched.size}]
    return [
        {"name": name or connection.table, "key": f"{key}/{number}", "size": size}
        for number, (name, size) in enumerate(fetched.tables.items())
    ]


def _printed(source: DataSource) -> str:
    """What is asked and how, in short."""
    return hashlib.sha256(msgspec.json.encode(source.connection, order="sorted")).hexdigest()


def _hash(asked: str, fetched: Fetched) -> str:
    return hashlib.sha256(f"{asked} {fetched.sha256}".encode()).hexdigest()
