"""The server's own keys. The first start makes them; there is no default one."""

import hmac
import json
import os
import secrets
from hashlib import sha256
from pathlib import Path

from claribi.core.errors import SettingsError
from claribi.core.settings import Settings

MINIMUM_BYTES = 32
KEY_FILE = "secret.key"


def master_key(settings: Settings) -> bytes:
    """The key that all others come from: the one that is set, or the one in the data directory.

    Raises:
        SettingsError: The key that is set is too short or too simple to be a secret.
    """
    given = settings.secret_key.get_secret_value()
    if given:
        if len(given.encode()) < MINIMUM_BYTES or len(set(given)) < MINIMUM_BYTES // 4:
            raise SettingsError(
                "CLARIBI_SECRET_KEY must be at least 32 random bytes, such as `openssl rand -hex 32` prints"
            )
        return given.encode()
    return _kept(settings.data_dir / KEY_FILE)


def _kept(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    write_private(draft, secrets.token_hex(MINIMUM_BYTES).encode())
    try:
        # A link fails where another process was first, so both read the same key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_bytes()


def derive(master: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, so that no key serves two (HKDF-Expand, RFC 5869, one block)."""
    return hmac.new(master, purpose.encode() + b"\x01", sha256).digest()


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, from its first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def write_private_json(path: Path, content: dict[str, str]) -> None:
    write_private(path, json.dumps(content, indent=2).encode() + b"\n")
