"""The organisation itself: its name, its security policy, its end."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from claribi.accounts import passwords
from claribi.accounts.authentication import has_second_factor
from claribi.accounts.models import ApiKey, CorsOrigin, Organization, User
from claribi.accounts.principal import Principal
from claribi.accounts.schemas import ChangedOrganization, ChangedPolicy
from claribi.core import audit
from claribi.core.blobs import BlobStore
from claribi.core.clock import utc_now
from claribi.core.database import Database, unscoped
from claribi.core.errors import Conflict, FieldProblem, InvalidCredentials, ValidationFailed
from claribi.http.conditional import Check

LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
MAX_ORIGINS = 50


class Organizations:
    """An organisation as its owner sees it."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    def get(self, caller: Principal) -> Organization:
        with self._database.read(caller.organization_id) as session:
            return session.get_one(Organization, caller.organization_id)

    def change(self, caller: Principal, wanted: ChangedOrganization, check: Check) -> Organization:
        caller.require("organization:manage")
        with self._database.write(caller.organization_id) as session:
            organization = session.get_one(Organization, caller.organization_id)
            check(organization)
            organization.name = wanted.name.strip()
            _note(session, caller, "organization.changed", organization)
            return organization

    def policy(self, caller: Principal) -> tuple[Organization, dict[str, Any]]:
        caller.require("security:manage")
        with self._database.read(caller.organization_id) as session:
            organization = session.get_one(Organization, caller.organization_id)
            return organization, present_policy(organization, _origins(session))

    def change_policy(
        self, caller: Principal, wanted: ChangedPolicy, check: Check
    ) -> tuple[Organization, dict[str, Any]]:
        """Change the security policy.

        Raises:
            Conflict: A second factor for everybody would lock out the caller, who has none.
        """
        caller.require("security:manage")
        with self._database.write(caller.organization_id) as session:
            organization = session.get_one(Organization, caller.organization_id)
            check(organization)
            if wanted.require_mfa is not None:
                if wanted.require_mfa and not has_second_factor(
                    session, session.get_one(User, caller.user_id)
                ):
                    raise Conflict("Set up a second factor for yourself first, or this would lock you out")
                organization.require_mfa = wanted.require_mfa
            if "max_key_days" in wanted.model_fields_set:
                organization.max_key_days = wanted.max_key_days
                _shorten_keys(session, wanted.max_key_days)
            if wanted.cors_origins is not None:
                _set_origins(session, wanted.cors_origins)
            # Origins are rows of their own, and still part of what the tag stands for.
            organization.updated_at = utc_now()
            _note(session, caller, "security_policy.changed", organization, cors_origins=wanted.cors_origins)
            session.flush()
            return organization, present_policy(organization, _origins(session))

    def delete(self, caller: Principal, name: str, password: str) -> int:
        """Delete the organisation with all that belongs to it. Nothing of it can be brought back."""
        caller.require("organization:manage")
        caller.require_session()
        with self._database.write(caller.organization_id) as session:
            organization = session.get_one(Organization, caller.organization_id)
            owner = session.get_one(User, caller.user_id)
            if name != organization.name:
                message = "type the organisation's name to confirm"
                raise ValidationFailed(message, details=[FieldProblem("name", message)])
            if owner.password_hash is not None and not passwords.verify(owner.password_hash, password):
                raise InvalidCredentials("The password is wrong")
            session.execute(delete(Organization).where(Organization.id == organization.id))
        self._blobs.delete_all(str(caller.organization_id))
        return caller.organization_id

    def allows_origin(self, origin: str, organization_id: int | None) -> bool:
        """Whether pages of this origin may call the API, for one organisation (None: for any)."""
        statement = select(CorsOrigin.id).where(CorsOrigin.origin == origin).limit(1)
        with self._database.read(organization_id) as session:
            if organization_id is None:
                # A preflight carries no credentials; the call after it is checked for its organisation.
                unscoped(session)
            return session.scalar(statement) is not None


def present(organization: Organization) -> dict[str, Any]:
    return {
        "id": organization.id,
        "name": organization.name,
        "plan": organization.tier,
        "trial_ends_at": organization.trial_ends_at,
        "created_at": organization.created_at,
        "updated_at": organization.updated_at,
    }


def present_policy(organization: Organization, origins: list[str]) -> dict[str, Any]:
    return {
        "require_mfa": organization.require_mfa,
        "max_key_days": organization.max_key_days,
        "cors_origins": origins,
    }


def _origins(session: Session) -> list[str]:
    return list(session.scalars(select(CorsOrigin.origin).order_by(CorsOrigin.origin)))


def _shorten_keys(session: Session, days: int | None) -> None:
    """A policy holds for the keys that are there as well."""
    if days is None:
        return
    latest = utc_now() + timedelta(days=days)
    for key in session.scalars(select(ApiKey).where(ApiKey.revoked_at.is_(None))):
        if key.expires_at is None or key.expires_at > latest:
            key.expires_at = latest


def _set_origins(session: Session, origins: list[str]) -> None:
    wanted = {_normal_origin(origin) for origin in origins}
    if len(wanted) > MAX_ORIGINS:
        raise ValidationFailed(f"cors_origins: at most {MAX_ORIGINS}")
    for row in session.scalars(select(CorsOrigin)):
        if row.origin in wanted:
            wanted.discard(row.origin)
        else:
            session.delete(row)
    session.add_all(CorsOrigin(origin=origin) for origin in sorted(wanted))


def _normal_origin(text: str) -> str:
    """Scheme, host and port as a browser sends them (RFC 6454, section 6.2)."""
    try:
        url = urlsplit(text.strip().lower())
        local = url.scheme == "http" and url.hostname in LOCAL
        good = url.hostname and (url.scheme == "https" or local) and url.path in {"", "/"}
        if good and not (url.query or url.fragment or url.username) and "*" not in text:
            default = {"https": 443, "http": 80}[url.scheme]
            host = f"[{url.hostname}]" if ":" in str(url.hostname) else str(url.hostname)
            return f"{url.scheme}://{host}" + (f":{url.port}" if url.port not in {None, default} else "")
    except ValueError:
        pass
    message = f"{text!r} is no origin such as https://app.example.com"
    raise ValidationFailed(message, details=[FieldProblem("cors_origins", message)])


def _note(
    session: Session, caller: Principal, action: str, organization: Organization, **details: Any
) -> None:
    changes = audit.diff(organization)
    audit.record(session, action, "organization", organization.id, by=caller, changes=changes, **details)
