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
# What keys hold that somebody made up, or copied from a page that said to change them.
PLACEHOLDERS = ("change", "secret", "your", "example", "default", "passw", "random", "replace", "insecure")


def master_keys(settings: Settings) -> list[bytes]:
    """The keys that all others come from, the one in force first, then those it replaced.

    They are the ones that are set, or the ones in the data directory.

    Raises:
        SettingsError: A key that is set is too short or too simple to be a secret.
    """
    given = settings.secret_key.get_secret_value()
    if not given:
        return _kept(settings.data_dir / KEY_FILE).split()
    keys = [given, *(key.get_secret_value() for key in settings.previous_secret_keys)]
    for key in keys:
        short = len(key.encode()) < MINIMUM_BYTES or len(set(key)) < MINIMUM_BYTES // 4
        if short or any(word in key.casefold() for word in PLACEHOLDERS):
            raise SettingsError(
                "CLARIBI_SECRET_KEY must be at least 32 random bytes, such as `openssl rand -hex 32` prints"
            )
    return [key.encode() for key in keys]


def master_key(settings: Settings) -> bytes:
    """The key in force."""
    return master_keys(settings)[0]


def add_master_key(settings: Settings) -> None:
    """Put a new key in force; the old ones stay behind it, to open what they have sealed."""
    old = master_keys(settings)
    new = secrets.token_hex(MINIMUM_BYTES).encode()
    _replace(settings.data_dir / KEY_FILE, [new, *old])


def forget_old_keys(settings: Settings) -> None:
    """Keep only the key in force: what an older one has signed or sealed is worth nothing from now on."""
    _replace(settings.data_dir / KEY_FILE, master_keys(settings)[:1])


def _replace(path: Path, keys: list[bytes]) -> None:
    draft = path.with_suffix(f".{secrets.token_hex(8)}")
    write_private(draft, b"\n".join(keys))
    draft.replace(path)


def _kept(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{secrets.token_hex(8)}")
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
