"""Rate limits: a sliding hour and a sliding day for requests in general and for generation."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock, Timer

from limits import RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.limits import RateLimitItem
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter, RateLimiter, SlidingWindowCounterRateLimiter
from starlette.types import Scope

from claribi.accounts.principal import Principal
from claribi.core.clock import utc_now
from claribi.core.errors import RateLimited
from claribi.http.middleware import add_header

# Requests without credentials are counted by address; enough for an office behind one.
ANONYMOUS_PER_HOUR = 10_000
# What is tried without being signed in: so often from one address, so often for one account, so that both who
# tries many accounts and who tries one from many places is slowed down.
ATTEMPTS: Mapping[str, tuple[RateLimitItem, RateLimitItem]] = {
    "password": (RateLimitItemPerMinute(60, 15), RateLimitItemPerMinute(20, 15)),
    "code": (RateLimitItemPerMinute(60, 15), RateLimitItemPerMinute(10, 15)),
    "registration": (RateLimitItemPerHour(20), RateLimitItemPerHour(5)),
    "reset": (RateLimitItemPerHour(20), RateLimitItemPerHour(5)),
}
WINDOW_SECONDS = 900
# Up to here each request's moment is kept, so that the limit is exact at any moment; above, two counters
# weighed against each other do, which may be off by one where a window of the clock passes into the next.
EXACT_UP_TO = 5_000
CLEAR_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands in the window that binds it most.

    Attributes:
        free_at: Unix time when more requests become possible.
    """

    limit: int
    remaining: int
    free_at: float
    window: str

    @property
    def reset(self) -> int:
        """The first whole second at which more requests are possible."""
        return math.ceil(self.free_at)


class _Seldom:
    """A timer that counts as alive for some time after it was started, and is started only once."""

    def __init__(self, timer: Timer) -> None:
        self._timer = timer
        self._lock = Lock()
        self._until: float | None = None

    def start(self) -> None:
        with self._lock:
            if self._until is None:
                self._until = time.monotonic() + CLEAR_SECONDS
                self._timer.start()

    def is_alive(self) -> bool:
        return self._until is None or time.monotonic() < self._until


class _Memory(MemoryStorage):
    """The library's counts in memory, which are cleared of what is over now and then.

    By itself it starts a thread for that with nearly every request, which costs more than the counting does.
    """

    @property  # type: ignore[override]
    def timer(self) -> _Seldom:
        return self._seldom

    @timer.setter
    def timer(self, timer: Timer) -> None:
        self._seldom = _Seldom(timer)


class Limiter:
    """Counts requests, in memory or in Redis when several processes share the limits."""

    def __init__(self, redis_url: str) -> None:
        self.is_shared = bool(redis_url)
        storage = storage_from_string(redis_url) if redis_url else _Memory()
        self._exact = MovingWindowRateLimiter(storage)
        self._counting = SlidingWindowCounterRateLimiter(storage)

    def general(self, principal: Principal | None, address: str) -> tuple[bool, Standing]:
        """Count one request; False when it is over the limit."""
        if principal is None:
            return self._hit([RateLimitItemPerHour(ANONYMOUS_PER_HOUR, namespace="general")], address)
        return self._hit(_windows("general", principal), principal.limit_key)

    def generation(self, principal: Principal) -> tuple[bool, Standing]:
        """Count one generation; False when it is over the limit."""
        return self._hit(_windows("generation", principal), principal.limit_key)

    def standing(self, kind: str, principal: Principal) -> list[Standing]:
        """How far each window of a kind is used, counting nothing."""
        return [self._standing(item, principal.limit_key) for item in _windows(kind, principal)]

    def may_try(self, what: str, address: str, account: str) -> bool:
        """Whether another try of a kind (see ATTEMPTS) is allowed; counts nothing."""
        return all(
            self._strategy(item).test(item, key, what) for item, key in _attempt_keys(what, address, account)
        )

    def failed(self, what: str, address: str, account: str) -> None:
        """Count a try, where only those that fail count."""
        for item, key in _attempt_keys(what, address, account):
            self._strategy(item).hit(item, key, what)

    def count(self, what: str, address: str, account: str) -> bool:
        """Count a try whether it fails or not; False when it is one too many."""
        counted = [
            self._strategy(item).hit(item, key, what) for item, key in _attempt_keys(what, address, account)
        ]
        return all(counted)

    def _strategy(self, item: RateLimitItem) -> RateLimiter:
        return self._exact if item.amount <= EXACT_UP_TO else self._counting

    def _hit(self, items: list[RateLimitItem], key: str) -> tuple[bool, Standing]:
        allowed = all(self._strategy(item).hit(item, key) for item in items)
        return allowed, min((self._standing(item, key) for item in items), key=lambda s: s.remaining)

    def _standing(self, item: RateLimitItem, key: str) -> Standing:
        stats = self._strategy(item).get_window_stats(item, key)
        window = "day" if isinstance(item, RateLimitItemPerDay) else "hour"
        return Standing(item.amount, stats.remaining, max(stats.reset_time, utc_now().timestamp()), window)


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
    wait = max(1, math.ceil(standing.free_at - utc_now().timestamp()))
    message = (
        f"The limit of {standing.limit:,} {kind} per {standing.window} is reached; retry in {wait} seconds"
    )
    return RateLimited(message, headers={"Retry-After": str(wait)})


def over_attempts(what: str) -> RateLimited:
    """The answer to who has tried too often."""
    minutes = WINDOW_SECONDS // 60
    return RateLimited(
        f"Too many {what}; wait {minutes} minutes and try again", headers={"Retry-After": str(WINDOW_SECONDS)}
    )


def _windows(kind: str, principal: Principal) -> list[RateLimitItem]:
    tier = principal.tier
    per_hour, per_day = (
        (tier.general_per_hour, tier.general_per_day)
        if kind == "general"
        else (tier.generation_per_hour, tier.generation_per_day)
    )
    if kind == "general" and principal.is_browser:
        # Looking at dashboards must not lock their owner out.
        per_hour, per_day = max(per_hour, tier.browser_per_hour), max(per_day, tier.browser_per_day)
    return [RateLimitItemPerHour(per_hour, namespace=kind), RateLimitItemPerDay(per_day, namespace=kind)]


def _attempt_keys(what: str, address: str, account: str) -> list[tuple[RateLimitItem, str]]:
    per_address, per_account = ATTEMPTS[what]
    return [(per_address, f"address:{address}"), (per_account, f"account:{account}")]
