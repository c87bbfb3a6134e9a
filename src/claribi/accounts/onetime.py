"""One-time tokens: random, soon over, kept as a hash, and gone once they are used."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from claribi.accounts.models import OneTimeToken
from claribi.core.clock import utc_now
from claribi.core.vault import Vault

PAYLOAD = "one_time_tokens.payload"
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Proof:
    """What a token stood for."""

    id: int
    user_id: int | None
    attempts: int
    payload: dict[str, Any]


class OneTimeTokens:
    """Hands out tokens and takes them back, inside the caller's transaction."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def issue(
        self,
        session: Session,
        purpose: str,
        lifetime: timedelta,
        *,
        user_id: int | None = None,
        subject: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> str:
        """A new token for one purpose."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = utc_now()
        session.add(
            OneTimeToken(
                purpose=purpose,
                token_hash=_hash(purpose, token),
                user_id=user_id,
                subject=subject,
                created_at=now,
                expires_at=now + lifetime,
                payload=self._vault.seal(PAYLOAD, json.dumps(payload or {})),
            )
        )
        session.flush()
        return token

    def use(self, session: Session, purpose: str, token: str) -> Proof | None:
        """What the token stands for, once: of two callers at the same moment one gets None."""
        row = session.execute(
            delete(OneTimeToken)
            .where(
                OneTimeToken.token_hash == _hash(purpose, token),
                OneTimeToken.purpose == purpose,
                OneTimeToken.expires_at > utc_now(),
            )
            .returning(OneTimeToken.id, OneTimeToken.user_id, OneTimeToken.attempts, OneTimeToken.payload)
        ).one_or_none()
        return row and self._proof(*row)

    def peek(self, session: Session, purpose: str, token: str) -> Proof | None:
        """What the token stands for; it stays good."""
        row = session.execute(
            select(OneTimeToken.id, OneTimeToken.user_id, OneTimeToken.attempts, OneTimeToken.payload).where(
                OneTimeToken.token_hash == _hash(purpose, token),
                OneTimeToken.purpose == purpose,
                OneTimeToken.expires_at > utc_now(),
            )
        ).one_or_none()
        return row and self._proof(*row)

    def attempt(
        self, session: Session, purpose: str, token: str | None, *, subject: str | None = None
    ) -> Proof | None:
        """What the token stands for, counting this as one more try at the code it asks for.

        Args:
            subject: Finds the newest token of a subject where the caller has no token.
        """
        row_id = session.scalar(
            select(OneTimeToken.id)
            .where(
                OneTimeToken.token_hash == _hash(purpose, token)
                if token
                else OneTimeToken.subject == subject,
                OneTimeToken.purpose == purpose,
                OneTimeToken.expires_at > utc_now(),
            )
            .order_by(OneTimeToken.id.desc())
            .limit(1)
        )
        row = session.execute(
            update(OneTimeToken)
            .where(OneTimeToken.id == row_id)
            .values(attempts=OneTimeToken.attempts + 1)
            .returning(OneTimeToken.id, OneTimeToken.user_id, OneTimeToken.attempts, OneTimeToken.payload)
        ).one_or_none()
        return row and self._proof(*row)

    def change(self, session: Session, token_id: int, payload: Mapping[str, Any]) -> None:
        """Give a token another payload and its tries back."""
        sealed = self._vault.seal(PAYLOAD, json.dumps(payload))
        session.execute(
            update(OneTimeToken).where(OneTimeToken.id == token_id).values(payload=sealed, attempts=0)
        )

    def discard(self, session: Session, purpose: str, user_id: int) -> None:
        """End all tokens of a purpose that a user has."""
        session.execute(
            delete(OneTimeToken).where(OneTimeToken.purpose == purpose, OneTimeToken.user_id == user_id)
        )

    def drop(self, session: Session, token_id: int) -> bool:
        """End one token; False when somebody else was first."""
        return bool(
            session.execute(
                delete(OneTimeToken).where(OneTimeToken.id == token_id).returning(OneTimeToken.id)
            ).one_or_none()
        )

    def _proof(self, token_id: int, user_id: int | None, attempts: int, sealed: str | None) -> Proof:
        payload = json.loads(self._vault.open(PAYLOAD, sealed)) if sealed else {}
        return Proof(token_id, user_id, attempts, payload)


def _hash(purpose: str, token: str) -> bytes:
    return sha256(f"{purpose}:{token}".encode()).digest()
