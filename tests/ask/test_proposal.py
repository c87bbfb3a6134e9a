"""Questions that the grammar can't read, read by a language model into queries that are checked."""

from typing import Any

import pytest
from scripted_model import ScriptedModel
from support import Api, Server

HARD = "Pray tell whither our takings went, region by region, best foremost"
GOOD: dict[str, Any] = {
    "answerable": True,
    "table": "orders",
    "measures": [{"column": "revenue", "aggregation": "sum"}],
    "dimensions": [{"column": "region"}],
    "sort": {"by": "first measure", "descending": True},
    "period": {"column": "ordered_on", "start": "2023-01-01", "end": "2024-01-01"},
}


@pytest.fixture(scope="module")
def loaded(talking: Server, sales_csv: bytes) -> tuple[Api, int]:
    owner = talking.owner()
    return owner, owner.upload(sales_csv, name="orders.csv")["id"]


def ask(loaded: tuple[Api, int], question: str = HARD) -> dict[str, Any]:
    api, source_id = loaded
    answer = api.post("/api/v1/analysis", json={"source_id": source_id, "question": question})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_its_query_is_run_shown_and_proven(loaded: tuple[Api, int], scripted_model: ScriptedModel):
    scripted_model.script = lambda _prompt: GOOD
    answer = ask(loaded)
    assert answer["status"] == "answered"
    assert answer["query"]["dimensions"] == [{"column": "region"}]
    assert answer["confidence"]["level"] == "low"
    assert "a language model read" in answer["choices"][0]
    assert [row[0] for row in answer["rows"]] == ["North", "South", "West"]
    assert answer["rows"][0][1] > answer["rows"][1][1]
    assert loaded[0].get(f"/api/v1/evidence/{answer['evidence_id']}").status_code == 200
    assert answer["language_model"]["input_tokens"] == 100


def test_it_may_compare_columns(loaded: tuple[Api, int], scripted_model: ScriptedModel):
    beside = {"column": "revenue", "operator": ">", "other": "quantity"}
    scripted_model.script = lambda _prompt: GOOD | {"filters": [beside]}
    answer = ask(loaded)
    assert answer["status"] == "answered"
    assert answer["query"]["filters"] == [beside]


def test_what_the_grammar_reads_asks_no_model(loaded: tuple[Api, int], scripted_model: ScriptedModel):
    scripted_model.prompts.clear()
    answer = ask(loaded, "revenue by region in 2023")
    assert answer["confidence"]["level"] == "high"
    assert answer["language_model"] is None
    assert scripted_model.prompts == []


@pytest.mark.parametrize(
    "change",
    [
        {"table": "secrets"},
        {"measures": [{"column": "password", "aggregation": "sum"}]},
        {"measures": []},
        {"measures": [{"column": "revenue"}]},
        {"measures": [{"column": "region", "aggregation": "sum"}]},
        {"filters": [{"column": "region", "operator": "=", "value": "Atlantis"}]},
        {"filters": [{"column": "revenue", "operator": ">", "other": "password"}]},
        {"filters": [{"column": "revenue", "operator": ">", "other": "quantity", "value": 5}]},
        {"filters": [{"column": "region' OR 1=1 --", "operator": "=", "value": "North"}]},
        {"period": {"column": "ordered_on", "start": "2024-01-01", "end": "2023-01-01"}},
        {"dimensions": [{"column": "region", "grain": "month"}]},
        {"answerable": False},
    ],
)
def test_a_query_that_does_not_hold_is_no_answer(
    loaded: tuple[Api, int], scripted_model: ScriptedModel, change: dict[str, Any]
):
    scripted_model.script = lambda _prompt: GOOD | change
    answer = ask(loaded)
    assert answer["status"] == "unclear"
    assert answer["rows"] == []
    assert answer["query"] is None


@pytest.mark.parametrize("said", [500, "SELECT * FROM users", '{"answerable": "perhaps"}'])
def test_a_model_that_fails_leaves_what_the_grammar_said(
    loaded: tuple[Api, int], scripted_model: ScriptedModel, said
):
    scripted_model.script = lambda _prompt: said
    answer = ask(loaded)
    assert answer["status"] == "unclear"
    assert "These data know" in answer["text"]
    assert answer["language_model"]["problem"] is not None


def test_the_model_is_shown_names_and_no_rows(loaded: tuple[Api, int], scripted_model: ScriptedModel):
    scripted_model.prompts.clear()
    scripted_model.script = lambda _prompt: {"answerable": False}
    ask(loaded)
    [prompt] = scripted_model.prompts
    assert '"revenue"' in prompt
    assert '"North"' in prompt
    assert "order_id" in prompt
    assert "1001" not in prompt
