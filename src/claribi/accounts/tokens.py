"""JSON Web Tokens of a login session: one kind opens the API, the other kind renews it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import jwt

from claribi.core.clock import utc_now
from claribi.core.errors import TokenExpired, Unauthorized

ALGORITHM = "HS256"
ISSUER = "claribi"
ACCESS_LIFETIME = timedelta(hours=1)
REFRESH_LIFETIME = timedelta(days=7)

Kind = Literal["access", "refresh"]


@dataclass(frozen=True, slots=True)
class Claims:
    user_id: int
    session_id: int


class Tokens:
    """Signs and checks tokens.

    Args:
        keys: The key in force first, then those it replaced, which only check.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = keys

    def issue(self, kind: Kind, user_id: int, session_id: int, expires_at: datetime | None = None) -> str:
        now = utc_now()
        lifetime = ACCESS_LIFETIME if kind == "access" else REFRESH_LIFETIME
        claims = {
            "iss": ISSUER,
            "aud": kind,
            "sub": str(user_id),
            "sid": session_id,
            "iat": now,
            "exp": expires_at or now + lifetime,
        }
        return jwt.encode(claims, self._keys[0], ALGORITHM, headers={"typ": "JWT"})

    def read(self, kind: Kind, token: str) -> Claims:
        """The claims of a valid token of this kind.

        Raises:
            TokenExpired: It was valid once.
            Unauthorized: It never was: forged, broken, or of the other kind.
        """
        try:
            claims = self._decode(kind, token)
            return Claims(int(claims["sub"]), int(claims["sid"]))
        except jwt.ExpiredSignatureError:
            raise TokenExpired(f"The {kind} token has expired") from None
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError):
            raise Unauthorized(f"The {kind} token is not valid") from None

    def _decode(self, kind: Kind, token: str) -> dict[str, Any]:
        # Which key it was signed with is found by trying: what a token says of itself is not to be believed.
        *older, oldest = self._keys
        for key in older:
            with suppress(jwt.InvalidSignatureError):
                return _checked(kind, token, key)
        return _checked(kind, token, oldest)


def _checked(kind: Kind, token: str, key: bytes) -> dict[str, Any]:
    return jwt.decode(
        token,
        key,
        [ALGORITHM],
        audience=kind,
        issuer=ISSUER,
        options={"require": ["exp", "iat", "sub", "aud", "iss"]},
    )
