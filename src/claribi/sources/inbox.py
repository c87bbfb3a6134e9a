"""Files on their way in."""

import hashlib
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from claribi.core.blobs import BlobStore
from claribi.core.clock import utc_now
from claribi.core.errors import FieldProblem, PayloadTooLarge, ValidationFailed
from claribi.sources.formats import engine_of

CHUNK = 1024 * 1024
# A file that isn't whole yet. A server that was killed leaves it behind.
PART = ".part"
ABANDONED_SECONDS = 24 * 3600
MAX_FILES = 20


class Inbox:
    """Writes files into the blob store as they come in, counts and hashes them.

    As a context manager, it drops them when something goes wrong.

    Attributes:
        files: Name, blob key and size in bytes of each.
    """

    def __init__(self, blobs: BlobStore, organization_id: int, user_id: int, *, allowed: int) -> None:
        self.files: list[dict[str, Any]] = []
        self._blobs = blobs
        self._batch = f"{organization_id}/uploads/{utc_now().strftime('%Y%m%d%H%M%S%f')}-{user_id}"
        self._allowed = allowed
        self._digest = hashlib.sha256()
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finish()
        if error is not None:
            for file in self.files:
                self._blobs.delete(file["key"])
                self._blobs.delete(file["key"] + PART)

    @property
    def engine(self) -> str:
        """What reads the files, by the first one's name; ValidationFailed when there is none."""
        if not self.files:
            message = "send at least one file in the field file"
            raise ValidationFailed(message, details=[FieldProblem("file", message)])
        return engine_of(self.files[0]["name"])

    @property
    def stem(self) -> str:
        """The first file's name without its ending."""
        return Path(self.files[0]["name"]).stem

    @property
    def content_hash(self) -> str:
        """SHA-256 of all contents, in their order."""
        return self._digest.hexdigest()

    def open(self, filename: str) -> None:
        """Begin a file; ValidationFailed where nothing reads its kind."""
        engine_of(filename)
        if len(self.files) >= MAX_FILES:
            message = f"send at most {MAX_FILES} files at once"
            raise ValidationFailed(message, details=[FieldProblem("file", message)])
        key = f"{self._batch}/{len(self.files)}"
        path = self._blobs.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.files.append({"name": filename, "key": key, "size": 0})
        self._file = path.with_suffix(PART).open("wb")

    def write(self, block: bytes) -> None:
        """Take the next of the file that is open; PayloadTooLarge where it becomes too much."""
        if self._file is None:
            raise RuntimeError("no file is open")
        file = self.files[-1]
        file["size"] += len(block)
        if file["size"] > self._allowed:
            limit = f"{self._allowed // 1024**2:,} MB"
            raise PayloadTooLarge(f"{file['name']} is larger than the {limit} allowed")
        self._digest.update(block)
        self._file.write(block)

    def close(self) -> None:
        """End the file that is open; ValidationFailed where nothing was in it."""
        self._finish()
        file = self.files[-1]
        path = self._blobs.path(file["key"])
        path.with_suffix(PART).rename(path)
        if not file["size"]:
            message = f"{file['name']} is empty"
            raise ValidationFailed(message, details=[FieldProblem("file", "the file is empty")])

    def add(self, filename: str, content: BinaryIO) -> Self:
        """Take a whole file."""
        self.open(filename)
        while block := content.read(CHUNK):
            self.write(block)
        self.close()
        return self

    def _finish(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def drop_abandoned(blobs: BlobStore) -> int:
    """Delete parts of files that nobody has sent on for a day, and empty folders; how many parts."""
    before = time.time() - ABANDONED_SECONDS
    parts = [path for path in blobs.root.glob(f"*/uploads/*/*{PART}") if path.stat().st_mtime < before]
    for path in parts:
        path.unlink(missing_ok=True)
    for folder in blobs.root.glob("*/uploads/*"):
        with suppress(OSError):  # there are files in it, or another worker was faster
            if folder.stat().st_mtime < before:
                folder.rmdir()
    return len(parts)
