"""Copies of a database's tables in our own files: made whole, counted, and only then served."""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

from claribi.core.blobs import BlobStore
from claribi.core.database import Database
from claribi.core.errors import ClaribiError, SourceUnavailable
from claribi.sources.catalog import Column
from claribi.sources.connections import Connections, explained
from claribi.sources.connectors.base import Copied, FoundTable
from claribi.sources.history import end_unchanged
from claribi.sources.incremental import Merger, brought_up_to_date, increment_of
from claribi.sources.ingest import Convert
from claribi.sources.models import SYNCED, DataSource, SourceTable, SourceVersion
from claribi.sources.versions import drop, drop_old, fail, folder_of, serve, tell_progress

# How long the copy of one table may take.
TABLE_SECONDS = 4 * 3600.0
Step = Callable[[str, Callable[[], Any]], Any]


class Sync:
    """The job that copies. Each table is a step, so that a kill costs no table that was done."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        connections: Connections,
        convert: Convert,
        merger: Merger,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._connections = connections
        self._convert = convert
        self._merger = merger

    def run(self, organization_id: int, source_id: int, load_id: int | None, step: Step) -> int | None:
        """Copy a source and serve the copy; its id, None where that failed and the old copy stays."""
        plan: dict[str, Any] | None = None
        try:
            plan = step("plan", lambda: self._plan(organization_id, source_id))
            if plan is None:
                return None
            copied = [
                step(f"copy {number}", partial(self._copy, organization_id, source_id, plan, number))
                for number in range(len(plan["tables"]))
            ]
        except Exception as error:
            message = explained(error)
            version_id = plan["version_id"] if plan else None
            step("fail", lambda: self._fail(organization_id, source_id, version_id, message, load_id))
            if isinstance(error, ClaribiError):
                return None
            raise
        version_id = plan["version_id"]
        step("serve", lambda: self._serve(organization_id, source_id, version_id, copied, load_id))
        return source_id

    def _plan(self, organization_id: int, source_id: int) -> dict[str, Any] | None:
        """A version to fill, and the tables that go into it."""
        source = self._source(organization_id, source_id)
        if source is None:
            return None
        connector = self._connections.of(source)
        wanted = set((source.sync or {}).get("tables") or ())
        found = [table for table in connector.tables() if not wanted or connector.called(table) in wanted]
        missing = wanted - {connector.called(table) for table in found}
        if missing or not found:
            what = (
                f"table {', '.join(sorted(missing))} there"
                if missing
                else "table there that the user may read"
            )
            raise SourceUnavailable(f"There is no {what}")
        with self._database.write(organization_id) as session:
            version = SourceVersion(source_id=source_id, content_hash="", files=[])
            session.add(version)
            session.flush()
            return {"version_id": version.id, "tables": [msgspec.to_builtins(table) for table in found]}

    def _copy(
        self, organization_id: int, source_id: int, plan: dict[str, Any], number: int
    ) -> dict[str, Any] | None:
        """Copy one table into the version's folder: what `SourceTable` is made from."""
        source = self._source(organization_id, source_id)
        if source is None or source.mode != SYNCED:
            # Nobody wants the copy any more; what there is of it goes when it would be served.
            return None
        found = msgspec.convert(plan["tables"][number], FoundTable)
        connector = self._connections.of(source)
        name = connector.called(found)
        with self._database.write(organization_id) as session:
            tell_progress(session, source_id, {"table": name, "done": number, "tables": len(plan["tables"])})
        folder = self._blobs.path(f"{folder_of(organization_id, source_id)}/{plan['version_id']}/{number}")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        raw = folder.with_suffix(".copy")
        try:
            count = self._up_to_date(source, found, name, raw) or self._written(source, found, raw)
            columns, file = self._columns(found, raw, folder, count)
        finally:
            raw.unlink(missing_ok=True)
        return {
            "name": name,
            "key": str(file.resolve().relative_to(self._blobs.root.resolve())),
            "schema": found.schema,
            "physical": found.name,
            "comment": found.comment,
            "row_count": count,
            "columns": [asdict(column) for column in columns],
            "primary_key": found.primary_key,
            "relations": [asdict(relation) for relation in found.relations],
        }

    def _up_to_date(self, source: DataSource, found: FoundTable, name: str, file: Path) -> int | None:
        """Write the old copy with what is new since; how many rows, None where a whole copy is needed."""
        increment = increment_of(found, ((source.sync or {}).get("incremental") or {}).get(name))
        connector = self._connections.of(source)
        old = self._old_copy(source, found, name)
        if increment is None or old is None or not connector.copies_since:
            return None
        from claribi.sources.connectors.arrow import copy  # noqa: PLC0415 - Arrow is loaded for copies only

        def write(copied: Copied) -> tuple[int, Path]:
            fresh = file.with_suffix(".fresh")
            return copy(found.columns, copied.batches, fresh), fresh

        brought = brought_up_to_date(connector, found, increment, old, self._merger, write, TABLE_SECONDS)
        if brought is None:
            return None
        count, merged = brought
        shutil.move(merged, file)
        return count

    def _old_copy(self, source: DataSource, found: FoundTable, name: str) -> Path | None:
        """The file that is served now, if its columns are still those of the table."""
        with self._database.read(source.organization_id) as session:
            old = session.scalar(
                select(SourceTable).where(
                    SourceTable.version_id == source.current_version_id, SourceTable.name == name
                )
            )
        if old is None or not old.key or not old.row_count:
            return None
        same = [c["name"] for c in old.columns] == [c.name for c in found.columns]
        path = self._blobs.path(old.key)
        return path if same and path.exists() else None

    def _written(self, source: DataSource, found: FoundTable, file: Path) -> int:
        from claribi.sources.connectors.arrow import copy  # noqa: PLC0415 - Arrow is loaded for copies only

        with self._connections.of(source).copied(found, TABLE_SECONDS) as copied:
            count = copy(found.columns, copied.batches, file)
        if count != copied.count:
            raise SourceUnavailable(
                f"Of the {copied.count:,} rows of table {found.name} only {count:,} came; nothing was changed"
            )
        return count

    def _columns(self, found: FoundTable, raw: Path, folder: Path, count: int) -> tuple[list[Column], Path]:
        """What is in the columns, and the file that is served."""
        comments = {column.name: column.comment for column in found.columns}
        if count == 0:
            file = folder / "empty.parquet"
            shutil.copyfile(raw, file)
            columns = [Column(c.name, c.type, "dimension", c.native_type) for c in found.columns]
        else:
            [converted] = self._convert(raw, "table.parquet", folder).tables
            file, columns = converted.file, converted.columns
        return [replace(column, comment=comments.get(column.name, "")) for column in columns], file

    def _serve(
        self,
        organization_id: int,
        source_id: int,
        version_id: int,
        tables: Sequence[dict[str, Any] | None],
        load_id: int | None,
    ) -> None:
        with self._database.write(organization_id) as session:
            source = session.get(DataSource, source_id)
            version = session.get(SourceVersion, version_id)
            if source is None or version is None:
                self._blobs.delete_all(folder_of(organization_id, source_id))
                return
            if source.mode != SYNCED or (source.current_version_id or 0) > version_id:
                # Meanwhile it is wanted live, or a copy that began later was faster.
                source.progress = None
                drop(session, self._blobs, version)
                end_unchanged(session, load_id, source, "The source is read in another way by now")
                return
            version.content_hash = hashlib.sha256(f"sync {source_id} {version_id}".encode()).hexdigest()
            copies = [SourceTable(**table, rejected=[], notes=[]) for table in tables if table is not None]
            serve(session, source, version, copies, load_id)
            source.progress = None
            drop_old(session, self._blobs, source)

    def _fail(
        self,
        organization_id: int,
        source_id: int,
        version_id: int | None,
        message: str,
        load_id: int | None,
    ) -> None:
        with self._database.write(organization_id) as session:
            source = session.get(DataSource, source_id)
            if source is not None:
                source.progress = None
                if version := session.get(SourceVersion, version_id or 0):
                    drop(session, self._blobs, version)
                fail(session, source, message, load_id)

    def _source(self, organization_id: int, source_id: int) -> DataSource | None:
        with self._database.read(organization_id) as session:
            return session.get(DataSource, source_id)
