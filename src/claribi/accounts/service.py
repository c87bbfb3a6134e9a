"""Organisations, users and signing in."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from claribi.accounts import passwords
from claribi.accounts.authentication import principal_of
from claribi.accounts.limits import Limiter
from claribi.accounts.models import LoginSession, Organization, User
from claribi.accounts.permissions import Role
from claribi.accounts.principal import Principal
from claribi.accounts.tiers import tier
from claribi.accounts.tokens import REFRESH_LIFETIME, Tokens
from claribi.core import audit
from claribi.core.clock import utc_now
from claribi.core.database import Database, unscoped
from claribi.core.errors import (
    Conflict,
    FieldProblem,
    Forbidden,
    InvalidCredentials,
    NotFound,
    RateLimited,
    Unauthorized,
    ValidationFailed,
)


class Accounts:
    """Who there is, and how they sign in."""

    def __init__(self, database: Database, tokens: Tokens, limiter: Limiter) -> None:
        self._database = database
        self._tokens = tokens
        self._limiter = limiter

    def create_organization(self, name: str, tier_name: str) -> int:
        """The id of a new organisation."""
        tier(tier_name)
        with self._database.write(None) as session:
            organization = Organization(name=name, tier=tier_name)
            session.add(organization)
            session.flush()
            return organization.id

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
        password_hash = passwords.hash_password(password)
        with self._database.write(organization_id) as session:
            if _user_by_email(session, email) is not None:
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
            audit.record(session, "user.created", "user", user.id, user_id=None, email=email, role=role)
            return user.id

    def principal(self, email: str) -> Principal:
        """The user of this address as a caller, for the command line, which already has the whole server."""
        with self._database.read(None) as session:
            user = _user_by_email(session, normal_email(email))
            if user is None:
                raise NotFound("User", email)
            return principal_of(user, _organization(session, user))

    def principal_by_id(self, organization_id: int, user_id: int) -> Principal:
        """A user as it is now, for a job that it asked for; NotFound when it is gone or disabled."""
        with self._database.read(organization_id) as session:
            user = session.scalar(select(User).where(User.id == user_id, User.is_active))
            if user is None:
                raise NotFound("User", user_id)
            return principal_of(user, _organization(session, user))

    def login(self, email: str, password: str, address: str) -> dict[str, object]:
        """Sign in: tokens and the user.

        Raises:
            InvalidCredentials: One answer for a wrong address and a wrong password.
            RateLimited: Too many wrong passwords, from this address or for this account.
        """
        account = email.strip().casefold()
        if not self._limiter.may_try_password(address, account):
            raise RateLimited(
                "Too many wrong passwords; wait 15 minutes and try again", headers={"Retry-After": "900"}
            )
        with self._database.read(None) as session:
            user = _user_by_email(session, account)
        if not passwords.verify(user.password_hash if user else None, password) or user is None:
            self._limiter.wrong_password(address, account)
            raise InvalidCredentials("The e-mail address or the password is wrong")
        if not user.is_active:
            raise Forbidden("This account is disabled; ask an administrator of your organisation")
        return self._start_session(user)

    def _start_session(self, user: User) -> dict[str, object]:
        expires_at = utc_now() + REFRESH_LIFETIME
        with self._database.write(user.organization_id) as session:
            login = LoginSession(user_id=user.id, expires_at=expires_at)
            session.add(login)
            session.flush()
            audit.record(session, "user.signed_in", "user", user.id, user_id=user.id)
            organization = _organization(session, user)
        return {
            "access": self._tokens.issue("access", user.id, login.id),
            "refresh": self._tokens.issue("refresh", user.id, login.id, expires_at),
            "user": present_user(user) | {"organization": {"id": organization.id, "name": organization.name}},
        }

    def refresh(self, token: str) -> dict[str, str]:
        """A new access token for a session that goes on."""
        claims = self._tokens.read("refresh", token)
        statement = (
            select(LoginSession, User)
            .join(User, User.id == LoginSession.user_id)
            .where(LoginSession.id == claims.session_id)
        )
        with self._database.read(None) as session:
            row = unscoped(session).execute(statement).one_or_none()
        if row is None or row.LoginSession.ended_at is not None or not row.User.is_active:
            raise Unauthorized("The session has ended; sign in again")
        return {"access": self._tokens.issue("access", claims.user_id, claims.session_id)}

    def logout(self, caller: Principal) -> None:
        """End the caller's session: neither of its tokens works after this."""
        if caller.session_id is None:
            raise ValidationFailed("An API key has no session to end; revoke the key instead")
        with self._database.write(caller.organization_id) as session:
            login = session.get_one(LoginSession, caller.session_id)
            login.ended_at = utc_now()
            audit.record(session, "user.signed_out", "user", caller.user_id, user_id=caller.user_id)

    def status(self, caller: Principal) -> dict[str, object]:
        with self._database.read(caller.organization_id) as session:
            user = session.get_one(User, caller.user_id)
            organization = _organization(session, user)
        return {
            "user": present_user(user),
            "organization": {
                "id": organization.id,
                "name": organization.name,
                "plan": organization.tier,
                "ai_credits_remaining": caller.tier.ai_credits_per_month,
                "trial_ends_at": organization.trial_ends_at,
            },
        }

    def organization_name(self, caller: Principal) -> str:
        with self._database.read(caller.organization_id) as session:
            return session.get_one(Organization, caller.organization_id).name


def normal_email(email: str) -> str:
    """Addresses are compared without case. Raises ValidationFailed for what can't be one."""
    normal = email.strip().casefold()
    local, at, domain = normal.rpartition("@")
    if not (local and at and domain) or any(c.isspace() for c in normal) or len(normal) > 320:  # noqa: PLR2004 - RFC 5321
        message = f"{email!r} is not an e-mail address"
        raise ValidationFailed(message, details=[FieldProblem("email", message)])
    return normal


def present_user(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "role": user.role,
    }


def _user_by_email(session: Session, email: str) -> User | None:
    """An address is known once on the whole server, so this looks beyond the organisation."""
    confined = session.info.get("unscoped", False)
    session.info["unscoped"] = True
    try:
        return session.scalar(select(User).where(User.email == email))
    finally:
        session.info["unscoped"] = confined


def _organization(session: Session, user: User) -> Organization:
    return session.get_one(Organization, user.organization_id)
