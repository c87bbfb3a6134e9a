"""Passwords that are forgotten or changed."""

from claribi.accounts import passwords
from claribi.accounts.letters import NOTICE, RESET
from claribi.accounts.limits import Limiter, over_attempts
from claribi.accounts.models import User
from claribi.accounts.onetime import OneTimeTokens
from claribi.accounts.passwords import normal_email
from claribi.accounts.policy import provider_of
from claribi.accounts.principal import Principal
from claribi.accounts.sessions import end_all
from claribi.core import audit
from claribi.core.audit import Origin, Somebody
from claribi.core.database import Database, unscoped
from claribi.core.errors import FieldProblem, Forbidden, InvalidCredentials, ValidationFailed
from claribi.core.mail import Outbox


class Recovery:
    """Changes passwords: with the old one, or with a link by mail."""

    def __init__(self, database: Database, tokens: OneTimeTokens, outbox: Outbox, limiter: Limiter) -> None:
        self._database = database
        self._tokens = tokens
        self._outbox = outbox
        self._limiter = limiter

    def forgot(self, email: str, origin: Origin) -> None:
        """Send a link to choose a new password, if somebody has this address.

        Who that is, only the worker looks up when it sends the mail, so no answer and no delay tells.
        """
        self._outbox.require()
        email = normal_email(email)
        if not self._limiter.count("reset", origin.address, email):
            raise over_attempts("requests for a new password")
        with self._database.write(None) as session:
            self._outbox.put(session, RESET, email)

    def reset(self, token: str, password: str, origin: Origin) -> None:
        """Set a new password with the token of a link, and end every session.

        A second factor stays: whoever can read the mail alone does not get in.
        """
        if not self._limiter.may_try("code", origin.address, "reset"):
            raise over_attempts("wrong links")
        with self._database.write(None) as session:
            proof = self._tokens.attempt(unscoped(session), RESET, token)
            user = session.get(User, proof.user_id) if proof else None
            elsewhere = provider_of(session, user) if user else None
        if proof is None or user is None or not user.is_active:
            self._limiter.failed("code", origin.address, "reset")
            message = "the link is no longer valid; ask for a new one"
            raise ValidationFailed(message, details=[FieldProblem("token", message)])
        if elsewhere is not None:
            raise Forbidden(f"Your organisation signs in with {elsewhere}; there is no password to set")
        passwords.check_rules(password, user.email)
        password_hash = passwords.hash_password(password)
        with self._database.write(None) as session:
            if not self._tokens.drop(unscoped(session), proof.id):
                raise ValidationFailed("The link was used already")
        self._set(user, password_hash, Somebody(user.id, user.email, origin), "user.password_reset", None)

    def change(self, caller: Principal, current: str, new: str) -> None:
        """Change the caller's password and end every other session."""
        session_id = caller.require_session()
        with self._database.read(caller.organization_id) as session:
            user = session.get_one(User, caller.user_id)
            elsewhere = provider_of(session, user)
        if elsewhere is not None:
            raise Forbidden(f"Your organisation signs in with {elsewhere}; there is no password to change")
        attempt = f"{user.email} signed in"
        if not self._limiter.may_try("password", caller.origin.address, attempt):
            raise over_attempts("wrong passwords")
        if not passwords.verify(user.password_hash, current):
            self._limiter.failed("password", caller.origin.address, attempt)
            raise InvalidCredentials("The current password is wrong")
        passwords.check_rules(new, user.email)
        self._set(user, passwords.hash_password(new), caller, "user.password_changed", session_id)

    def _set(self, user: User, password_hash: str, by: audit.Actor, action: str, keep: int | None) -> None:
        with self._database.write(user.organization_id) as session:
            session.get_one(User, user.id).password_hash = password_hash
            ended = end_all(session, user.id, but=keep)
            self._tokens.discard(session, RESET, user.id)
            audit.record(session, action, "user", user.id, by=by, sessions_ended=ended)
            self._outbox.put(session, NOTICE, user.email, what="password_changed")
