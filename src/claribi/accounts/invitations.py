"""Asking somebody to join: a link by mail, valid for seven days, once."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from claribi.accounts import passwords
from claribi.accounts.letters import INVITATION
from claribi.accounts.members import require_seat
from claribi.accounts.models import CustomRole, Invitation, Organization, User
from claribi.accounts.passwords import normal_email
from claribi.accounts.permissions import Role
from claribi.accounts.principal import Principal
from claribi.accounts.roles import by_name, grants, require_no_more
from claribi.accounts.schemas import AcceptInvitation, NewInvitation
from claribi.accounts.sessions import Sessions
from claribi.core import audit
from claribi.core.audit import Origin, Somebody
from claribi.core.clock import utc_now
from claribi.core.database import Database, unscoped
from claribi.core.errors import Conflict, FieldProblem, Forbidden, ValidationFailed
from claribi.core.mail import Outbox
from claribi.core.settings import Settings
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate

LIFETIME = timedelta(days=7)
TOKEN_BYTES = 32


class Invitations:
    """The invitations of an organisation."""

    def __init__(self, settings: Settings, database: Database, sessions: Sessions, outbox: Outbox) -> None:
        self._url = settings.base_url
        self._database = database
        self._sessions = sessions
        self._outbox = outbox

    def create(self, caller: Principal, wanted: NewInvitation) -> dict[str, Any]:
        """Invite an address; where the server sends no mail, the answer's link is for the caller to pass on.

        Raises:
            PlanRequired: Every seat of the plan is taken or promised.
            Conflict: The address is invited already, or belongs to a member.
        """
        caller.require("users:manage")
        email = normal_email(wanted.email)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._database.write(caller.organization_id) as session:
            role, custom_role_id = by_name(session, wanted.role)
            if role is Role.OWNER:
                raise Forbidden("An organisation has one owner; hand it over instead")
            require_no_more(caller, grants(session, role, custom_role_id))
            if session.scalar(select(User.id).where(User.email == email)):
                raise Conflict(f"{email} is a member already")
            waiting = session.scalars(select(Invitation).where(*_open())).all()
            if any(invitation.email == email for invitation in waiting):
                raise Conflict(f"{email} is invited already; revoke that invitation to send another")
            require_seat(session, caller.organization_id, taken=len(waiting))
            invitation = Invitation(
                email=email,
                role=role.value,
                custom_role_id=custom_role_id,
                token_hash=_hash(token),
                invited_by=caller.user_id,
                expires_at=utc_now() + LIFETIME,
            )
            session.add(invitation)
            session.flush()
            organization = session.get_one(Organization, caller.organization_id)
            inviter = session.get_one(User, caller.user_id)
            self._outbox.put(
                session,
                INVITATION,
                email,
                token=token,
                inviter=inviter.called,
                organization=organization.name,
                role=wanted.role,
            )
            audit.record(
                session,
                "invitation.created",
                "invitation",
                invitation.id,
                by=caller,
                email=email,
                role=wanted.role,
            )
            link = None if self._outbox.is_open else f"{self._url}/invitation#token={token}"
            return present(invitation, _names(session)) | {"link": link}

    def list_page(self, caller: Principal, page: PageRequest, *, status: str | None) -> dict[str, Any]:
        caller.require("users:manage")
        with self._database.read(caller.organization_id) as session:
            names = _names(session)
            statement = select(Invitation)
            match status:
                case "open":
                    statement = statement.where(*_open())
                case "accepted":
                    statement = statement.where(Invitation.accepted_at.is_not(None))
                case "revoked":
                    statement = statement.where(Invitation.revoked_at.is_not(None))
                case "expired":
                    statement = statement.where(
                        Invitation.accepted_at.is_(None),
                        Invitation.revoked_at.is_(None),
                        Invitation.expires_at <= utc_now(),
                    )
            return paginate(
                session,
                statement,
                page,
                model=Invitation,
                search=[Invitation.email],
                ordering={
                    "email": Invitation.email,
                    "created_at": Invitation.created_at,
                    "expires_at": Invitation.expires_at,
                },
                present=lambda row: present(row, names),
            )

    def get(self, caller: Principal, invitation_id: str) -> tuple[Invitation, dict[str, Any]]:
        caller.require("users:manage")
        with self._database.read(caller.organization_id) as session:
            invitation = find(session, Invitation, "Invitation", invitation_id)
            return invitation, present(invitation, _names(session))

    def revoke(self, caller: Principal, invitation_id: str) -> int:
        """End an invitation; its link opens nothing any more."""
        caller.require("users:manage")
        with self._database.write(caller.organization_id) as session:
            invitation = find(session, Invitation, "Invitation", invitation_id)
            if invitation.accepted_at is not None:
                raise Conflict(f"{invitation.email} has accepted; remove the member instead")
            invitation.revoked_at = invitation.revoked_at or utc_now()
            audit.record(
                session, "invitation.revoked", "invitation", invitation.id, by=caller, email=invitation.email
            )
            return invitation.id

    def look(self, token: str) -> dict[str, Any]:
        """What an invitation offers, for whoever holds its link."""
        with self._database.read(None) as session:
            invitation = _by_token(unscoped(session), token)
            organization = session.get_one(Organization, invitation.organization_id)
            custom = session.get(CustomRole, invitation.custom_role_id) if invitation.custom_role_id else None
        return {
            "email": invitation.email,
            "organization": organization.name,
            "role": custom.name if custom else invitation.role,
            "expires_at": invitation.expires_at,
        }

    def accept(self, wanted: AcceptInvitation, origin: Origin) -> dict[str, Any]:
        """Join with a password of one's own: signed in.

        Raises:
            ValidationFailed: The link is not valid, or the password won't do.
            Conflict: The address has an account on this server already.
            PlanRequired: Every seat is taken by now.
        """
        with self._database.read(None) as session:
            invitation = _by_token(unscoped(session), wanted.token)
        passwords.check_rules(wanted.password, invitation.email)
        password_hash = passwords.hash_password(wanted.password)
        with self._database.write(None) as session:
            unscoped(session)
            _take(session, invitation)
            if session.scalar(select(User.id).where(User.email == invitation.email)):
                raise Conflict(f"{invitation.email} has an account on this server already")
            require_seat(session, invitation.organization_id)
            user = User(
                organization_id=invitation.organization_id,
                email=invitation.email,
                password_hash=password_hash,
                role=invitation.role,
                custom_role_id=invitation.custom_role_id,
                first_name=wanted.first_name,
                last_name=wanted.last_name,
            )
            session.add(user)
            session.flush()
        with self._database.write(invitation.organization_id) as session:
            by = Somebody(user.id, user.email, origin)
            audit.record(session, "invitation.accepted", "invitation", invitation.id, by=by)
        return self._sessions.start(user, "password", origin)


def present(invitation: Invitation, names: dict[int, str]) -> dict[str, Any]:
    return {
        "id": invitation.id,
        "email": invitation.email,
        "role": names.get(invitation.custom_role_id or 0, invitation.role),
        "status": _status(invitation),
        "created_at": invitation.created_at,
        "expires_at": invitation.expires_at,
        "accepted_at": invitation.accepted_at,
    }


def _status(invitation: Invitation) -> str:
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.revoked_at is not None:
        return "revoked"
    return "open" if invitation.expires_at > utc_now() else "expired"


def _names(session: Session) -> dict[int, str]:
    return {row.id: row.name for row in session.scalars(select(CustomRole))}


def _open() -> list[Any]:
    return [
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > utc_now(),
    ]


def _by_token(session: Session, token: str) -> Invitation:
    found: Invitation | None = session.scalar(
        select(Invitation).where(Invitation.token_hash == _hash(token), *_open())
    )
    if found is None:
        message = "the invitation is not valid any more; ask for another one"
        raise ValidationFailed(message, details=[FieldProblem("token", message)])
    return found


def _take(session: Session, invitation: Invitation) -> None:
    """Mark an invitation accepted; of two who accept at the same moment one is refused."""
    taken = session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, *_open())
        .values(accepted_at=utc_now())
        .returning(Invitation.id)
    )
    if taken.one_or_none() is None:
        raise Conflict("The invitation was accepted or revoked just now")


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
