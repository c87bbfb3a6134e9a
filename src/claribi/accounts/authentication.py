"""From the credentials of a request to the principal that is calling."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie

from sqlalchemy import ColumnElement, select
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

KEY_PREFIX = "claribi_"
# Made once: every request asks one of them.
SESSIONS = (
    select(LoginSession, User, Organization, CustomRole)
    .join(User, User.id == LoginSession.user_id)
    .join(Organization, Organization.id == User.organization_id)
    .outerjoin(CustomRole, CustomRole.id == User.custom_role_id)
)
KEYS = (
    select(ApiKey, User, Organization, CustomRole)
    .join(User, User.id == ApiKey.user_id)
    .join(Organization, Organization.id == User.organization_id)
    .outerjoin(CustomRole, CustomRole.id == User.custom_role_id)
)
ENDED = "The session has ended; sign in again"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request proves itself with; at most one of them."""

    key: str | None = None
    token: str | None = None
    cookie: str | None = None


class Authenticator:
    """Checks credentials against what is true now: a revoked session, key or user opens nothing."""

    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._database = database
        self._tokens = tokens

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
            return self._by_session(
                origin,
                LoginSession.id == claims.session_id,
                LoginSession.user_id == claims.user_id,
                LoginSession.cookie_hash.is_(None),
            )
        if given.cookie is not None:
            return self._by_session(origin, LoginSession.cookie_hash == hash_key(given.cookie))
        return None

    def _by_session(self, origin: Origin, *conditions: ColumnElement[bool]) -> Principal:
        with self._database.read(None) as session:
            row = unscoped(session).execute(SESSIONS.where(*conditions)).one_or_none()
        if row is None or not is_alive(row.LoginSession) or not row.User.is_active:
            raise Unauthorized(ENDED)
        return principal_of(row.User, row.Organization, row.CustomRole, login=row.LoginSession, origin=origin)

    def _by_key(self, key: str, origin: Origin) -> Principal:
        with self._database.read(None) as session:
            row = unscoped(session).execute(KEYS.where(ApiKey.key_hash == hash_key(key))).one_or_none()
            if row is None or row.ApiKey.revoked_at is not None or not row.User.is_active:
                raise Unauthorized("The API key is not valid")
            if row.ApiKey.expires_at is not None and row.ApiKey.expires_at <= utc_now():
                raise TokenExpired("The API key has expired")
            lacks_mfa = row.Organization.require_mfa and not has_second_factor(session, row.User)
        return principal_of(
            row.User, row.Organization, row.CustomRole, key=row.ApiKey, lacks_mfa=lacks_mfa, origin=origin
        )


def is_alive(login: LoginSession) -> bool:
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


def principal_of(
    user: User,
    organization: Organization,
    custom_role: CustomRole | None = None,
    *,
    login: LoginSession | None = None,
    key: ApiKey | None = None,
    lacks_mfa: bool = False,
    origin: Origin = NOWHERE,
) -> Principal:
    """The principal for a user as it is now; a narrowed key only takes away."""
    role = Role(user.role)
    permissions = permissions_of(role) if custom_role is None else frozenset(custom_role.permissions)
    held = permissions
    if key is not None and key.permissions is not None:
        permissions &= frozenset(key.permissions)
    return Principal(
        user_id=user.id,
        email=user.email,
        organization_id=organization.id,
        role=role,
        permissions=permissions,
        held=held,
        tier=tier(organization.tier),
        session_id=login.id if login else None,
        api_key_id=key.id if key else None,
        custom_role=custom_role.name if custom_role else None,
        is_browser=login is not None and login.cookie_hash is not None,
        lacks_mfa=lacks_mfa or (login is not None and organization.require_mfa and not login.strong),
        trial_ends_at=organization.trial_ends_at,
        origin=origin,
        attributes=user.attributes or {},
        has_access_rules=(custom_role.name if custom_role else role.value)
        in (organization.ruled_roles or ()),
    )
