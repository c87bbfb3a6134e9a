"""From the credentials of a request to the principal that is calling."""

import hmac
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from claribi.accounts.models import ApiKey, CustomRole, LoginSession, Organization, Passkey, User
from claribi.accounts.permissions import Role, permissions_of
from claribi.accounts.principal import Principal
from claribi.accounts.tiers import tier
from claribi.accounts.tokens import Tokens
from claribi.core.audit import NOWHERE, Origin
from claribi.core.clock import utc_now
from claribi.core.database import Database, unscoped
from claribi.core.errors import TokenExpired, Unauthorized
from claribi.core.remembered import Remembered

KEY_PREFIX = "claribi_"
# Credentials that are known without asking the database again.
MOST_KNOWN = 10_000
USERS, ORGANIZATIONS, ROLES = User.__table__.c, Organization.__table__.c, CustomRole.__table__.c
LOGINS, API_KEYS = LoginSession.__table__.c, ApiKey.__table__.c
# What a principal is made of. Of columns, not of objects, and in statements that are made once: every request
# asks one of them, and objects cost three times as much.
CALLER = select(
    USERS.id.label("user_id"),
    USERS.email,
    USERS.role,
    USERS.is_active,
    USERS.attributes,
    ORGANIZATIONS.id.label("organization_id"),
    ORGANIZATIONS.tier,
    ORGANIZATIONS.trial_ends_at,
    ORGANIZATIONS.require_mfa,
    ORGANIZATIONS.ruled_roles,
    ROLES.name.label("custom_role"),
    ROLES.permissions.label("custom_permissions"),
)
WITH_ROLE = User.__table__.join(Organization.__table__, ORGANIZATIONS.id == USERS.organization_id).outerjoin(
    CustomRole.__table__, ROLES.id == USERS.custom_role_id
)
BY_USER = CALLER.select_from(WITH_ROLE).where(USERS.id == bindparam("user"))
BY_LOGIN = CALLER.add_columns(
    LOGINS.id.label("session_id"), LOGINS.ended_at, LOGINS.expires_at, LOGINS.strong, LOGINS.cookie_hash
).select_from(WITH_ROLE.join(LoginSession.__table__, LOGINS.user_id == USERS.id))
BY_TOKEN = BY_LOGIN.where(
    LOGINS.id == bindparam("login"), USERS.id == bindparam("user"), LOGINS.cookie_hash.is_(None)
)
BY_COOKIE = BY_LOGIN.where(LOGINS.cookie_hash == bindparam("hash"))
BY_KEY = (
    CALLER.add_columns(
        API_KEYS.id.label("api_key_id"), API_KEYS.permissions, API_KEYS.revoked_at, API_KEYS.expires_at
    )
    .select_from(WITH_ROLE.join(ApiKey.__table__, API_KEYS.user_id == USERS.id))
    .where(API_KEYS.key_hash == bindparam("hash"))
)
ENDED = "The session has ended; sign in again"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request proves itself with; at most one of them."""

    key: str | None = None
    token: str | None = None
    cookie: str | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What the database has of some credentials, perhaps nothing.

    Attributes:
        lacks_mfa: Of a key: its user must have a second factor and has none.
    """

    row: Row[*tuple[Any, ...]] | None
    lacks_mfa: bool = False


class Authenticator:
    """Checks credentials against what is true now: a revoked session, key or user opens nothing."""

    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._database = database
        self._tokens = tokens
        self._known: Remembered[Hashable, _Found] = Remembered(database, MOST_KNOWN)

    def is_at_hand(self, headers: Mapping[str, str], *, secure: bool) -> bool:
        """Whether the caller is known without asking the database, so that nothing has to wait."""
        given = credentials(headers, secure=secure)
        if given.token is not None:
            # Reading a token takes no database, but more time than knowing whom it is from.
            return False
        secret = given.key or given.cookie
        return secret is None or self._known.recall(hash_key(secret)) is not None

    def authenticate(
        self, headers: Mapping[str, str], *, secure: bool = False, origin: Origin = NOWHERE
    ) -> Principal | None:
        """The caller; None when the request carries no credentials.

        Args:
            secure: The request came by HTTPS, whose cookie has another name.

        Raises:
            Unauthorized, TokenExpired: It carries some, and they are no good.
        """
        given = credentials(headers, secure=secure)
        if given.key is not None:
            return self._by_key(given.key, origin)
        if given.token is not None:
            claims = self._tokens.read("access", given.token)
            about: dict[str, Any] = {"login": claims.session_id, "user": claims.user_id}
            return self._by_session(origin, (claims.session_id, claims.user_id), BY_TOKEN, about)
        if given.cookie is not None:
            hashed = hash_key(given.cookie)
            return self._by_session(origin, hashed, BY_COOKIE, {"hash": hashed})
        return None

    def _row(self, statement: Select[Any], values: Mapping[str, Any]) -> _Found:
        with self._database.read(None) as session:
            return _Found(unscoped(session).execute(statement, values).one_or_none())

    def _by_session(
        self, origin: Origin, known_as: Hashable, statement: Select[Any], values: Mapping[str, Any]
    ) -> Principal:
        row = self._known.get(known_as, lambda: self._row(statement, values)).row
        if row is None or not is_alive(row) or not row.is_active:
            raise Unauthorized(ENDED)
        return replace(
            _principal(row, origin),
            session_id=row.session_id,
            is_browser=row.cookie_hash is not None,
            lacks_mfa=row.require_mfa and not row.strong,
        )

    def _by_key(self, key: str, origin: Origin) -> Principal:
        hashed = hash_key(key)
        found = self._known.get(hashed, lambda: self._key(hashed))
        row = found.row
        if row is None or row.revoked_at is not None or not row.is_active:
            raise Unauthorized("The API key is not valid")
        if row.expires_at is not None and row.expires_at <= utc_now():
            raise TokenExpired("The API key has expired")
        principal = _principal(row, origin)
        allowed = principal.held if row.permissions is None else principal.held & frozenset(row.permissions)
        return replace(principal, permissions=allowed, api_key_id=row.api_key_id, lacks_mfa=found.lacks_mfa)

    def _key(self, hashed: bytes) -> _Found:
        with self._database.read(None) as session:
            row = unscoped(session).execute(BY_KEY, {"hash": hashed}).one_or_none()
            lacks = (
                row is not None
                and row.require_mfa
                and not has_second_factor(session, session.get_one(User, row.user_id))
            )
            return _Found(row, lacks_mfa=lacks)


def is_alive(login: LoginSession | Row[*tuple[Any, ...]]) -> bool:
    return login.ended_at is None and login.expires_at > utc_now()


def has_second_factor(session: Session, user: User) -> bool:
    """Whether the user has set up TOTP or a passkey. The session must see this user."""
    return user.totp_confirmed_at is not None or bool(
        session.scalar(select(Passkey.id).where(Passkey.user_id == user.id).limit(1))
    )


def credentials(headers: Mapping[str, str], *, secure: bool = False) -> Credentials:
    """What a request carries, in any of the spellings; a header goes before a cookie."""
    if key := headers.get("x-api-key"):
        return Credentials(key=key.strip())
    scheme, _, value = headers.get("authorization", "").partition(" ")
    value = value.strip()
    if scheme.lower() == "api-key" and value:
        return Credentials(key=value)
    if scheme.lower() == "bearer" and value:
        return Credentials(key=value) if value.startswith(KEY_PREFIX) else Credentials(token=value)
    return Credentials(cookie=_cookie(headers.get("cookie", ""), secure=secure))


def cookie_name(*, secure: bool) -> str:
    """By HTTPS the name that browsers accept only for this host, this path and HTTPS (RFC 6265bis)."""
    return "__Host-claribi" if secure else "claribi"


def _cookie(header: str, *, secure: bool) -> str | None:
    try:
        found = SimpleCookie(header).get(cookie_name(secure=secure))
    except CookieError:
        return None
    return found.value if found is not None and found.value else None


def hash_key(key: str) -> bytes:
    return sha256(key.encode()).digest()


def csrf_token(cookie: str) -> str:
    """What a page must send back to prove that it can read our answers: bound to its own session."""
    return hmac.digest(cookie.encode(), b"csrf", sha256).hex()


def principal_of(session: Session, user_id: int) -> Principal:
    """A user as it is now, for what the server does on its behalf."""
    return _principal(unscoped(session).execute(BY_USER, {"user": user_id}).one(), NOWHERE)


def _principal(row: Row[*tuple[Any, ...]], origin: Origin) -> Principal:
    role = Role(row.role)
    held = permissions_of(role) if row.custom_role is None else frozenset(row.custom_permissions)
    return Principal(
        user_id=row.user_id,
        email=row.email,
        organization_id=row.organization_id,
        role=role,
        permissions=held,
        held=held,
        tier=tier(row.tier),
        custom_role=row.custom_role,
        trial_ends_at=row.trial_ends_at,
        origin=origin,
        attributes=row.attributes or {},
        has_access_rules=(row.custom_role or role.value) in (row.ruled_roles or ()),
    )
