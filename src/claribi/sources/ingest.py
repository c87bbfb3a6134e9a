"""How the files of an upload become the tables of a version."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import msgspec

from claribi.core.blobs import BlobStore
from claribi.core.database import Database
from claribi.core.errors import ClaribiError
from claribi.sources.files.messages import ConvertedFile
from claribi.sources.history import end_unchanged
from claribi.sources.models import DataSource, SourceTable, SourceVersion
from claribi.sources.versions import fail, folder_of, serve

INGEST = "sources.ingest"

# (file, its name as uploaded, folder for the Parquet files) -> its tables
Convert = Callable[[Path, str, Path], ConvertedFile]


class Ingest:
    """The job behind an upload. It may run again after a kill: what it made before is made anew."""

    def __init__(self, database: Database, blobs: BlobStore, convert: Convert) -> None:
        self._database = database
        self._blobs = blobs
        self._convert = convert

    def run(self, organization_id: int, version_id: int, load_id: int | None) -> int | None:
        """Make a version's files tables and serve it; its source's id, None when they can't be read."""
        with self._database.read(organization_id) as session:
            version = session.get(SourceVersion, version_id)
            source = session.get(DataSource, version.source_id) if version else None
        if version is None or source is None:
            return None
        if source.current_version_id == version.id:
            self._drop_uploads(version)
            return source.id
        folder = f"{folder_of(organization_id, source.id)}/{version.id}"
        self._blobs.delete_all(folder)
        try:
            tables = self._tables(version, folder)
        except Exception as error:
            self._blobs.delete_all(folder)
            self._fail(organization_id, version, _message(error), load_id)
            if isinstance(error, ClaribiError):
                return None
            raise
        self._serve(organization_id, version, tables, load_id)
        return source.id

    def _tables(self, version: SourceVersion, folder: str) -> list[SourceTable]:
        tables: list[SourceTable] = []
        for file in version.files:
            output = self._blobs.path(f"{folder}/{len(tables)}")
            output.mkdir(parents=True, exist_ok=True)
            converted = self._convert(self._blobs.path(file["key"]), file["name"], output)
            for table in converted.tables:
                name = unique_name(table.name, {t.name for t in tables})
                tables.append(
                    SourceTable(
                        name=name,
                        key=self._key(table.file),
                        row_count=table.row_count,
                        columns=[asdict(column) for column in table.columns],
                        rejected_count=table.rejected_count,
                        rejected=[msgspec.structs.asdict(row) for row in table.rejected],
                        rejected_key=self._key(table.rejected_file) if table.rejected_file else None,
                        notes=[*file.get("notes", ()), *table.notes],
                    )
                )
        return tables

    def _key(self, file: Path) -> str:
        return str(file.resolve().relative_to(self._blobs.root.resolve()))

    def _serve(
        self,
        organization_id: int,
        version: SourceVersion,
        tables: list[SourceTable],
        load_id: int | None,
    ) -> None:
        with self._database.write(organization_id) as session:
            source = session.get(DataSource, version.source_id)
            kept = session.get(SourceVersion, version.id)
            if source is None or kept is None or (source.current_version_id or 0) > kept.id:
                # Deleted meanwhile, or a version that came later was faster.
                if source is not None:
                    end_unchanged(session, load_id, source, "A load that began later is served instead")
                self._blobs.delete_all(f"{folder_of(organization_id, version.source_id)}/{version.id}")
                self._drop_uploads(version)
                return
            serve(session, source, kept, tables, load_id)
        self._drop_uploads(version)

    def _fail(self, organization_id: int, version: SourceVersion, message: str, load_id: int | None) -> None:
        with self._database.write(organization_id) as session:
            source = session.get(DataSource, version.source_id)
            if source is not None:
                fail(session, source, message, load_id)
        self._drop_uploads(version)

    def _drop_uploads(self, version: SourceVersion) -> None:
        for file in version.files:
            self._blobs.delete(file["key"])


def _message(error: Exception) -> str:
    return (
        error.message
        if isinstance(error, ClaribiError)
        else "The server could not read the file; its log says why. Try once more, or send another format."
    )


def unique_name(name: str, taken: set[str]) -> str:
    """What a table is called in its source, where another has its name already."""
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name}_{number}"
    return unique
