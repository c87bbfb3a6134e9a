"""What a user finds at the start, through the API."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from support import Api, Loaded, Member, Server, Team

from claribi.accounts.key_schemas import NewApiKey
from claribi.accounts.permissions import Role
from claribi.core.clock import utc_now
from claribi.home.models import UserVisit

DAYS = b"day,sold\n2024-01-01,3\n2024-01-02,5\n"


@pytest.fixture
def visitor(server: Server, sales: Loaded) -> Member:
    """Somebody else of the organisation that has the sales."""
    return server.member(sales.api.get("/api/v1/organization").json()["id"], Role.VIEWER)


@pytest.fixture
def hours_pass(server: Server) -> Callable[[Member], None]:
    """Let the visit of a member be a while ago."""

    def pass_by(member: Member) -> None:
        with server.services.database.write(member.organization_id) as session:
            a_while_ago = utc_now() - timedelta(hours=2)
            mine = UserVisit.user_id == member.user_id
            session.execute(update(UserVisit).where(mine).values(seen_at=a_while_ago))

    return pass_by


def home(api: Api) -> dict[str, Any]:
    answer = api.get("/api/v1/home/")
    assert answer.status_code == 200, answer.text
    return answer.json()


def visit(api: Api, kind: str | None = None, object_id: int | None = None) -> str | None:
    body = {"opened": {"type": kind, "id": object_id}} if kind else {}
    answer = api.post("/api/v1/home/visits", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["since"]


def named(items: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(item["type"], item["id"]) for item in items]


def test_favourites_belong_to_their_user_and_go_with_their_objects(
    server: Server, sales: Loaded, visitor: Member
):
    board = sales.api.post("/api/v1/dashboards", json={"name": "Liked"}).json()["id"]
    report = sales.api.post("/api/v1/reports", json={"title": "Read", "source_id": sales.source["id"]})
    path, of_report = f"/api/v1/dashboards/{board}", f"/api/v1/reports/{report.json()['id']}"
    client = server.signed_in(visitor)
    first = client.post(f"{path}/favorite")
    assert (first.status_code, first.json()["name"]) == (201, "Liked")
    assert client.post(f"{path}/favorite/").json() == first.json()
    assert client.post(f"{of_report}/favorite").status_code == 201
    assert named(home(client)["favorites"]) == [("report", report.json()["id"]), ("dashboard", board)]
    assert home(sales.api)["favorites"] == []

    assert client.delete(f"{of_report}/favorite").json() == {"id": report.json()["id"]}
    assert sales.api.delete(path).status_code == 200
    assert home(client)["favorites"] == []
    assert client.post(f"{path}/favorite").json()["message"] == f"Dashboard with ID {board} not found"


def test_what_another_organisation_has_is_not_there(server: Server, sales: Loaded):
    stranger = server.owner()
    report = sales.api.post("/api/v1/reports", json={"title": "Ours", "source_id": sales.source["id"]})
    for kind, path, theirs in (
        ("report", "reports", report.json()["id"]),
        ("dashboard", "dashboards", sales.api.dashboard_of(sales.source["id"])["id"]),
        ("data_source", None, sales.source["id"]),
    ):
        bodies = [{"opened": {"type": kind, "id": wanted}} for wanted in (theirs, 987654321)]
        answers = [stranger.post("/api/v1/home/visits", json=body) for body in bodies]
        if path:
            answers += [stranger.post(f"/api/v1/{path}/{n}/favorite") for n in (theirs, 987654321)]
            answers += [stranger.delete(f"/api/v1/{path}/{n}/favorite") for n in (theirs, 987654321)]
        assert {answer.status_code for answer in answers} == {404}
        assert len({re.sub(r"\d+", "#", answer.json()["message"]) for answer in answers}) == 1
    assert home(stranger) == {"favorites": [], "recent": [], "changes": None}


def test_what_was_opened_lately_comes_first_and_once(server: Server, sales: Loaded, visitor: Member):
    client = server.signed_in(visitor)
    board = sales.api.dashboard_of(sales.source["id"])["id"]
    visit(client, "dashboard", board)
    visit(client, "data_source", sales.source["id"])
    visit(client, "dashboard", board)
    assert named(home(client)["recent"]) == [("dashboard", board), ("data_source", sales.source["id"])]
    for _ in range(10):
        made = sales.api.post("/api/v1/dashboards", json={"name": "One of many"}).json()["id"]
        visit(client, "dashboard", made)
    assert len(home(client)["recent"]) == 8


def test_it_tells_what_changed_since_the_last_visit(
    server: Server, sales: Loaded, visitor: Member, hours_pass: Callable[[Member], None]
):
    client = server.signed_in(visitor)
    fresh = sales.api.upload(DAYS, name="fresh.csv")
    moving = sales.api.dashboard_of(fresh["id"])["id"]
    still = sales.api.dashboard_of(sales.source["id"])["id"]
    assert visit(client) is None
    assert home(client)["changes"] is None
    hours_pass(visitor)
    since = visit(client)
    assert since is not None
    assert visit(client) == since, "the same visit"

    before = utc_now()
    path = f"/api/v1/data-sources/{fresh['id']}"
    assert sales.api.post(
        f"{path}/versions", files={"file": ("fresh.csv", DAYS + b"2024-01-03,8\n")}
    ).is_success
    sales.api.until(path, lambda source: source["row_count"] == 3)
    for board in (moving, still):
        assert sales.api.post(f"/api/v1/dashboards/{board}/refresh").status_code == 201
    report = sales.api.generated(title="News", source_id=sales.source["id"])
    broken = sales.api.upload(b"no parquet", name="broken.parquet")
    asked = {"name": "Ahead", "source_id": sales.source["id"], "metric_path": f"{sales.table}.revenue"}
    ahead = sales.api.post("/api/v1/forecasts", json=asked).json()["id"]
    assert sales.api.post(f"/api/v1/forecasts/{ahead}/run", json={"wait": 60}).json()["status"] == "completed"

    changes = home(client)["changes"]
    assert changes["since"] == since
    told = {(item["type"], item["id"]): item for item in changes["items"] if item["at"] > before.isoformat()}
    assert {key: item["what"] for key, item in told.items() if key[0] != "dashboard"} == {
        ("report", report["id"]): "generated",
        ("data_source", fresh["id"]): "synced",
        ("data_source", broken["id"]): "failed",
        ("forecast", ahead): "computed",
    }
    assert told["data_source", broken["id"]]["message"] == broken["error_message"]
    assert told["dashboard", moving]["what"] == "data_changed"
    assert ("dashboard", still) not in told
    assert [item["at"] for item in changes["items"]] == sorted(
        (item["at"] for item in changes["items"]), reverse=True
    )


def test_reading_writes_nothing_and_a_narrow_key_sees_what_it_may(
    server: Server, sales: Loaded, visitor: Member
):
    owner = server.member(visitor.organization_id)
    board = sales.api.dashboard_of(sales.source["id"])["id"]
    key = server.services.api_keys.create(
        server.services.accounts.principal(owner.email),
        NewApiKey(name="narrow", permissions=["reports:read"]),
    )["key"]
    full, narrow = (server.api(**{"X-API-Key": one}) for one in (owner.key, key))
    assert full.get(f"/api/v1/dashboards/{board}").status_code == 200
    assert home(full) == {"favorites": [], "recent": [], "changes": None}
    visit(full, "dashboard", board)
    assert home(narrow)["recent"] == []
    refused = narrow.post("/api/v1/home/visits", json={"opened": {"type": "dashboard", "id": board}})
    assert refused.status_code == 403
    assert narrow.post(f"/api/v1/dashboards/{board}/favorite").status_code == 403


def test_there_is_an_end_to_favourites_and_wrong_bodies_are_told(server: Server):
    team = Team(server)
    owner = team.client(Role.OWNER)
    for number in range(101):
        made = owner.post("/api/v1/dashboards", json={"name": f"Board {number}"}).json()["id"]
        answer = owner.post(f"/api/v1/dashboards/{made}/favorite")
        assert answer.status_code == (201 if number < 100 else 409), answer.text
    for body in ({"opened": {"type": "user", "id": 1}}, {"opened": {"type": "report", "id": 0}}, {"x": 1}):
        assert owner.post("/api/v1/home/visits", json=body).json()["error"] == "validation_error"
