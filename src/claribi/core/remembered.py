"""What was read from the metadata database, kept as long as nothing in the database has changed."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from claribi.core.database import Database

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """Values by their key. Any commit, in whichever process, forgets them all.

    So nothing here is ever older than the database, and a revoked key opens nothing. Where the database can't
    tell of its commits (`Database.version`), nothing is kept.

    Args:
        most: How many are kept; with one more all are forgotten.
    """

    def __init__(self, database: Database, most: int) -> None:
        self._database = database
        self._most = most
        self._lock = Lock()
        self._version: int | None = None
        self._kept: dict[Key, Value] = {}

    def version(self) -> int | None:
        """What is kept of what is read from here on."""
        return self._database.version()

    def recall(self, key: Key) -> Value | None:
        """What is known of a key without reading."""
        version = self._database.version()
        with self._lock:
            return self._kept.get(key) if version is not None and version == self._version else None

    def get(self, key: Key, read: Callable[[], Value]) -> Value:
        """What is known of a key, read where it is not."""
        # Seen before the reading: what is committed meanwhile forgets what is read now.
        version = self._database.version()
        with self._lock:
            if version is not None and version == self._version and key in self._kept:
                return self._kept[key]
        value = read()
        self.keep(key, value, version)
        return value

    def keep(self, key: Key, value: Value, version: int | None) -> None:
        """Keep what was read.

        Args:
            version: Of the database, from before the reading.
        """
        if version is None:
            return
        with self._lock:
            if version != self._version or len(self._kept) >= self._most:
                self._version, self._kept = version, {}
            self._kept[key] = value
