"""Why did it move? Data whose reasons are known, and an answer by SQL that a person wrote."""

import csv
import io
import random
from calendar import month_name
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support import Api, Server

from claribi import demo

MONTHS = list(month_name)[1:]


def orders() -> bytes:
    """Half a year in which May brings a fall of the South alone, and June a rise of everything alike.

    April sees one shop less and another more; prices of the B are halved in June.
    """
    chance = random.Random(7)
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(["order_id", "ordered_on", "region", "channel", "product", "price", "revenue"])
    day, number = date(2024, 1, 1), 0
    while day < date(2024, 7, 1):
        for region in ("North", "South", "West", "East"):
            for channel in ("shop", "web"):
                number += 1
                revenue = 100 * chance.uniform(0.98, 1.02)
                if day.month == 5 and region == "South":
                    revenue *= 0.3
                if day.month == 6:
                    revenue *= 1.2
                product = chance.choice("AB")
                price = (20 if product == "A" else 10 if day.month < 6 else 5) * chance.uniform(0.99, 1.01)
                writer.writerow([number, day, region, channel, product, f"{price:.2f}", f"{revenue:.2f}"])
        day += timedelta(days=1)
    return content.getvalue().encode()


@pytest.fixture(scope="module")
def api(server: Server) -> Api:
    return server.owner("self_hosted")


@pytest.fixture(scope="module")
def source_id(api: Api) -> int:
    source = api.upload(orders(), "orders.csv")
    assert source["status"] == "active", source
    return int(source["id"])


def ask(api: Api, source_id: int, question: str) -> dict[str, Any]:
    answer = api.post("/api/v1/analysis", json={"source_id": source_id, "question": question})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def by_sql(tmp_path: Path) -> Callable[[str], list[tuple[Any, ...]]]:
    file = tmp_path / "orders.csv"
    file.write_bytes(orders())

    def run(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect() as connection:
            connection.execute(f"CREATE VIEW orders AS FROM read_csv('{file}')")
            return connection.execute(sql).fetchall()

    return run


class TestWhy:
    def test_the_one_region_that_fell_is_named(self, api: Api, source_id: int, by_sql):
        answer = ask(api, source_id, "why did revenue fall in May 2024?")
        assert answer["status"] == "answered", answer["text"]
        assert "By region, most of it is South" in answer["text"]
        assert "in the month before" in answer["text"]
        rows = {row[0]: row for row in answer["rows"]}
        names = [column["name"] for column in answer["columns"]]
        change = names.index("sum_revenue_change")
        wanted = by_sql(
            "SELECT region, sum(revenue) FILTER (month(ordered_on) = 5)"
            " - sum(revenue) FILTER (month(ordered_on) = 4) FROM orders GROUP BY 1"
        )
        assert {region: rows[region][change] for region, _ in wanted} == pytest.approx(dict(wanted))
        assert answer["evidence_id"]
        assert answer["chart"]

    def test_the_parts_that_are_told_are_those_of_the_change(self, api: Api, source_id: int, by_sql):
        answer = ask(api, source_id, "why did revenue drop in May 2024 compared to April 2024")
        [[whole, south]] = by_sql(
            "SELECT sum(d), sum(d) FILTER (region = 'South') FROM (SELECT region,"
            " CASE month(ordered_on) WHEN 5 THEN revenue WHEN 4 THEN -revenue ELSE 0 END AS d FROM orders)"
        )
        assert f"{south / whole * 100:.0f} % of the change" in answer["text"]

    def test_where_nothing_stands_out_it_says_so(self, api: Api, source_id: int):
        answer = ask(api, source_id, "why did revenue increase in March 2024 compared to February 2024")
        assert "No value stands out beyond chance in" in answer["text"], answer["text"]
        assert answer["columns"][0]["name"] == "sum_revenue"

    def test_what_did_not_happen_is_told(self, api: Api, source_id: int):
        answer = ask(api, source_id, "why did revenue fall in June 2024")
        assert answer["text"].startswith("It did not fall. Total revenue"), answer["text"]
        assert "rose to" in answer["text"]

    def test_an_average_is_explained_by_its_rates(self, api: Api, source_id: int):
        answer = ask(api, source_id, "why did the average price fall in June 2024")
        assert "By product, most of it is B" in answer["text"], answer["text"]
        assert "% of the change" in answer["text"]

    def test_by_what_was_asked_for(self, api: Api, source_id: int):
        answer = ask(api, source_id, "why did revenue fall in May 2024 by channel")
        assert "No channel stands out" in answer["text"], answer["text"]
        assert {row[0] for row in answer["rows"]} == {"shop", "web"}

    def test_within_a_filter(self, api: Api, source_id: int):
        answer = ask(api, source_id, "why did revenue of the web channel fall in May 2024")
        assert "South" in answer["text"], answer["text"]
        assert "channel" not in str(answer["columns"])

    def test_without_a_period_it_is_the_last_whole_month(self, api: Api, source_id: int):
        answer = ask(api, source_id, "why did revenue change")
        assert "the last whole month, since no period was named" in answer["choices"]
        assert "1 June 2024 to 30 June 2024" in answer["text"], answer["text"]

    @pytest.mark.parametrize(
        ("question", "told"),
        [
            ("why did revenue fall since March 2024", "Say when it moved"),
            ("why did the median price fall in June 2024", "sums, counts and averages"),
            ("why did happiness fall in May 2024", "I don't know what"),
        ],
    )
    def test_what_can_not_be_explained_says_why(self, api: Api, source_id: int, question: str, told: str):
        answer = ask(api, source_id, question)
        assert (answer["status"], told in answer["text"]) == ("unclear", True), answer["text"]


def test_chance_is_not_taken_for_a_reason(api: Api):
    """Two years in which nothing happens but chance: of twenty months, one may be explained by mistake."""
    chance = random.Random(11)
    lines = ["day,region,channel,revenue"]
    for n in range(730):
        for _ in range(30):
            region, channel = chance.choice(["North", "South", "West"]), chance.choice(["shop", "web"])
            day = date(2022, 1, 1) + timedelta(days=n)
            lines.append(f"{day},{region},{channel},{chance.lognormvariate(3, 1):.2f}")
    source = api.upload("\n".join(lines).encode(), "noise.csv")
    months = [f"{month} {year}" for year in (2022, 2023) for month in MONTHS[1:11]]
    answers = [ask(api, source["id"], f"why did revenue change in {month}") for month in months]
    assert all(answer["status"] == "answered" for answer in answers)
    named = [answer["text"] for answer in answers if "most of it is" in answer["text"]]
    assert len(named) <= 1, named


def test_a_comparison_leads_on_to_its_reasons(api: Api, source_id: int):
    answer = ask(api, source_id, "revenue in May 2024 compared to April 2024")
    question = next(one for one in answer["follow_ups"] if one.startswith("Why"))
    assert "most of it is South" in ask(api, source_id, question)["text"]


def test_real_flights(api: Api):
    source = api.upload(demo.flights().getvalue(), "flights.csv")
    answer = ask(
        api, source["id"], "why did the number of flights fall in February 2013 compared to January 2013"
    )
    assert answer["status"] == "answered", answer["text"]
    assert "fell to 24,951, from 27,004" in answer["text"]
