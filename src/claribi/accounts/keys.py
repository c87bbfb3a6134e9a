"""API keys: made, listed, changed, revoked, verified."""

import secrets
import string
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, false, func, not_, or_, select
from sqlalchemy.orm import Session

from claribi.accounts.authentication import hash_key
from claribi.accounts.key_schemas import ChangedApiKey, NewApiKey
from claribi.accounts.models import ApiKey, Organization
from claribi.accounts.principal import Principal
from claribi.accounts.usage import Meter
from claribi.core import audit
from claribi.core.clock import utc_now
from claribi.core.database import Database
from claribi.core.errors import Conflict, FieldProblem, Forbidden, ValidationFailed
from claribi.http.conditional import Check
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate

PREFIX = "claribi_key_"
ALPHABET = string.ascii_letters + string.digits
RANDOM_CHARACTERS = 40
SHOWN_CHARACTERS = len(PREFIX) + 6
# Each key has limits of its own, so their number is limited as well.
MAX_KEYS = 50


class ApiKeys:
    """The keys of an organisation. People see their own; who manages users sees all."""

    def __init__(self, database: Database, meter: Meter) -> None:
        self._database = database
        self._meter = meter

    def create(self, caller: Principal, wanted: NewApiKey) -> dict[str, Any]:
        """A new key; the answer alone holds the key itself."""
        caller.require("api_keys:manage")
        excess = set(wanted.permissions or ()) - caller.permissions
        if excess:
            raise Forbidden(f"A key can't do more than you may: {', '.join(sorted(excess))}")
        narrowed = wanted.permissions
        if narrowed is None and caller.api_key_id is not None:
            # A narrowed key must not make itself a wider one.
            narrowed = sorted(caller.permissions)
        key = PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
        lifetime = wanted.expires_in_days and timedelta(days=wanted.expires_in_days)
        with self._database.write(caller.organization_id) as session:
            _check_policy(session, caller, wanted.expires_in_days)
            row = ApiKey(
                user_id=caller.user_id,
                name=wanted.name,
                description=wanted.description,
                prefix=key[:SHOWN_CHARACTERS],
                key_hash=hash_key(key),
                permissions=narrowed,
                expires_at=utc_now() + lifetime if lifetime else None,
            )
            session.add(row)
            session.flush()
            _note(session, caller, "api_key.created", row)
            return present(row) | {"key": key}

    def list_page(
        self, caller: Principal, page: PageRequest, *, user_id: int | None = None, status: str | None = None
    ) -> dict[str, Any]:
        caller.require("api_keys:manage")
        self._meter.flush()
        with self._database.read(caller.organization_id) as session:
            return paginate(
                session,
                _filtered(_visible(caller), user_id, status),
                page,
                model=ApiKey,
                search=[ApiKey.name, ApiKey.description, ApiKey.prefix],
                ordering={
                    "name": ApiKey.name,
                    "created_at": ApiKey.created_at,
                    "expires_at": ApiKey.expires_at,
                    "last_used_at": ApiKey.last_used_at,
                    "use_count": ApiKey.use_count,
                },
                present=present,
            )

    def get(self, caller: Principal, key_id: str) -> ApiKey:
        caller.require("api_keys:manage")
        self._meter.flush()
        with self._database.read(caller.organization_id) as session:
            return _find(session, caller, key_id)

    def change(self, caller: Principal, key_id: str, wanted: ChangedApiKey, check: Check) -> ApiKey:
        caller.require("api_keys:manage")
        with self._database.write(caller.organization_id) as session:
            row = _find(session, caller, key_id)
            check(row)
            if wanted.permissions is not None:
                # A key is only ever narrowed: what it could not do yesterday it can't do today.
                held = frozenset(row.permissions) if row.permissions is not None else caller.permissions
                if excess := set(wanted.permissions) - held:
                    raise Forbidden(
                        f"A key can only be narrowed; it does not have {', '.join(sorted(excess))}"
                    )
            for name, value in wanted.model_dump(exclude_none=True).items():
                setattr(row, name, value)
            _note(session, caller, "api_key.changed", row)
            session.flush()
            return row

    def revoke(self, caller: Principal, key_id: str, check: Check) -> int:
        """End a key at once; its row stays, so that the list shows what was."""
        caller.require("api_keys:manage")
        with self._database.write(caller.organization_id) as session:
            row = _find(session, caller, key_id)
            check(row)
            row.revoked_at = row.revoked_at or utc_now()
            _note(session, caller, "api_key.revoked", row)
            return row.id

    def verify(self, caller: Principal) -> dict[str, Any]:
        """Whom the credentials speak for."""
        with self._database.read(caller.organization_id) as session:
            organization = session.get_one(Organization, caller.organization_id)
            key = session.get_one(ApiKey, caller.api_key_id) if caller.api_key_id else None
        return {
            "valid": True,
            "api_key": key
            and {
                "id": key.id,
                "name": key.name,
                "permissions": sorted(caller.permissions),
                "created_at": key.created_at,
                "expires_at": key.expires_at,
            },
            "organization": {"id": organization.id, "name": organization.name, "tier": organization.tier},
            "user": {"id": caller.user_id, "email": caller.email},
        }


def present(row: ApiKey) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "prefix": row.prefix,
        "permissions": row.permissions,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "last_used_at": row.last_used_at,
        "use_count": row.use_count,
        "user_id": row.user_id,
        "revoked_at": row.revoked_at,
    }


def _visible(caller: Principal) -> Select[Any]:
    statement = select(ApiKey)
    return statement if caller.may("users:manage") else statement.where(ApiKey.user_id == caller.user_id)


def _find(session: Session, caller: Principal, key_id: str) -> ApiKey:
    conditions = [] if caller.may("users:manage") else [ApiKey.user_id == caller.user_id]
    return find(session, ApiKey, "API key", key_id, *conditions)


def _filtered(statement: Select[Any], user_id: int | None, status: str | None) -> Select[Any]:
    over = or_(ApiKey.revoked_at.is_not(None), ApiKey.expires_at <= utc_now())
    if user_id is not None:
        statement = statement.where(ApiKey.user_id == user_id)
    match status:
        case "active":
            return statement.where(ApiKey.revoked_at.is_(None), not_(func.coalesce(over, false())))
        case "revoked":
            return statement.where(ApiKey.revoked_at.is_not(None))
        case "expired":
            return statement.where(ApiKey.revoked_at.is_(None), ApiKey.expires_at <= utc_now())
        case _:
            return statement


def _check_policy(session: Session, caller: Principal, days: int | None) -> None:
    """How long a key may live, and how many of them one user may have."""
    longest = session.get_one(Organization, caller.organization_id).max_key_days
    if longest is not None and (days is None or days > longest):
        message = f"your organisation lets keys live {longest} days at most"
        raise ValidationFailed(message, details=[FieldProblem("expires_in_days", message)])
    alive = session.scalar(
        select(func.count(ApiKey.id)).where(
            ApiKey.user_id == caller.user_id,
            ApiKey.revoked_at.is_(None),
            or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > utc_now()),
        )
    )
    if (alive or 0) >= MAX_KEYS:
        raise Conflict(f"You have {MAX_KEYS} keys, which is the most; revoke one that nothing uses")


def _note(session: Session, caller: Principal, action: str, row: ApiKey) -> None:
    audit.record(session, action, "api_key", row.id, by=caller, changes=audit.diff(row), name=row.name)
