"""What the mails of the accounts wing say. Composed in the worker, when they are sent."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from claribi.accounts.models import OneTimeToken, Organization, User
from claribi.accounts.onetime import OneTimeTokens
from claribi.accounts.policy import provider_of
from claribi.core.database import Database, unscoped
from claribi.core.mail import Composer, Letter
from claribi.core.settings import Settings

# The kinds of mail, each with its composer below.
REGISTRATION, RESET, INVITATION, NOTICE, EXPIRING = (
    "registration",
    "password_reset",
    "invitation",
    "notice",
    "api_key_expiring",
)
RESET_LIFETIME = timedelta(hours=1)
IGNORE = "If this was not you, you can ignore this mail; nothing happens without it."
NOTICES: Mapping[str, tuple[str, str]] = {
    "password_changed": ("Your password was changed", "The password of your account was changed just now."),
    "mfa_enabled": ("Two-step sign-in is on", "Codes from an authenticator were set up for your account."),
    "mfa_disabled": (
        "Two-step sign-in is off",
        "Codes from an authenticator were removed from your account.",
    ),
    "passkey_added": ("A passkey was added", "A passkey was added to your account."),
    "passkey_removed": ("A passkey was removed", "A passkey was removed from your account."),
}


class Letters:
    """Composes mails from what the database says at the time."""

    def __init__(self, settings: Settings, database: Database, tokens: OneTimeTokens) -> None:
        self._url = settings.base_url
        self._database = database
        self._tokens = tokens

    def composers(self) -> dict[str, Composer]:
        return {
            REGISTRATION: self.registration,
            RESET: self.reset,
            INVITATION: self.invitation,
            NOTICE: self.notice,
            EXPIRING: self.expiring,
        }

    def registration(self, recipient: str, values: dict[str, Any]) -> Letter | None:
        """The code, or where the address has an account a word about that."""
        with self._database.read(None) as session:
            known = unscoped(session).scalar(select(User.id).where(User.email == recipient))
            pending = session.get(OneTimeToken, values["pending_id"])
        if known is not None:
            return Letter(
                "You have an account already",
                ["Somebody, probably you, tried to register with this address. It has an account already."],
                link=("Sign in", f"{self._url}/sign-in"),
                closing=[
                    "If you have forgotten your password, the sign-in page has a link for that.",
                    IGNORE,
                ],
            )
        if pending is None:
            return None
        return Letter(
            f"{values['code']} is your code for claribi",
            [f"Welcome! With this code you open the organisation “{values['organization']}”:"],
            code=values["code"],
            closing=["The code is valid for 10 minutes. Tell it to nobody.", IGNORE],
        )

    def reset(self, recipient: str, _values: dict[str, Any]) -> Letter | None:
        """A link, made only now; nothing for an address that nobody has."""
        with self._database.write(None) as session:
            user = unscoped(session).scalar(select(User).where(User.email == recipient, User.is_active))
            if user is None:
                return None
            if (provider := provider_of(session, user)) is not None:
                return Letter(
                    "Your password is not needed",
                    [f"Your organisation signs in with {provider}, so there is no password to reset here."],
                    link=("Sign in", f"{self._url}/sign-in"),
                    closing=[IGNORE],
                )
            self._tokens.discard(session, RESET, user.id)
            token = self._tokens.issue(session, RESET, RESET_LIFETIME, user_id=user.id)
        return Letter(
            "Reset your password",
            ["Choose a new password for your account with this link. It works once, within an hour."],
            # Behind the #, where no server or proxy on the way logs it.
            link=("Choose a new password", f"{self._url}/reset-password#token={token}"),
            closing=[IGNORE],
        )

    def invitation(self, _recipient: str, values: dict[str, Any]) -> Letter:
        return Letter(
            f"{values['inviter']} invites you to {values['organization']}",
            [f"{values['inviter']} invites you to join “{values['organization']}” as {values['role']}."],
            link=("Accept the invitation", f"{self._url}/invitation#token={values['token']}"),
            closing=["The invitation is valid for 7 days and works once."],
        )

    def notice(self, _recipient: str, values: dict[str, Any]) -> Letter:
        subject, text = NOTICES[values["what"]]
        return Letter(
            subject,
            [text],
            closing=["If this was not you, reset your password at once and tell an administrator."],
        )

    def expiring(self, _recipient: str, values: dict[str, Any]) -> Letter:
        with self._database.read(None) as session:
            organization = session.get(Organization, values["organization_id"])
        name = organization.name if organization else ""
        return Letter(
            f"The API key “{values['name']}” expires on {values['on']}",
            [
                f"Your key “{values['name']}” ({values['prefix']}…) for {name} expires on {values['on']}.",
                "What uses it stops working then.",
            ],
            link=("Make a new key", f"{self._url}/settings/developer"),
        )
