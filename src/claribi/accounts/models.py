"""Tables of organisations, users, and what they sign in with."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON

from claribi.accounts.permissions import Role
from claribi.core.clock import utc_now
from claribi.core.database import AUTOINCREMENT, Base, BigId, Tenant, Tracked
from claribi.core.vault import Sealed


class Organization(Tracked, Base):
    """A tenant, with its plan, its credits of this month and its security policy."""

    __tablename__ = "organizations"

    name: Mapped[str] = mapped_column(String(200))
    tier: Mapped[str] = mapped_column(String(40))
    trial_ends_at: Mapped[datetime | None]
    # The month that `credits_used` counts began then; reserved credits count as used.
    credits_since: Mapped[datetime] = mapped_column(default=utc_now)
    credits_used: Mapped[int] = mapped_column(default=0)
    # Policy: everybody needs a second factor; the longest life of an API key, None: as they like.
    require_mfa: Mapped[bool] = mapped_column(default=False)
    max_key_days: Mapped[int | None]
    # The roles that some access rule binds: who has another one need not look for rules.
    ruled_roles: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))


class CustomRole(Tenant, Tracked, Base):
    """A set of permissions that an organisation has given a name."""

    __tablename__ = "custom_roles"
    __table_args__ = (UniqueConstraint("organization_id", "name"), AUTOINCREMENT)

    name: Mapped[str] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(Text, default="")
    permissions: Mapped[list[str]]


class User(Tenant, Tracked, Base):
    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(320), unique=True)
    # None: signs in with a passkey or an identity provider only.
    password_hash: Mapped[str | None] = mapped_column(String(200))
    first_name: Mapped[str] = mapped_column(String(150), default="")
    last_name: Mapped[str] = mapped_column(String(150), default="")
    # The built-in role; where `custom_role_id` is set, that one's permissions count instead.
    role: Mapped[str] = mapped_column(String(20), default=Role.MEMBER.value)
    custom_role_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("custom_roles.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    # For access rules: a text, or a list of them, by name.
    attributes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    totp_secret: Mapped[str | None] = mapped_column(Sealed)
    totp_confirmed_at: Mapped[datetime | None]
    # The last time step whose code was used: no code works twice.
    totp_last_step: Mapped[int] = mapped_column(BigId, default=0)
    # What the organisation's directory calls this user (SCIM).
    external_id: Mapped[str | None] = mapped_column(String(255))
    last_signed_in_at: Mapped[datetime | None]

    @property
    def called(self) -> str:
        """What others know them by: their name, or their address where they gave none."""
        return f"{self.first_name} {self.last_name}".strip() or self.email


class LoginSession(Tenant, Base):
    """One sign-in. Its tokens, or its cookie, work until it expires or is ended."""

    __tablename__ = "login_sessions"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(64), default="")
    user_agent: Mapped[str] = mapped_column(String(500), default="")
    # How: password, passkey, sso. `strong`: with a second factor or something that counts as one.
    method: Mapped[str] = mapped_column(String(20), default="password")
    strong: Mapped[bool] = mapped_column(default=False)
    # SHA-256 of a browser's cookie. With one, the session's tokens open nothing any more.
    cookie_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)


class BackupCode(Tenant, Base):
    """A code that stands in for the second factor, once."""

    __tablename__ = "backup_codes"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Passkey(Tenant, Tracked, Base):
    """A WebAuthn credential."""

    __tablename__ = "passkeys"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigId, default=0)
    transports: Mapped[list[str]]
    last_used_at: Mapped[datetime | None]


class OneTimeToken(Base):
    """What is proven once and soon: a code by mail, a link, a half-finished sign-in, a challenge."""

    __tablename__ = "one_time_tokens"

    purpose: Mapped[str] = mapped_column(String(40))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    # What else it is found by: an address that belongs to no user yet.
    subject: Mapped[str | None] = mapped_column(String(320), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    # Wrong codes so far, where the token asks for one.
    attempts: Mapped[int] = mapped_column(default=0)
    payload: Mapped[str | None] = mapped_column(Sealed)


class Invitation(Tenant, Tracked, Base):
    """Somebody is asked to join an organisation."""

    __tablename__ = "invitations"

    email: Mapped[str] = mapped_column(String(320))
    role: Mapped[str] = mapped_column(String(20))
    custom_role_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("custom_roles.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    invited_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdentityProvider(Tenant, Tracked, Base):
    """Where members of an organisation sign in instead of here (OpenID Connect)."""

    __tablename__ = "identity_providers"

    name: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(500))
    client_id: Mapped[str] = mapped_column(String(255))
    client_secret: Mapped[str | None] = mapped_column(Sealed)
    scopes: Mapped[list[str]]
    # Whoever is not known yet gets an account with this role, unless one of its groups says another.
    default_role: Mapped[str | None] = mapped_column(String(20))
    group_claim: Mapped[str] = mapped_column(String(100), default="groups")
    role_of_group: Mapped[dict[str, Any]]
    # Members with an address of its domains can't sign in with a password.
    is_required: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)


class EmailDomain(Tenant, Tracked, Base):
    """A domain whose addresses sign in at a provider, once the organisation has shown that it owns it."""

    __tablename__ = "email_domains"
    __table_args__ = (UniqueConstraint("organization_id", "domain"), AUTOINCREMENT)

    provider_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("identity_providers.id", ondelete="CASCADE"), index=True
    )
    domain: Mapped[str] = mapped_column(String(253), index=True)
    proof: Mapped[str] = mapped_column(String(100))
    verified_at: Mapped[datetime | None]


class Identity(Tenant, Base):
    """A user as an identity provider knows it."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("provider_id", "subject"), AUTOINCREMENT)

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    provider_id: Mapped[int] = mapped_column(BigId, ForeignKey("identity_providers.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class ApiKey(Tenant, Tracked, Base):
    """A key for scripts. Only its SHA-256 is kept: it is random enough that a slow hash adds nothing."""

    __tablename__ = "api_keys"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    prefix: Mapped[str] = mapped_column(String(40))
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    # None: everything that the user may do.
    permissions: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    use_count: Mapped[int] = mapped_column(BigId, default=0)
    # When its owner was told that it is about to expire.
    warned_at: Mapped[datetime | None]


class CorsOrigin(Tenant, Base):
    """A web page's origin that may call the API with this organisation's keys and tokens."""

    __tablename__ = "cors_origins"
    __table_args__ = (UniqueConstraint("organization_id", "origin"), AUTOINCREMENT)

    origin: Mapped[str] = mapped_column(String(300), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class CreditReservation(Tenant, Base):
    """Credits set aside for a generation: `reserved`, then `settled` or `released`."""

    __tablename__ = "credit_reservations"
    __table_args__ = (UniqueConstraint("kind", "object_id"), AUTOINCREMENT)

    kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int] = mapped_column(BigId)
    amount: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default="reserved")
    # The month that pays for it, named by its beginning.
    since: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class UsageDay(Tenant, Base):
    """How many requests and generations a user made on one day (UTC), by session or with one key."""

    __tablename__ = "usage_days"
    __table_args__ = (
        UniqueConstraint("organization_id", "day", "user_id", "api_key_id"),
        AUTOINCREMENT,
    )

    day: Mapped[date]
    user_id: Mapped[int] = mapped_column(BigId)
    # 0: by session.
    api_key_id: Mapped[int] = mapped_column(BigId)
    requests: Mapped[int] = mapped_column(BigId, default=0)
    generations: Mapped[int] = mapped_column(BigId, default=0)
