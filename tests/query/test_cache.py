"""Answers at hand."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from support import Api, Loaded, Server

from claribi.query.cache import AnswerCache, is_stable
from claribi.query.schemas import Query, Result, ResultColumn, SqlQuery


def _result(value: Any, rows: int = 1) -> Result:
    column = ResultColumn("x", "integer", "measure")
    return Result([column], [[value]] * rows, truncated=False, data_version="v", sql="SELECT")


def test_who_asks_the_same_at_the_same_time_is_answered_once():
    cache, asked, go = AnswerCache(10**6), [], threading.Event()

    def ask() -> Result:
        asked.append(1)
        assert go.wait(10)
        return _result(7)

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(cache.answer, "key", ask, keep=False) for _ in range(8)]
        time.sleep(0.2)
        go.set()
        results = [answer.result() for answer in answers]
    assert len(asked) == 1
    assert sorted(result.cached for result in results) == [False, *[True] * 7]
    results[0].rows[0][0] = 8
    assert results[1].rows == [[7]]
    assert not cache.holds("key")


def test_a_failure_reaches_all_who_wait_and_is_not_kept():
    cache = AnswerCache(10**6)
    with pytest.raises(ZeroDivisionError):
        cache.answer("key", lambda: _result(1 // 0), keep=True)
    assert cache.answer("key", lambda: _result(1), keep=True).rows == [[1]]


def test_memory_stays_within_its_budget():
    cache = AnswerCache(100_000)
    for number in range(100):
        cache.answer(number, lambda: _result(1, rows=100), keep=True)
    held = [number for number in range(100) if cache.holds(number)]
    assert held == list(range(100 - len(held), 100))
    assert 5 < len(held) < 20
    cache.answer("large", lambda: _result(1, rows=1000), keep=True)
    assert not cache.holds("large")
    assert cache.holds(99)


@pytest.mark.parametrize(
    ("sql", "stable"),
    [
        ("SELECT sum(revenue) FROM sales", True),
        ("SELECT now()", False),
        ("SELECT CURRENT_DATE", False),
        ("SELECT random()", False),
        ("SELECT * FROM sales USING SAMPLE 3", False),
    ],
)
def test_the_clock_and_chance_are_asked_anew(sql: str, stable: bool):
    assert is_stable(SqlQuery(source_id=1, sql=sql)) is stable


def test_what_is_counted_back_from_now_is_asked_anew():
    def query(anchor: str) -> Query:
        value = {"n": 1, "unit": "day", "anchor": anchor}
        return Query.model_validate(
            {"source_id": 1, "table": "t", "filters": [{"column": "d", "operator": "last_n", "value": value}]}
        )

    assert not is_stable(query("now"))
    assert is_stable(query("data"))


@pytest.fixture(scope="module")
def owner(server: Server) -> Api:
    return server.owner()


def test_an_answer_is_at_hand_until_the_data_change(owner: Api, sales_csv: bytes):
    source = owner.upload(sales_csv)
    body = {
        "source_id": source["id"],
        "table": "sales",
        "measures": [{"column": "revenue", "aggregation": "sum"}],
    }

    def state() -> str:
        return owner.post("/api/v1/query/explain", json=body).json()["cache"]

    assert state() == "miss"
    first, second = (owner.post("/api/v1/query", json=body).json() for _ in range(2))
    assert (first["cached"], second["cached"], state()) == (False, True, "hit")
    assert first["rows"] == second["rows"]
    assert first["evidence_id"] != second["evidence_id"]
    less = b"\n".join(sales_csv.splitlines()[:50])
    replaced = owner.post(
        f"/api/v1/data-sources/{source['id']}/versions", files={"file": ("sales.csv", less)}
    )
    assert replaced.status_code in {200, 201}, replaced.text
    owner.until(f"/api/v1/data-sources/{source['id']}", lambda s: s["data_version"] != source["data_version"])
    third = owner.post("/api/v1/query", json=body).json()
    assert third["cached"] is False
    assert third["rows"] != first["rows"]


def test_organisations_share_no_answers(server: Server, sales: Loaded, owner: Api, sales_csv: bytes):
    """The same file in two organisations has the same version; neither sees the other's answer."""
    mine = owner.upload(sales_csv)
    query = {"table": "sales", "measures": [{"aggregation": "count", "name": "shared"}]}
    sales.query(**query)
    answer = owner.post("/api/v1/query", json={"source_id": mine["id"], **query}).json()
    assert answer["cached"] is False
