"""The blob store: files by key, in the data directory or wherever obstore reaches."""

import shutil
from pathlib import Path

import obstore
from obstore.store import LocalStore


class BlobStore:
    """Immutable files by key. A key is written once; what is read never changes under the reader."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self._store = LocalStore(prefix=root)

    def put(self, key: str, content: bytes) -> None:
        obstore.put(self._store, key, content)

    def path(self, key: str) -> Path:
        """Where a file that must be opened by name lies, for the engine."""
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise KeyError(key)
        return path

    def delete(self, key: str) -> None:
        """Delete what a key leads to, a folder as well."""
        path = self.path(key)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    def delete_all(self, prefix: str) -> None:
        """Delete every blob below `prefix`, which must be a whole folder."""
        shutil.rmtree(self.path(prefix), ignore_errors=True)
