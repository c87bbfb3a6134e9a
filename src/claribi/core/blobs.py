"""The blob store: files by key, in the data directory or wherever obstore reaches."""

import shutil
from pathlib import Path

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore


class BlobStore:
    """Immutable files by key. A key is written once; what is read never changes under the reader."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self._store = LocalStore(prefix=root)

    def put(self, key: str, content: bytes) -> None:
        obstore.put(self._store, key, content)

    def adopt(self, key: str, file: Path) -> None:
        """Move a finished file of ours into the store, without reading it where the disk is the same."""
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(file, target)

    def get(self, key: str) -> bytes:
        """The whole content; KeyError when there is none."""
        try:
            return bytes(obstore.get(self._store, key).bytes())
        except (NotFoundError, FileNotFoundError):
            raise KeyError(key) from None

    def path(self, key: str) -> Path:
        """Where a file that must be opened by name lies, for the engine."""
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise KeyError(key)
        return path

    def delete(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def delete_all(self, prefix: str) -> None:
        """Delete every blob below `prefix`, which must be a whole folder."""
        shutil.rmtree(self.path(prefix), ignore_errors=True)
