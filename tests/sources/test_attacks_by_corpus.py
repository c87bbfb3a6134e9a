"""Hand-written SQL on databases: the corpus of `tests/query/attacks`, through the real door."""

import time
from pathlib import Path
from typing import Any

import pytest
from query.attacks import corpus
from support import Api, Server

DIALECTS = {"postgresql": "postgres", "mariadb": "mysql", "clickhouse": "clickhouse"}
COUNT = "SELECT count(*) AS n, sum(quantity) AS q FROM orders"
PATIENCE = 7.0
SMALL = 200_000
# A row alone may have as many bytes as a text may; a whole answer must never be this much.
MOST_MEMORY_MB = 1_200


@pytest.fixture(scope="module")
def attacked(owner: Api, reached: Any) -> dict[str, Any]:
    body = {"name": "Attacked", "engine": reached.engine, "connection": reached.connection}
    created = owner.post("/api/v1/data-sources", json=body).json()
    return owner.until(f"/api/v1/data-sources/{created['id']}", lambda s: s["status"] != "preprocessing")


def ask(api: Api, source: dict[str, Any], sql: str, **parameters: Any) -> Any:
    body = {"source_id": source["id"], "sql": sql, "parameters": parameters}
    return api.post("/api/v1/query", json=body)


def test_every_attack_is_refused_and_nothing_has_happened(owner: Api, attacked: dict[str, Any], reached: Any):
    before = ask(owner, attacked, COUNT).json()["rows"]
    wrong = {}
    for name, sql in corpus.ATTACKS[DIALECTS[reached.engine]].items():
        started = time.monotonic()
        answer = ask(owner, attacked, sql, p="`, @@datadir, '")
        if answer.status_code not in {400, 422} or time.monotonic() - started > PATIENCE:
            wrong[name] = (answer.status_code, answer.text[:200])
    assert wrong == {}
    assert ask(owner, attacked, COUNT).json()["rows"] == before


def test_what_only_looks_like_one_passes(owner: Api, attacked: dict[str, Any], reached: Any):
    wrong = {}
    for name, (sql, rows) in corpus.HARMLESS.items():
        answer = ask(owner, attacked, sql)
        if answer.status_code != 200 or answer.json()["rows"] != rows:
            wrong[name] = answer.text[:300]
    assert wrong == {}, reached.engine


def test_bombs_go_out_and_leave_the_memory_to_others(
    near: Server, owner: Api, attacked: dict[str, Any], reached: Any
):
    for name, sql in corpus.BOMBS[DIALECTS[reached.engine]].items():
        Path("/proc", str(near.process.pid), "clear_refs").write_text("5")
        started = time.monotonic()
        answer = ask(owner, attacked, sql)
        assert time.monotonic() - started < PATIENCE, name
        assert answer.status_code in {422, 504} or len(answer.content) < SMALL, (name, answer.text[:300])
        assert _peak_mb(near.process.pid) < MOST_MEMORY_MB, name
        assert ask(owner, attacked, "SELECT count(*) AS n FROM regions").json()["rows"] == [[3]]


def _peak_mb(process: int) -> int:
    """The most memory that a process has held since its record was cleared."""
    lines = Path("/proc", str(process), "status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))
