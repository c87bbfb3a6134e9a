"""Passwords: argon2id hashes and the rules for new ones."""

import secrets
import string
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from claribi.core.errors import FieldProblem, ValidationFailed

MINIMUM_LENGTH = 10
MAXIMUM_LENGTH = 1000
MADE_LENGTH = 16
_HASHER = PasswordHasher()


@cache
def _decoy() -> str:
    """Checked when there is no such user, so that the answer takes as long as for a wrong password."""
    return _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def verify(password_hash: str | None, password: str) -> bool:
    try:
        _HASHER.verify(password_hash or _decoy(), password)
    except (Argon2Error, InvalidHashError):
        return False
    return password_hash is not None


def check_rules(password: str, email: str) -> None:
    """Refuse a new password that is easily guessed."""
    message = ""
    if not MINIMUM_LENGTH <= len(password) <= MAXIMUM_LENGTH:
        message = f"a password has {MINIMUM_LENGTH} to {MAXIMUM_LENGTH:,} characters"
    elif password.casefold() in {email.casefold(), email.casefold().split("@")[0]}:
        message = "a password must not be the e-mail address"
    if message:
        raise ValidationFailed(message, details=[FieldProblem("password", message)])


def new_password() -> str:
    """A password that is easy to copy and hard to guess."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(MADE_LENGTH))
