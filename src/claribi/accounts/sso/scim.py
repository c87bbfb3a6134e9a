"""SCIM 2.0 (RFC 7643, RFC 7644): an organisation's directory keeps its members up to date.

A SCIM user is a member: `userName` is the address, `active` whether it may sign in, `externalId` what the
directory calls it. Members are few, so filters are evaluated in memory by the library.
"""

from datetime import datetime
from typing import Any

from scim2_models import Email, Meta, Name, ScimFilter
from scim2_models import User as AnyUser
from sqlalchemy import select
from sqlalchemy.orm import Session

from claribi.accounts.addresses import user_of, vouches_for
from claribi.accounts.members import changeable, end, require_seat
from claribi.accounts.models import User
from claribi.accounts.passwords import normal_email
from claribi.accounts.permissions import Role
from claribi.accounts.principal import Principal
from claribi.accounts.sessions import end_all
from claribi.core import audit
from claribi.core.database import Database
from claribi.core.errors import Conflict, Forbidden
from claribi.http.ids import find

MAX_COUNT = 200
ScimUser = AnyUser[Any]
KIND = "User"


class Scim:
    """Members, as a directory sees and changes them. The caller needs `users:manage`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_users(
        self, caller: Principal, wanted: str | None, start: int, count: int, base_url: str
    ) -> tuple[int, list[ScimUser]]:
        """How many users fit a filter, and a stretch of them, in the order they were made."""
        caller.require("users:manage")
        condition = ScimFilter[ScimUser](wanted) if wanted else None
        with self._database.read(caller.organization_id) as session:
            users = session.scalars(select(User).order_by(User.id)).all()
        resources = [present(user, base_url) for user in users]
        fitting = [r for r in resources if condition is None or condition.match(r)]
        return len(fitting), fitting[start - 1 : start - 1 + count]

    def get(self, caller: Principal, user_id: str, base_url: str) -> ScimUser:
        caller.require("users:manage")
        with self._database.read(caller.organization_id) as session:
            return present(find(session, User, KIND, user_id), base_url)

    def create(self, caller: Principal, wanted: ScimUser, base_url: str) -> ScimUser:
        """A new member, who signs in at the identity provider or asks for a password by mail.

        Raises:
            Conflict: Somebody on this server has the address.
            Forbidden: The organisation has not proven the address's domain.
        """
        caller.require("users:manage")
        with self._database.write(caller.organization_id) as session:
            email = _address(session, wanted)
            if user_of(session, email) is not None:
                raise Conflict(f"There is a user {email} already")
            if wanted.active is not False:
                require_seat(session, caller.organization_id)
            user = User(email=email, password_hash=None, role=Role.MEMBER.value, totp_last_step=0)
            _take(user, wanted)
            session.add(user)
            session.flush()
            audit.record(session, "user.created", "user", user.id, by=caller, email=email, through="scim")
            return present(user, base_url)

    def replace(self, caller: Principal, user_id: str, wanted: ScimUser, base_url: str) -> ScimUser:
        """Bring a member to what the directory says."""
        caller.require("users:manage")
        with self._database.write(caller.organization_id) as session:
            user = changeable(session, caller, user_id)
            self._bring(session, caller, user, wanted)
            return present(user, base_url)

    def patch(self, caller: Principal, user_id: str, operations: Any, base_url: str) -> ScimUser:
        """Change parts of a member."""
        caller.require("users:manage")
        with self._database.write(caller.organization_id) as session:
            user = changeable(session, caller, user_id)
            resource = present(user, base_url)
            operations.patch(resource)
            self._bring(session, caller, user, resource)
            return present(user, base_url)

    def delete(self, caller: Principal, user_id: str) -> None:
        """Remove a member: its keys and sessions end, what it made goes to the owner."""
        caller.require("users:manage")
        with self._database.write(caller.organization_id) as session:
            end(session, caller, changeable(session, caller, user_id))

    @staticmethod
    def _bring(session: Session, caller: Principal, user: User, wanted: ScimUser) -> None:
        if normal_email(wanted.user_name or "") != user.email:
            email = _address(session, wanted)
            if user_of(session, email) is not None:
                raise Conflict(f"There is a user {email} already")
            user.email = email
        if wanted.active is not False and not user.is_active:
            require_seat(session, caller.organization_id)
        _take(user, wanted)
        if not user.is_active:
            end_all(session, user.id)
        audit.record(session, "member.changed", "user", user.id, by=caller, changes=audit.diff(user))
        session.flush()


def present(user: User, base_url: str) -> ScimUser:
    return ScimUser(
        id=str(user.id),
        external_id=user.external_id,
        user_name=user.email,
        name=Name(given_name=user.first_name or None, family_name=user.last_name or None),
        emails=[Email(value=user.email, primary=True)],
        active=user.is_active,
        meta=Meta(
            resource_type=KIND,
            created=user.created_at,
            last_modified=_whole(user.updated_at),
            version=f'W/"{user.version}"',
            location=f"{base_url}/Users/{user.id}",
        ),
    )


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _take(user: User, wanted: ScimUser) -> None:
    name = wanted.name
    user.first_name = ((name.given_name if name else "") or "")[:150]
    user.last_name = ((name.family_name if name else "") or "")[:150]
    user.external_id = wanted.external_id and wanted.external_id[:255]
    user.is_active = wanted.active is not False


def _address(session: Session, wanted: ScimUser) -> str:
    """The address that a directory names, which has to lie in a domain that the organisation has proven."""
    email = normal_email(wanted.user_name or "")
    if not vouches_for(session, email):
        domain = email.rpartition("@")[2]
        raise Forbidden(
            f"{domain} is not a mail domain that this organisation has proven to be its own; "
            "add it to an identity provider and verify it"
        )
    return email
