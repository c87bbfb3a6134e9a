"""Sealed secrets, and a master key that is changed while old values still open."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import PASSWORD, WITHOUT_WORKER, running

from claribi.core.errors import SettingsError
from claribi.core.vault import Vault

OLD, NEW = b"o" * 20 + b"ld key, long enough", b"n" * 20 + b"ew key, long enough"


@given(st.text())
def test_what_was_sealed_opens_for_its_purpose(secret: str):
    vault = Vault([OLD])
    sealed = vault.seal("a.b", secret)
    assert vault.open("a.b", sealed) == secret
    assert vault.seal("a.b", secret) != sealed


@pytest.mark.parametrize("change", ["purpose", "key", "text", "format"])
def test_anything_else_opens_nothing(change: str):
    sealed = Vault([OLD]).seal("a.b", "the secret")
    head, _, box = sealed.rpartition(".")
    broken = f"{head}.{box[:-4]}{'A' if box[-4] != 'A' else 'B'}{box[-3:]}"
    key, purpose, text = {
        "purpose": (OLD, "a.c", sealed),
        "key": (NEW, "a.b", sealed),
        "text": (OLD, "a.b", broken),
        "format": (OLD, "a.b", "the secret"),
    }[change]
    with pytest.raises(SettingsError) as raised:
        Vault([key]).open(purpose, text)
    assert "the secret" not in str(raised.value)


def test_an_old_key_opens_what_it_sealed_and_seals_no_more():
    sealed = Vault([OLD]).seal("a.b", "s")
    both = Vault([NEW, OLD])
    assert both.open("a.b", sealed) == "s"
    assert Vault([NEW]).open("a.b", both.seal("a.b", "s")) == "s"


def claribi(*arguments: str, **settings: str) -> str:
    environment = os.environ | {f"CLARIBI_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "claribi.cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("forget", [False, True])
def test_rotation_keeps_second_factors_and_ends_sessions_only_when_told_to(tmp_path: Path, forget: bool):
    """ASVS 5 11.2.2: keys can be replaced."""
    with running(tmp_path, **WITHOUT_WORKER) as server:
        member = server.member(server.organization())
        client = server.signed_in(member)
        secret = client.post("/api/auth/mfa/totp/").json()["secret"]
        client.post("/api/auth/mfa/totp/confirm/", json={"code": pyotp.TOTP(secret).now()})
        token = client.headers["Authorization"]
    before = (tmp_path / "secret.key").read_bytes()
    said = claribi("secrets", "rotate", *(["--forget"] if forget else []), "--data-dir", str(tmp_path))
    assert "sealed with the new key" in said
    after = (tmp_path / "secret.key").read_bytes()
    assert (before in after) is not forget
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
    with running(tmp_path, **WITHOUT_WORKER) as server:
        again = server.api(Authorization=token).get("/api/auth/status/")
        assert again.status_code == (401 if forget else 200)
        body = {"email": member.email, "password": PASSWORD}
        first = server.api().post("/api/auth/login/", json=body).json()
        later = pyotp.TOTP(secret).at(int(time.time()) + 30)
        body = {"mfa_token": first["mfa_token"], "code": later}
        assert server.api().post("/api/auth/mfa/verify/", json=body).status_code == 200
        # The API key of before works on: it is kept as a hash of its own.
        assert server.api(**{"X-API-Key": member.key}).get("/api/v1/reports").status_code == 200
