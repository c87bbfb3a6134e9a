"""Questions that go on from the answer before."""

from typing import Any

import pytest
from support import Loaded, Server, events_of


class Talk:
    """A conversation about the sales."""

    def __init__(self, sales: Loaded) -> None:
        self.api, self.source_id = sales.api, sales.source["id"]
        self.session_id: int | None = None

    def ask(self, question: str) -> dict[str, Any]:
        about = {"source_id": self.source_id} if self.session_id is None else {"session_id": self.session_id}
        answer = self.api.post("/api/v1/analysis", json={"question": question} | about)
        assert answer.status_code == 201, answer.text
        self.session_id = answer.json()["session_id"]
        return answer.json()


@pytest.fixture
def talk(sales: Loaded) -> Talk:
    return Talk(sales)


def dimensions(answer: dict[str, Any]) -> list[str]:
    return [d.get("grain") or d["column"] for d in answer["query"]["dimensions"]]


def filters(answer: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(f["column"], f["value"]) for f in answer["query"].get("filters", [])]


def test_a_split_takes_the_place_of_the_one_before(talk: Talk):
    first = talk.ask("total revenue by region in 2023")
    assert dimensions(first) == ["region"]
    second = talk.ask("and by product?")
    assert second["status"] == "answered", second["text"]
    assert dimensions(second) == ["product"]
    assert second["query"]["period"] == first["query"]["period"]
    assert second["query"]["measures"] == first["query"]["measures"]
    assert any("goes on from" in choice for choice in second["choices"])


def test_filters_and_times_are_kept_until_they_are_said_anew(talk: Talk):
    talk.ask("total revenue by month in 2023")
    north = talk.ask("only in the North")
    assert (dimensions(north), filters(north)) == (["month"], [("region", "North")])
    west = talk.ask("what about West?")
    assert filters(west) == [("region", "West")]
    later = talk.ask("and in 2024?")
    assert filters(later) == [("region", "West")]
    assert later["query"]["period"]["start"].startswith("2024-01-01")
    assert dimensions(later) == ["month"]


def test_why_goes_on_from_a_change(talk: Talk):
    talk.ask("total revenue in May 2024 compared with the month before")
    because = talk.ask("why?")
    assert because["status"] == "answered", because["text"]
    assert "revenue" in because["text"].lower()


def test_a_question_of_its_own_leans_on_nothing(talk: Talk):
    talk.ask("total revenue by region in 2023")
    alone = talk.ask("average quantity by product")
    assert dimensions(alone) == ["product"]
    assert alone["query"].get("period") is None


def test_what_was_not_understood_breaks_no_conversation(talk: Talk):
    talk.ask("total revenue by region")
    assert talk.ask("and by frobnication?")["status"] == "unclear"
    assert dimensions(talk.ask("and by product?")) == ["product"]


def test_any_answer_of_it_names_the_conversation(talk: Talk, sales: Loaded):
    first = talk.ask("total revenue by region")
    second = talk.ask("and by product?")
    assert second["session_id"] == first["session_id"] == first["id"]
    talk.session_id = second["id"]
    assert talk.ask("in 2023")["session_id"] == first["id"]


def test_it_is_ones_own_and_about_one_thing(talk: Talk, server: Server):
    first = talk.ask("total revenue by region")
    stranger = server.owner()
    body = {"question": "and by product?", "session_id": first["id"]}
    assert stranger.post("/api/v1/analysis", json=body).status_code == 404
    other = talk.api.post("/api/v1/analysis", json=body | {"source_id": 987654})
    assert other.status_code == 400
    assert "goes on about what it began with" in other.json()["message"]
    assert talk.api.post("/api/v1/analysis", json={"question": "revenue"}).status_code == 400


def test_an_answer_is_told_as_it_comes_and_again(talk: Talk):
    body = {"question": "total revenue by region", "source_id": talk.source_id}
    headers = {"Accept": "text/event-stream"}
    with talk.api.stream("POST", "/api/v1/analysis", json=body, headers=headers) as answer:
        assert answer.status_code == 201
        told = list(events_of(answer))
    assert [name for name, _ in told] == ["progress", "analysis"]
    assert told[0][1]["understood"] == told[1][1]["understood"] != []
    path = f"/api/v1/analysis/{told[1][1]['id']}"
    assert talk.api.get(path).json() == told[1][1]
    with talk.api.stream("GET", f"{path}/events") as again:
        assert list(events_of(again)) == [("analysis", told[1][1])]
    with talk.api.stream("GET", "/api/v1/analysis/999999/events") as missing:
        assert missing.status_code == 404
    unknown = body | {"source_id": 999_999}
    with talk.api.stream("POST", "/api/v1/analysis", json=unknown, headers=headers) as missing:
        assert missing.status_code == 404
