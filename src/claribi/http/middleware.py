"""What surrounds every request: its id, one spelling of its path, a limited body, headers, the last net."""

import re
import uuid
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from claribi.http.problems import unexpected

SANE_ID = re.compile(rb"[A-Za-z0-9._-]{1,100}")
SIGNING_IN = re.compile("/api/(v1/)?(auth|api-keys)(/|$)")
MAX_BODY = 5 * 1024 * 1024
SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    (
        b"content-security-policy",
        (
            b"default-src 'none'; script-src 'self'; connect-src 'self'; font-src 'self'; "
            b"img-src 'self' data: blob:; manifest-src 'self'; worker-src 'self' blob:; "
            # The user interface sets sizes and colours on elements.
            b"style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        ),
    ),
]
# Two years, as browsers that keep a list of such hosts ask for.
ONLY_BY_HTTPS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
NEVER_KEPT = (b"cache-control", b"no-store")
ASKED_AGAIN = (b"cache-control", b"private, no-cache")


class Head:
    """Answers HEAD wherever GET is answered: the same headers, no body (RFC 9110, section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        ended = False

        async def headers_only(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.start":
                await send(message)
            elif not ended:
                # The first piece ends it: a stream may never come to its own end.
                ended = True
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self.app({**scope, "method": "GET"}, receive, headers_only)


class Lazily:
    """An application that is loaded when it is first asked for."""

    def __init__(self, load: Callable[[], ASGIApp]) -> None:
        self._load = load

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        loaded = await run_in_threadpool(self._load)
        await loaded(scope, receive, send)


class RequestContext:
    """Gives each request an id, each response its headers, and each unforeseen error the common body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        request_id = given if SANE_ID.fullmatch(given) else uuid.uuid4().hex.encode()
        scope["claribi.request_id"] = request_id.decode()
        # Inner layers add to it; it is read when the response starts.
        headers: list[tuple[bytes, bytes]] = [(b"x-request-id", request_id), *SECURITY_HEADERS]
        headers += _for_this(scope)
        scope["claribi.headers"] = headers
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                own = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((name, value) for name, value in headers if name not in own or name == b"vary"),
                ]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except ClientDisconnect:
            # Who asked has gone: nobody reads an answer, and nothing went wrong here.
            return
        except Exception as error:
            if started:
                raise
            await unexpected(error, scope["claribi.request_id"])(scope, receive, sending)


def _for_this(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Headers that depend on how and for what the request came."""
    found = [ONLY_BY_HTTPS] if scope["scheme"] == "https" else []
    if SIGNING_IN.match(scope["path"]):
        found.append(NEVER_KEPT)
    elif scope["path"].startswith("/api/"):
        # Shared caches keep nothing; a browser asks with If-None-Match before it shows again what it has.
        found.append(ASKED_AGAIN)
    return found


class OnePath:
    """Brings the spellings of an API path to one: no trailing slash, the version always there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            scope["claribi.path"] = path
            if path.startswith("/api/"):
                path = path.rstrip("/")
                if path != "/api/v1" and not path.startswith("/api/v1/"):
                    path = "/api/v1/" + path.removeprefix("/api").lstrip("/")
                scope = {**scope, "path": path, "raw_path": path.encode("utf-8", "surrogateescape")}
        await self.app(scope, receive, send)


class BodyLimit:
    """Refuses bodies that are too large, whether they say so or not, before they fill memory or disk."""

    def __init__(self, app: ASGIApp, allowed: Callable[[Scope], int]) -> None:
        self.app = app
        self.allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        allowed = self.allowed(scope)
        length = dict(scope["headers"]).get(b"content-length", b"0")
        announced = int(length[:19]) if length.isdigit() else 0
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if max(seen, announced) > allowed:
                # The framework passes this kind of error on as it is while it reads a body.
                raise HTTPException(413, f"The body is larger than the {_size(allowed)} allowed here")
            return message

        await self.app(scope, counted, send)


def _size(count: int) -> str:
    return f"{count // 1024**2:,} MB" if count >= 1024**2 else f"{count:,} bytes"


def add_header(scope: Any, name: str, value: str) -> None:
    """Add a header to the response of the request that `scope` belongs to, whatever answers it."""
    scope["claribi.headers"].append((name.lower().encode(), value.encode()))
