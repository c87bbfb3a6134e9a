"""Forecasts along a column of years that are whole numbers, over HTTP, against series of a known course."""

import csv
import io
import random
from collections.abc import Iterable
from typing import Any

import pytest
from support import PATIENCE, Api, Server

FORECASTS = "/api/v1/forecasts"
PLACES = ("North", "South")


def surveys(years: Iterable[int]) -> bytes:
    """What two places sold in each year: 100 more each year, with little noise."""
    chance = random.Random(5)
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(["place", "year", "revenue"])
    for year in years:
        for place in PLACES:
            writer.writerow([place, year, f"{known(year) / 2 * chance.uniform(0.995, 1.005):.2f}"])
    return content.getvalue().encode()


def known(year: int) -> float:
    return 4_000 + 100 * (year - 1980)


def forecast_of(api: Api, source: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"name": "Revenue", "source_id": source["id"]}
    body |= {"metric_path": f"{source['tables'][0]['name']}.revenue"}
    made = api.post(FORECASTS, json=body | more)
    assert made.status_code == 201, made.text
    return made.json()


def run_of(api: Api, forecast: dict[str, Any]) -> dict[str, Any]:
    run = api.post(f"{FORECASTS}/{forecast['id']}/run", json={"wait": PATIENCE})
    assert run.status_code == 201, run.text
    return run.json()


def ask(api: Api, source: dict[str, Any], question: str) -> dict[str, Any]:
    answer = api.post("/api/v1/analysis", json={"question": question, "source_id": source["id"]})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def api(server: Server) -> Api:
    return server.owner("self_hosted")


@pytest.fixture(scope="module")
def yearly(api: Api) -> dict[str, Any]:
    return api.upload(surveys(range(1980, 2016)), name="surveys.csv")


@pytest.fixture(scope="module")
def fifth(api: Api) -> dict[str, Any]:
    return api.upload(surveys(range(1952, 2008, 5)), name="fifth.csv")


def years_of(points: list[dict[str, Any]]) -> list[int]:
    assert all(point["date"][4:10] == "-01-01" for point in points)
    return [int(point["date"][:4]) for point in points]


def test_years_are_forecast_without_being_asked_for(api: Api, yearly: dict[str, Any]):
    forecast = forecast_of(api, yearly, horizon_days=3 * 365)
    assert (forecast["time_column"], forecast["granularity"]) == ("year", "year")
    result = run_of(api, forecast)["result"]
    assert years_of(result["history"]) == list(range(1980, 2016))
    assert years_of(result["values"]) == [2016, 2017, 2018]
    for point in result["values"]:
        assert point["value"] == pytest.approx(known(int(point["date"][:4])), rel=0.02)
        assert point["lower_80"] <= point["value"] <= point["upper_80"]
    assert result["backtest"]["forecasts"] > 3


def test_its_run_is_verified_and_held_against_what_came_true(api: Api):
    source = api.upload(surveys(range(1980, 2008)), name="growing.csv")
    forecast = forecast_of(api, source, granularity="year", horizon_days=5 * 365, time_column="year")
    run = run_of(api, forecast)
    path = f"{FORECASTS}/{forecast['id']}"
    told = api.post(f"{path}/runs/{run['id']}/verify").json()
    assert (told["holding"], told["failing"]) == (told["checked"], [])
    files = {"file": ("growing.csv", surveys(range(1980, 2012)))}
    api.post(f"/api/v1/data-sources/{source['id']}/versions", files=files)
    api.until(f"/api/v1/data-sources/{source['id']}", lambda s: s["row_count"] == 64)
    trust = api.get(f"{path}/trust").json()
    assert trust["compared"] == 4
    assert trust["mape"] < 0.02


def test_every_fifth_year_goes_on_every_fifth_year(api: Api, fifth: dict[str, Any]):
    forecast = forecast_of(api, fifth, granularity="year", horizon_days=15 * 365)
    result = run_of(api, forecast)["result"]
    assert years_of(result["history"]) == list(range(1952, 2008, 5))
    assert years_of(result["values"]) == [2012, 2017, 2022]
    assert [p["value"] for p in result["values"]] == pytest.approx(
        [known(y) for y in (2012, 2017, 2022)], rel=0.05
    )
    assert any("every 5 years" in note for note in result["notes"])
    assert not any("without a value" in note for note in result["notes"])


def test_a_lost_year_lies_between_its_neighbours(api: Api):
    years = [year for year in range(1952, 2008, 5) if year != 1972]
    source = api.upload(surveys(years), name="lost.csv")
    result = run_of(api, forecast_of(api, source, granularity="year", horizon_days=5 * 365))["result"]
    assert years_of(result["values"]) == [2012]
    [filled] = [past for past in result["history"] if past["row"] is None]
    assert (filled["date"][:4], filled["value"]) == ("1972", pytest.approx(known(1972), rel=0.02))


def test_too_few_years_fail_with_the_reason(api: Api):
    source = api.upload(surveys(range(2010, 2013)), name="few.csv")
    run = run_of(api, forecast_of(api, source, granularity="year", horizon_days=365))
    assert run["status"] == "failed"
    assert "at least 4 complete years" in run["error"]
    answer = ask(api, source, "forecast revenue for the next 3 years")
    assert answer["status"] == "unclear"
    assert "at least 4 complete years with a value; there are 3" in answer["text"]


def test_years_are_not_forecast_by_the_month(api: Api, yearly: dict[str, Any]):
    table = yearly["tables"][0]["name"]
    body = {"name": "Revenue", "source_id": yearly["id"], "metric_path": f"{table}.revenue"}
    refused = api.post(FORECASTS, json=body | {"granularity": "month"})
    assert refused.status_code == 400
    [problem] = refused.json()["details"]
    assert problem["field"] == "granularity"
    answer = ask(api, yearly, "forecast revenue for the next 3 months")
    assert answer["status"] == "unclear"
    assert "times of that are years" in answer["text"]


def test_a_model_of_years_is_forecast_as_well(api: Api, yearly: dict[str, Any]):
    table = {"name": "sales", "source_id": yearly["id"], "table": yearly["tables"][0]["name"]}
    model = api.post("/api/v1/models", json={"name": "Years", "tables": [table]}).json()
    about = {"source_type": "model", "source_id": model["id"], "metric_path": "sales.revenue"}
    wanted = about | {"time_column": "sales.year", "granularity": "year", "horizon_days": 3 * 365}
    result = run_of(api, forecast_of(api, yearly, **wanted))["result"]
    assert years_of(result["values"]) == [2016, 2017, 2018]
    question = {"question": "forecast revenue for the next 3 years", "model_id": model["id"]}
    answer = api.post("/api/v1/analysis", json=question).json()
    assert [row[0] for row in answer["rows"]] == [2016, 2017, 2018], answer["text"]


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("forecast revenue for the next 3 years", [2016, 2017, 2018]),
        ("what will revenue be in the next two years", [2016, 2017]),
        ("predict revenue", [2016, 2017, 2018]),
        ("forecast revenue by year for the next 3 years", [2016, 2017, 2018]),
        ("expected revenue in 2018", [2018]),
        ("forecast revenue until 2017", [2016, 2017]),
    ],
)
def test_a_question_about_the_next_years(api: Api, yearly: dict[str, Any], question: str, years: list[int]):
    answer = ask(api, yearly, question)
    assert answer["status"] == "answered", answer["text"]
    assert [column["name"] for column in answer["columns"]] == ["year", "forecast", "lower_80", "upper_80"]
    assert [row[0] for row in answer["rows"]] == years
    for year, value, low, high in answer["rows"]:
        assert value == pytest.approx(known(year), rel=0.03)
        assert low <= value <= high
        assert f"in {year}" in answer["text"]
    assert "January" not in answer["text"]


def test_the_forecast_of_one_place_is_drawn_by_year(api: Api, yearly: dict[str, Any]):
    answer = ask(api, yearly, "forecast revenue of North for the next 3 years")
    assert [row[1] for row in answer["rows"]] == pytest.approx(
        [known(y) / 2 for y in (2016, 2017, 2018)], rel=0.03
    )
    labels = answer["chart"]["xAxis"]["data"]
    assert (labels[0], labels[-1]) == ("1980", "2018")
    names = {one.get("name") for one in answer["chart"]["series"]}
    assert {"Total revenue", "Forecast", "80 % range"} <= names
    proof = api.get(f"/api/v1/evidence/{answer['evidence_id']}").json()
    assert proof["sql"] == answer["sql"]


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("forecast revenue for the next 3 years", [2012]),
        ("forecast revenue for the next 10 years", [2012, 2017]),
        ("forecast revenue", [2012, 2017, 2022]),
    ],
)
def test_a_question_about_every_fifth_year(api: Api, fifth: dict[str, Any], question: str, years: list[int]):
    answer = ask(api, fifth, question)
    assert [row[0] for row in answer["rows"]] == years, answer["text"]
    assert "every 5 years" in answer["text"]
    labels = answer["chart"]["xAxis"]["data"]
    assert labels[:2] == ["1952", "1957"]
    assert labels[-len(years) :] == [str(year) for year in years]


def test_fiscal_years_go_on_from_the_last_one(api: Api):
    content = surveys(range(1980, 2010)).replace(b"year", b"fiscal_year", 1)
    answer = ask(api, api.upload(content, name="fiscal.csv"), "forecast revenue for the next 2 years")
    assert [row[0] for row in answer["rows"]] == [2010, 2011], answer["text"]


def test_a_split_by_place_is_refused(api: Api, yearly: dict[str, Any]):
    assert (
        "can't be split by place"
        in ask(api, yearly, "forecast revenue by place for the next 3 years")["text"]
    )
