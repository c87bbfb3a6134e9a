"""Cross-origin calls: a web page elsewhere may use an organisation's keys and tokens if that one allows it.

Cookies are never part of it, so a page elsewhere can't act as somebody who happens to be signed in here.
"""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from claribi.accounts.organization import Organizations
from claribi.accounts.principal import Principal
from claribi.http.middleware import add_header
from claribi.http.problems import problem

METHODS = "GET, HEAD, POST, PATCH, DELETE"
HEADERS = (
    "Authorization, X-API-Key, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Request-ID, Range"
)
EXPOSED = (
    "ETag, Retry-After, Content-Disposition, X-Request-ID, "
    "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
)
REMEMBERED_SECONDS = "600"


class Cors:
    """Answers preflights, which carry no credentials, and marks the answers that a page may read."""

    def __init__(self, app: ASGIApp, organizations: Organizations) -> None:
        self.app = app
        self.organizations = organizations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        add_header(scope, "Vary", "Origin")
        if origin is None or _is_own(scope, headers, origin):
            await self.app(scope, receive, send)
            return
        caller = scope.get("claribi.caller")
        organization_id = caller.organization_id if isinstance(caller, Principal) else None
        allowed = await run_in_threadpool(self.organizations.allows_origin, origin, organization_id)
        if allowed:
            add_header(scope, "Access-Control-Allow-Origin", origin)
            add_header(scope, "Access-Control-Expose-Headers", EXPOSED)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _preflight(scope, origin, allowed=allowed)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _preflight(scope: Scope, origin: str, *, allowed: bool) -> Response:
    if not allowed:
        return problem(403, "forbidden", f"No organisation here lets pages of {origin[:300]} call its API")
    add_header(scope, "Access-Control-Allow-Methods", METHODS)
    add_header(scope, "Access-Control-Allow-Headers", HEADERS)
    add_header(scope, "Access-Control-Max-Age", REMEMBERED_SECONDS)
    return Response(status_code=200)


def _is_own(scope: Scope, headers: Headers, origin: str) -> bool:
    return origin == f"{scope['scheme']}://{headers.get('host', '')}"
