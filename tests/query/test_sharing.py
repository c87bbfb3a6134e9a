"""Questions answered together have the answers that they have alone."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_queries import COMPUTED, CREATE, NOW, TABLE, TUPLES, filters, queries, same
from support import Api, Server

from claribi.query.compile import compile_query
from claribi.query.engine import Engine, EngineLimits
from claribi.query.schemas import Filter, Query
from claribi.query.sharing import shared_scan
from claribi.query.statements import share_key


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory):
    file = tmp_path_factory.mktemp("things") / "things.parquet"
    with duckdb.connect() as connection:
        connection.execute(CREATE.format(moment="timestamp", text="varchar"))
        connection.executemany("INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", TUPLES)
        connection.execute(f"COPY things TO '{file}'")
    engine = Engine(size=1, limits=EngineLimits(), spill_directory=tmp_path_factory.mktemp("spill"))
    yield engine, {"things": [file]}
    engine.close()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(
    asked=st.lists(queries().filter(lambda q: share_key(q) is not None), min_size=2, max_size=5),
    common=st.lists(filters(), max_size=2),
)
def test_together_is_as_alone(
    things: tuple[Engine, dict[str, list[Path]]], asked: list[Query], common: list[Any]
):
    engine, files = things
    update = {"filters": [Filter.model_validate(f) for f in common], "period": None}
    update["computed"] = Query.model_validate({"source_id": 1, "table": "t", "computed": COMPUTED}).computed
    asked = [query.model_copy(update=update) for query in asked]
    scan = shared_scan(asked, TABLE, [query.limit or 1000 for query in asked], NOW)
    together = engine.run_shared(scan.sql, scan.parts, scan.parameters, files)
    for query, answer in zip(asked, together, strict=True):
        compiled = compile_query(query, TABLE, now=NOW)
        alone = engine.run(compiled.sql(), compiled.parameters, files)
        assert answer.columns == alone.columns
        assert len(answer.rows) == len(alone.rows)
        for ours, theirs in zip(answer.rows, alone.rows, strict=True):
            assert all(map(same, ours, theirs)), (query, ours, theirs)


def test_what_can_not_share_is_asked_alone():
    table = {"source_id": 1, "table": "t"}
    count = {"aggregation": "count"}
    day = {"column": "day", "grain": "month", "whole": True}
    for alone in (
        {"columns": ["a"]},
        {"dimensions": [{"column": "a"}]},
        {"measures": [count]},
        {"measures": [count], "dimensions": [day]},
        {"measures": [count], "having": [{"column": "count", "operator": ">", "value": 1}]},
    ):
        assert share_key(Query.model_validate(table | alone)) is None
    split = {"measures": [count], "dimensions": [{"column": "a"}]}
    other = split | {"filters": [{"column": "a", "operator": "=", "value": 1}]}
    assert share_key(Query.model_validate(table | split)) != share_key(Query.model_validate(table | other))


def test_a_widget_that_is_wrong_breaks_no_other(server: Server, sales_csv: bytes):
    """All three would be answered in one scan."""
    owner: Api = server.owner()
    source = owner.upload(sales_csv)
    board = owner.dashboard_of(source["id"])

    def widget(title: str, column: str) -> dict[str, Any]:
        measures = [{"column": column, "aggregation": "sum"}]
        query = {
            "source_id": source["id"],
            "table": "sales",
            "measures": measures,
            "dimensions": [{"column": "region"}],
        }
        return {"type": "bar", "title": title, "query": query}

    made = owner.post(
        "/api/v1/dashboards",
        json={
            "name": "Three",
            "widgets": [widget("a", "revenue"), widget("b", "nothing"), widget("c", "quantity")],
        },
    ).json()
    first, wrong, last = made["widgets"]
    assert (first["error"], last["error"]) == (None, None)
    assert "no column nothing" in wrong["error"]
    for good in (first, last):
        alone = owner.post("/api/v1/query", json=good["query"]).json()
        assert alone["rows"] == good["data"]["rows"]
    # The proof is a statement that stands alone.
    proof = owner.get(f"/api/v1/evidence/{first['evidence_id']}").json()
    assert "shared scan" not in proof["sql"]
    assert board["widgets"]
