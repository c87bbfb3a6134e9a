"""Secrets that must be read again (of data sources, second factors, identity providers), encrypted at rest.

AES-256-GCM under a key derived from the master key. What is sealed names the key that sealed it, so that the
master key can be changed (`claribi secrets rotate`) while old values still open.
"""

import base64
import hmac
import os
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import MetaData, Text, select, update
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from claribi.core.errors import SettingsError
from claribi.core.secrets import derive

FORMAT = "v1"
NONCE_BYTES = 12
KEY_ID_LENGTH = 12


class Sealed(TypeDecorator[str]):
    """A column whose texts are sealed by the vault, for `table.column` as their purpose."""

    impl = Text
    cache_ok = True


class Vault:
    """Seals and opens secrets.

    Args:
        masters: The master keys, the one in force first.
    """

    def __init__(self, masters: Sequence[bytes]) -> None:
        self._keys = {key_id(master): AESGCM(derive(master, "vault")) for master in masters}
        self._current = key_id(masters[0])
        self._macs = [derive(master, "codes") for master in masters]

    def seal(self, purpose: str, secret: str) -> str:
        """`secret` encrypted for one purpose; opened for another it fails."""
        nonce = os.urandom(NONCE_BYTES)
        box = nonce + self._keys[self._current].encrypt(nonce, secret.encode(), purpose.encode())
        return f"{FORMAT}.{self._current}.{base64.urlsafe_b64encode(box).decode()}"

    def open(self, purpose: str, sealed: str) -> str:
        """The secret.

        Raises:
            SettingsError: It was sealed with a key that this server does not have, or it was tampered with.
        """
        try:
            _, name, text = sealed.split(".")
            box = base64.urlsafe_b64decode(text)
            return self._keys[name].decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], purpose.encode()).decode()
        except (KeyError, ValueError, InvalidTag):
            raise SettingsError(
                f"A secret ({purpose}) can't be opened with this server's key; restore the key that sealed it"
            ) from None

    def codes(self, purpose: str, code: str) -> list[bytes]:
        """Keyed hashes of a code, by the key in force first: a stolen database does not give it away."""
        return [hmac.digest(key, f"{purpose}:{code}".encode(), sha256) for key in self._macs]

    def code(self, purpose: str, code: str) -> bytes:
        return self.codes(purpose, code)[0]

    def reseal(self, session: Session, metadata: MetaData) -> int:
        """Seal every secret of the database anew with the key in force; how many there were."""
        count = 0
        for table in metadata.sorted_tables:
            for column in (c for c in table.columns if isinstance(c.type, Sealed)):
                purpose = f"{table.name}.{column.name}"
                rows = session.execute(select(table.c.id, column).where(column.is_not(None))).all()
                for row_id, sealed in rows:
                    new: dict[str, Any] = {column.name: self.seal(purpose, self.open(purpose, sealed))}
                    session.execute(update(table).where(table.c.id == row_id).values(new))
                count += len(rows)
        return count


def key_id(master: bytes) -> str:
    """A name for a master key that does not give it away."""
    return derive(master, "key id").hex()[:KEY_ID_LENGTH]
