"""Counting what was used: collected in memory, written down every few seconds, read from the database."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from claribi.accounts.credits import Credits
from claribi.accounts.limits import Limiter, Standing
from claribi.accounts.models import ApiKey, LoginSession, Organization, UsageDay, User
from claribi.accounts.principal import Principal
from claribi.core.clock import utc_now
from claribi.core.database import Database
from claribi.core.errors import FieldProblem, ValidationFailed

FLUSH_SECONDS = 5.0
DEFAULT_DAYS = 30
MAX_DAYS = 366
ATTEMPTS = 3


@dataclass(slots=True)
class _Count:
    requests: int = 0
    generations: int = 0
    last: datetime | None = None


# Organisation, user, key (0: none), session (0: none), day.
_Key = tuple[int, int, int, int, date]


class Meter:
    """Counts the requests of one process. What a killed process had not written down yet is lost."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counts: defaultdict[_Key, _Count] = defaultdict(_Count)
        self._counting = threading.Lock()
        self._flushing = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def request(self, caller: Principal) -> None:
        with self._counting:
            count = self._counts[_key(caller)]
            count.requests += 1
            count.last = utc_now()

    def generation(self, caller: Principal) -> None:
        with self._counting:
            self._counts[_key(caller)].generations += 1

    def start(self) -> None:
        """Write down every few seconds what was counted."""
        self._thread = threading.Thread(target=self._keep, name="usage-meter", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()

    def flush(self) -> None:
        """Write down what was counted so far."""
        with self._flushing:
            with self._counting:
                counts, self._counts = self._counts, defaultdict(_Count)
            for organization_id in {key[0] for key in counts}:
                own = {key: count for key, count in counts.items() if key[0] == organization_id}
                for _ in range(ATTEMPTS):
                    # Another process may have made the day's row between our look and our insert;
                    # an organisation that was deleted meanwhile has nothing to be counted for.
                    with suppress(IntegrityError):
                        with self._database.write(organization_id) as session:
                            _write(session, own)
                        break

    def _keep(self) -> None:
        while not self._stopping.wait(FLUSH_SECONDS):
            self.flush()


def _key(caller: Principal) -> _Key:
    return (
        caller.organization_id,
        caller.user_id,
        caller.api_key_id or 0,
        caller.session_id or 0,
        utc_now().date(),
    )


def _write(session: Session, counts: dict[_Key, _Count]) -> None:
    for (_, user_id, key_id, session_id, day), count in counts.items():
        same = (UsageDay.day == day, UsageDay.user_id == user_id, UsageDay.api_key_id == key_id)
        row = session.scalar(select(UsageDay).where(*same).with_for_update())
        if row is None:
            row = UsageDay(day=day, user_id=user_id, api_key_id=key_id, requests=0, generations=0)
            session.add(row)
        row.requests += count.requests
        row.generations += count.generations
        session.flush()
        if key_id:
            used: dict[str, Any] = {
                "use_count": ApiKey.use_count + count.requests,
                "updated_at": ApiKey.updated_at,
                "last_used_at": count.last or ApiKey.last_used_at,
            }
            session.execute(update(ApiKey).where(ApiKey.id == key_id).values(used))
        elif session_id and count.last:
            session.execute(
                update(LoginSession).where(LoginSession.id == session_id).values(last_used_at=count.last)
            )


class Usage:
    """What an organisation may use, and what it has used."""

    def __init__(self, database: Database, limiter: Limiter, credits: Credits, meter: Meter) -> None:  # noqa: A002
        self._database = database
        self._limiter = limiter
        self._credits = credits
        self._meter = meter

    def now(self, caller: Principal) -> dict[str, Any]:
        """The limits in force, and what is left of them."""
        caller.require("usage:read")
        with self._database.read(caller.organization_id) as session:
            organization = session.get_one(Organization, caller.organization_id)
            seats = session.scalar(select(func.count(User.id)).where(User.is_active))
        tier = caller.tier
        credit = self._credits.standing(organization)
        return {
            "tier": tier.name,
            "general": [_window(standing) for standing in self._limiter.standing("general", caller)],
            "generation": [_window(standing) for standing in self._limiter.standing("generation", caller)],
            "ai_credits_per_month": credit["limit"],
            "ai_credits": credit,
            "data_sources": tier.data_sources,
            "users": tier.users,
            "users_used": seats,
            "file_size_mb": tier.file_size_mb,
            "trial_ends_at": caller.trial_ends_at,
        }

    def history(self, caller: Principal, since: date | None, until: date | None) -> dict[str, Any]:
        """Requests and generations by day and by key.

        People see their own; who manages users sees everybody's.
        """
        caller.require("usage:read")
        until = until or utc_now().date()
        since = since or until - timedelta(days=DEFAULT_DAYS - 1)
        if not 0 <= (until - since).days < MAX_DAYS:
            message = f"must lie before until, at most {MAX_DAYS} days"
            raise ValidationFailed(f"since: {message}", details=[FieldProblem("since", message)])
        self._meter.flush()
        with self._database.read(caller.organization_id) as session:
            conditions = [UsageDay.day >= since, UsageDay.day <= until]
            if not caller.may("users:manage"):
                conditions.append(UsageDay.user_id == caller.user_id)
            sums = (func.sum(UsageDay.requests), func.sum(UsageDay.generations))
            by_day = {
                day: (requests, generations)
                for day, requests, generations in session.execute(
                    select(UsageDay.day, *sums).where(*conditions).group_by(UsageDay.day)
                )
            }
            by_key = session.execute(
                select(UsageDay.api_key_id, *sums)
                .where(*conditions)
                .group_by(UsageDay.api_key_id)
                .order_by(sums[0].desc(), UsageDay.api_key_id)
            ).all()
            keys = {key.id: key for key in session.scalars(select(ApiKey))}
        return {
            "since": since,
            "until": until,
            "days": [
                {"day": day, "requests": requests, "generations": generations}
                for day in _days(since, until)
                for requests, generations in [by_day.get(day, (0, 0))]
            ],
            "keys": [
                _of_key(keys.get(key_id), key_id) | {"requests": requests, "generations": generations}
                for key_id, requests, generations in by_key
            ],
        }


def _of_key(key: ApiKey | None, key_id: int) -> dict[str, Any]:
    """A key, the sessions of people (id null), or a key that went with its user."""
    return {
        "api_key_id": key_id or None,
        "name": key.name if key else ("Sessions" if not key_id else "A key of a removed member"),
        "prefix": key.prefix if key else None,
    }


def _days(since: date, until: date) -> Iterator[date]:
    for number in range((until - since).days + 1):
        yield since + timedelta(days=number)


def _window(standing: Standing) -> dict[str, Any]:
    return {
        "limit": standing.limit,
        "remaining": standing.remaining,
        "resets_at": standing.reset,
        "window": standing.window,
    }
