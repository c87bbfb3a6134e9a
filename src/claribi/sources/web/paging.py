"""One page of an answer in JSON, and which page comes after it. No input or output."""

from dataclasses import dataclass

import httpx
import msgspec

from claribi.core.errors import SourceUnavailable, ValidationFailed
from claribi.sources.web.settings import CursorPages, LinkedPages, NumberedPages, OffsetPages, Pages, Rest

FIELDS_SHOWN = 10
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
Fields = dict[str, msgspec.Raw]


@dataclass(frozen=True, slots=True)
class Page:
    """What a host answered, and the records in it as they stand there: no number loses a digit."""

    address: httpx.URL
    next_link: str
    body: msgspec.Raw
    records: list[msgspec.Raw]


def page_of(address: httpx.URL, next_link: str, content: bytes, path: str) -> Page:
    """The page, its records found at a dotted path.

    Raises:
        SourceUnavailable, ValidationFailed: It is no JSON, or there are no records there.
    """
    body = msgspec.Raw(content.removeprefix(BYTE_ORDER_MARK))
    try:
        content.decode()
        msgspec.json.decode(body, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise SourceUnavailable(f"{address.host} does not answer with JSON; check the address") from None
    found = at(body, path)
    if found is None:
        raise ValidationFailed(f"The answer has nothing at {path}; {_said(body)}")
    return Page(address, next_link, body, _records(found, path))


def at(body: msgspec.Raw, path: str) -> msgspec.Raw | None:
    """What stands at a dotted path; None where nothing does."""
    value = body
    for name in path.split(".") if path else ():
        inside = _fields(value)
        if inside is None or name not in inside:
            return None
        value = inside[name]
    return value


def first_address(connection: Rest) -> httpx.URL:
    address = httpx.URL(connection.address).copy_merge_params(connection.query)
    match connection.pages:
        case NumberedPages() as pages:
            return address.copy_set_param(pages.parameter, pages.first)
        case OffsetPages() as pages:
            limited = address.copy_set_param(pages.limit_parameter, pages.limit)
            return limited.copy_set_param(pages.parameter, 0)
        case _:
            return address


def next_address(
    pages: Pages | None, first: httpx.URL, page: Page, number: int, count: int
) -> httpx.URL | None:
    """Where the next page is; None after the last one.

    Args:
        number: How many pages came, this one among them.
        count: How many records they had. A host may send fewer a page than it was asked for, so that only
            an empty page is sure to be behind the end.
    """
    match pages:
        case NumberedPages():
            return first.copy_set_param(pages.parameter, pages.first + number) if page.records else None
        case OffsetPages():
            return first.copy_set_param(pages.parameter, count) if page.records else None
        case LinkedPages():
            return page.address.join(page.next_link) if page.next_link else None
        case CursorPages():
            return _behind_cursor(pages, first, page)
        case None:
            return None


def _behind_cursor(pages: CursorPages, first: httpx.URL, page: Page) -> httpx.URL | None:
    found = at(page.body, pages.path)
    cursor = msgspec.json.decode(found) if found is not None else None
    if cursor in (None, "", False):
        return None
    if isinstance(cursor, dict | list):
        raise ValidationFailed(f"At {pages.path} there is no cursor but more fields; {_said(page.body)}")
    if pages.parameter is None:
        return page.address.join(str(cursor))
    return first.copy_set_param(pages.parameter, str(cursor))


def _records(found: msgspec.Raw, path: str) -> list[msgspec.Raw]:
    """The records of a list; an object without lists is a record itself."""
    inside = _fields(found)
    if inside is None:
        try:
            return msgspec.json.decode(found, type=list[msgspec.Raw])
        except msgspec.ValidationError:
            where = f"At {path}" if path else "In the answer"
            raise ValidationFailed(f"{where} there is a single value, not a list of records") from None
    lists = [name for name, value in inside.items() if bytes(value).lstrip().startswith(b"[")]
    if lists:
        rows = f"{path}.{lists[0]}" if path else lists[0]
        raise ValidationFailed(
            f"The records are not at {path or 'the top of the answer'}; say in rows where, such as {rows}"
        )
    return [found]


def _fields(value: msgspec.Raw) -> Fields | None:
    try:
        return msgspec.json.decode(value, type=Fields)
    except msgspec.ValidationError:
        return None


def _said(body: msgspec.Raw) -> str:
    inside = _fields(body)
    return f"it has {', '.join([*inside][:FIELDS_SHOWN])}" if inside else "it is no object with fields"
