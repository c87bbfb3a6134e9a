"""The people of an organisation: who they are, what they may do, how they leave."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from claribi.accounts import passwords
from claribi.accounts.models import ApiKey, CustomRole, Organization, User
from claribi.accounts.permissions import Role
from claribi.accounts.principal import Principal
from claribi.accounts.roles import by_name, grants, require_no_more
from claribi.accounts.schemas import ChangedMember, ChangedProfile
from claribi.accounts.sessions import custom_role_of, end_all, present_user
from claribi.accounts.tiers import tier
from claribi.core import audit
from claribi.core.database import Base, Database, Tenant
from claribi.core.errors import Conflict, Forbidden, InvalidCredentials, PlanRequired
from claribi.http.conditional import Check
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate


class Members:
    """Everybody sees who belongs to the organisation; who manages users changes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_page(self, caller: Principal, page: PageRequest, *, role: str | None) -> dict[str, Any]:
        caller.require("members:read")
        with self._database.read(caller.organization_id) as session:
            custom = {row.id: row for row in session.scalars(select(CustomRole))}
            statement = select(User)
            if role is not None:
                built_in, custom_id = by_name(session, role)
                statement = statement.where(User.custom_role_id == custom_id)
                statement = statement if custom_id else statement.where(User.role == built_in)
            return paginate(
                session,
                statement,
                page,
                model=User,
                search=[User.email, User.first_name, User.last_name],
                ordering={
                    "email": User.email,
                    "role": User.role,
                    "created_at": User.created_at,
                    "last_signed_in_at": User.last_signed_in_at,
                },
                present=lambda user: present(user, custom.get(user.custom_role_id)),
            )

    def get(self, caller: Principal, user_id: str) -> tuple[User, dict[str, Any]]:
        caller.require("members:read")
        with self._database.read(caller.organization_id) as session:
            user = find(session, User, "Member", user_id)
            return user, present(user, custom_role_of(session, user))

    def change(
        self, caller: Principal, user_id: str, wanted: ChangedMember, check: Check
    ) -> tuple[User, dict[str, Any]]:
        """Give a member another role, or disable it: its sessions end and its keys open nothing."""
        caller.require("users:manage")
        with self._database.write(caller.organization_id) as session:
            user = changeable(session, caller, user_id)
            check(user)
            if wanted.role is not None:
                role, custom_role_id = by_name(session, wanted.role)
                if role is Role.OWNER:
                    raise Forbidden("An organisation has one owner; hand it over instead")
                require_no_more(caller, grants(session, role, custom_role_id))
                user.role, user.custom_role_id = role.value, custom_role_id
            if wanted.is_active is not None:
                if wanted.is_active and not user.is_active:
                    require_seat(session, caller.organization_id)
                user.is_active = wanted.is_active
            if wanted.attributes is not None:
                user.attributes = wanted.attributes
            if not user.is_active:
                end_all(session, user.id)
            audit.record(session, "member.changed", "user", user.id, by=caller, changes=audit.diff(user))
            session.flush()
            return user, present(user, custom_role_of(session, user))

    def remove(self, caller: Principal, user_id: str, check: Check) -> int:
        """Remove a member: its keys and sessions end, what it made goes to the owner."""
        caller.require("users:manage")
        with self._database.write(caller.organization_id) as session:
            user = changeable(session, caller, user_id)
            check(user)
            end(session, caller, user)
            return user.id

    def hand_over(self, caller: Principal, user_id: int, password: str) -> None:
        """Make another member the owner; the caller stays as an administrator."""
        caller.require("organization:manage")
        caller.require_session()
        with self._database.write(caller.organization_id) as session:
            owner = session.get_one(User, caller.user_id)
            if owner.password_hash is not None and not passwords.verify(owner.password_hash, password):
                raise InvalidCredentials("The password is wrong")
            heir = find(session, User, "Member", user_id)
            if heir.id == owner.id or not heir.is_active:
                raise Conflict("The new owner has to be another, active member")
            heir.role, heir.custom_role_id = Role.OWNER.value, None
            owner.role = Role.ADMINISTRATOR.value
            audit.record(
                session,
                "organization.handed_over",
                "organization",
                caller.organization_id,
                by=caller,
                to=heir.email,
            )

    def profile(self, caller: Principal, wanted: ChangedProfile) -> dict[str, Any]:
        """Change the caller's own names."""
        caller.require_session()
        with self._database.write(caller.organization_id) as session:
            user = session.get_one(User, caller.user_id)
            for name, value in wanted.model_dump(exclude_none=True).items():
                setattr(user, name, value.strip())
            audit.record(session, "user.changed", "user", user.id, by=caller, changes=audit.diff(user))
            session.flush()
            return present_user(user, custom_role_of(session, user))


def present(user: User, custom_role: CustomRole | None) -> dict[str, Any]:
    return present_user(user, custom_role) | {
        "is_active": user.is_active,
        "attributes": user.attributes or {},
        "mfa_enabled": user.totp_confirmed_at is not None,
        "last_signed_in_at": user.last_signed_in_at,
        "created_at": user.created_at,
        "updated_at": user.updated_at,
    }


def require_seat(session: Session, organization_id: int, *, taken: int = 0) -> None:
    """Refuse one more member than the plan has seats for. `taken`: seats promised to others."""
    # Locked, since two who join at the same moment must not both take the last seat.
    organization = session.get_one(Organization, organization_id, with_for_update=True)
    seats = tier(organization.tier).users
    members = User.organization_id == organization_id
    used = session.scalar(select(func.count(User.id)).where(members, User.is_active)) or 0
    if seats is not None and used + taken >= seats:
        promised = f" and {taken} promised by invitations" if taken else ""
        raise PlanRequired(
            f"The plan {organization.tier} has {seats} seat{'s'[: seats > 1]}: {used} taken{promised}. "
            "Remove somebody or choose a larger plan"
        )


def end(session: Session, caller: Principal, user: User) -> None:
    """End a membership inside a transaction: keys and sessions go, what was made goes to the owner."""
    owner_id = session.scalars(select(User.id).where(User.role == Role.OWNER.value)).first()
    given = _hand_over(session, user.id, owner_id)
    keys = session.scalar(
        select(func.count(ApiKey.id)).where(ApiKey.user_id == user.id, ApiKey.revoked_at.is_(None))
    )
    audit.record(
        session,
        "member.removed",
        "user",
        user.id,
        by=caller,
        email=user.email,
        api_keys_ended=keys,
        objects_given_to_owner=given,
    )
    session.flush()
    session.delete(user)


def changeable(session: Session, caller: Principal, user_id: str) -> User:
    """A member that the caller may change: not itself, not the owner, nobody who may do more."""
    user = find(session, User, "Member", user_id)
    if user.id == caller.user_id:
        raise Forbidden("Nobody changes or removes themselves; ask another administrator")
    if user.role == Role.OWNER:
        raise Forbidden("The owner can't be changed or removed; the organisation has to be handed over first")
    require_no_more(caller, grants(session, Role(user.role), user.custom_role_id))
    return user


def _hand_over(session: Session, user_id: int, owner_id: int | None) -> int:
    """Give everything that says `created_by` a user to the owner; how many objects."""
    given = 0
    for mapper in Base.registry.mappers:
        made: Any = mapper.class_
        if issubclass(made, Tenant) and hasattr(made, "created_by"):
            done = session.execute(
                update(made).where(made.created_by == user_id).values(created_by=owner_id).returning(made.id)
            )
            given += len(done.all())
    return given
