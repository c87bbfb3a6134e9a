"""Signing in with a password, and the second step where a second factor is set up."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from claribi.accounts import passwords
from claribi.accounts.authentication import has_second_factor
from claribi.accounts.limits import Limiter, over_attempts
from claribi.accounts.mfa import SecondFactor
from claribi.accounts.models import LoginSession, Passkey, User
from claribi.accounts.onetime import OneTimeTokens
from claribi.accounts.policy import provider_of
from claribi.accounts.sessions import Sessions
from claribi.core import audit
from claribi.core.audit import Origin, Somebody
from claribi.core.clock import utc_now
from claribi.core.database import Database, unscoped
from claribi.core.errors import Forbidden, InvalidCredentials, Unauthorized

MFA = "mfa"
MFA_LIFETIME = timedelta(minutes=5)
# Wrong codes after which a half-finished sign-in has to begin anew.
MFA_ATTEMPTS = 5
# Whoever signed in from an address within this time is not slowed down by what others try elsewhere.
KNOWN_FOR = timedelta(days=90)


class SignIn:
    """From a password, and a code where one is asked for, to a session."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        tokens: OneTimeTokens,
        second_factor: SecondFactor,
        limiter: Limiter,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._tokens = tokens
        self._second_factor = second_factor
        self._limiter = limiter

    def login(self, email: str, password: str, origin: Origin) -> dict[str, Any]:
        """Sign in: tokens and the user, or a token for the second step.

        Raises:
            InvalidCredentials: One answer for a wrong address and a wrong password.
            RateLimited: Too many wrong passwords, from this address or for this account.
        """
        account = email.strip().casefold()
        with self._database.read(None) as session:
            unscoped(session)
            user = session.scalar(select(User).where(User.email == account))
            known = user is not None and _knows(session, user, origin)
            methods = _methods(session, user) if user else []
            elsewhere = provider_of(session, user) if user else None
        attempt = f"{account} at {origin.address}" if known else account
        if not self._limiter.may_try("password", origin.address, attempt):
            raise over_attempts("wrong passwords")
        if not passwords.verify(user.password_hash if user else None, password) or user is None:
            self._limiter.failed("password", origin.address, attempt)
            if user is not None:
                self._note_failure(user, origin, "password")
            raise InvalidCredentials("The e-mail address or the password is wrong")
        if not user.is_active:
            raise Forbidden("This account is disabled; ask an administrator of your organisation")
        if elsewhere is not None:
            raise Forbidden(f"Your organisation signs in with {elsewhere}; use single sign-on")
        return self.finish(user, methods, "password", origin)

    def finish(self, user: User, methods: list[str], method: str, origin: Origin) -> dict[str, Any]:
        """The session, or where the user has second factors (`methods`) the token for the second step."""
        if not methods:
            return self._sessions.start(user, method, origin)
        with self._database.write(None) as session:
            token = self._tokens.issue(unscoped(session), MFA, MFA_LIFETIME, user_id=user.id)
        return {"mfa_required": True, "mfa_token": token, "methods": methods}

    def second_step(self, mfa_token: str, code: str, origin: Origin) -> dict[str, Any]:
        """Finish a sign-in with a code of the authenticator, or with a backup code.

        Raises:
            Unauthorized: The first step is too long ago, was finished, or saw too many wrong codes.
            InvalidCredentials: The code is wrong, or was used before.
        """
        with self._database.write(None) as session:
            proof = self._tokens.attempt(unscoped(session), MFA, mfa_token)
            user = session.get(User, proof.user_id) if proof else None
            known = user is not None and _knows(session, user, origin)
        if proof is None or user is None or not user.is_active or proof.attempts > MFA_ATTEMPTS:
            raise Unauthorized("This sign-in has ended; sign in again")
        attempt = f"{user.id} at {origin.address}" if known else str(user.id)
        if not self._limiter.may_try("code", origin.address, attempt):
            raise over_attempts("wrong codes")
        if not self._second_factor.check(user, code):
            self._limiter.failed("code", origin.address, attempt)
            self._note_failure(user, origin, "code")
            raise InvalidCredentials("The code is wrong, or was used before")
        self.claim(proof.id)
        return self._sessions.start(user, "password", origin, strong=True)

    def claim(self, token_id: int) -> None:
        """End the token of a half-finished sign-in, which can be finished once."""
        with self._database.write(None) as session:
            if not self._tokens.drop(unscoped(session), token_id):
                raise Unauthorized("This sign-in has ended; sign in again")

    def _note_failure(self, user: User, origin: Origin, what: str) -> None:
        with self._database.write(user.organization_id) as session:
            by = Somebody(None, user.email, origin)
            audit.record(session, "user.sign_in_failed", "user", user.id, by=by, wrong=what)


def _knows(session: Session, user: User, origin: Origin) -> bool:
    earlier = select(LoginSession.id).where(
        LoginSession.user_id == user.id,
        LoginSession.address == origin.address,
        LoginSession.created_at > utc_now() - KNOWN_FOR,
    )
    return session.scalar(earlier.limit(1)) is not None


def _methods(session: Session, user: User) -> list[str]:
    """The second factors of a user."""
    if not has_second_factor(session, user):
        return []
    passkey = session.scalar(select(Passkey.id).where(Passkey.user_id == user.id).limit(1))
    return [*(["totp"] if user.totp_confirmed_at else []), *(["passkey"] if passkey else [])]
