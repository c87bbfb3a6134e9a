"""Files of an object store onto our disk: all or none, within their limits, and only when one is new."""

import hashlib
import shutil
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from claribi.core.errors import PayloadTooLarge, SourceUnavailable, ValidationFailed
from claribi.sources.web.download import CHUNK, Fetched, Known
from claribi.sources.web.stores.choice import (
    SHOWN,
    folder_of,
    matching,
    nothing_there,
    place_of,
    prefix_of,
    readable,
    tables_of,
)
from claribi.sources.web.stores.settings import StoredConnection
from claribi.sources.web.stores.store import GOOD, Found, Store, host_of, listed, refusal, store_of

if TYPE_CHECKING:
    import httpx

    from claribi.sources.web.client import WebClient

MAX_LISTED = 200_000
GZIP = b"\x1f\x8b"
GZIP_WINDOW = 31


def look_at_store(client: "WebClient", connection: StoredConnection) -> str:
    """Which files there are.

    Raises:
        ValidationFailed, SourceUnavailable: None that can be read; the message says what to do.
    """
    store = store_of(connection)
    files = _chosen(client, connection, store)
    tables_of(connection, files)
    shown = ", ".join(f"{each.key} ({each.size:,} bytes)" for each in files[:SHOWN])
    more = f" and {len(files) - SHOWN:,} more" if len(files) > SHOWN else ""
    total = sum(each.size for each in files)
    count = "1 file" if len(files) == 1 else f"{len(files):,} files"
    return f"{connection.bucket} on {host_of(store)}: {count}, {total:,} bytes: {shown}{more}"


def download_store(
    client: "WebClient", connection: StoredConnection, folder: Path, kept: Path, known: Known, max_bytes: int
) -> Fetched | None:
    """Write the files into a folder, one folder a table; None where all are those that are known.

    Args:
        kept: A folder with the files of last time, which are not sent again as long as they are the same.

    Raises:
        PayloadTooLarge, ValidationFailed, SourceUnavailable: They can't be had; the message says what to do.
    """
    store = store_of(connection)
    files = _chosen(client, connection, store)
    tables = tables_of(connection, files)
    printed = _printed(store, files)
    if printed == known.etag:
        return None
    total = sum(each.size for each in files)
    if total > max_bytes:
        raise _too_large(f"The {len(files):,} files are {total // 1024**2:,} MB together", max_bytes)
    # What is left of a copy that was killed.
    shutil.rmtree(folder, ignore_errors=True)
    copying = _Copying(client, connection, store, kept, max_bytes)
    sizes: dict[str, int] = {}
    for number, table in enumerate(tables):
        before = copying.size
        for place, each in enumerate(table.files):
            copying.bring(each, folder / str(number) / place_of(place, each.key))
        sizes[table.name] = copying.size - before
    _forget(kept, {_printed(store, [each]) for each in files})
    return Fetched("", copying.size, printed, Known(printed), tables=sizes)


@dataclass
class _Copying:
    """Files on their way.

    Attributes:
        size: Of those that came so far, unpacked.
    """

    client: "WebClient"
    connection: StoredConnection
    store: Store
    kept: Path
    max_bytes: int
    size: int = 0

    def bring(self, wanted: Found, file: Path) -> None:
        """Have a file at its place, from the store unless it was kept."""
        for folder in (file.parent, self.kept):
            folder.mkdir(parents=True, exist_ok=True)
        copy = self.kept / _printed(self.store, [wanted])
        if not copy.exists():
            self._download(wanted, file)
            file.replace(copy)
        # Two names of one file, which takes its room once.
        file.hardlink_to(copy)
        self._check_room(file.stat().st_size)
        self.size += file.stat().st_size

    def _download(self, wanted: Found, file: Path) -> None:
        """Write a file, unpacked if it is packed."""
        address = self.store.address(wanted.key)
        with self.client.ask(address, self.store.proof(address)) as response, file.open("wb") as out:
            if response.status_code != GOOD:
                raise refusal(self.connection, response)
            _check_version(response, wanted)
            for piece in _unpacked(response.iter_bytes(CHUNK), wanted.key):
                out.write(piece)
                self._check_room(out.tell())
            _check_whole(response, wanted)

    def _check_room(self, more: int) -> None:
        if self.size + more > self.max_bytes:
            raise _too_large("The files, unpacked, are larger together", self.max_bytes)


def _forget(kept: Path, wanted: set[str]) -> None:
    """Delete the files that are there no more, or were changed."""
    for copy in kept.iterdir():
        if copy.name not in wanted:
            copy.unlink()


def _chosen(client: "WebClient", connection: StoredConnection, store: Store) -> list[Found]:
    found: list[Found] = []
    prefix = prefix_of(connection.path)
    for page in listed(client, connection, store, prefix):
        found += page
        if len(found) > MAX_LISTED:
            raise ValidationFailed(
                f"There are more than {MAX_LISTED:,} files in {prefix or connection.bucket}; "
                "narrow path, whose part before the first * is what is looked through"
            )
    fitting = matching(connection, found)
    if not fitting:
        near = found or _neighbours(client, connection, store)
        raise nothing_there(connection.path, connection.bucket, [each.key for each in near])
    return readable(connection, fitting)


def _neighbours(client: "WebClient", connection: StoredConnection, store: Store) -> list[Found]:
    """Some files of the folder, or else of the bucket."""
    for prefix in dict.fromkeys((folder_of(connection.path), "")):
        if page := next(listed(client, connection, store, prefix), []):
            return page
    return []


def _printed(store: Store, files: Sequence[Found]) -> str:
    """Which files in which versions, in short."""
    lines = "\n".join(f"{store.root} {each.key} {each.size} {each.etag}" for each in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def _check_version(response: "httpx.Response", wanted: Found) -> None:
    etag = response.headers.get("etag", "").removeprefix("W/").strip('"')
    if etag and etag != wanted.etag:
        raise SourceUnavailable(f"{wanted.key} was changed while it was copied; copy again")


def _check_whole(response: "httpx.Response", wanted: Found) -> None:
    came = response.num_bytes_downloaded
    if came != wanted.size and not response.headers.get("content-encoding"):
        raise SourceUnavailable(f"Of the {wanted.size:,} bytes of {wanted.key} {came:,} came; copy again")


def _unpacked(pieces: Iterator[bytes], key: str) -> Iterator[bytes]:
    """The pieces of a file; of what is packed with gzip, those of the file inside."""
    first = next(pieces, b"")
    if not first.startswith(GZIP):
        yield first
        yield from pieces
        return
    yield from _gunzipped(chain((first,), pieces), key)


def _gunzipped(pieces: Iterable[bytes], key: str) -> Iterator[bytes]:
    """A piece at a time, however much a small piece unpacks to."""
    unpacking = zlib.decompressobj(GZIP_WINDOW)
    try:
        for piece in pieces:
            left = piece
            while left:
                if unpacking.eof:
                    # Parts that were packed each by itself may follow one another.
                    unpacking = zlib.decompressobj(GZIP_WINDOW)
                yield unpacking.decompress(left, CHUNK)
                left = unpacking.unconsumed_tail or unpacking.unused_data
        yield unpacking.flush()
    except zlib.error:
        raise ValidationFailed(f"{key} is packed with gzip and damaged; pack it again") from None
    if not unpacking.eof:
        raise ValidationFailed(f"{key} is packed with gzip and breaks off; pack it again")


def _too_large(what: str, max_bytes: int) -> PayloadTooLarge:
    return PayloadTooLarge(
        f"{what}, more than the {max_bytes // 1024**2:,} MB allowed; choose fewer with path"
    )
