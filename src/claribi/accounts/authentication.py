"""From the credentials of a request to the principal that is calling."""

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from claribi.accounts.models import ApiKey, LoginSession, Organization, User
from claribi.accounts.permissions import Role, permissions_of
from claribi.accounts.principal import Principal
from claribi.accounts.tiers import tier
from claribi.accounts.tokens import Tokens
from claribi.core.clock import utc_now
from claribi.core.database import Database, unscoped
from claribi.core.errors import TokenExpired, Unauthorized

KEY_PREFIX = "claribi_"
# The last use of a key is noted this often, so that a busy key does not write with each request.
LAST_USE_PRECISION = timedelta(minutes=1)


class Authenticator:
    """Checks credentials against what is true now: a revoked session, key or user opens nothing."""

    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._database = database
        self._tokens = tokens
        self._noted: dict[int, datetime] = {}
        self._noting = threading.Lock()

    def authenticate(self, headers: Mapping[str, str]) -> Principal | None:
        """The caller; None when the request carries no credentials.

        Raises:
            Unauthorized, TokenExpired: It carries some, and they are no good.
        """
        key, token = credentials(headers)
        if key is not None:
            return self._by_key(key)
        return None if token is None else self._by_token(token)

    def _by_token(self, token: str) -> Principal:
        claims = self._tokens.read("access", token)
        statement = (
            select(LoginSession, User, Organization)
            .join(User, User.id == LoginSession.user_id)
            .join(Organization, Organization.id == User.organization_id)
            .where(LoginSession.id == claims.session_id, LoginSession.user_id == claims.user_id)
        )
        with self._database.read(None) as session:
            row = unscoped(session).execute(statement).one_or_none()
        if row is None or row.LoginSession.ended_at is not None or not row.User.is_active:
            raise Unauthorized("The session has ended; sign in again")
        return principal_of(row.User, row.Organization, session_id=row.LoginSession.id)

    def _by_key(self, key: str) -> Principal:
        statement = (
            select(ApiKey, User, Organization)
            .join(User, User.id == ApiKey.user_id)
            .join(Organization, Organization.id == User.organization_id)
            .where(ApiKey.key_hash == hash_key(key))
        )
        with self._database.read(None) as session:
            row = unscoped(session).execute(statement).one_or_none()
        if row is None or row.ApiKey.revoked_at is not None or not row.User.is_active:
            raise Unauthorized("The API key is not valid")
        if row.ApiKey.expires_at is not None and row.ApiKey.expires_at <= utc_now():
            raise TokenExpired("The API key has expired")
        self._note_use(row.ApiKey)
        return principal_of(row.User, row.Organization, key=row.ApiKey)

    def _note_use(self, key: ApiKey) -> None:
        now = utc_now()
        with self._noting:
            last = self._noted.get(key.id) or key.last_used_at
            if last is not None and now - last < LAST_USE_PRECISION:
                return
            self._noted[key.id] = now
        with self._database.write(key.organization_id) as session:
            _set_last_use(session, key.id, now)


def _set_last_use(session: Session, key_id: int, now: datetime) -> None:
    session.execute(
        update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=now, updated_at=ApiKey.updated_at)
    )


def credentials(headers: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The API key and the access token that a request carries, in any of the spellings."""
    if key := headers.get("x-api-key"):
        return key.strip(), None
    scheme, _, value = headers.get("authorization", "").partition(" ")
    value = value.strip()
    if scheme.lower() == "api-key" and value:
        return value, None
    if scheme.lower() == "bearer" and value:
        return (value, None) if value.startswith(KEY_PREFIX) else (None, value)
    return None, None


def hash_key(key: str) -> bytes:
    return sha256(key.encode()).digest()


def principal_of(
    user: User, organization: Organization, *, session_id: int | None = None, key: ApiKey | None = None
) -> Principal:
    """The principal for a user as it is now; a narrowed key only takes away."""
    role = Role(user.role)
    permissions = permissions_of(role)
    if key is not None and key.permissions is not None:
        permissions &= frozenset(key.permissions)
    return Principal(
        user_id=user.id,
        email=user.email,
        organization_id=organization.id,
        role=role,
        permissions=permissions,
        tier=tier(organization.tier),
        session_id=session_id,
        api_key_id=key.id if key else None,
    )
