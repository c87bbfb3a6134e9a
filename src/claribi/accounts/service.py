"""Organisations and users as the server itself sees them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from claribi.accounts import passwords
from claribi.accounts.addresses import user_of
from claribi.accounts.authentication import principal_of
from claribi.accounts.credits import Credits
from claribi.accounts.models import Organization, User
from claribi.accounts.passwords import normal_email
from claribi.accounts.permissions import PERMISSIONS, Role
from claribi.accounts.principal import Principal
from claribi.accounts.sessions import custom_role_of, present_user
from claribi.accounts.tiers import tier
from claribi.core import audit
from claribi.core.audit import SERVER
from claribi.core.clock import utc_now
from claribi.core.database import Database
from claribi.core.errors import Conflict, NotFound


class Accounts:
    """Who there is."""

    def __init__(self, database: Database, credits: Credits) -> None:  # noqa: A002 - what they are called
        self._database = database
        self._credits = credits

    def create_organization(self, name: str, tier_name: str) -> int:
        """The id of a new organisation; on a tier that is a trial, its days begin now."""
        days = tier(tier_name).days
        now = utc_now()
        with self._database.write(None) as session:
            organization = Organization(
                name=name,
                tier=tier_name,
                trial_ends_at=now + timedelta(days=days) if days else None,
                created_at=now,
                credits_since=now,
            )
            session.add(organization)
            session.flush()
            return organization.id

    def set_tier(self, organization_id: int, tier_name: str) -> None:
        """Put an organisation on another tier; only a tier that is a trial ends by itself."""
        days = tier(tier_name).days
        with self._database.write(organization_id) as session:
            organization = session.get(Organization, organization_id)
            if organization is None:
                raise NotFound("Organization", organization_id)
            organization.tier = tier_name
            organization.trial_ends_at = utc_now() + timedelta(days=days) if days else None
            changes = audit.diff(organization)
            audit.record(
                session,
                "organization.plan_changed",
                "organization",
                organization_id,
                by=SERVER,
                changes=changes,
            )

    def organizations(self) -> Sequence[Organization]:
        """All of them, for the operator."""
        with self._database.read(None) as session:
            return session.scalars(select(Organization).order_by(Organization.id)).all()

    def organization_id(self, name: str) -> int | None:
        """The id of the oldest organisation of this name."""
        with self._database.read(None) as session:
            statement = select(func.min(Organization.id)).where(Organization.name == name)
            return session.scalar(statement)

    def create_user(
        self,
        organization_id: int,
        email: str,
        password: str,
        role: Role,
        *,
        first_name: str = "",
        last_name: str = "",
    ) -> int:
        """The id of a new user.

        Raises:
            ValidationFailed: The address or the password won't do.
            Conflict: Somebody has this address already.
        """
        email = normal_email(email)
        passwords.check_rules(password, email)
        return self.add_user(
            organization_id,
            email,
            passwords.hash_password(password),
            role,
            first_name=first_name,
            last_name=last_name,
        )

    def add_user(
        self,
        organization_id: int,
        email: str,
        password_hash: str | None,
        role: Role,
        *,
        first_name: str = "",
        last_name: str = "",
    ) -> int:
        """As `create_user`, for who has proven its address and chosen how to sign in."""
        with self._database.write(organization_id) as session:
            if user_of(session, email) is not None:
                raise Conflict(f"There is a user {email} already")
            user = User(
                organization_id=organization_id,
                email=email,
                password_hash=password_hash,
                role=role.value,
                first_name=first_name,
                last_name=last_name,
            )
            session.add(user)
            session.flush()
            audit.record(session, "user.created", "user", user.id, by=SERVER, email=email, role=role)
            return user.id

    def principal(self, email: str) -> Principal:
        """The user of this address as a caller, for the command line, which already has the whole server."""
        with self._database.read(None) as session:
            user = user_of(session, normal_email(email))
            if user is None:
                raise NotFound("User", email)
            return principal_of(session, user.id)

    def principal_by_id(self, organization_id: int, user_id: int) -> Principal:
        """A user as it is now, for a job that it asked for; NotFound when it is gone or disabled."""
        with self._database.read(organization_id) as session:
            user = session.scalar(select(User).where(User.id == user_id, User.is_active))
            if user is None:
                raise NotFound("User", user_id)
            return principal_of(session, user.id)

    def status(self, caller: Principal) -> dict[str, Any]:
        """Who is signed in, for which organisation, and what it may do."""
        with self._database.read(caller.organization_id) as session:
            user = session.get_one(User, caller.user_id)
            custom_role = custom_role_of(session, user)
            organization = session.get_one(Organization, caller.organization_id)
        return {
            "user": present_user(user, custom_role),
            "organization": {
                "id": organization.id,
                "name": organization.name,
                "plan": organization.tier,
                "ai_credits_remaining": self._credits.standing(organization)["remaining"],
                "trial_ends_at": organization.trial_ends_at,
            },
            "permissions": sorted(p for p in PERMISSIONS if caller.may(p)),
            "mfa_required": caller.lacks_mfa,
        }

    def organization_name(self, caller: Principal) -> str:
        with self._database.read(caller.organization_id) as session:
            return session.get_one(Organization, caller.organization_id).name
