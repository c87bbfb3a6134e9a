"""Login sessions: how they begin, go on and end."""

import secrets
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from claribi.accounts.authentication import ENDED, csrf_token, hash_key, is_alive
from claribi.accounts.models import CustomRole, LoginSession, Organization, User
from claribi.accounts.principal import Principal
from claribi.accounts.tokens import REFRESH_LIFETIME, Tokens
from claribi.core import audit
from claribi.core.audit import Origin, Somebody
from claribi.core.clock import utc_now
from claribi.core.database import Database, unscoped
from claribi.core.errors import Forbidden, Unauthorized
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate

COOKIE_BYTES = 32


class Sessions:
    """The sign-ins of users: people see and end their own."""

    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._database = database
        self._tokens = tokens

    def start(self, user: User, method: str, origin: Origin, *, strong: bool = False) -> dict[str, Any]:
        """Sign a user in who has proven who it is: tokens and the user.

        Args:
            method: How it did: password, passkey or sso.
            strong: With a second factor, or with something that counts as one.
        """
        login, presented = self._begin(user, method, origin, strong=strong)
        return {
            "access": self._tokens.issue("access", user.id, login.id),
            "refresh": self._tokens.issue("refresh", user.id, login.id, login.expires_at),
            "user": presented,
        }

    def start_in_browser(self, user: User, method: str, origin: Origin, *, strong: bool = False) -> str:
        """As `start`, for a browser that was sent here: the cookie of its session."""
        cookie = secrets.token_urlsafe(COOKIE_BYTES)
        self._begin(user, method, origin, strong=strong, cookie=cookie)
        return cookie

    def _begin(
        self, user: User, method: str, origin: Origin, *, strong: bool, cookie: str | None = None
    ) -> tuple[LoginSession, dict[str, Any]]:
        now = utc_now()
        login = LoginSession(
            user_id=user.id,
            expires_at=now + REFRESH_LIFETIME,
            last_used_at=now,
            address=origin.address[:64],
            user_agent=origin.user_agent[:500],
            method=method,
            strong=strong,
            cookie_hash=hash_key(cookie) if cookie else None,
        )
        with self._database.write(user.organization_id) as session:
            session.add(login)
            session.flush()
            session.execute(
                update(User)
                .where(User.id == user.id)
                .values(last_signed_in_at=now, updated_at=User.updated_at)
            )
            by = Somebody(user.id, user.email, origin)
            audit.record(session, "user.signed_in", "user", user.id, by=by, method=method, strong=strong)
            organization = session.get_one(Organization, user.organization_id)
            presented = present_user(user, custom_role_of(session, user))
        return login, presented | {"organization": {"id": organization.id, "name": organization.name}}

    def refresh(self, token: str) -> dict[str, str]:
        """A new access token for a session that goes on."""
        claims = self._tokens.read("refresh", token)
        statement = (
            select(LoginSession, User)
            .join(User, User.id == LoginSession.user_id)
            .where(LoginSession.id == claims.session_id, LoginSession.cookie_hash.is_(None))
        )
        with self._database.read(None) as session:
            row = unscoped(session).execute(statement).one_or_none()
        if row is None or not is_alive(row.LoginSession) or not row.User.is_active:
            raise Unauthorized(ENDED)
        with self._database.write(row.User.organization_id) as session:
            session.get_one(LoginSession, claims.session_id).last_used_at = utc_now()
        return {"access": self._tokens.issue("access", claims.user_id, claims.session_id)}

    def to_browser(self, caller: Principal) -> tuple[str, str]:
        """Put the caller's session into a cookie: the cookie and its CSRF token.

        From then on the session's tokens open nothing, so that no script can take the session away.
        """
        session_id = caller.require_session()
        cookie = secrets.token_urlsafe(COOKIE_BYTES)
        with self._database.write(caller.organization_id) as session:
            session.get_one(LoginSession, session_id).cookie_hash = hash_key(cookie)
        return cookie, csrf_token(cookie)

    def logout(self, caller: Principal) -> None:
        """End the caller's session: neither its tokens nor its cookie work after this."""
        if caller.session_id is None:
            raise Forbidden("An API key has no session to end; revoke the key instead")
        self.end(caller, caller.session_id)

    def list_page(self, caller: Principal, page: PageRequest) -> dict[str, Any]:
        """The caller's sessions that are alive."""
        caller.require_session()
        with self._database.read(caller.organization_id) as session:
            return paginate(
                session,
                _alive(caller.user_id),
                page,
                model=LoginSession,
                search=[LoginSession.address, LoginSession.user_agent],
                ordering={
                    "created_at": LoginSession.created_at,
                    "last_used_at": LoginSession.last_used_at,
                    "expires_at": LoginSession.expires_at,
                },
                present=lambda row: present_session(row, caller),
            )

    def end(self, caller: Principal, session_id: str | int) -> int:
        """End one of the caller's own sessions, at once."""
        caller.require_session()
        with self._database.write(caller.organization_id) as session:
            login = find(session, LoginSession, "Session", session_id, LoginSession.user_id == caller.user_id)
            login.ended_at = login.ended_at or utc_now()
            audit.record(session, "user.signed_out", "user", caller.user_id, by=caller, session_id=login.id)
            return login.id

    def end_others(self, caller: Principal) -> int:
        """End all of the caller's sessions but this one; how many."""
        kept = caller.require_session()
        with self._database.write(caller.organization_id) as session:
            count = end_all(session, caller.user_id, but=kept)
            audit.record(session, "user.signed_out_elsewhere", "user", caller.user_id, by=caller, count=count)
            return count


def end_all(session: Session, user_id: int, *, but: int | None = None) -> int:
    """End a user's sessions inside a transaction; how many there were."""
    logins = session.scalars(_alive(user_id).where(LoginSession.id != (but or 0))).all()
    for login in logins:
        login.ended_at = utc_now()
    return len(logins)


def present_session(login: LoginSession, caller: Principal) -> dict[str, Any]:
    return {
        "id": login.id,
        "created_at": login.created_at,
        "last_used_at": login.last_used_at,
        "expires_at": login.expires_at,
        "address": login.address,
        "user_agent": login.user_agent,
        "method": login.method,
        "is_browser": login.cookie_hash is not None,
        "is_current": login.id == caller.session_id,
    }


def present_user(user: User, custom_role: CustomRole | None = None) -> dict[str, Any]:
    return {
        "id": user.id,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "role": custom_role.name if custom_role else user.role,
    }


def custom_role_of(session: Session, user: User) -> CustomRole | None:
    return session.get(CustomRole, user.custom_role_id) if user.custom_role_id else None


def _alive(user_id: int) -> Select[Any]:
    return select(LoginSession).where(
        LoginSession.user_id == user_id,
        LoginSession.ended_at.is_(None),
        LoginSession.expires_at > utc_now(),
    )
