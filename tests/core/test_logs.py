"""Logs hold no secrets."""

import pytest

from claribi.core.logs import HIDDEN, hide_secrets


@pytest.mark.parametrize(
    "name", ["password", "api_key", "Authorization", "refresh_token", "client_secret", "db_passwd", "cookie"]
)
def test_what_is_called_a_secret_is_hidden(name: str):
    assert hide_secrets(None, "info", {name: "hunter2"}) == {name: HIDDEN}


@pytest.mark.parametrize(
    "text",
    [
        "key claribi_key_AbCdEf1234567890 was used",
        "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "postgresql://user:hunter2@host/db",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str):
    shown = hide_secrets(None, "info", {"event": text})["event"]
    assert HIDDEN in shown
    for secret in ("AbCdEf1234567890", "c2lnbmF0dXJl", "hunter2"):
        assert secret not in shown


def test_secrets_are_hidden_in_what_is_nested():
    shown = hide_secrets(None, "info", {"body": {"password": "x", "list": ["claribi_key_1234567890"]}})
    assert shown == {"body": {"password": HIDDEN, "list": [HIDDEN]}}


def test_the_rest_is_left_alone():
    event = {"event": "ingested", "version_id": 3, "elapsed": 1.5}
    assert hide_secrets(None, "info", dict(event)) == event
