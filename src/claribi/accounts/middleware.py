"""Looks at the credentials of each request and counts it."""

import hmac

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from claribi.accounts.authentication import credentials, csrf_token
from claribi.accounts.limits import announce, over_limit
from claribi.accounts.principal import Principal
from claribi.accounts.wing import AccountServices
from claribi.core.audit import Origin
from claribi.core.errors import ClaribiError, Forbidden, RateLimited
from claribi.http.problems import of_error

# Asked by machines that watch the server, which must get an answer when everybody else is over the limit.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# A browser sends its cookie along for every file of the application, which anybody may have.
FILES = "/assets/"
UNCOUNTED = frozenset({"/healthz", "/readyz", "/metrics"})


class CallerAndLimits:
    """Puts the caller (or what is wrong with its credentials) and the rate limit headers in place."""

    def __init__(self, app: ASGIApp, wing: AccountServices) -> None:
        self.app = app
        self.meter = wing.meter
        self.authenticator = wing.authenticator
        self.limiter = wing.limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            at_hand = not self.limiter.is_shared and self.authenticator.is_at_hand(
                Headers(scope=scope), secure=scope["scheme"] == "https"
            )
            # A thread is for what may wait: a database, or counts that processes share.
            refused = self._look(scope) if at_hand else await run_in_threadpool(self._look, scope)
            if refused is not None:
                await of_error(refused, scope["claribi.request_id"])(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _look(self, scope: Scope) -> RateLimited | None:
        principal = None if scope["path"].startswith(FILES) else self._caller(scope)
        allowed, standing = self.limiter.general(principal, address_of(scope))
        announce(scope, standing)
        if principal is not None and allowed:
            self.meter.request(principal)
        if allowed or scope["path"] in UNCOUNTED:
            return None
        return over_limit(standing, "requests")

    def _caller(self, scope: Scope) -> Principal | None:
        """Who is calling; what is wrong with credentials is kept for the route, which may need none."""
        try:
            principal = self.authenticator.authenticate(
                Headers(scope=scope), secure=scope["scheme"] == "https", origin=origin_of(scope)
            )
            if principal is not None and principal.is_browser:
                _check_csrf(scope)
        except ClaribiError as error:
            scope["claribi.caller"] = error
            return None
        scope["claribi.caller"] = principal
        return principal


def _check_csrf(scope: Scope) -> None:
    """A browser sends its cookie for whoever makes it; only our own pages can read the token."""
    if scope["method"] in SAFE:
        return
    headers = Headers(scope=scope)
    cookie = credentials(headers, secure=scope["scheme"] == "https").cookie or ""
    if not hmac.compare_digest(headers.get("x-csrf-token", "").encode(), csrf_token(cookie).encode()):
        raise Forbidden("The X-CSRF-Token header is missing or wrong; reload the page and try again")


def address_of(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else "local"


def origin_of(scope: Scope) -> Origin:
    """Where a request comes from, for the audit trail and for limits."""
    user_agent = Headers(scope=scope).get("user-agent", "")
    printable = "".join(c for c in user_agent if c.isprintable())
    return Origin(address_of(scope), printable, scope["claribi.request_id"])
