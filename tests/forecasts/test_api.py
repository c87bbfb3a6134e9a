"""Forecasts over HTTP: made, computed by the worker, proven, and held against what came true."""

import csv
import io
import math
import random
from datetime import datetime, timedelta

import pytest
from support import PATIENCE, Api, Server, Team
from typer.testing import CliRunner

from claribi.accounts.permissions import Role
from claribi.cli import app
from claribi.core.clock import utc_now
from claribi.forecasts.compute import compute
from claribi.forecasts.models import Forecast
from claribi.forecasts.running import asked_from
from claribi.query.encoding import plain

FORECASTS = "/api/v1/forecasts"


def monthly(months: int) -> bytes:
    """Sales of so many months from 2017 on: a trend and a season, two rows a month."""
    chance = random.Random(3)
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(["sold_on", "region", "revenue"])
    for at in range(months):
        value = 100 + at + 20 * math.sin(at * math.pi / 6) + chance.gauss(0, 2)
        for day, name in ((1, "North"), (27, "South")):
            writer.writerow([f"{2017 + at // 12}-{at % 12 + 1:02}-{day:02}", name, f"{value / 2:.2f}"])
    return content.getvalue().encode()


def forecast_of(api: Api, source: dict, **more) -> dict:
    table = source["tables"][0]["name"]
    body = {"name": "Revenue", "source_id": source["id"], "metric_path": f"{table}.revenue"}
    made = api.post(FORECASTS, json=body | {"granularity": "month", "horizon_days": 365} | more)
    assert made.status_code == 201, made.text
    return made.json()


def run_of(api: Api, forecast: dict) -> dict:
    run = api.post(f"{FORECASTS}/{forecast['id']}/run", json={"wait": PATIENCE})
    assert run.status_code == 201, run.text
    return run.json()


class Sold:
    """An organisation with sales, a forecast of them, and its run."""

    def __init__(self, server: Server) -> None:
        self.team = Team(server)
        self.api = self.team.client(Role.OWNER)
        self.source = self.api.upload(monthly(72), name="sold.csv")
        self.forecast = forecast_of(self.api, self.source)
        self.run = run_of(self.api, self.forecast)


@pytest.fixture(scope="module")
def sold(server: Server) -> Sold:
    return Sold(server)


def test_a_run_has_values_bands_and_the_method_with_its_reason(sold: Sold):
    assert sold.run["status"] == "completed", sold.run
    result = sold.run["result"]
    assert [p["date"][:7] for p in result["values"]] == [f"2023-{month:02}" for month in range(1, 13)]
    for at, point in enumerate(result["values"], 72):
        truth = 100 + at + 20 * math.sin(at * math.pi / 6)
        assert point["value"] == pytest.approx(truth, abs=12)
        assert point["lower_95"] <= point["lower_80"] <= point["value"] <= point["upper_80"]
    assert "MASE" in result["why"]
    assert 0 <= result["backtest"]["coverage_80"] <= 1


def test_every_past_number_is_in_the_evidence_and_computing_again_gives_the_same(server: Server, sold: Sold):
    services, evidence_id = server.services, sold.run["evidence_id"]
    assert sold.api.get(f"/api/v1/evidence/{evidence_id}").status_code == 200
    caller = services.accounts.principal(sold.team.member(Role.OWNER).email)
    answer = services.queries.again(caller, services.queries.evidence(caller, evidence_id))
    values = answer.values("value")
    for past in sold.run["result"]["history"]:
        assert float(values[past["row"]]) == past["value"]
    kept = services.forecasts.run(caller, sold.forecast["id"], sold.run["id"])
    assert plain(compute(answer, asked_from(kept.asked))) == kept.result


def test_a_run_is_verified_until_its_data_change(api: Api):
    source = api.upload(monthly(60), name="sold.csv")
    run = run_of(api, forecast_of(api, source))
    path = f"{FORECASTS}/{run['forecast_id']}/runs/{run['id']}/verify"
    told = api.post(path).json()
    assert (told["holding"], told["failing"]) == (told["checked"], [])
    # A date, a value and six ends of bands each.
    assert told["checked"] > 8 * len(run["result"]["values"])
    changed = monthly(60) + b"2021-12-28,South,1000\r\n"
    api.post(f"/api/v1/data-sources/{source['id']}/versions", files={"file": ("sold.csv", changed)})
    api.until(
        f"/api/v1/data-sources/{source['id']}", lambda s: s["row_count"] == 121 and s["status"] == "active"
    )
    told = api.post(path).json()
    assert told["holding"] < told["checked"]
    failing = {failure["path"]: failure for failure in told["failing"]}
    last = f"history.{len(run['result']['history']) - 1}.value"
    assert failing[last]["recomputed"] > failing[last]["value"] + 100
    assert failing["why"]["recomputed"] != run["result"]["why"]


def test_a_failed_run_has_nothing_to_verify(sold: Sold):
    only = [{"column": "sold_on", "operator": "<", "value": "2017-03-01"}]
    run = run_of(sold.api, forecast_of(sold.api, sold.source, filters=only))
    answer = sold.api.post(f"{FORECASTS}/{run['forecast_id']}/runs/{run['id']}/verify")
    assert answer.status_code == 409, answer.text


def test_it_is_listed_read_changed_and_deleted(sold: Sold):
    made = forecast_of(sold.api, sold.source, name="Passing", schedule="daily")
    path = f"{FORECASTS}/{made['id']}"
    assert made["next_run_at"] is not None
    assert sold.api.get(FORECASTS, params={"search": "Passing"}).json()["count"] == 1
    assert sold.api.get(path).json()["latest_run"] is None
    changed = sold.api.patch(path, json={"is_active": False, "horizon_days": 90})
    assert (changed.json()["next_run_at"], changed.json()["horizon_days"]) == (None, 90)
    assert sold.api.get(FORECASTS, params={"is_active": False}).json()["count"] == 1
    assert sold.api.patch(path, json={"name": "x"}, headers={"If-Match": '"old"'}).status_code == 412
    assert sold.api.patch(path, json={"horizon_days": 7305}).status_code == 200
    assert sold.api.delete(path).json() == {"id": made["id"]}
    assert sold.api.get(path).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"metric_path": "revenue"}, 400),
        ({"metric_path": "nothing.revenue"}, 422),
        ({"metric_path": None}, 400),
        ({"time_column": "region"}, 422),
        ({"granularity": "hour", "horizon_days": 365}, 400),
        ({"source_id": 987654321}, 404),
        ({"holidays": "usa"}, 400),
        ({"holidays": "XQ"}, 400),
        ({"horizon_days": 0}, 400),
        ({"filters": [{"column": "nope", "operator": "=", "value": 1}]}, 422),
    ],
)
def test_what_cannot_be_forecast_is_refused_when_it_is_made(sold: Sold, wrong: dict, status: int):
    table = sold.source["tables"][0]["name"]
    body = {"name": "Wrong", "source_id": sold.source["id"], "metric_path": f"{table}.revenue"} | wrong
    answer = sold.api.post(FORECASTS, json={k: v for k, v in body.items() if v is not None})
    assert answer.status_code == status, answer.text


def test_too_short_a_series_fails_with_the_reason(sold: Sold):
    only = [{"column": "sold_on", "operator": "<", "value": "2017-03-01"}]
    run = run_of(sold.api, forecast_of(sold.api, sold.source, filters=only))
    assert run["status"] == "failed"
    assert "at least 4 complete months" in run["error"]


def test_past_runs_are_held_against_what_came_true(api: Api):
    source = api.upload(monthly(60), name="sold.csv")
    forecast = forecast_of(api, source)
    path = f"{FORECASTS}/{forecast['id']}"
    assert "Too early" in api.get(f"{path}/trust").json()["verdict"]
    run = run_of(api, forecast)
    replaced = api.post(
        f"/api/v1/data-sources/{source['id']}/versions", files={"file": ("sold.csv", monthly(72))}
    )
    assert replaced.status_code == 201, replaced.text
    api.until(
        f"/api/v1/data-sources/{source['id']}", lambda s: s["row_count"] == 144 and s["status"] == "active"
    )
    trust = api.get(f"{path}/trust").json()
    assert trust["compared"] == 12
    assert trust["runs"][0]["run_id"] == run["id"]
    assert trust["mase"] < 1
    assert "of 12 values" in trust["verdict"]


def test_a_model_can_be_forecast_as_well(sold: Sold):
    table = sold.source["tables"][0]["name"]
    about = {"name": "sales", "source_id": sold.source["id"], "table": table}
    made = sold.api.post("/api/v1/models", json={"name": "Sales", "tables": [about]})
    assert made.status_code == 201, made.text
    wanted = {
        "source_type": "model",
        "source_id": made.json()["id"],
        "metric_path": "sales.revenue",
        "time_column": "sales.sold_on",
    }
    run = run_of(sold.api, forecast_of(sold.api, sold.source, **wanted))
    assert run["status"] == "completed", run
    assert run["result"]["values"] == sold.run["result"]["values"]


def test_a_metric_s_own_time_tells_that_the_last_month_is_not_over(sold: Sold):
    begun = monthly(72) + b"2023-01-01,North,3.00\r\n"
    source = sold.api.upload(begun, name="begun.csv")
    table = {
        "name": "sales",
        "source_id": source["id"],
        "table": source["tables"][0]["name"],
        "time": "sold_on",
    }
    revenue = {"name": "revenue", "column": "sales.revenue", "aggregation": "sum"}
    made = sold.api.post("/api/v1/models", json={"name": "Begun", "tables": [table], "metrics": [revenue]})
    assert made.status_code == 201, made.text
    wanted = {"source_type": "model", "source_id": made.json()["id"], "metric_path": "revenue"}
    forecast = forecast_of(sold.api, source, **wanted)
    assert forecast["time_column"] == "sales.sold_on"
    result = run_of(sold.api, forecast)["result"]
    assert "The last month is not complete yet and was left out" in result["notes"]
    assert result["values"] == sold.run["result"]["values"]


def test_access_rules_hold_and_nobody_reads_a_run_made_from_more(server: Server):
    team = Team(server)
    owner, analyst = team.client(Role.OWNER), team.client(Role.ANALYST)
    source = owner.upload(monthly(48), name="sold.csv")
    rule = {
        "name": "North",
        "roles": ["analyst"],
        "source_id": source["id"],
        "table": source["tables"][0]["name"],
        "rows": [{"column": "region", "operator": "=", "value": "North"}],
    }
    made = owner.post("/api/v1/access-rules", json=rule)
    assert made.status_code == 201, made.text
    forecast = forecast_of(owner, source)
    whole, part = run_of(owner, forecast), run_of(analyst, forecast)
    path = f"{FORECASTS}/{forecast['id']}/runs"
    assert analyst.get(f"{path}/{whole['id']}").status_code == 403
    assert analyst.get(f"{path}/{part['id']}").status_code == 200
    sums = [sum(p["value"] for p in run["result"]["history"]) for run in (whole, part)]
    assert sums[1] == pytest.approx(sums[0] / 2, rel=0.01)


def test_one_that_is_due_runs_by_itself(server: Server, sold: Sold):
    made = forecast_of(sold.api, sold.source, schedule="weekly")
    with server.services.database.write(sold.team.organization) as session:
        session.get_one(Forecast, made["id"]).next_run_at = utc_now() - timedelta(minutes=1)
    server.services.forecasts.enqueue_due()
    path = f"{FORECASTS}/{made['id']}"
    done = sold.api.until(path, lambda f: (f["latest_run"] or {}).get("status") == "completed")
    due = datetime.fromisoformat(done["next_run_at"])
    assert due > utc_now() + timedelta(days=6)
    assert sold.api.get(f"{path}/runs").json()["count"] == 1


def test_a_schedule_asks_with_what_its_maker_may_do_now(server: Server, sold: Sold):
    analyst = sold.team.member(Role.ANALYST)
    made = forecast_of(sold.team.client(Role.ANALYST), sold.source, schedule="daily")
    changed = sold.api.patch(f"/api/v1/members/{analyst.user_id}", json={"role": "viewer"})
    assert changed.status_code == 200, changed.text
    with server.services.database.write(sold.team.organization) as session:
        session.get_one(Forecast, made["id"]).next_run_at = utc_now() - timedelta(minutes=1)
    server.services.forecasts.enqueue_due()
    path = f"{FORECASTS}/{made['id']}"
    done = sold.api.until(path, lambda f: (f["latest_run"] or {}).get("status") == "failed")
    assert done["latest_run"]["error"]


def test_another_organisation_sees_none_of_it(server: Server, sold: Sold):
    stranger = server.owner()
    path = f"{FORECASTS}/{sold.forecast['id']}"
    for tail in ("", "/runs", f"/runs/{sold.run['id']}", "/trust"):
        assert stranger.get(path + tail).status_code == 404
    assert stranger.post(f"{path}/run").status_code == 404
    assert stranger.get(FORECASTS).json()["count"] == 0


def test_a_member_runs_what_it_may_not_make_and_a_viewer_only_reads(sold: Sold):
    member, viewer = sold.team.client(Role.MEMBER), sold.team.client(Role.VIEWER)
    path = f"{FORECASTS}/{sold.forecast['id']}"
    assert member.patch(path, json={"name": "x"}).status_code == 403
    assert viewer.post(f"{path}/run").status_code == 403
    assert viewer.get(f"{path}/runs/{sold.run['id']}").status_code == 200
    assert member.post(f"{path}/run", json={"wait": PATIENCE}).json()["status"] == "completed"


def test_the_command_line_prints_the_values_and_the_reason(server: Server, sold: Sold):
    user = sold.team.member(Role.OWNER).email
    command = ["forecast", "run", str(sold.forecast["id"]), "--user", user]
    said = CliRunner().invoke(app, [*command, "--data-dir", str(server.data_dir)])
    assert said.exit_code == 0, said.output
    lines = said.output.splitlines()
    assert lines[0].startswith("2023-01-01")
    assert lines[12] == sold.run["result"]["why"]
