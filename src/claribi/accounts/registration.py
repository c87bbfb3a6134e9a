"""Starting a trial: a code by mail, then an organisation. No answer tells whether an address is known."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from claribi.accounts import passwords
from claribi.accounts.letters import REGISTRATION
from claribi.accounts.limits import Limiter, over_attempts
from claribi.accounts.models import OneTimeToken, User
from claribi.accounts.onetime import OneTimeTokens, Proof
from claribi.accounts.passwords import normal_email
from claribi.accounts.permissions import Role
from claribi.accounts.schemas import Registration, VerifyEmail
from claribi.accounts.service import Accounts
from claribi.accounts.sessions import Sessions
from claribi.core.audit import Origin
from claribi.core.clock import rfc3339, utc_now
from claribi.core.database import Database, unscoped
from claribi.core.errors import FieldProblem, Forbidden, ValidationFailed
from claribi.core.mail import Outbox
from claribi.core.settings import Settings

# Half of a registration waits this long for its other half; a code lives shorter.
PENDING_LIFETIME = timedelta(hours=24)
CODE_LIFETIME = timedelta(minutes=10)
CODE_ATTEMPTS = 5


class Registrations:
    """Registers organisations whose first user proves an address."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        accounts: Accounts,
        sessions: Sessions,
        tokens: OneTimeTokens,
        outbox: Outbox,
        limiter: Limiter,
    ) -> None:
        self._settings = settings
        self._database = database
        self._accounts = accounts
        self._sessions = sessions
        self._tokens = tokens
        self._outbox = outbox
        self._limiter = limiter

    def register(self, wanted: Registration, origin: Origin) -> dict[str, Any]:
        """Begin a registration and send its code.

        Raises:
            Forbidden: This server takes no registrations.
            Unavailable: It sends no mail.
            RateLimited: Too many from this address or for this account.
        """
        self._require_open()
        email = normal_email(wanted.email)
        if not wanted.accept_terms:
            raise _problem("accept_terms", "the terms have to be accepted")
        if wanted.password is not None:
            passwords.check_rules(wanted.password, email)
        self._count(origin, email)
        payload = {
            "email": email,
            "organization": wanted.organization_name.strip(),
            "first_name": wanted.first_name,
            "last_name": wanted.last_name,
            "password_hash": passwords.hash_password(wanted.password) if wanted.password else None,
        }
        with self._database.write(None) as session:
            unscoped(session)
            pending_id = self._tokens.issue(
                session, REGISTRATION, PENDING_LIFETIME, subject=email, payload=payload | (code := _code())
            )
            row_id = session.scalars(
                select(OneTimeToken.id).where(OneTimeToken.subject == email).order_by(OneTimeToken.id.desc())
            ).first()
            self._mail(session, email, row_id, wanted.organization_name.strip(), code)
        return _begun(pending_id, email)

    def resend(self, pending_id: str | None, email: str | None, origin: Origin) -> dict[str, Any]:
        """Send a new code; the one before is void."""
        self._require_open()
        address = normal_email(email) if email else ""
        self._count(origin, address or str(pending_id))
        with self._database.write(None) as session:
            unscoped(session)
            proof = self._tokens.attempt(session, REGISTRATION, pending_id, subject=address)
            if proof is not None:
                code = _code()
                self._tokens.change(session, proof.id, proof.payload | code)
                self._mail(session, proof.payload["email"], proof.id, proof.payload["organization"], code)
        return _begun(pending_id, address)

    def verify(self, wanted: VerifyEmail, origin: Origin) -> dict[str, Any]:
        """Make the organisation and its owner, signed in.

        Raises:
            ValidationFailed: The code is wrong, too old, was tried too often, or the address has an account;
                one answer for all of them.
        """
        email = normal_email(wanted.email) if wanted.email else None
        attempt = wanted.pending_id or email or ""
        if not self._limiter.may_try("code", origin.address, attempt):
            raise over_attempts("wrong codes")
        with self._database.write(None) as session:
            proof = self._tokens.attempt(unscoped(session), REGISTRATION, wanted.pending_id, subject=email)
        if proof is None or not _fits(proof, wanted.code):
            self._limiter.failed("code", origin.address, attempt)
            raise _problem("code", "the code is wrong or no longer valid")
        user = self._create(proof, wanted.password)
        return self._sessions.start(user, "password", origin)

    def _create(self, proof: Proof, password: str | None) -> User:
        pending = proof.payload
        if password is not None:
            passwords.check_rules(password, pending["email"])
        password_hash = passwords.hash_password(password) if password else pending["password_hash"]
        if password_hash is None:
            raise _problem("password", "choose a password")
        tier = self._settings.registration_tier
        with self._database.write(None) as session:
            unscoped(session)
            dropped = self._tokens.drop(session, proof.id)
            known = session.scalar(select(User.id).where(User.email == pending["email"]))
        if not dropped or known is not None:
            raise _problem("code", "the code is wrong or no longer valid")
        organization_id = self._accounts.create_organization(pending["organization"], tier)
        user_id = self._accounts.add_user(
            organization_id,
            pending["email"],
            password_hash,
            Role.OWNER,
            first_name=pending["first_name"],
            last_name=pending["last_name"],
        )
        with self._database.read(organization_id) as session:
            return session.get_one(User, user_id)

    def _mail(self, session: Any, email: str, row_id: int | None, organization: str, code: Any) -> None:
        self._outbox.put(
            session, REGISTRATION, email, pending_id=row_id, organization=organization, code=code["code"]
        )

    def _require_open(self) -> None:
        if self._settings.registration != "open":
            raise Forbidden("This server takes no registrations; ask its operator for an account")
        self._outbox.require()

    def _count(self, origin: Origin, account: str) -> None:
        if not self._limiter.count("registration", origin.address, account):
            raise over_attempts("registrations")


def _code() -> dict[str, str]:
    return {"code": f"{secrets.randbelow(10**6):06}", "code_until": rfc3339(utc_now() + CODE_LIFETIME)}


def _fits(proof: Proof, code: str) -> bool:
    return (
        proof.attempts <= CODE_ATTEMPTS
        and datetime.fromisoformat(proof.payload["code_until"]) > utc_now()
        and hmac.compare_digest(proof.payload["code"].encode(), code.strip().encode())
    )


def _begun(pending_id: str | None, email: str) -> dict[str, Any]:
    return {
        "pending_id": pending_id,
        "email": email,
        "expires_in_seconds": int(CODE_LIFETIME.total_seconds()),
        "next_step": "Send the code from the mail to POST /api/auth/verify-email/",
    }


def _problem(field: str, message: str) -> ValidationFailed:
    return ValidationFailed(f"{field}: {message}", details=[FieldProblem(field, message)])
