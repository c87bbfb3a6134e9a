"""Rate limits: a sliding hour and a sliding day for requests in general and for generation."""

import math
from dataclasses import dataclass

from limits import RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.limits import RateLimitItem
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import Scope

from claribi.accounts.principal import Principal
from claribi.accounts.tiers import Tier
from claribi.core.clock import utc_now
from claribi.core.errors import RateLimited
from claribi.http.middleware import add_header

# Requests without credentials are counted by address; enough for an office behind one.
ANONYMOUS_PER_HOUR = 10_000
# Wrong passwords slow down both who tries many accounts and who tries one from many places.
WRONG_PASSWORDS_PER_ADDRESS = RateLimitItemPerMinute(60, 15, namespace="password")
WRONG_PASSWORDS_PER_ACCOUNT = RateLimitItemPerMinute(20, 15, namespace="password")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands in the window that binds it most.

    Attributes:
        reset: Unix seconds when more requests become possible.
    """

    limit: int
    remaining: int
    reset: int
    window: str


class Limiter:
    """Counts requests, in memory or in Redis when several processes share the limits."""

    def __init__(self, redis_url: str) -> None:
        self._strategy = SlidingWindowCounterRateLimiter(storage_from_string(redis_url or "memory://"))

    def general(self, principal: Principal | None, address: str) -> tuple[bool, Standing]:
        """Count one request; False when it is over the limit."""
        if principal is None:
            return self._hit([RateLimitItemPerHour(ANONYMOUS_PER_HOUR, namespace="general")], address)
        return self._hit(_windows("general", principal.tier), principal.limit_key)

    def generation(self, principal: Principal) -> tuple[bool, Standing]:
        """Count one generation; False when it is over the limit."""
        return self._hit(_windows("generation", principal.tier), principal.limit_key)

    def standing(self, kind: str, principal: Principal) -> list[Standing]:
        """How far each window of a kind is used, counting nothing."""
        return [self._standing(item, principal.limit_key) for item in _windows(kind, principal.tier)]

    def may_try_password(self, address: str, account: str) -> bool:
        return all(self._strategy.test(item, key) for item, key in _password_keys(address, account))

    def wrong_password(self, address: str, account: str) -> None:
        for item, key in _password_keys(address, account):
            self._strategy.hit(item, key)

    def _hit(self, items: list[RateLimitItem], key: str) -> tuple[bool, Standing]:
        allowed = all(self._strategy.hit(item, key) for item in items)
        return allowed, min((self._standing(item, key) for item in items), key=lambda s: s.remaining)

    def _standing(self, item: RateLimitItem, key: str) -> Standing:
        stats = self._strategy.get_window_stats(item, key)
        window = "day" if isinstance(item, RateLimitItemPerDay) else "hour"
        now = math.floor(utc_now().timestamp())
        return Standing(item.amount, stats.remaining, max(math.ceil(stats.reset_time), now + 1), window)


def announce(scope: Scope, standing: Standing) -> None:
    """Put the standing on the response, in place of one that an outer layer put there."""
    headers = scope["claribi.headers"]
    headers[:] = [(name, value) for name, value in headers if not name.startswith(b"x-ratelimit-")]
    for name, number in (
        ("X-RateLimit-Limit", standing.limit),
        ("X-RateLimit-Remaining", standing.remaining),
        ("X-RateLimit-Reset", standing.reset),
    ):
        add_header(scope, name, str(number))


def over_limit(standing: Standing, kind: str) -> RateLimited:
    wait = max(1, standing.reset - math.floor(utc_now().timestamp()))
    message = (
        f"The limit of {standing.limit:,} {kind} per {standing.window} is reached; retry in {wait} seconds"
    )
    return RateLimited(message, headers={"Retry-After": str(wait)})


def _windows(kind: str, tier: Tier) -> list[RateLimitItem]:
    per_hour, per_day = (
        (tier.general_per_hour, tier.general_per_day)
        if kind == "general"
        else (tier.generation_per_hour, tier.generation_per_day)
    )
    return [RateLimitItemPerHour(per_hour, namespace=kind), RateLimitItemPerDay(per_day, namespace=kind)]


def _password_keys(address: str, account: str) -> list[tuple[RateLimitItem, str]]:
    return [
        (WRONG_PASSWORDS_PER_ADDRESS, f"address:{address}"),
        (WRONG_PASSWORDS_PER_ACCOUNT, f"account:{account}"),
    ]
