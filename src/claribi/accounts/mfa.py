"""The second factor: time-based codes (RFC 6238) from an authenticator, and backup codes."""

import hmac
import io
import secrets
import time
from typing import Any

import pyotp
from sqlalchemy import delete, func, select, update

from claribi.accounts.letters import NOTICE
from claribi.accounts.limits import Limiter, over_attempts
from claribi.accounts.models import BackupCode, LoginSession, Organization, Passkey, User
from claribi.accounts.principal import Principal
from claribi.core import audit
from claribi.core.clock import utc_now
from claribi.core.database import Database, unscoped
from claribi.core.errors import Conflict, FieldProblem, ValidationFailed
from claribi.core.mail import Outbox
from claribi.core.vault import Vault

SECRET = "users.totp_secret"  # noqa: S105 - the name of a column
BACKUP = "backup codes"
ISSUER = "claribi"
STEP_SECONDS = 30
BACKUP_CODES = 10
BACKUP_LENGTH = 10
# Without the letters and digits that people mix up.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class SecondFactor:
    """Set-up and checking of codes."""

    def __init__(self, database: Database, vault: Vault, outbox: Outbox, limiter: Limiter) -> None:
        self._database = database
        self._vault = vault
        self._outbox = outbox
        self._limiter = limiter

    def status(self, caller: Principal) -> dict[str, Any]:
        caller.require_session()
        with self._database.read(caller.organization_id) as session:
            user = session.get_one(User, caller.user_id)
            count = session.scalar(select(func.count(BackupCode.id)).where(BackupCode.user_id == user.id))
            passkeys = session.scalar(select(func.count(Passkey.id)).where(Passkey.user_id == user.id))
            organization = session.get_one(Organization, caller.organization_id)
        return {
            "totp": user.totp_confirmed_at is not None,
            "passkeys": passkeys,
            "backup_codes_left": count,
            "required": organization.require_mfa,
        }

    def set_up(self, caller: Principal) -> dict[str, str]:
        """A new secret for the caller's authenticator. It counts once a code of it was confirmed."""
        caller.require_session()
        secret = pyotp.random_base32()
        with self._database.write(caller.organization_id) as session:
            user = session.get_one(User, caller.user_id)
            if user.totp_confirmed_at is not None:
                raise Conflict("Codes are set up already; disable them first to use another authenticator")
            user.totp_secret = self._vault.seal(SECRET, secret)
        url = pyotp.TOTP(secret).provisioning_uri(name=caller.email, issuer_name=ISSUER)
        return {"secret": secret, "url": url, "qr_svg": _qr(url)}

    def confirm(self, caller: Principal, code: str) -> list[str]:
        """Take the authenticator into use with a first code of it: the backup codes, shown once."""
        session_id = caller.require_session()
        with self._database.read(caller.organization_id) as session:
            user = session.get_one(User, caller.user_id)
        if user.totp_secret is None or user.totp_confirmed_at is not None:
            raise Conflict("There is nothing to confirm; set up codes with POST /api/v1/auth/mfa/totp first")
        if not self._check_totp(user, code):
            raise _wrong_code()
        with self._database.write(caller.organization_id) as session:
            user = session.get_one(User, caller.user_id)
            user.totp_confirmed_at = utc_now()
            # Whoever has just shown a code need not sign in again to have shown one.
            session.get_one(LoginSession, session_id).strong = True
            audit.record(session, "user.mfa_enabled", "user", user.id, by=caller, method="totp")
            self._outbox.put(session, NOTICE, user.email, what="mfa_enabled")
        return self._new_backup_codes(caller)

    def disable(self, caller: Principal, code: str) -> None:
        """Take codes out of use, backup codes as well; a code proves that it is the user who asks."""
        caller.require_session()
        self._prove(caller, code)
        with self._database.write(caller.organization_id) as session:
            user = session.get_one(User, caller.user_id)
            passkey = session.scalar(select(Passkey.id).where(Passkey.user_id == user.id).limit(1))
            if session.get_one(Organization, caller.organization_id).require_mfa and not passkey:
                raise Conflict(
                    "Your organisation asks for a second factor; add a passkey before this one goes"
                )
            user.totp_secret, user.totp_confirmed_at = None, None
            session.execute(delete(BackupCode).where(BackupCode.user_id == user.id))
            audit.record(session, "user.mfa_disabled", "user", user.id, by=caller, method="totp")
            self._outbox.put(session, NOTICE, user.email, what="mfa_disabled")

    def renew_backup_codes(self, caller: Principal, code: str) -> list[str]:
        """New backup codes; the old ones are void."""
        caller.require_session()
        self._prove(caller, code)
        return self._new_backup_codes(caller)

    def check(self, user: User, code: str) -> bool:
        """Whether `code` is one of the user's, and use it up: no code works twice."""
        code = code.strip().replace(" ", "").replace("-", "").lower()
        if user.totp_confirmed_at is not None and self._check_totp(user, code):
            return True
        with self._database.write(None) as session:
            used = unscoped(session).execute(
                delete(BackupCode)
                .where(
                    BackupCode.user_id == user.id,
                    BackupCode.code_hash.in_(self._vault.codes(f"{BACKUP} {user.id}", code)),
                )
                .returning(BackupCode.id)
            )
            return used.one_or_none() is not None

    def _check_totp(self, user: User, code: str) -> bool:
        if user.totp_secret is None:
            return False
        totp = pyotp.TOTP(self._vault.open(SECRET, user.totp_secret))
        now = int(time.time()) // STEP_SECONDS
        # One step either way for clocks that differ (RFC 6238, section 5.2).
        steps = [step for step in (now - 1, now, now + 1) if _same(totp.generate_otp(step), code)]
        if not steps:
            return False
        with self._database.write(None) as session:
            taken = unscoped(session).execute(
                update(User)
                .where(User.id == user.id, User.totp_last_step < steps[0])
                .values(totp_last_step=steps[0], updated_at=User.updated_at)
                .returning(User.id)
            )
            return taken.one_or_none() is not None

    def _prove(self, caller: Principal, code: str) -> None:
        with self._database.read(caller.organization_id) as session:
            user = session.get_one(User, caller.user_id)
        if user.totp_confirmed_at is None:
            raise Conflict("Codes are not set up")
        attempt = f"{user.id} signed in"
        if not self._limiter.may_try("code", caller.origin.address, attempt):
            raise over_attempts("wrong codes")
        if not self.check(user, code):
            self._limiter.failed("code", caller.origin.address, attempt)
            raise _wrong_code()

    def _new_backup_codes(self, caller: Principal) -> list[str]:
        codes = ["".join(secrets.choice(ALPHABET) for _ in range(BACKUP_LENGTH)) for _ in range(BACKUP_CODES)]
        with self._database.write(caller.organization_id) as session:
            session.execute(delete(BackupCode).where(BackupCode.user_id == caller.user_id))
            session.add_all(
                BackupCode(
                    user_id=caller.user_id,
                    code_hash=self._vault.code(f"{BACKUP} {caller.user_id}", code),
                )
                for code in codes
            )
            audit.record(session, "user.backup_codes_made", "user", caller.user_id, by=caller)
        return [f"{code[:5]}-{code[5:]}" for code in codes]


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())


def _qr(url: str) -> str:
    import segno  # noqa: PLC0415 - only where somebody sets up an authenticator

    picture = io.BytesIO()
    segno.make(url, error="m").save(
        picture, kind="svg", xmldecl=False, scale=5, border=3, light="#fff", dark="#000"
    )
    return picture.getvalue().decode()


def _wrong_code() -> ValidationFailed:
    message = "the code is wrong, or was used before"
    return ValidationFailed(message, details=[FieldProblem("code", message)])
