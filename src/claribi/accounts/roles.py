"""Built-in and custom roles, and the permission table for people to read."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from claribi.accounts.models import CustomRole, IdentityProvider, Invitation, Organization, User
from claribi.accounts.permissions import OWNERS_OWN, PERMISSIONS, RANK, Role, permissions_of
from claribi.accounts.principal import Principal
from claribi.accounts.schemas import ChangedRole, NewRole
from claribi.core import audit
from claribi.core.clock import utc_now
from claribi.core.database import Database
from claribi.core.errors import Conflict, FieldProblem, Forbidden, ValidationFailed
from claribi.http.conditional import Check
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate


class Roles:
    """The roles of an organisation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def table(self, caller: Principal) -> dict[str, Any]:
        """Every permission with the roles that have it, and what the caller may do."""
        with self._database.read(caller.organization_id) as session:
            custom = session.scalars(select(CustomRole).order_by(CustomRole.name)).all()
        roles = {role.value: permissions_of(role) for role in sorted(Role, key=lambda r: -RANK[r])}
        roles |= {row.name: frozenset(row.permissions) for row in custom}
        return {
            "permissions": [
                {
                    "name": name,
                    "description": row.description,
                    "roles": [role for role, held in roles.items() if name in held],
                }
                for name, row in PERMISSIONS.items()
            ],
            "roles": list(roles),
            "yours": sorted(p for p in PERMISSIONS if caller.may(p)),
        }

    def create(self, caller: Principal, wanted: NewRole) -> CustomRole:
        caller.require("security:manage")
        _check_permissions(wanted.permissions)
        with self._database.write(caller.organization_id) as session:
            _check_name(session, wanted.name)
            role = CustomRole(
                name=wanted.name, description=wanted.description, permissions=wanted.permissions
            )
            session.add(role)
            session.flush()
            audit.record(
                session,
                "role.created",
                "role",
                role.id,
                by=caller,
                name=role.name,
                permissions=role.permissions,
            )
            return role

    def list_page(self, caller: Principal, page: PageRequest) -> dict[str, Any]:
        caller.require("members:read")
        with self._database.read(caller.organization_id) as session:
            return paginate(
                session,
                select(CustomRole),
                page,
                model=CustomRole,
                search=[CustomRole.name, CustomRole.description],
                ordering={"name": CustomRole.name, "created_at": CustomRole.created_at},
                present=present,
            )

    def get(self, caller: Principal, role_id: str) -> CustomRole:
        caller.require("members:read")
        with self._database.read(caller.organization_id) as session:
            return find(session, CustomRole, "Role", role_id)

    def change(self, caller: Principal, role_id: str, wanted: ChangedRole, check: Check) -> CustomRole:
        caller.require("security:manage")
        with self._database.write(caller.organization_id) as session:
            role = find(session, CustomRole, "Role", role_id)
            check(role)
            if wanted.permissions is not None:
                _check_permissions(wanted.permissions)
                role.permissions = wanted.permissions
            if wanted.name is not None and wanted.name != role.name:
                _check_name(session, wanted.name)
                _check_unruled(session, caller, role)
                _rename_at_providers(session, role.name, wanted.name)
                role.name = wanted.name
            if wanted.description is not None:
                role.description = wanted.description
            audit.record(session, "role.changed", "role", role.id, by=caller, changes=audit.diff(role))
            session.flush()
            return role

    def delete(self, caller: Principal, role_id: str, check: Check) -> int:
        caller.require("security:manage")
        with self._database.write(caller.organization_id) as session:
            role = find(session, CustomRole, "Role", role_id)
            check(role)
            held = session.scalar(select(User.id).where(User.custom_role_id == role.id).limit(1))
            open_invitation = (
                Invitation.custom_role_id == role.id,
                Invitation.accepted_at.is_(None),
                Invitation.revoked_at.is_(None),
                Invitation.expires_at > utc_now(),
            )
            if held or session.scalar(select(Invitation.id).where(*open_invitation).limit(1)):
                raise Conflict(
                    f"Members or invitations have the role {role.name}; give them another one first"
                )
            _check_unruled(session, caller, role)
            if provider := next(iter(_providers_naming(session, role.name)), None):
                raise Conflict(
                    f"The identity provider {provider.name} gives the role {role.name}; change that first"
                )
            for invitation in session.scalars(select(Invitation).where(Invitation.custom_role_id == role.id)):
                invitation.custom_role_id = None
            audit.record(session, "role.deleted", "role", role.id, by=caller, name=role.name)
            session.flush()
            session.delete(role)
            return role.id


def _check_unruled(session: Session, caller: Principal, role: CustomRole) -> None:
    """Access rules name roles: under another name a role would see what they keep from it."""
    if role.name in (session.get_one(Organization, caller.organization_id).ruled_roles or ()):
        raise Conflict(f"Access rules bind the role {role.name}; change those first")


def present(role: CustomRole) -> dict[str, Any]:
    return {
        "id": role.id,
        "name": role.name,
        "description": role.description,
        "permissions": role.permissions,
        "created_at": role.created_at,
        "updated_at": role.updated_at,
    }


def by_name(session: Session, name: str) -> tuple[Role, int | None]:
    """The built-in role of this name; for a custom role Member and its id."""
    if name in set(Role):
        return Role(name), None
    found = session.scalar(select(CustomRole).where(CustomRole.name == name))
    if found is None:
        message = f"no such role: {name}"
        raise ValidationFailed(message, details=[FieldProblem("role", message)])
    return Role.MEMBER, found.id


def grants(session: Session, role: Role, custom_role_id: int | None) -> frozenset[str]:
    """What a user with this role may do."""
    if custom_role_id is None:
        return permissions_of(role)
    return frozenset(session.get_one(CustomRole, custom_role_id).permissions)


def require_no_more(caller: Principal, granted: frozenset[str]) -> None:
    """Nobody gives, takes or touches more than they hold themselves."""
    excess = granted - caller.held
    if excess:
        raise Forbidden(f"That role may do what you may not: {', '.join(sorted(excess))}")


def _check_permissions(permissions: list[str]) -> None:
    if owners := OWNERS_OWN & set(permissions):
        message = f"only the owner can hold {', '.join(sorted(owners))}"
        raise ValidationFailed(message, details=[FieldProblem("permissions", message)])


def _check_name(session: Session, name: str) -> None:
    if name in set(Role) or session.scalar(select(CustomRole.id).where(CustomRole.name == name)):
        raise Conflict(f"There is a role {name} already")


def _providers_naming(session: Session, name: str) -> list[IdentityProvider]:
    """The identity providers that give a role; they know it by its name."""
    providers = session.scalars(select(IdentityProvider).order_by(IdentityProvider.id))
    return [p for p in providers if name in {p.default_role, *p.role_of_group.values()}]


def _rename_at_providers(session: Session, old: str, new: str) -> None:
    for provider in _providers_naming(session, old):
        if provider.default_role == old:
            provider.default_role = new
        provider.role_of_group = {g: new if r == old else r for g, r in provider.role_of_group.items()}
