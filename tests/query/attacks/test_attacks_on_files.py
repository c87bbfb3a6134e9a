"""Hand-written SQL on uploaded files, through the real door."""

import time
from typing import Any

import pytest
from query.attacks import corpus
from support import Api, Server

COUNT = "SELECT count(*) AS n, sum(quantity) AS q FROM orders"
ROWS = [[5_000, 15_000]]
# What a query may take here, how long it may take to stop, and what two shared processors add to it.
PATIENCE = 5.0
SMALL = 100_000


def ask(api: Api, source: dict[str, Any], sql: str, **parameters: Any) -> Any:
    body = {"source_id": source["id"], "sql": sql, "parameters": parameters}
    return api.post("/api/v1/query", json=body)


@pytest.mark.parametrize("name", corpus.ATTACKS["duckdb"])
def test_an_attack_is_refused(hasty: Server, attacker: Api, attacked: dict[str, Any], name: str):
    started = time.monotonic()
    answer = ask(attacker, attacked, corpus.ATTACKS["duckdb"][name])
    assert answer.status_code in {400, 422}, answer.text
    assert time.monotonic() - started < PATIENCE
    assert str(hasty.data_dir) not in answer.text


@pytest.mark.parametrize("name", corpus.BOMBS["duckdb"])
def test_a_bomb_goes_out_and_the_next_query_is_answered(attacker: Api, attacked: dict[str, Any], name: str):
    started = time.monotonic()
    answer = ask(attacker, attacked, corpus.BOMBS["duckdb"][name])
    assert time.monotonic() - started < PATIENCE
    assert answer.status_code in {422, 504} or len(answer.content) < SMALL, answer.text[:300]
    assert answer.status_code < 500 or answer.json()["error"] == "query_timeout", answer.text[:300]
    assert ask(attacker, attacked, COUNT).json()["rows"] == ROWS


@pytest.mark.parametrize("name", corpus.HARMLESS)
def test_what_only_looks_like_one_passes(attacker: Api, attacked: dict[str, Any], name: str):
    sql, rows = corpus.HARMLESS[name]
    answer = ask(attacker, attacked, sql)
    assert answer.status_code == 200, answer.text
    assert answer.json()["rows"] == rows


def test_nothing_has_happened(hasty: Server, attacker: Api, attacked: dict[str, Any]):
    """After all of them, at the end of this file."""
    assert ask(attacker, attacked, COUNT).json()["rows"] == ROWS
    now = attacker.get(f"/api/v1/data-sources/{attacked['id']}").json()
    assert now["data_version"] == attacked["data_version"]
    assert [t["row_count"] for t in now["tables"]] == [t["row_count"] for t in attacked["tables"]]
    # A stranger's table is no table of this source, whatever it is called.
    stranger = hasty.owner()
    secret = stranger.upload(b"wage\n1\n", name="wages.csv")
    for table in ("wages", f"wages_{secret['id']}", "main.wages"):
        assert ask(attacker, attacked, f"SELECT * FROM {table}").status_code == 422
    assert ask(attacker, secret, "SELECT 1").status_code == 404
