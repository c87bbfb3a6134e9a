"""Signing in at an identity provider: away with a state, back with a code, in with a session."""

import hmac
import secrets
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from claribi.accounts.addresses import user_of, vouches_for
from claribi.accounts.members import require_seat
from claribi.accounts.models import EmailDomain, Identity, IdentityProvider, User
from claribi.accounts.onetime import OneTimeTokens, Proof
from claribi.accounts.passwords import normal_email
from claribi.accounts.permissions import Role
from claribi.accounts.roles import by_name
from claribi.accounts.sessions import Sessions
from claribi.accounts.sso.oidc import Attempt, Client, SignInFailed, authorization_url, discover, finish
from claribi.accounts.sso.providers import SECRET
from claribi.core import audit
from claribi.core.audit import Origin, Somebody
from claribi.core.database import Database, unscoped
from claribi.core.egress import Egress
from claribi.core.errors import ClaribiError, PathNotFound, PlanRequired, ValidationFailed
from claribi.core.vault import Vault

STATE = "sso"
LIFETIME = timedelta(minutes=10)
CALLBACK = "/api/v1/auth/sso/callback"


class Turned(Exception):
    """Nobody is signed in, for a reason that the sign-in page knows by its code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SingleSignOn:
    """Sends browsers to providers, and signs in who comes back from there."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        egress: Egress,
        sessions: Sessions,
        tokens: OneTimeTokens,
    ) -> None:
        self._database = database
        self._vault = vault
        self._egress = egress
        self._sessions = sessions
        self._tokens = tokens

    def provider_for(self, email: str) -> int:
        """The id of the provider where an address signs in.

        Raises:
            PathNotFound: There is none; nothing is said of whether the address is known.
        """
        domain = normal_email(email).rpartition("@")[2]
        with self._database.read(None) as session:
            found = unscoped(session).scalar(
                select(IdentityProvider.id)
                .join(EmailDomain, EmailDomain.provider_id == IdentityProvider.id)
                .where(
                    EmailDomain.domain == domain,
                    EmailDomain.verified_at.is_not(None),
                    IdentityProvider.is_active,
                )
                .order_by(IdentityProvider.id)
            )
        if found is None:
            raise PathNotFound(f"No identity provider is set up for addresses of {domain}")
        return int(found)

    def begin(self, provider_id: str, base_url: str, next_path: str, hint: str) -> tuple[str, str]:
        """Where to send the browser, and the cookie that it has to bring back."""
        provider = self._provider(provider_id)
        if provider is None:
            raise PathNotFound("No identity provider is set up here")
        client = self._client(provider, base_url)
        attempt = Attempt.new()
        browser = secrets.token_urlsafe(32)
        payload = asdict(attempt) | {
            "provider_id": provider.id,
            "next": next_path,
            "browser": sha256(browser.encode()).hexdigest(),
        }
        with self._database.write(None) as session:
            state = self._tokens.issue(unscoped(session), STATE, LIFETIME, payload=payload)
        described = discover(self._egress, provider.issuer)
        return authorization_url(described, client, attempt, state, hint), browser

    def end(self, query: dict[str, str], browser: str, base_url: str, origin: Origin) -> tuple[str, str]:
        """Sign in who came back: the cookie of the session, and the path to go on to.

        Raises:
            Turned: Nobody is signed in.
        """
        with self._database.write(None) as session:
            proof = self._tokens.use(unscoped(session), STATE, query.get("state", ""))
        if proof is None or not _is_same_browser(proof, browser):
            raise Turned("sso_expired")
        provider = self._provider(str(proof.payload["provider_id"]))
        if provider is None:
            raise Turned("sso_failed")
        if "code" not in query or query.get("iss", provider.issuer) != provider.issuer:
            raise Turned("sso_refused" if "error" in query else "sso_failed")
        attempt = Attempt(proof.payload["nonce"], proof.payload["verifier"])
        client = self._client(provider, base_url)
        try:
            described = discover(self._egress, provider.issuer)
            claims = finish(self._egress, described, client, attempt, query["code"])
        except (SignInFailed, ClaribiError) as error:
            structlog.get_logger().warning("single sign-on failed", provider=provider.id, reason=str(error))
            raise Turned("sso_failed") from None
        user = self._user(provider, claims, origin)
        return self._sessions.start_in_browser(user, "sso", origin, strong=True), proof.payload["next"]

    def _provider(self, provider_id: str) -> IdentityProvider | None:
        if not (provider_id.isascii() and provider_id.isdigit()) or len(provider_id) > 18:  # noqa: PLR2004 - 64 bits
            return None
        with self._database.read(None) as session:
            found: IdentityProvider | None = unscoped(session).scalar(
                select(IdentityProvider).where(
                    IdentityProvider.id == int(provider_id), IdentityProvider.is_active
                )
            )
        return found

    def _client(self, provider: IdentityProvider, base_url: str) -> Client:
        secret = provider.client_secret and self._vault.open(SECRET, provider.client_secret)
        return Client(
            provider.issuer,
            provider.client_id,
            secret or None,
            tuple(provider.scopes),
            base_url.rstrip("/") + CALLBACK,
        )

    def _user(self, provider: IdentityProvider, claims: dict[str, Any], origin: Origin) -> User:
        """The user that a provider speaks of: known to it, a member with this address, or new."""
        try:
            with self._database.write(provider.organization_id) as session:
                user = _known(session, provider, claims) or _linked(session, provider, claims, origin)
                if user is None:
                    user = _created(session, provider, claims, origin)
                if not user.is_active:
                    raise Turned("sso_disabled")
                _give_role(session, provider, claims, user, origin)
                return user
        except PlanRequired:
            raise Turned("sso_no_seat") from None
        except ClaribiError as error:
            structlog.get_logger().warning("single sign-on failed", provider=provider.id, reason=str(error))
            raise Turned("sso_failed") from None


def _is_same_browser(proof: Proof, browser: str) -> bool:
    """Nobody finishes what another browser began (login CSRF)."""
    return hmac.compare_digest(proof.payload["browser"], sha256(browser.encode()).hexdigest())


def _known(session: Session, provider: IdentityProvider, claims: dict[str, Any]) -> User | None:
    found: User | None = session.scalar(
        select(User)
        .join(Identity, Identity.user_id == User.id)
        .where(Identity.provider_id == provider.id, Identity.subject == str(claims["sub"]))
    )
    return found


def _linked(
    session: Session, provider: IdentityProvider, claims: dict[str, Any], origin: Origin
) -> User | None:
    """A member of the provider's organisation whose address the provider may vouch for."""
    email = _vouched(session, provider, claims)
    user: User | None = session.scalar(select(User).where(User.email == email))
    if user is not None:
        session.add(Identity(user_id=user.id, provider_id=provider.id, subject=str(claims["sub"])))
        by = Somebody(user.id, user.email, origin)
        audit.record(session, "user.identity_linked", "user", user.id, by=by, provider=provider.name)
    return user


def _created(session: Session, provider: IdentityProvider, claims: dict[str, Any], origin: Origin) -> User:
    """An account for somebody new, where the organisation wants that."""
    email = _vouched(session, provider, claims)
    if provider.default_role is None or user_of(session, email) is not None:
        raise Turned("sso_no_account")
    require_seat(session, provider.organization_id)
    role, custom_role_id = by_name(session, provider.default_role)
    user = User(
        email=email,
        password_hash=None,
        role=role.value,
        custom_role_id=custom_role_id,
        first_name=str(claims.get("given_name") or "")[:150],
        last_name=str(claims.get("family_name") or "")[:150],
        totp_last_step=0,
        is_active=True,
    )
    session.add(user)
    session.flush()
    session.add(Identity(user_id=user.id, provider_id=provider.id, subject=str(claims["sub"])))
    by = Somebody(user.id, user.email, origin)
    audit.record(session, "user.created", "user", user.id, by=by, email=email, provider=provider.name)
    return user


def _vouched(session: Session, provider: IdentityProvider, claims: dict[str, Any]) -> str:
    """The address of a provider's claims, if it was verified there and its domain is proven to be theirs."""
    try:
        email = normal_email(str(claims.get("email") or ""))
    except ValidationFailed:
        raise Turned("sso_no_account") from None
    if not vouches_for(session, email, provider.id) or claims.get("email_verified") is not True:
        raise Turned("sso_no_account")
    return email


def _give_role(
    session: Session, provider: IdentityProvider, claims: dict[str, Any], user: User, origin: Origin
) -> None:
    """The role of the first of the provider's groups that somebody has; the owner stays the owner."""
    groups = claims.get(provider.group_claim)
    held = {str(group) for group in groups} if isinstance(groups, list) else {str(groups)}
    name = next((role for group, role in provider.role_of_group.items() if group in held), None)
    if name is None or user.role == Role.OWNER:
        return
    role, custom_role_id = by_name(session, name)
    user.role, user.custom_role_id = role.value, custom_role_id
    if changes := audit.diff(user):
        by = Somebody(user.id, user.email, origin)
        audit.record(session, "member.changed", "user", user.id, by=by, changes=changes)
