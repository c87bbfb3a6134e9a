"""The audit log: who did what, from where, before and after; and a chain that shows tampering."""

import csv
import io
import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import delete, func, select, update
from support import PASSWORD, WITHOUT_WORKER, Api, Server, Team, running
from typer.testing import CliRunner

from claribi.accounts import trail
from claribi.accounts.permissions import Role
from claribi.cli import app
from claribi.core import audit
from claribi.core.audit import AuditEvent
from claribi.core.clock import utc_now
from claribi.core.database import Database
from claribi.core.settings import Settings


@pytest.fixture
def team(server: Server) -> Team:
    return Team(server)


@pytest.fixture
def owner(team: Team) -> Api:
    return team.client(Role.OWNER)


def events(client: Api, **filters: object) -> list[dict]:
    answer = client.get("/api/v1/audit-logs", params={"page_size": 100, **filters})
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def test_sign_ins_are_noted_the_wrong_ones_too(team: Team, owner: Api):
    body = {"email": team.member(Role.OWNER).email, "password": "wrong"}
    team.server.api(**{"User-Agent": "curl/8"}).post("/api/auth/login/", json=body)
    failed = events(owner, action="user.sign_in_failed")[0]
    assert (failed["user_id"], failed["user_email"], failed["address"]) == (None, body["email"], "127.0.0.1")
    assert (failed["user_agent"], failed["details"]) == ("curl/8", {"wrong": "password"})
    good = events(owner, action="user.signed_in")[0]
    assert good["details"] == {"method": "password", "strong": False}


def test_a_change_says_before_and_after_and_by_whom(team: Team, owner: Api):
    board = owner.post("/api/v1/dashboards", json={"name": "Old name"}).json()["id"]
    owner.patch(f"/api/v1/dashboards/{board}", json={"name": "New name"}, headers={"X-Request-ID": "abc-123"})
    changed = events(owner, action="dashboard.changed", object_id=board)[0]
    assert changed["changes"] == {"name": {"before": "Old name", "after": "New name"}}
    assert changed["user_id"] == team.member(Role.OWNER).user_id
    assert changed["request_id"] == "abc-123"


def test_keys_members_policy_and_downloads_are_noted(team: Team, owner: Api):
    key = owner.post("/api/v1/api-keys", json={"name": "Nightly"}).json()
    owner.delete(f"/api/v1/api-keys/{key['id']}")
    owner.patch(team.path(Role.VIEWER), json={"role": "member"})
    owner.patch("/api/v1/security-policy", json={"cors_origins": ["https://app.example.com"]})
    owner.post("/api/v1/invitations", json={"email": "x@example.org"})
    text = owner.get("/api/v1/audit-logs?page_size=100").text
    assert key["key"] not in text
    actions = {event["action"] for event in json.loads(text)["results"]}
    assert actions >= {
        "api_key.created",
        "api_key.revoked",
        "member.changed",
        "security_policy.changed",
        "invitation.created",
    }
    change = events(owner, action="member.changed")[0]["changes"]
    assert change == {"role": {"before": "viewer", "after": "member"}}


def test_secrets_are_blacked_out(team: Team, owner: Api):
    body = {"current_password": PASSWORD, "new_password": "another long sentence"}
    assert owner.post("/api/auth/password/change/", json=body).status_code == 200
    text = owner.get("/api/v1/audit-logs?page_size=100").text
    assert "another long" not in text
    assert "argon2" not in text


def test_filters_search_and_order(team: Team, owner: Api):
    for name in ("A", "B", "C"):
        owner.post("/api/v1/dashboards", json={"name": name})
    made = events(owner, action="dashboard.created")
    assert [event["details"]["name"] for event in made] == ["C", "B", "A"]
    upward = events(owner, action="dashboard.created", ordering="sequence")
    assert [event["details"]["name"] for event in upward] == ["A", "B", "C"]
    assert events(owner, object_type="dashboard", object_id=made[0]["object_id"]) == made[:1]
    assert events(owner, user_id=987654321) == []
    assert events(owner, since=(utc_now() + timedelta(minutes=1)).isoformat()) == []
    assert events(owner, until=made[0]["at"], action="dashboard.created") == made[1:]
    assert events(owner, search="dashboard.cre") == made
    for wrong in ("yesterday", "1735689600", "0"):
        assert owner.get(f"/api/v1/audit-logs?since={wrong}").status_code == 400
    one = owner.get(f"/api/v1/audit-logs/{made[0]['id']}").json()
    assert one == made[0]


def test_it_is_exported_as_json_and_csv(team: Team, owner: Api):
    owner.post("/api/v1/dashboards", json={"name": "=cmd|'/c calc'!A1"})
    answer = owner.get("/api/v1/audit-logs/export/?format=json")
    assert 'filename="audit-log-' in answer.headers["content-disposition"]
    rows = answer.json()
    assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[-1]["action"] == "audit_log.exported"
    table = owner.get("/api/v1/audit-logs/export?format=csv&action=dashboard.created")
    assert table.headers["content-type"].startswith("text/csv")
    cells = list(csv.DictReader(io.StringIO(table.text)))
    assert [cell["action"] for cell in cells] == ["dashboard.created"]
    assert json.loads(cells[0]["details"])["name"].startswith("=cmd")
    assert not any(value.startswith(("=", "+", "-", "@")) for value in cells[0].values())
    assert owner.get("/api/v1/audit-logs/export?format=xml").status_code == 400


def test_a_download_is_noted(server: Server, sales):
    report = sales.api.generated(title="Downloaded", source_id=sales.source["id"])
    assert sales.api.get(f"/api/v1/reports/{report['id']}/download?format=csv").status_code == 200
    noted = events(sales.api, action="report.downloaded", object_id=report["id"])
    assert [event["details"]["format"] for event in noted] == ["csv"]


def verified(folder: Path) -> Result:
    """What `claribi audit verify` says, within this process: a program of its own takes seconds to begin."""
    return CliRunner().invoke(app, ["audit", "verify", "--data-dir", str(folder)])


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The folder of a server that was stopped, and an organisation there that has a dozen events."""
    folder = tmp_path_factory.mktemp("chain") / "data"
    with running(folder, **WITHOUT_WORKER) as server:
        organization = server.organization()
        client = server.signed_in(server.member(organization))
        for number in range(8):
            client.post("/api/v1/dashboards", json={"name": f"D{number}"})
    return folder, organization


@pytest.fixture
def chained(stopped: tuple[Path, int], tmp_path: Path) -> Iterator[tuple[Path, Database, int]]:
    """A copy of it that may be spoiled."""
    folder, organization = stopped
    copy = tmp_path / "data"
    shutil.copytree(folder, copy)
    database = Database(Settings(data_dir=copy).database_url)
    yield copy, database, organization
    database.close()


class TestTheChain:
    def test_holds_and_every_row_carries_the_hash_of_the_one_before(self, server: Server, owner: Api):
        for number in range(8):
            owner.post("/api/v1/dashboards", json={"name": f"D{number}"})
        rows = events(owner, ordering="sequence")
        assert rows[0]["previous_hash"] == "0" * 64
        for before, after in itertools.pairwise(rows):
            assert after["previous_hash"] == before["hash"]
        command = [sys.executable, "-m", "claribi.cli", "audit", "verify", "--data-dir", str(server.data_dir)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, "holds" in done.stdout) == (0, True), done.stderr

    @pytest.mark.parametrize("tampering", ["changed", "removed", "cut off", "slipped in", "all gone"])
    def test_shows_tampering(self, chained: tuple[Path, Database, int], tampering: str):
        """ASVS 5 16.4.2."""
        folder, database, organization = chained
        with database.write(organization) as session:
            rows = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)).all()
            victim = rows[4]
            match tampering:
                case "changed":
                    session.execute(
                        update(AuditEvent).where(AuditEvent.id == victim.id).values(user_email="x@y.z")
                    )
                case "removed":
                    session.execute(delete(AuditEvent).where(AuditEvent.id == victim.id))
                case "cut off":
                    session.execute(delete(AuditEvent).where(AuditEvent.id == rows[-1].id))
                case "slipped in":
                    session.add(
                        AuditEvent(
                            sequence=0,
                            action="user.signed_in",
                            object_type="user",
                            previous_hash="",
                            hash="",
                        )
                    )
                case "all gone":
                    session.execute(delete(AuditEvent).where(AuditEvent.sequence > 0))
        done = verified(folder)
        assert done.exit_code == 1, done.output
        # Told, and not an error on the way there.
        assert isinstance(done.exception, SystemExit)

    def test_holds_after_what_is_too_old_went(self, chained: tuple[Path, Database, int]):
        folder, database, organization = chained
        with database.write(organization) as session:
            rows = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)).all()
            between = rows[5].at
            assert audit.prune(session, between) == 5
        with database.read(organization) as session:
            assert session.scalar(select(func.min(AuditEvent.sequence))) == 6
        assert verified(folder).exit_code == 0
        # Nothing is old enough for the plan to let it go.
        assert trail.prune(database, organization) == 0

    def test_many_writers_at_once_leave_no_gap(self, server: Server, owner: Api):
        with ThreadPoolExecutor(16) as threads:
            answers = threads.map(
                lambda n: owner.post("/api/v1/dashboards", json={"name": f"T{n}"}).status_code, range(60)
            )
            assert set(answers) == {201}
        assert verified(server.data_dir).exit_code == 0
