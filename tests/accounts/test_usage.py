"""Usage by day and by key, and what keys say of their use."""

from datetime import date, timedelta

from support import Server, Team

from claribi.accounts.permissions import Role
from claribi.core.clock import utc_now


def test_requests_and_generations_are_counted_by_day_and_key(server: Server):
    team = Team(server)
    by_key = server.api(**{"X-API-Key": team.member(Role.OWNER).key})
    board = by_key.post("/api/v1/dashboards", json={"name": "A"}).json()["id"]
    by_key.post(f"/api/v1/dashboards/{board}/refresh")
    by_key.get("/api/v1/nothing-of-the-kind")
    owner = team.client(Role.OWNER)
    body = owner.get("/api/v1/usage/history").json()
    assert len(body["days"]) == 30
    today = body["days"][-1]
    assert date.fromisoformat(today["day"]) == utc_now().date()
    assert (today["requests"], today["generations"]) == (4, 1)
    rows = {row["api_key_id"]: row for row in body["keys"]}
    key_id = team.member(Role.OWNER).key_id
    assert (rows[key_id]["requests"], rows[key_id]["generations"]) == (3, 1)
    assert rows[key_id]["prefix"].startswith("claribi_key_")
    assert rows[None]["requests"] == 1
    key = owner.get(f"/api/v1/api-keys/{key_id}").json()
    assert key["use_count"] == 3


def test_people_see_their_own_use_and_managers_everybodys(server: Server):
    team = Team(server)
    for _ in range(3):
        team.client(Role.VIEWER).get("/api/v1/reports")
    team.client(Role.MEMBER).get("/api/v1/reports")

    def requests(role: Role) -> int:
        return team.client(role).get("/api/v1/usage/history").json()["days"][-1]["requests"]

    assert requests(Role.MEMBER) == 2
    assert requests(Role.OWNER) == 6


def test_the_stretch_of_time_is_checked(server: Server):
    owner = server.owner()
    since = utc_now().date() - timedelta(days=3)
    body = owner.get(f"/api/v1/usage/history?since={since}").json()
    assert len(body["days"]) == 4
    for wrong in ("since=2999-01-01", "since=2000-01-01", "since=yesterday"):
        assert owner.get(f"/api/v1/usage/history?{wrong}").status_code == 400


def test_what_was_counted_survives_the_end_of_the_server(tmp_path):
    from support import WITHOUT_WORKER, running  # noqa: PLC0415 - a server of its own

    with running(tmp_path, **WITHOUT_WORKER) as server:
        member = server.member(server.organization())
        client = server.api(**{"X-API-Key": member.key})
        for _ in range(5):
            client.get("/api/v1/reports")
    with running(tmp_path, **WITHOUT_WORKER) as server:
        days = server.api(**{"X-API-Key": member.key}).get("/api/v1/usage/history").json()["days"]
        assert days[-1]["requests"] == 6
