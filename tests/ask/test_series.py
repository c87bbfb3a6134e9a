"""Questions about what comes next and what stands out, over HTTP, against series whose answers are known."""

import csv
import io
import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import pytest
from support import Api, Server

SPIKE, HOLE = date(2024, 5, 15), date(2024, 9, 4)
# Of the days of the week, Monday first.
WEEK = (100, 110, 120, 115, 130, 60, 40)
YEAR = (80, 85, 95, 100, 110, 120, 130, 128, 115, 105, 120, 150)


def daily() -> bytes:
    """A year of visits with a weekly rhythm; one day far too high, one far too low, in the north alone."""
    chance = random.Random(11)
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(["day", "region", "visits"])
    for place in range(366):
        day = date(2024, 1, 1) + timedelta(days=place)
        for region in ("North", "South"):
            visits = WEEK[day.weekday()] * chance.uniform(0.97, 1.03)
            if region == "North":
                visits *= {SPIKE: 4, HOLE: 0.1}.get(day, 1)
            writer.writerow([day, region, f"{visits:.2f}"])
    return content.getvalue().encode()


def monthly() -> bytes:
    """Eight years of a known season and trend, with little noise."""
    chance = random.Random(12)
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(["sold_on", "region", "revenue"])
    for place in range(96):
        on = date(2017 + place // 12, place % 12 + 1, 1)
        for day, region in ((1, "North"), (28, "South")):
            revenue = known(place) / 2 * chance.uniform(0.99, 1.01)
            writer.writerow([on.replace(day=day), region, f"{revenue:.2f}"])
    return content.getvalue().encode()


def known(place: int) -> float:
    return YEAR[place % 12] * 10.0 + 5 * place


@pytest.fixture(scope="module")
def api(server: Server) -> Api:
    return server.owner("self_hosted")


@pytest.fixture(scope="module")
def visits(api: Api) -> int:
    return int(api.upload(daily(), "visits.csv")["id"])


@pytest.fixture(scope="module")
def revenue(api: Api) -> int:
    return int(api.upload(monthly(), "revenue.csv")["id"])


def ask(api: Api, source_id: int, question: str) -> dict[str, Any]:
    answer = api.post("/api/v1/analysis", json={"question": question, "source_id": source_id})
    assert answer.status_code == 201, answer.text
    return answer.json()


class Talk:
    """A conversation about a source."""

    def __init__(self, api: Api, source_id: int) -> None:
        self.api = api
        self.about = {"source_id": source_id}

    def ask(self, question: str) -> dict[str, Any]:
        answer = self.api.post("/api/v1/analysis", json={"question": question} | self.about)
        assert answer.status_code == 201, answer.text
        self.about = {"session_id": answer.json()["session_id"]}
        return answer.json()


def days(answer: dict[str, Any]) -> list[str]:
    place = [column["role"] for column in answer["columns"]].index("time")
    return sorted(row[place][:10] for row in answer["rows"])


@pytest.mark.parametrize(
    "question",
    [
        "forecast revenue for the next 3 months",
        "what will revenue be in the next three months",
        "predict revenue",
        "expected revenue next 3 months",
    ],
)
def test_a_forecast_is_near_what_the_series_was_made_of(api: Api, revenue: int, question: str):
    answer = ask(api, revenue, question)
    assert answer["status"] == "answered", answer["text"]
    assert [column["name"] for column in answer["columns"]] == ["month", "forecast", "lower_80", "upper_80"]
    assert days(answer) == ["2025-01-01", "2025-02-01", "2025-03-01"]
    for place, (_, value, low, high) in enumerate(answer["rows"], 96):
        assert value == pytest.approx(known(place), rel=0.05)
        assert low <= value <= high
    assert answer["confidence"]["level"] == "high"
    assert any("off by" in reason for reason in answer["confidence"]["reasons"])
    for told in ("Method: ", "80 % range", "On average it was off by", "January 2025"):
        assert told in answer["text"]


def test_a_forecast_is_of_the_evidence_that_it_shows(api: Api, revenue: int):
    answer = ask(api, revenue, "forecast revenue for the next 3 months")
    proof = api.get(f"/api/v1/evidence/{answer['evidence_id']}").json()
    assert proof["sql"] == answer["sql"]
    again = api.post("/api/v1/query", json=answer["query"]).json()
    assert [row[1] for row in again["rows"]] == pytest.approx([known(n) for n in range(96)], rel=0.02)
    series = {one.get("name"): one for one in answer["chart"]["series"]}
    assert {"Total revenue", "Forecast", "80 % range"} <= series.keys()
    assert series["80 % range"]["areaStyle"]


def test_a_month_that_is_named_is_the_next_one(api: Api, revenue: int):
    assert days(ask(api, revenue, "expected revenue in February")) == ["2025-02-01"]
    assert days(ask(api, revenue, "revenue next quarter by month")) == [
        "2025-01-01",
        "2025-02-01",
        "2025-03-01",
    ]
    assert len(days(ask(api, revenue, "forecast revenue for 2025"))) == 12


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("forecast revenue by region for the next 3 months", "can't be split by region"),
        ("forecast revenue for 2020", "That is over"),
        ("forecast revenue and number of rows", "one number at a time"),
        ("forecast the top 3 regions by revenue", "one number at a time"),
    ],
)
def test_what_can_not_be_forecast_is_said(api: Api, revenue: int, question: str, reason: str):
    answer = ask(api, revenue, question)
    assert answer["status"] == "unclear"
    assert reason in answer["text"]
    assert answer["rows"] == []


def test_a_series_that_is_too_short_is_not_forecast(api: Api):
    short = api.upload(b"day,amount\n2024-01-05,1\n2024-02-05,2\n2024-03-09,3\n", "short.csv")
    answer = ask(api, short["id"], "forecast amount for the next 2 months")
    assert answer["status"] == "unclear"
    assert "needs at least 4 complete months" in answer["text"]


def test_a_forecast_goes_on_in_a_conversation(api: Api, revenue: int):
    talk = Talk(api, revenue)
    first = talk.ask("forecast revenue for the next 2 months")
    by_region = talk.ask("and by region?")
    assert (by_region["status"], "can't be split by region" in by_region["text"]) == ("unclear", True)
    north = talk.ask("only in the North")
    assert north["rows"][0][1] == pytest.approx(known(96) / 2, rel=0.05)
    assert [row[0] for row in north["rows"]] == [row[0] for row in first["rows"]]
    assert len(talk.ask("and for the next 6 months?")["rows"]) == 6


@pytest.mark.parametrize(
    "question",
    [
        "any unusual days in visits",
        "which days were unusual for visits",
        "outliers in visits by day",
        "anomalies in visits",
        "is there anything unusual in visits",
    ],
)
def test_the_days_that_were_planted_stand_out_and_no_others(api: Api, visits: int, question: str):
    answer = ask(api, visits, question)
    assert answer["status"] == "answered", answer["text"]
    assert days(answer) == [str(SPIKE), str(HOLE)]
    assert "15 May 2024" in answer["text"]
    assert "above the expected range" in answer["text"]
    assert "below the expected range" in answer["text"]
    for row in answer["rows"]:
        usual = expected(api, answer, row[0][:10])
        assert row[2] == pytest.approx(usual, rel=0.06)
        assert not row[3] <= row[1] <= row[4]
        assert row[3] <= usual <= row[4]


def expected(api: Api, answer: dict[str, Any], day: str) -> float:
    """The median of the same day of the week, from the rows of the evidence."""
    again = api.post("/api/v1/query", json=answer["query"]).json()["rows"]
    same = [row[1] for row in again if _weekday(row[0]) == _weekday(day)]
    return median(same)


def _weekday(day: str) -> int:
    return datetime.fromisoformat(day[:10]).weekday()


def marked(chart: dict[str, Any]) -> Sequence[Any]:
    [points] = [one for one in chart["series"] if one["type"] == "scatter"]
    return [point for point in points["data"] if (point[1] if isinstance(point, list) else point) is not None]


def test_the_chart_marks_what_stands_out(api: Api, visits: int):
    answer = ask(api, visits, "any unusual days in visits")
    assert len(marked(answer["chart"])) == 2
    assert len(api.post("/api/v1/query", json=answer["query"]).json()["rows"]) == 366


def test_only_the_stretch_that_is_asked_about_is_told(api: Api, visits: int):
    assert days(ask(api, visits, "anomalies in visits since June")) == [str(HOLE)]
    quiet = ask(api, visits, "anomalies in visits in March")
    assert quiet["rows"] == []
    assert quiet["text"].startswith("Nothing unusual: ")
    assert "all 31 days" in quiet["text"]


def test_what_stands_out_goes_on_in_a_conversation(api: Api, visits: int):
    talk = Talk(api, visits)
    talk.ask("any unusual days in visits")
    because = talk.ask("why?")
    assert "on 15 May 2024 rose" in because["text"]
    assert talk.ask("and by region?")["text"].count("North") == 1
    talk = Talk(api, visits)
    talk.ask("any unusual days in visits")
    by_region = talk.ask("and by region?")
    assert {(row[0], row[1][:10]) for row in by_region["rows"]} == {
        ("North", str(SPIKE)),
        ("North", str(HOLE)),
    }


def test_too_few_buckets_are_told_to_be_too_few(api: Api, visits: int):
    answer = ask(api, visits, "outliers in visits by month")
    assert answer["status"] == "unclear"
    assert "too few months" in answer["text"]


def test_every_follow_up_of_a_series_can_be_asked(api: Api, visits: int, revenue: int):
    for source, question in ((visits, "any unusual days in visits"), (revenue, "forecast revenue")):
        for following in ask(api, source, question)["follow_ups"]:
            assert ask(api, source, following)["status"] == "answered", following
