"""Object stores: how they are asked for a listing and for a file, and what their refusals mean."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, ParseError

import httpx
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from claribi.core.errors import ClaribiError, SourceUnavailable, ValidationFailed
from claribi.sources.web.base import text_of
from claribi.sources.web.client import check_status
from claribi.sources.web.errors import NothingThere, NotLetIn
from claribi.sources.web.stores.settings import (
    AWS,
    S3,
    AccessKey,
    AccountKey,
    Azure,
    Gcs,
    SharedAccess,
    StoredConnection,
)
from claribi.sources.web.stores.signing import AZURE_VERSION, signed_shared_key, signed_v4

if TYPE_CHECKING:
    from claribi.sources.web.client import WebClient

PAGE = 1000
# A thousand of the longest names take a quarter of it; as elements it takes many times as much memory.
MAX_PAGE_MB = 4
MAX_REFUSAL_BYTES = 64 * 1024
SAFE = "-_.~"
GOOD = 200
LISTINGS = frozenset({"ListBucketResult", "EnumerationResults"})

# What the codes of refusals mean and what to do, by Amazon and those who speak its protocol, then by Azure.
REFUSALS: list[tuple[frozenset[str], type[ClaribiError], str]] = [
    (
        frozenset({"NoSuchBucket", "InvalidBucketName", "ContainerNotFound", "InvalidResourceName"}),
        NothingThere,
        "There is no bucket {bucket} on {host}; check its name and the endpoint",
    ),
    (
        frozenset({"NoSuchKey", "BlobNotFound"}),
        NothingThere,
        "A file of the bucket {bucket} was deleted while it was copied; copy again",
    ),
    (
        frozenset({"RequestTimeTooSkewed", "RequestExpired"}),
        SourceUnavailable,
        "{host} refuses because its clock and this server's differ too much; ask the operator to set it",
    ),
    (
        frozenset({"ExpiredToken", "TokenRefreshRequired"}),
        NotLetIn,
        "The session token for {host} has expired; give a new key with its secret and token",
    ),
    (
        frozenset(
            {
                *("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSecurity", "InvalidToken"),
                *("AuthenticationFailed", "InvalidAuthenticationInfo"),
            }
        ),
        NotLetIn,
        "{host} does not take these credentials ({code}); check the key and its secret",
    ),
    (
        frozenset({"InvalidObjectState", "BlobArchived"}),
        ValidationFailed,
        "{host} keeps a file of the bucket {bucket} in an archive; restore it, or leave it out with path",
    ),
    (
        frozenset({"PermanentRedirect", "TemporaryRedirect"}),
        ValidationFailed,
        "{host} says that the bucket {bucket} is elsewhere; check region and endpoint",
    ),
]
# Azure's private containers are not there for those who don't say who they are.
CLOSED_CODES = frozenset({"PublicAccessNotPermitted", "ResourceNotFound"})
CLOSED = frozenset({401, 403})
WORD = re.compile("[A-Za-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Found:
    """A file in a store.

    Attributes:
        size: In bytes, as it is kept.
        etag: Changes with the file.
    """

    key: str
    size: int
    etag: str


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a listing; `following` asks for the next one and is empty on the last."""

    files: list[Found]
    following: str


class S3Store:
    """Amazon S3, what speaks its protocol, and Google Cloud Storage, whose XML API does."""

    def __init__(self, connection: S3 | Gcs) -> None:
        self._auth = connection.auth
        self._region = connection.region if isinstance(connection, S3) else "auto"
        self.root = _root_of(connection)

    def address(self, key: str) -> str:
        return f"{self.root}/{_quoted(key)}"

    def listing(self, prefix: str, following: str) -> str:
        asked = {"list-type": "2", "max-keys": str(PAGE), "prefix": prefix}
        return f"{self.root}{_query(asked | ({'continuation-token': following} if following else {}))}"

    def page(self, listed: Element) -> Page:
        files = [
            Found(_text(each, "Key"), int(_text(each, "Size")), _given(each, "ETag").strip('"'))
            for each in _all(listed, "Contents")
        ]
        return Page(files, _text(listed, "NextContinuationToken"))

    def proof(self, address: str) -> Mapping[str, str]:
        """The headers that prove who asks; none for a public bucket."""
        if self._auth is None:
            return {}
        token = self._auth.session_token if isinstance(self._auth, AccessKey) else None
        return signed_v4(
            httpx.URL(address),
            key_id=self._auth.access_key_id,
            secret=text_of(self._auth.secret),
            token=text_of(token),
            region=self._region,
            now=datetime.now(UTC),
        )


class AzureStore:
    """Azure Blob Storage."""

    def __init__(self, connection: Azure) -> None:
        self._auth = connection.auth
        self._account = connection.account
        self.root = f"{connection.home.rstrip('/')}/{quote(connection.bucket)}"

    def address(self, key: str) -> str:
        return f"{self.root}/{_quoted(key)}{self._access('?')}"

    def listing(self, prefix: str, following: str) -> str:
        asked = {"restype": "container", "comp": "list", "maxresults": str(PAGE), "prefix": prefix}
        query = _query(asked | ({"marker": following} if following else {}))
        return f"{self.root}{query}{self._access('&')}"

    def page(self, listed: Element) -> Page:
        files = [
            Found(
                _text(each, "Name"),
                int(_text(each, "Properties", "Content-Length")),
                _given(each, "Properties", "Etag").strip('"'),
            )
            for each in _all(listed, "Blobs", "Blob")
        ]
        return Page(files, _text(listed, "NextMarker"))

    def proof(self, address: str) -> Mapping[str, str]:
        """The headers that prove who asks; none for a public container."""
        if not isinstance(self._auth, AccountKey):
            return {"x-ms-version": AZURE_VERSION}
        return signed_shared_key(
            httpx.URL(address),
            account=self._account,
            secret=text_of(self._auth.secret),
            now=datetime.now(UTC),
        )

    def _access(self, mark: str) -> str:
        """A signature that is part of the address."""
        if not isinstance(self._auth, SharedAccess):
            return ""
        return mark + text_of(self._auth.secret).lstrip("?")


Store: TypeAlias = S3Store | AzureStore


def store_of(connection: StoredConnection) -> Store:
    return AzureStore(connection) if isinstance(connection, Azure) else S3Store(connection)


def listed(
    client: "WebClient", connection: StoredConnection, store: Store, prefix: str
) -> Iterator[list[Found]]:
    """The files whose keys begin with a prefix, page by page.

    Raises:
        ValidationFailed, SourceUnavailable: They can't be listed; the message says what to do.
    """
    following = ""
    while True:
        address = store.listing(prefix, following)
        with client.ask(address, store.proof(address)) as response:
            if response.status_code != GOOD:
                raise refusal(connection, response)
            page = _page(store, response)
        yield page.files
        if not page.following or page.following == following:
            return
        following = page.following


def refusal(connection: StoredConnection, response: httpx.Response) -> ClaribiError:
    """What to do about an answer that is not a good one."""
    said = _parsed(_bounded(response, MAX_REFUSAL_BYTES))
    code, region = (
        _word(response.headers.get(header) or (_text(said, name) if said is not None else ""))
        for header, name in (("x-ms-error-code", "Code"), ("x-amz-bucket-region", "Region"))
    )
    if isinstance(connection, S3) and region and region != connection.region:
        return ValidationFailed(
            f"The bucket {connection.bucket} is in the region {region}; set region to {region}"
        )
    host = response.url.host
    for codes, kind, words in REFUSALS:
        if code in codes:
            return kind(words.format(bucket=connection.bucket, host=host, code=code))
    if response.status_code in CLOSED or code in CLOSED_CODES:
        return _closed(connection, host, code)
    return _other(response, has_secret=connection.sent is not None)


def _word(text: str) -> str:
    """What may stand in a message; nothing where a host says more than a word."""
    return text if WORD.fullmatch(text) else ""


def _closed(connection: StoredConnection, host: str, code: str) -> NotLetIn:
    said = f" ({code})" if code else ""
    if connection.sent is None:
        return NotLetIn(f"{host} does not let everybody read the bucket {connection.bucket}{said}; give auth")
    return NotLetIn(
        f"{host} does not let this key read the bucket {connection.bucket}{said}; "
        "give it the rights to list the bucket and to read its files"
    )


def _other(response: httpx.Response, *, has_secret: bool) -> ClaribiError:
    try:
        check_status(response, has_secret=has_secret)
    except ClaribiError as error:
        return error
    return SourceUnavailable(
        f"{response.url.host} answers with {response.status_code} and no data; try again"
    )


def _page(store: Store, response: httpx.Response) -> Page:
    answer = _parsed(_bounded(response, MAX_PAGE_MB * 1024**2))
    if answer is not None and _name(answer) in LISTINGS:
        with suppress(ValueError):
            return store.page(answer)
    raise SourceUnavailable(
        f"{response.url.host} does not answer as an object store does; check the endpoint and the bucket"
    )


def _bounded(response: httpx.Response, most: int) -> bytes:
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > most:
            raise SourceUnavailable(f"{response.url.host} answers with more than a listing can be; check it")
    return bytes(content)


def _parsed(content: bytes) -> Element | None:
    """The XML; None for what is none, or would define entities of its own."""
    try:
        return fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return None


def _all(element: Element, *path: str) -> Iterator[Element]:
    """The elements at a path, whatever their name space: stores disagree about it."""
    if not path:
        yield element
        return
    for child in element:
        if _name(child) == path[0]:
            yield from _all(child, *path[1:])


def _text(element: Element, *path: str) -> str:
    found = next(_all(element, *path), None)
    return (found.text or "") if found is not None else ""


def _given(element: Element, *path: str) -> str:
    """A text that has to be there; ValueError where it is not."""
    if not (text := _text(element, *path)):
        raise ValueError(path[-1])
    return text


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _quoted(key: str) -> str:
    """A key as part of an address.

    Raises:
        ValidationFailed: On the way it would become another one, in another bucket perhaps.
    """
    if {".", ".."} & set(key.split("/")):
        raise ValidationFailed(
            f"{key} has . or .. for a folder, which no address can have; leave it out with path"
        )
    return quote(key, safe=f"/{SAFE}")


def _query(asked: Mapping[str, str]) -> str:
    pairs = (f"{name}={quote(value, safe=SAFE)}" for name, value in sorted(asked.items()))
    return "?" + "&".join(pairs)


def _root_of(connection: S3 | Gcs) -> str:
    """The address of a bucket: its own host at Amazon, if its name can be part of one with a certificate."""
    if isinstance(connection, Gcs) or connection.home != AWS:
        return f"{connection.home.rstrip('/')}/{connection.bucket}"
    end = "amazonaws.com.cn" if connection.region.startswith("cn-") else "amazonaws.com"
    host = f"s3.{connection.region}.{end}"
    if connection.bucket.replace("-", "").isalnum() and connection.bucket.islower():
        return f"https://{connection.bucket}.{host}"
    return f"https://{host}/{connection.bucket}"


def host_of(store: Store) -> str:
    return urlsplit(store.root).hostname or ""
