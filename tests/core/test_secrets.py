"""The server's own keys (OWASP ASVS 5: no default secrets)."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from claribi.core.errors import SettingsError
from claribi.core.secrets import derive, master_key, write_private
from claribi.core.settings import Settings


def test_the_first_start_makes_a_key_that_only_its_owner_reads(tmp_path: Path):
    key = master_key(Settings(data_dir=tmp_path))
    file = tmp_path / "secret.key"
    assert len(key) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert master_key(Settings(data_dir=tmp_path)) == key


def test_two_servers_have_two_keys(tmp_path: Path):
    first = master_key(Settings(data_dir=tmp_path / "a"))
    assert first != master_key(Settings(data_dir=tmp_path / "b"))


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path):
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: master_key(Settings(data_dir=tmp_path)), range(8)))
    assert len(keys) == 1


@pytest.mark.parametrize("weak", ["changeme", "a" * 40, "secret" * 2])
def test_a_weak_key_is_refused(tmp_path: Path, weak: str):
    with pytest.raises(SettingsError, match="32 random bytes"):
        master_key(Settings(data_dir=tmp_path, secret_key=weak))


def test_each_purpose_has_a_key_of_its_own():
    assert derive(b"m", "tokens") != derive(b"m", "sources")
    assert derive(b"m", "tokens") == derive(b"m", "tokens")


def test_a_private_file_is_private_from_its_first_byte(tmp_path: Path):
    file = tmp_path / "c.json"
    file.write_text("old, readable by all")
    write_private(file, b"new")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes() == b"new"
