"""AI credits: set aside when a generation starts, spent when it ends, given back when it fails."""

import calendar
from datetime import datetime
from typing import Any

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from claribi.accounts.models import CreditReservation, Organization
from claribi.accounts.principal import Principal
from claribi.accounts.tiers import cost, tier
from claribi.core.clock import utc_now
from claribi.core.errors import InsufficientCredits
from claribi.core.settings import Settings

RESERVED, SETTLED, RELEASED = "reserved", "settled", "released"


class Credits:
    """The month's credits of each organisation. Every call is part of the caller's transaction."""

    def __init__(self, settings: Settings) -> None:
        self._of_operator = settings.ai_credits_per_month

    def reserve(self, session: Session, caller: Principal, kind: str, object_id: int) -> None:
        """Set aside what a generation costs.

        Raises:
            InsufficientCredits: The month's credits don't reach.
        """
        amount = cost(kind)
        organization = session.get_one(Organization, caller.organization_id)
        since = month_of(organization.created_at, utc_now())
        _begin_month(session, organization.id, since)
        limit = self.limit(organization)
        taken = session.execute(
            update(Organization)
            .where(
                Organization.id == organization.id,
                *([] if limit is None else [Organization.credits_used + amount <= limit]),
            )
            .values(credits_used=Organization.credits_used + amount, updated_at=Organization.updated_at)
            .returning(Organization.credits_used)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if taken is None:
            raise InsufficientCredits(
                f"The {limit:,} AI credits of this month are used; new ones come on "
                f"{next_month(organization.created_at, since):%Y-%m-%d}, or with a larger plan"
            )
        session.add(CreditReservation(kind=kind, object_id=object_id, amount=amount, since=since))

    def settle(self, session: Session, kind: str, object_id: int) -> None:
        """The generation ended well: its credits are spent."""
        self._close(session, kind, object_id, SETTLED)

    def release(self, session: Session, kind: str, object_id: int) -> None:
        """The generation failed or was cancelled: its credits go back, once, to the month they came from."""
        closed = self._close(session, kind, object_id, RELEASED)
        if closed is None:
            return
        organization_id, amount, since = closed
        left = Organization.credits_used - amount
        session.execute(
            update(Organization)
            .where(Organization.id == organization_id, Organization.credits_since == since)
            .values(credits_used=case((left > 0, left), else_=0), updated_at=Organization.updated_at)
            .execution_options(synchronize_session=False)
        )

    def limit(self, organization: Organization) -> int | None:
        """Credits a month; None: unlimited."""
        of_tier = tier(organization.tier).ai_credits_per_month
        return self._of_operator if of_tier is None else of_tier

    def standing(self, organization: Organization) -> dict[str, Any]:
        """Where the organisation stands this month."""
        limit = self.limit(organization)
        since = month_of(organization.created_at, utc_now())
        used = organization.credits_used if organization.credits_since >= since else 0
        return {
            "limit": limit,
            "used": used,
            "remaining": None if limit is None else max(0, limit - used),
            "resets_at": next_month(organization.created_at, since),
        }

    @staticmethod
    def _close(session: Session, kind: str, object_id: int, state: str) -> tuple[int, int, datetime] | None:
        row = session.execute(
            update(CreditReservation)
            .where(
                CreditReservation.kind == kind,
                CreditReservation.object_id == object_id,
                CreditReservation.state == RESERVED,
            )
            .values(state=state)
            .returning(CreditReservation.organization_id, CreditReservation.amount, CreditReservation.since)
        ).one_or_none()
        return row and (row.organization_id, row.amount, row.since)


def month_of(anchor: datetime, now: datetime) -> datetime:
    """When the month of `now` began: on the anchor's day and time, or a shorter month's last day."""
    begun = _on_day(anchor, now.year, now.month)
    if begun > now:
        year, month = (now.year - 1, 12) if now.month == 1 else (now.year, now.month - 1)
        begun = _on_day(anchor, year, month)
    return max(begun, anchor)


def next_month(anchor: datetime, since: datetime) -> datetime:
    """When the month that began at `since` ends."""
    year, month = (since.year + 1, 1) if since.month == 12 else (since.year, since.month + 1)  # noqa: PLR2004
    return _on_day(anchor, year, month)


def _on_day(anchor: datetime, year: int, month: int) -> datetime:
    day = min(anchor.day, calendar.monthrange(year, month)[1])
    return anchor.replace(year=year, month=month, day=day)


def _begin_month(session: Session, organization_id: int, since: datetime) -> None:
    session.execute(
        update(Organization)
        .where(Organization.id == organization_id, Organization.credits_since < since)
        .values(credits_since=since, credits_used=0, updated_at=Organization.updated_at)
        .execution_options(synchronize_session=False)
    )
