"""A file of the web onto our disk: whole, within its limits, and only when it is a new one."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from claribi.core.errors import PayloadTooLarge, ValidationFailed
from claribi.sources.formats import ENGINES
from claribi.sources.web.errors import WebPage

if TYPE_CHECKING:
    import httpx

    from claribi.sources.web.client import WebClient

CHUNK = 256 * 1024
HEAD = 1024
NOT_MODIFIED = 304
ENDING_OF_TYPE = {
    "text/csv": ".csv",
    "application/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel.sheet.binary.macroenabled.12": ".xlsb",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.apache.parquet": ".parquet",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the host said of the file that is served now."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was written, or a folder of files.

    Attributes:
        ending: What it is, as in `.csv`; empty where nobody said.
        notes: What its readers should know, in sentences.
        tables: Where it is a folder, the tables in its folders `0`, `1`, … and their sizes; one without a
            name is called as the source says.
    """

    ending: str
    size: int
    sha256: str
    known: Known
    notes: tuple[str, ...] = ()
    tables: dict[str, int] = field(default_factory=dict)


def download(client: "WebClient", address: str, file: Path, known: Known, max_bytes: int) -> Fetched | None:
    """Write the file of an address; None where it is the one that is known.

    Raises:
        PayloadTooLarge, ValidationFailed, SourceUnavailable: It can't be had; the message says what to do.
    """
    with client.get(address, known.headers()) as response:
        if response.status_code == NOT_MODIFIED:
            return None
        digest, size = hashlib.sha256(), 0
        with file.open("wb") as out:
            for chunk in _body(response, max_bytes):
                size += len(chunk)
                digest.update(chunk)
                out.write(chunk)
        if size == 0:
            raise ValidationFailed(f"{response.url.host} sends an empty file; check the address")
        said = Known(response.headers.get("etag", ""), response.headers.get("last-modified", ""))
        return Fetched(ending_of(address, response), size, digest.hexdigest(), said)


def look(client: "WebClient", address: str) -> str:
    """What there is at an address, from the beginning of it."""
    with client.get(address) as response:
        next(_body(response, HEAD, whole=False), b"")
        length = response.headers.get("content-length", "")
        size = f", {int(length):,} bytes" if length.isdecimal() else ""
        kind = ending_of(address, response).lstrip(".") or media_type(response) or "a file"
        return f"{response.url.host}: {kind}{size}"


def _body(response: "httpx.Response", max_bytes: int, *, whole: bool = True) -> Iterator[bytes]:
    """The pieces of a body, as long as it is no web page and not too large."""
    size, head = 0, b""
    for chunk in response.iter_bytes(CHUNK if whole else HEAD):
        if not size:
            head = chunk[:HEAD]
            refuse_page(response, head)
        size += len(chunk)
        if whole and size > max_bytes:
            raise PayloadTooLarge(
                f"{response.url.host} sends more than the {max_bytes // 1024**2:,} MB allowed for a file"
            )
        yield chunk


def refuse_page(response: "httpx.Response", head: bytes) -> None:
    """Raise ValidationFailed for a page that people should see: a sign-in, a viewer, an error."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")) or (
        start.startswith(b"<") and media_type(response) in {"text/html", "application/xhtml+xml"}
    ):
        raise WebPage(
            f"{response.url.host} answers with a web page, not with data; use the address of the file "
            "itself, and auth if one has to sign in"
        )


def ending_of(address: str, response: "httpx.Response") -> str:
    """What a file is: by its name where that tells, else by its type."""
    names = (urlsplit(address).path, _attachment(response), response.url.path)
    for name in names:
        ending = PurePosixPath(name).suffix.lower()
        if ending in ENGINES:
            return ending
    return ENDING_OF_TYPE.get(media_type(response), "")


def file_stem(address: str) -> str:
    """The name of an address's file, without its ending; empty where it has none that is read."""
    path = PurePosixPath(unquote(urlsplit(address).path))
    return path.stem if path.suffix.lower() in ENGINES else ""


def media_type(response: "httpx.Response") -> str:
    kind: str = response.headers.get("content-type", "")
    return kind.partition(";")[0].strip().lower()


def _attachment(response: "httpx.Response") -> str:
    """The name in `Content-Disposition`."""
    message = Message()
    message["Content-Disposition"] = response.headers.get("content-disposition", "")
    return message.get_filename() or ""
