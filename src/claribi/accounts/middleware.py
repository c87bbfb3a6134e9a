"""Looks at the credentials of each request and counts it."""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from claribi.accounts.authentication import Authenticator
from claribi.accounts.limits import Limiter, announce, over_limit
from claribi.accounts.principal import Principal
from claribi.core.errors import ClaribiError, RateLimited
from claribi.http.problems import of_error

# Asked by machines that watch the server, which must get an answer when everybody else is over the limit.
UNCOUNTED = frozenset({"/healthz", "/readyz", "/metrics"})


class CallerAndLimits:
    """Puts the caller (or what is wrong with its credentials) and the rate limit headers in place."""

    def __init__(self, app: ASGIApp, authenticator: Authenticator, limiter: Limiter) -> None:
        self.app = app
        self.authenticator = authenticator
        self.limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            refused = await run_in_threadpool(self._look, scope)
            if refused is not None:
                await of_error(refused, scope["claribi.request_id"])(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _look(self, scope: Scope) -> RateLimited | None:
        principal: Principal | None = None
        try:
            principal = self.authenticator.authenticate(Headers(scope=scope))
            scope["claribi.caller"] = principal
        except ClaribiError as error:
            # Whether credentials are needed at all is for the route to say.
            scope["claribi.caller"] = error
        allowed, standing = self.limiter.general(principal, address_of(scope))
        announce(scope, standing)
        if allowed or scope["path"] in UNCOUNTED:
            return None
        return over_limit(standing, "requests")


def address_of(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else "local"
