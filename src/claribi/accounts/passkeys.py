"""Passkeys (WebAuthn): as the second factor, or in place of the password."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from claribi.accounts.letters import NOTICE
from claribi.accounts.models import LoginSession, Organization, Passkey, User
from claribi.accounts.onetime import OneTimeTokens
from claribi.accounts.policy import provider_of
from claribi.accounts.principal import Principal
from claribi.accounts.sessions import Sessions
from claribi.accounts.signin import MFA, SignIn
from claribi.core import audit
from claribi.core.audit import Origin
from claribi.core.clock import utc_now
from claribi.core.database import Database, unscoped
from claribi.core.errors import Conflict, Forbidden, InvalidCredentials, Unauthorized, ValidationFailed
from claribi.core.mail import Outbox
from claribi.http.conditional import Check
from claribi.http.ids import find
from claribi.http.pages import PageRequest, paginate

NAME = "claribi"
LIFETIME = timedelta(minutes=5)
REGISTRATION, SIGN_IN = "passkey-registration", "passkey-sign-in"
MAX_PASSKEYS = 20
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Site:
    """The web site that a passkey belongs to: its host, and the origin of its pages."""

    host: str
    origin: str

    @classmethod
    def of(cls, url: str) -> "Site":
        parts = urlsplit(url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


class Passkeys:
    """A user's passkeys, and signing in with one. Each challenge is used once."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        sign_in: SignIn,
        tokens: OneTimeTokens,
        outbox: Outbox,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._sign_in = sign_in
        self._tokens = tokens
        self._outbox = outbox

    def begin(self, caller: Principal, site: Site) -> Json:
        """What the browser needs to make a passkey, and the token of this attempt."""
        import webauthn  # noqa: PLC0415 - slow to import
        from webauthn.helpers import structs  # noqa: PLC0415 - as above

        caller.require_session()
        with self._database.read(caller.organization_id) as session:
            known = session.scalars(select(Passkey).where(Passkey.user_id == caller.user_id)).all()
        if len(known) >= MAX_PASSKEYS:
            raise Conflict(
                f"You have {MAX_PASSKEYS} passkeys, which is the most; remove one that you don't use"
            )
        options = webauthn.generate_registration_options(
            rp_id=site.host,
            rp_name=NAME,
            user_id=str(caller.user_id).encode(),
            user_name=caller.email,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.PREFERRED,
                user_verification=structs.UserVerificationRequirement.PREFERRED,
            ),
            exclude_credentials=_descriptors(known),
        )
        with self._database.write(None) as session:
            payload = {"challenge": options.challenge.hex()}
            token = self._tokens.issue(
                unscoped(session), REGISTRATION, LIFETIME, user_id=caller.user_id, payload=payload
            )
        return {"token": token, "options": json.loads(webauthn.options_to_json(options))}

    def add(self, caller: Principal, name: str, token: str, credential: Json, site: Site) -> Passkey:
        """Keep the passkey that the browser has made."""
        import webauthn  # noqa: PLC0415 - slow to import

        session_id = caller.require_session()
        with self._database.write(None) as session:
            proof = self._tokens.use(unscoped(session), REGISTRATION, token)
        if proof is None or proof.user_id != caller.user_id:
            raise ValidationFailed("This attempt to add a passkey has ended; begin again")
        with _readable():
            verified = webauthn.verify_registration_response(
                credential=credential,
                expected_challenge=bytes.fromhex(proof.payload["challenge"]),
                expected_rp_id=site.host,
                expected_origin=site.origin,
            )
        with self._database.read(None) as session:
            known = select(Passkey.id).where(Passkey.credential_id == verified.credential_id)
            if unscoped(session).scalar(known) is not None:
                raise Conflict("This passkey is known already")
        with self._database.write(caller.organization_id) as session:
            passkey = Passkey(
                user_id=caller.user_id,
                name=name,
                credential_id=verified.credential_id,
                public_key=verified.credential_public_key,
                sign_count=verified.sign_count,
                transports=[str(t) for t in credential.get("response", {}).get("transports") or []][:10],
            )
            session.add(passkey)
            session.flush()
            # Whoever has just used a passkey need not sign in again to have shown one.
            session.get_one(LoginSession, session_id).strong = True
            audit.record(session, "user.passkey_added", "passkey", passkey.id, by=caller, name=name)
            self._outbox.put(session, NOTICE, caller.email, what="passkey_added")
            return passkey

    def list_page(self, caller: Principal, page: PageRequest) -> Json:
        caller.require_session()
        with self._database.read(caller.organization_id) as session:
            return paginate(
                session,
                select(Passkey).where(Passkey.user_id == caller.user_id),
                page,
                model=Passkey,
                search=[Passkey.name],
                ordering={
                    "name": Passkey.name,
                    "created_at": Passkey.created_at,
                    "last_used_at": Passkey.last_used_at,
                },
                present=present,
            )

    def rename(self, caller: Principal, passkey_id: str, name: str, check: Check) -> Passkey:
        caller.require_session()
        with self._database.write(caller.organization_id) as session:
            passkey = _own(session, caller, passkey_id)
            check(passkey)
            passkey.name = name
            session.flush()
            return passkey

    def remove(self, caller: Principal, passkey_id: str, check: Check) -> int:
        """Remove a passkey; not the last factor where the organisation asks for one."""
        caller.require_session()
        with self._database.write(caller.organization_id) as session:
            passkey = _own(session, caller, passkey_id)
            check(passkey)
            user = session.get_one(User, caller.user_id)
            others = select(Passkey.id).where(Passkey.user_id == user.id, Passkey.id != passkey.id)
            if (
                session.get_one(Organization, caller.organization_id).require_mfa
                and user.totp_confirmed_at is None
                and session.scalar(others.limit(1)) is None
            ):
                raise Conflict("Your organisation asks for a second factor; add another before this one goes")
            audit.record(session, "user.passkey_removed", "passkey", passkey.id, by=caller, name=passkey.name)
            self._outbox.put(session, NOTICE, user.email, what="passkey_removed")
            session.delete(passkey)
            return passkey.id

    def begin_sign_in(self, mfa_token: str | None, site: Site) -> Json:
        """What the browser needs to sign in: with any passkey of this site, or as somebody's second step."""
        import webauthn  # noqa: PLC0415 - slow to import
        from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415 - as above

        with self._database.write(None) as session:
            unscoped(session)
            known: list[Passkey] = []
            if mfa_token is not None:
                proof = self._tokens.peek(session, MFA, mfa_token)
                if proof is None:
                    raise Unauthorized("This sign-in has ended; sign in again")
                known = list(session.scalars(select(Passkey).where(Passkey.user_id == proof.user_id)))
            options = webauthn.generate_authentication_options(
                rp_id=site.host,
                allow_credentials=_descriptors(known) or None,
                user_verification=UserVerificationRequirement.REQUIRED
                if mfa_token is None
                else UserVerificationRequirement.DISCOURAGED,
            )
            payload = {"challenge": options.challenge.hex()}
            token = self._tokens.issue(session, SIGN_IN, LIFETIME, payload=payload)
        return {"token": token, "options": json.loads(webauthn.options_to_json(options))}

    def finish_sign_in(
        self, token: str, credential: Json, mfa_token: str | None, site: Site, origin: Origin
    ) -> Json:
        """The session for a passkey's answer.

        Raises:
            Unauthorized: The attempt has ended.
            InvalidCredentials: The passkey is unknown, not this user's, or its answer is not good.
        """
        with self._database.write(None) as session:
            proof = self._tokens.use(unscoped(session), SIGN_IN, token)
        if proof is None:
            raise Unauthorized("This sign-in has ended; sign in again")
        with self._database.read(None) as session:
            unscoped(session)
            passkey = session.scalar(
                select(Passkey).where(Passkey.credential_id == _credential_id(credential))
            )
            user = session.get(User, passkey.user_id) if passkey else None
            first = self._tokens.peek(session, MFA, mfa_token) if mfa_token else None
            elsewhere = provider_of(session, user) if user else None
        if passkey is None or user is None:
            raise InvalidCredentials("This passkey is not known here")
        if mfa_token is not None and (first is None or first.user_id != user.id):
            raise Unauthorized("This sign-in has ended; sign in again")
        self._verify(
            passkey, credential, bytes.fromhex(proof.payload["challenge"]), site, alone=first is None
        )
        if not user.is_active:
            raise Forbidden("This account is disabled; ask an administrator of your organisation")
        if elsewhere is not None:
            raise Forbidden(f"Your organisation signs in with {elsewhere}; use single sign-on")
        if first is not None:
            self._sign_in.claim(first.id)
        return self._sessions.start(user, "passkey", origin, strong=True)

    def _verify(
        self, passkey: Passkey, credential: Json, challenge: bytes, site: Site, *, alone: bool
    ) -> None:
        import webauthn  # noqa: PLC0415 - slow to import

        with _readable():
            verified = webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                # In place of a password it has to know its owner, by PIN or finger.
                require_user_verification=alone,
            )
        with self._database.write(None) as session:
            unscoped(session).execute(
                update(Passkey)
                .where(Passkey.id == passkey.id)
                .values(
                    sign_count=verified.new_sign_count, last_used_at=utc_now(), updated_at=Passkey.updated_at
                )
            )


def present(passkey: Passkey) -> Json:
    return {
        "id": passkey.id,
        "name": passkey.name,
        "created_at": passkey.created_at,
        "last_used_at": passkey.last_used_at,
    }


@contextmanager
def _readable() -> Iterator[None]:
    """Whatever is wrong with what a browser sent is one answer: the details help only who made it up."""
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - slow to import

    try:
        yield
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError):
        raise InvalidCredentials("The answer of the passkey is not valid") from None


def _credential_id(credential: Json) -> bytes:
    from webauthn import base64url_to_bytes  # noqa: PLC0415 - slow to import

    with _readable():
        return base64url_to_bytes(credential["rawId"])


def _descriptors(passkeys: Any) -> list[Any]:
    from webauthn.helpers import structs  # noqa: PLC0415 - slow to import

    return [structs.PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in passkeys]


def _own(session: Session, caller: Principal, passkey_id: str) -> Passkey:
    return find(session, Passkey, "Passkey", passkey_id, Passkey.user_id == caller.user_id)
