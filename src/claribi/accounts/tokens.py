"""JSON Web Tokens of a login session: one kind opens the API, the other kind renews it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

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
    """Signs and checks tokens with the server's key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

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
        return jwt.encode(claims, self._key, ALGORITHM, headers={"typ": "JWT"})

    def read(self, kind: Kind, token: str) -> Claims:
        """The claims of a valid token of this kind.

        Raises:
            TokenExpired: It was valid once.
            Unauthorized: It never was: forged, broken, or of the other kind.
        """
        try:
            claims = jwt.decode(
                token,
                self._key,
                [ALGORITHM],
                audience=kind,
                issuer=ISSUER,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
            return Claims(int(claims["sub"]), int(claims["sid"]))
        except jwt.ExpiredSignatureError:
            raise TokenExpired(f"The {kind} token has expired") from None
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError):
            raise Unauthorized(f"The {kind} token is not valid") from None
