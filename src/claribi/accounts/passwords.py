"""Passwords and addresses: argon2id hashes, and the rules for new ones."""

import secrets
import string
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from claribi.core.errors import FieldProblem, ValidationFailed

MINIMUM_LENGTH = 10
MAXIMUM_LENGTH = 1000
MAXIMUM_ADDRESS = 320  # RFC 5321
MADE_LENGTH = 16
# Guesses (as a power of ten) that a good attacker needs; below, a password falls within minutes.
MINIMUM_GUESSES = 8
# What the estimate looks at: its time grows with the square of it.
ESTIMATED_LENGTH = 64
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
    """Refuse a new password that is known from breaches or easily guessed (NIST SP 800-63B, 3.1.1.2)."""
    message = ""
    if not MINIMUM_LENGTH <= len(password) <= MAXIMUM_LENGTH:
        message = f"a password has {MINIMUM_LENGTH} to {MAXIMUM_LENGTH:,} characters"
    elif password.casefold() in {email.casefold(), email.casefold().split("@")[0]}:
        message = "a password must not be the e-mail address"
    elif _is_known(password):
        message = "this password is known from breaches of other sites; choose another"
    elif _guesses(password, email) < MINIMUM_GUESSES:
        message = "this password is easily guessed; a few unrelated words make a good one"
    if message:
        raise ValidationFailed(message, details=[FieldProblem("password", message)])


def _is_known(password: str) -> bool:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - large, and only for new passwords

    return password.casefold() in FREQUENCY_LISTS["passwords"]


def _guesses(password: str, email: str) -> float:
    from zxcvbn import zxcvbn  # noqa: PLC0415 - as above

    own = [part for part in email.replace("@", ".").split(".") if part]
    return float(zxcvbn(password[:ESTIMATED_LENGTH], user_inputs=[email, *own])["guesses_log10"])


def new_password() -> str:
    """A password that is easy to copy and hard to guess."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(MADE_LENGTH))


def normal_email(email: str) -> str:
    """Addresses are compared without case. Raises ValidationFailed for what can't be one."""
    normal = email.strip().casefold()
    local, at, domain = normal.rpartition("@")
    control = any(c.isspace() or not c.isprintable() for c in normal)
    if (
        not (local and at and domain)
        or control
        or len(normal) > MAXIMUM_ADDRESS
        or set(normal) & set(',<>"();')
    ):
        message = f"{email!r} is not an e-mail address"
        raise ValidationFailed(message, details=[FieldProblem("email", message)])
    return normal
