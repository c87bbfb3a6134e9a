"""AI credits: reserved, settled, given back, never below zero (section 3 of the contract)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from support import Api, Server

from claribi.accounts.credits import Credits, month_of, next_month
from claribi.accounts.models import CreditReservation, Organization
from claribi.accounts.permissions import Role
from claribi.core.clock import utc_now
from claribi.core.database import Database
from claribi.core.errors import InsufficientCredits
from claribi.core.settings import Settings
from claribi.services import Services, build
from claribi.supervisor import prepare


def credits_of(client: Api) -> dict:
    return client.get("/api/v1/usage/").json()["ai_credits"]


@pytest.fixture(params=["sqlite", "postgresql"])
def services(request: pytest.FixtureRequest, tmp_path: Path):
    """The server's services on each of the databases."""
    url = request.getfixturevalue("fresh_postgres") if request.param == "postgresql" else ""
    settings = Settings(data_dir=tmp_path, database_url=url)
    prepare(settings)
    made = build(settings)
    yield made
    made.close()


def _caller(services: Services, tier: str):
    organization = services.accounts.create_organization("A", tier)
    email = f"owner{organization}@example.com"
    services.accounts.create_user(organization, email, "correct horse battery", Role.OWNER)
    return services.accounts.principal(email)


def test_fifty_threads_on_the_last_credit_one_succeeds(services: Services):
    caller = _caller(services, "trial")
    database: Database = services.database
    credit: Credits = services.account_services.credits
    with database.write(caller.organization_id) as session:
        session.execute(
            update(Organization).where(Organization.id == caller.organization_id).values(credits_used=49)
        )

    def reserve(number: int) -> bool:
        try:
            with database.write(caller.organization_id) as session:
                credit.reserve(session, caller, "report", number)
        except InsufficientCredits:
            return False
        return True

    with ThreadPoolExecutor(50) as threads:
        assert sum(threads.map(reserve, range(50))) == 1
    with database.read(caller.organization_id) as session:
        assert session.get_one(Organization, caller.organization_id).credits_used == 50
        assert len(session.scalars(select(CreditReservation)).all()) == 1


def test_what_failed_comes_back_once(services: Services):
    caller = _caller(services, "trial")
    credit = services.account_services.credits
    with services.database.write(caller.organization_id) as session:
        credit.reserve(session, caller, "report", 1)
        credit.reserve(session, caller, "report", 2)
    for _ in range(3):
        with services.database.write(caller.organization_id) as session:
            credit.release(session, "report", 1)
            credit.settle(session, "report", 2)
            # Spent is spent.
            credit.release(session, "report", 2)
    with services.database.read(caller.organization_id) as session:
        assert session.get_one(Organization, caller.organization_id).credits_used == 1


def test_a_new_month_begins_with_all_credits_and_owes_nothing_to_the_last(services: Services):
    caller = _caller(services, "trial")
    credit = services.account_services.credits
    long_ago = utc_now() - timedelta(days=40)
    with services.database.write(caller.organization_id) as session:
        organization = session.get_one(Organization, caller.organization_id)
        organization.created_at = organization.credits_since = long_ago
        organization.credits_used = 50
        session.add(CreditReservation(kind="report", object_id=1, amount=1, since=long_ago, state="reserved"))
    with services.database.write(caller.organization_id) as session:
        credit.reserve(session, caller, "report", 2)
        # It was lent by the month before, which is over.
        credit.release(session, "report", 1)
    with services.database.read(caller.organization_id) as session:
        organization = session.get_one(Organization, caller.organization_id)
        assert organization.credits_used == 1
        assert organization.credits_since == month_of(long_ago, utc_now()) > long_ago


moments = st.integers(1_577_836_800, 1_893_456_000).map(lambda s: datetime.fromtimestamp(s, UTC))


@given(moments, st.timedeltas(timedelta(0), timedelta(days=2000)))
def test_each_moment_lies_in_one_month_of_the_organisation(anchor: datetime, later: timedelta):
    now = anchor + later
    since = month_of(anchor, now)
    until = next_month(anchor, since)
    assert anchor <= since <= now < until
    assert timedelta(days=28) <= until - since <= timedelta(days=31)
    assert month_of(anchor, until - timedelta(microseconds=1)) == since
    assert month_of(anchor, until) == until


class TestReports:
    @pytest.fixture
    def trial(self, server: Server, sales_csv: bytes):
        client = server.owner("trial")
        source = client.upload(sales_csv)
        report = client.post("/api/v1/reports", json={"title": "Sales", "source_id": source["id"]}).json()
        return server, client, f"/api/v1/reports/{report['id']}"

    def test_one_that_is_generated_takes_a_credit(self, trial):
        _, client, path = trial
        assert credits_of(client)["remaining"] == 50
        run = client.post(f"{path}/generate", json={"wait": 60}).json()
        assert run["status"] == "completed", run
        assert (credits_of(client)["used"], credits_of(client)["remaining"]) == (1, 49)
        assert client.get("/api/auth/status/").json()["organization"]["ai_credits_remaining"] == 49

    def test_one_that_fails_gives_it_back(self, trial):
        server, client, path = trial
        report = client.get(path).json()
        versions = server.data_dir / "blobs"
        for file in versions.rglob("*.parquet"):
            if f"/sources/{report['source_id']}/" in str(file):
                file.write_bytes(b"no Parquet at all")
        run = client.post(f"{path}/generate", json={"wait": 60}).json()
        assert run["status"] == "failed", run
        assert credits_of(client)["used"] == 0

    def test_without_credits_it_is_402_and_says_when_there_are_new_ones(self, trial):
        server, client, path = trial
        organization = client.get("/api/auth/status/").json()["organization"]["id"]
        with server.services.database.write(organization) as session:
            session.execute(
                update(Organization).where(Organization.id == organization).values(credits_used=50)
            )
        answer = client.post(f"{path}/generate")
        assert (answer.status_code, answer.json()["error"]) == (402, "insufficient_credits")
        assert str(credits_of(client)["resets_at"])[:10] in answer.json()["message"]
        assert client.get(path).json()["status"] != "pending"
