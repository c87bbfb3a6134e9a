"""The history of a source's loads: what began each, how it ended, and why."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import update
from support import Api, Server
from web_server import Host, hosting

from claribi.core.clock import utc_now
from claribi.sources.history import KEPT_LOADS
from claribi.sources.models import DataSource, SourceSync

PRICES = b"item,price\nbolt,1.50\nnut,0.25\n"
BROKEN = b"%PDF-1.7 ..."


@pytest.fixture
def host() -> Iterator[Host]:
    with hosting() as running:
        yield running


def path_of(source: dict[str, Any]) -> str:
    return f"/api/v1/data-sources/{source['id']}/syncs"


def loads(api: Api, source: dict[str, Any], **wanted: Any) -> list[dict[str, Any]]:
    answer = api.get(path_of(source), params=wanted)
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def settled(api: Api, source: dict[str, Any], count: int = 1) -> list[dict[str, Any]]:
    """The loads of a source, newest first, once there are so many and none of them is running."""
    api.until(
        path_of(source),
        lambda page: page["count"] == count and all(load["status"] != "running" for load in page["results"]),
    )
    return loads(api, source)


def replaced(api: Api, source: dict[str, Any], content: bytes, count: int) -> dict[str, Any]:
    """The load of a new version of a source's file."""
    path = f"/api/v1/data-sources/{source['id']}/versions"
    assert api.post(path, files=[("file", ("prices.csv", content))]).status_code == 201
    return settled(api, source, count)[0]


def connected(api: Api, reached: Any, *, loads: int = 1, **body: Any) -> dict[str, Any]:
    wanted = {"name": "Reached", "engine": reached.engine, "connection": reached.connection}
    created = api.post("/api/v1/data-sources", json=wanted | body)
    assert created.status_code == 201, created.text
    settled(api, created.json(), loads)
    return created.json()


class TestUploads:
    def test_each_upload_is_told_with_its_rows_and_how_many_more_they_are(self, owner: Api):
        source = owner.upload(PRICES, name="prices.csv")
        [first] = settled(owner, source)
        assert (first["trigger"], first["status"], first["error_message"]) == ("upload", "completed", None)
        assert (first["row_count"], first["row_change"]) == (2, None)
        assert (first["table_count"], first["rejected_count"]) == (1, 0)
        assert first["started_at"] <= first["finished_at"]
        [me] = owner.get("/api/v1/members").json()["results"]
        assert (first["requested_by"], first["requested_by_name"]) == (me["id"], me["email"])
        second = replaced(owner, source, PRICES + b"screw,0.10\n", 2)
        assert (second["row_count"], second["row_change"]) == (3, 1)

    def test_a_file_that_cannot_be_read_tells_why_and_changes_nothing(self, owner: Api):
        source = owner.upload(PRICES, name="prices.csv")
        failed = replaced(owner, source, BROKEN, 2)
        assert failed["status"] == "failed"
        assert "PDF" in failed["error_message"]
        assert (failed["row_count"], failed["row_change"], failed["table_count"]) == (None, None, None)
        # The next one is compared with what is served.
        assert replaced(owner, source, PRICES[:-9], 3)["row_change"] == -1

    def test_who_began_it_is_told_by_name(self, near: Server):
        member = near.member(near.organization())
        api = near.signed_in(member)
        source = api.upload(PRICES, name="prices.csv")
        assert settled(api, source)[0]["requested_by_name"] == member.email
        names = {"first_name": "Ada", "last_name": "Lovelace"}
        assert api.patch("/api/auth/profile/", json=names).status_code == 200
        assert settled(api, source)[0]["requested_by_name"] == "Ada Lovelace"

    def test_rows_that_do_not_fit_are_counted(self, owner: Api):
        rows = b"".join(b"%d,%d.5\n" % (n, n) for n in range(500))
        [load] = settled(owner, owner.upload(b"a,b\n" + rows + b"7,oops,too many\n"))
        assert (load["row_count"], load["rejected_count"]) == (500, 1)

    def test_a_source_that_never_was_one_has_its_failure(self, owner: Api):
        source = owner.upload(BROKEN, name="prices.csv")
        assert source["status"] == "error"
        [load] = settled(owner, source)
        assert (load["status"], load["error_message"]) == ("failed", source["error_message"])


class TestDatabases:
    def test_copies_by_hand_and_by_the_clock(self, owner: Api, near: Server, postgresql: Any):
        sync = {"tables": ["regions"], "every_minutes": 15}
        source = connected(owner, postgresql, mode="synced", sync=sync)
        path = f"/api/v1/data-sources/{source['id']}"
        postgresql.run("INSERT INTO regions VALUES ('East', 'Esther')")
        try:
            assert owner.post(f"{path}/sync").status_code == 201
            by_hand, first = settled(owner, source, 2)
        finally:
            postgresql.run("DELETE FROM regions WHERE region = 'East'")
        assert [load["trigger"] for load in (first, by_hand)] == ["manual", "manual"]
        assert (by_hand["row_count"], by_hand["row_change"], by_hand["table_count"]) == (4, 1, 1)
        organization = owner.get("/api/v1/organization").json()["id"]
        with near.services.database.write(organization) as session:
            session.execute(
                update(DataSource).where(DataSource.id == source["id"]).values(next_sync_at=utc_now())
            )
        scheduled = settled(owner, source, 3)[0]
        assert (scheduled["trigger"], scheduled["requested_by"]) == ("schedule", None)
        assert scheduled["requested_by_name"] is None
        assert (scheduled["status"], scheduled["row_change"]) == ("completed", -1)

    def test_a_copy_that_fails_tells_why(self, owner: Api, postgresql: Any):
        postgresql.run("CREATE TABLE passing (a int)", "GRANT SELECT ON passing TO reader")
        try:
            source = connected(owner, postgresql, mode="synced", sync={"tables": ["passing"]})
        finally:
            postgresql.run("DROP TABLE passing")
        assert owner.post(f"/api/v1/data-sources/{source['id']}/sync").status_code == 201
        failed, _ = settled(owner, source, 2)
        assert (failed["status"], "no table passing" in failed["error_message"]) == ("failed", True)

    def test_one_that_is_under_way_is_not_begun_twice(self, owner: Api, postgresql: Any):
        source = connected(owner, postgresql, mode="synced", sync={"tables": ["regions"]})
        path = f"/api/v1/data-sources/{source['id']}/sync"
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: owner.post(path), range(4)))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
        refused = next(answer for answer in answers if answer.status_code == 409)
        assert "up to date already" in refused.json()["message"]
        assert len(settled(owner, source, 2)) == 2
        assert owner.post(path).status_code == 201

    def test_looks_at_what_a_live_one_holds(self, owner: Api, postgresql: Any):
        source = connected(owner, postgresql)
        assert owner.post(f"/api/v1/data-sources/{source['id']}/sync").status_code == 201
        [look, _] = settled(owner, source, 2)
        assert (look["trigger"], look["status"], look["row_change"]) == ("manual", "completed", 0)
        assert look["table_count"] >= 2

    def test_a_copy_that_nobody_wants_any_more_is_not_left_running(self, owner: Api, postgresql: Any):
        source = connected(owner, postgresql, mode="synced")
        path = f"/api/v1/data-sources/{source['id']}/sync"
        assert owner.post(path).status_code == 201
        assert owner.patch(path, json={"mode": "live"}).status_code == 200
        live, copy, _ = settled(owner, source, 3)
        assert live["status"] == "completed"
        assert copy["status"] in {"completed", "unchanged"}


def test_what_is_on_the_web_as_before_is_unchanged(owner: Api, host: Host):
    address = host.serve("/prices.csv", PRICES)
    body = {"name": "Prices", "connection": {"engine": "web_file", "address": address}}
    source = owner.post("/api/v1/data-sources/web", json=body).json()
    [first] = settled(owner, source)
    assert (first["trigger"], first["status"], first["row_count"]) == ("manual", "completed", 2)
    path = f"/api/v1/data-sources/{source['id']}/sync"
    for number, (content, expected) in enumerate(
        [(PRICES, ("unchanged", 2, 0)), (PRICES + b"screw,0.10\n", ("completed", 3, 1))], start=2
    ):
        host.serve("/prices.csv", content)
        assert owner.post(path).status_code == 201
        load = settled(owner, source, number)[0]
        assert (load["status"], load["row_count"], load["row_change"]) == expected
    host.serve("/prices.csv", "<!doctype html><p>Gone")
    assert owner.post(path).status_code == 201
    failed = settled(owner, source, 4)[0]
    assert (failed["status"], "web page" in failed["error_message"]) == ("failed", True)


class TestTheList:
    @pytest.fixture
    def source(self, owner: Api) -> dict[str, Any]:
        source = owner.upload(PRICES, name="prices.csv")
        replaced(owner, source, BROKEN, 2)
        replaced(owner, source, PRICES * 2, 3)
        return source

    def test_it_comes_in_pages_newest_first(self, owner: Api, source: dict[str, Any]):
        page = owner.get(path_of(source), params={"page_size": 2}).json()
        assert (page["count"], page["previous"], len(page["results"])) == (3, None, 2)
        rest = owner.get(page["next"]).json()["results"]
        ids = [load["id"] for load in page["results"] + rest]
        assert ids == sorted(ids, reverse=True)

    def test_it_can_be_filtered_searched_and_ordered(self, owner: Api, source: dict[str, Any]):
        assert [load["status"] for load in loads(owner, source, status="failed")] == ["failed"]
        assert [load["status"] for load in loads(owner, source, search="pdf")] == ["failed"]
        assert [load["id"] for load in loads(owner, source, ordering="started_at")] == [
            load["id"] for load in reversed(loads(owner, source))
        ]
        for wrong in ({"status": "lost"}, {"ordering": "name"}):
            assert owner.get(path_of(source), params=wrong).status_code == 400

    def test_it_is_seen_by_nobody_else(self, near: Server, source: dict[str, Any]):
        theirs = near.owner().get(path_of(source))
        assert (theirs.status_code, theirs.json()["error"]) == (404, "not_found")

    def test_it_goes_with_the_source(self, owner: Api, source: dict[str, Any]):
        assert owner.delete(f"/api/v1/data-sources/{source['id']}").status_code == 200
        assert owner.get(path_of(source)).status_code == 404

    def test_only_the_last_loads_are_kept(self, owner: Api, near: Server, source: dict[str, Any]):
        organization = owner.get("/api/v1/organization").json()["id"]
        with near.services.database.write(organization) as session:
            session.add_all(
                SourceSync(source_id=source["id"], trigger="upload", status="completed", row_count=2)
                for _ in range(KEPT_LOADS)
            )
        newest = replaced(owner, source, PRICES, KEPT_LOADS)
        assert newest["row_count"] == 2
        assert loads(owner, source, status="failed") == []
