"""Records of a web service: page after page onto our disk, as one JSON array that the file importer reads.

An array, not JSON lines: a single record that holds a list of its own would be taken for a wrapper.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from claribi.core.errors import PayloadTooLarge, SourceUnavailable, ValidationFailed
from claribi.sources.web.download import HEAD, Fetched, Known, refuse_page
from claribi.sources.web.errors import NothingThere
from claribi.sources.web.settings import Rest

if TYPE_CHECKING:
    import httpx

    from claribi.sources.web.client import WebClient
    from claribi.sources.web.paging import Page

MAX_PAGE_MB = 32
FIELDS_SHOWN = 8


def download_records(client: "WebClient", connection: Rest, file: Path, max_bytes: int) -> Fetched:
    """Write the records of all pages.

    Raises:
        PayloadTooLarge, ValidationFailed, SourceUnavailable: They can't be had; the message says what to do.
    """
    notes: list[str] = []
    with file.open("wb") as out:
        array = _Array(out, max_bytes)
        for page in _pages(client, connection, notes):
            room = connection.max_rows - array.count
            array.write(page.records[:room])
            if len(page.records) > room:
                notes.append(f"Only the first {array.count:,} records were read; raise max_rows for more")
                break
        array.end()
    if not array.count:
        raise ValidationFailed(
            f"There are no records at {connection.rows or 'the top of the answer'}; check rows and query"
        )
    return Fetched(".json", array.size, array.digest.hexdigest(), Known(), tuple(notes))


def look_at_records(client: "WebClient", connection: Rest) -> str:
    """What there is, from the first page of it."""
    page = next(_pages(client, connection, []))
    fields: list[str] = []
    if page.records:
        record = msgspec.json.decode(page.records[0])
        fields = list(record)[:FIELDS_SHOWN] if isinstance(record, dict) else []
    what = f" with {', '.join(fields)}" if fields else ""
    return f"{page.address.host}: {len(page.records):,} records on the first page{what}"


def _pages(client: "WebClient", connection: Rest, notes: list[str]) -> Iterator["Page"]:
    """One page after the other; why there are no more of them goes into the notes."""
    from claribi.sources.web.paging import first_address, next_address  # noqa: PLC0415 - httpx is slow

    address = first = first_address(connection)
    before: list[msgspec.Raw] = []
    count = 0
    for number in range(1, connection.max_pages + 1):
        try:
            page = _page(client, address, connection.rows)
        except NothingThere:
            # Some hosts have no empty page behind the last one.
            if number > 1 and connection.pages and connection.pages.type == "page":
                return
            raise
        if page.records and page.records == before:
            raise SourceUnavailable(
                f"Page {number} is the same as the page before it; check how pages are asked for"
            )
        yield page
        before, count = page.records, count + len(page.records)
        following = next_address(connection.pages, first, page, number, count)
        if following is None:
            return
        address = following
    notes.append(f"Only the first {connection.max_pages:,} pages were read; raise max_pages for more")


def _page(client: "WebClient", address: "httpx.URL", rows: str) -> "Page":
    from claribi.sources.web.paging import page_of  # noqa: PLC0415 - as above

    with client.get(str(address), {"Accept": "application/json"}) as response:
        content = bytearray()
        for piece in response.iter_bytes():
            content += piece
            if len(content) > MAX_PAGE_MB * 1024**2:
                raise PayloadTooLarge(
                    f"{address.host} sends more than {MAX_PAGE_MB} MB on one page; ask for smaller pages"
                )
        refuse_page(response, bytes(content[:HEAD]))
        next_link = response.links.get("next", {}).get("url", "")
        return page_of(response.url, next_link, bytes(content), rows)


class _Array:
    """A JSON array that is written record by record, counted and hashed."""

    def __init__(self, out: BinaryIO, max_bytes: int) -> None:
        self._out = out
        self._max_bytes = max_bytes
        self.count = 0
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, records: list[msgspec.Raw]) -> None:
        for record in records:
            self._add((b",\n" if self.count else b"[\n") + bytes(record))
            self.count += 1

    def end(self) -> None:
        self._add(b"\n]\n" if self.count else b"[]\n")

    def _add(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self._max_bytes:
            raise PayloadTooLarge(
                f"The records are more than the {self._max_bytes // 1024**2:,} MB allowed; ask for fewer"
            )
        self.digest.update(piece)
        self._out.write(piece)
