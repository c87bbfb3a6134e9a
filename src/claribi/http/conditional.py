"""Conditional requests: ETag, If-None-Match, If-Match (RFC 9110)."""

from collections.abc import Callable
from typing import Any, Protocol

from fastapi import Request, Response

from claribi.core.errors import PreconditionFailed

# What a service calls with the object it has found, before it changes it: `check_if_match` of a request.
Check = Callable[[Any], None]


class Versioned(Protocol):
    id: int
    version: int


def etag(item: Versioned, extra: object = "") -> str:
    """The entity tag of an object: changes whenever the object does. `extra`: what else shows in its body."""
    return f'"{type(item).__name__.lower()}-{item.id}-{item.version}{f"-{extra}" if extra else ""}"'


def check_if_match(request: Request, tag: str) -> None:
    """Refuse a change to a version that the caller hasn't seen.

    What else its tag told of (`extra`) may have gone on: a report stays the same while it is generated.
    """
    wanted = request.headers.get("if-match")
    if wanted and not (_matches(wanted, tag) or _names_version(wanted, tag)):
        raise PreconditionFailed("Somebody changed this since you read it; read it again and decide anew")


def matching(request: Request) -> Check:
    """The check that a request's If-Match asks for."""
    return lambda found: check_if_match(request, etag(found))


def not_modified(request: Request, tag: str) -> Response | None:
    """The 304 for a reader who has this version already."""
    wanted = request.headers.get("if-none-match")
    if wanted and _matches(wanted, tag):
        return Response(status_code=304, headers={"ETag": tag})
    return None


def _matches(header: str, tag: str) -> bool:
    tags = _tags(header)
    return "*" in tags or tag in tags


def _names_version(header: str, tag: str) -> bool:
    """Whether a tag with more in it is one of this version."""
    return any(one.startswith(f"{tag[:-1]}-") for one in _tags(header))


def _tags(header: str) -> list[str]:
    return [part.strip().removeprefix("W/") for part in header.split(",")]
