"""Copies of databases: whole, counted, on a schedule, and served only when they are done."""

import os
import signal
import time
from typing import Any

import pytest
from sqlalchemy import update
from support import Api, Server

from claribi.core.clock import utc_now
from claribi.sources.models import DataSource

COUNT = [{"aggregation": "count"}]


def connected(api: Api, reached: Any, **sync: Any) -> dict[str, Any]:
    """The database as a source that is copied, once it is there."""
    body = {"name": "Copy", "engine": reached.engine, "connection": reached.connection, "mode": "synced"}
    created = api.post("/api/v1/data-sources", json=body | {"sync": sync})
    assert created.status_code == 201, created.text
    path = f"/api/v1/data-sources/{created.json()['id']}"
    return api.until(path, lambda found: found["status"] != "preprocessing")


def ask(api: Api, source: dict[str, Any], **query: Any) -> dict[str, Any]:
    answer = api.post("/api/v1/query", json={"source_id": source["id"], **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def source(owner: Api, reached: Any) -> dict[str, Any]:
    return connected(owner, reached)


def test_it_holds_what_the_database_holds(owner: Api, reached: Any, source: dict[str, Any], rows: list[Any]):
    assert (source["status"], source["mode"], source["error_message"]) == ("active", "synced", None)
    tables = {table["name"]: table for table in source["tables"]}
    assert tables["orders"]["row_count"] == len(rows)
    # ClickHouse's primary keys may hold a value twice.
    assert tables["orders"]["primary_key"] == ([] if reached.engine == "clickhouse" else ["order_id"])
    columns = {c["name"]: c for c in tables["orders"]["columns"]}
    kinds = {name: column["type"] for name, column in columns.items()}
    assert kinds == {
        "order_id": "integer",
        "ordered_on": "date",
        "region": "string",
        "product": "string",
        "quantity": "integer",
        "revenue": "decimal",
        "at": "timestamp",
        "is_late": "boolean",
    }
    assert columns["revenue"]["comment"] == "In euros"
    live = owner.post(
        "/api/v1/data-sources",
        json={"name": "Live", "engine": reached.engine, "connection": reached.connection},
    ).json()
    owner.until(f"/api/v1/data-sources/{live['id']}", lambda s: s["status"] == "active")
    every = {"table": "orders", "sort": [{"field": "order_id"}]}
    copied, there = ask(owner, source, **every), ask(owner, live, **every)
    assert copied["rows"] == there["rows"]
    assert not copied["data_version"].startswith("live")


def test_dashboards_and_reports_of_a_copy_verify(owner: Api, source: dict[str, Any]):
    assert owner.dashboard_of(source["id"])["widgets"]
    report = owner.generated(title="Copy", source_id=source["id"], table="orders")
    verified = owner.post(f"/api/v1/reports/{report['id']}/verify", json={}).json()
    assert (verified["checked"] > 20, verified["failing"]) == (True, [])


def test_what_changes_comes_with_the_next_copy_and_not_before(owner: Api, near: Server, reached: Any):
    reached.run("CREATE TABLE growing (a int)", "INSERT INTO growing VALUES (1), (2)")
    reached.run("GRANT SELECT ON growing TO reader" + ("" if reached.engine == "postgresql" else "@'%'"))
    try:
        source = connected(owner, reached, tables=["growing"])
        path = f"/api/v1/data-sources/{source['id']}"
        query = {"table": "growing", "measures": COUNT}
        first = ask(owner, source, **query)
        reached.run("INSERT INTO growing VALUES (3)")
        assert ask(owner, source, **query)["rows"] == [[2]]
        assert owner.post(f"{path}/sync").status_code == 201
        owner.until(path, lambda s: s["last_synced_at"] != source["last_synced_at"])
        second = ask(owner, source, **query)
        assert second["rows"] == [[3]]
        assert second["data_version"] != first["data_version"]
        # Old copies make room: the one that is served and the one before it stay.
        for _ in range(2):
            before = owner.get(path).json()["last_synced_at"]
            owner.post(f"{path}/sync")
            owner.until(path, lambda s, before=before: s["last_synced_at"] != before)
        folders = list((near.data_dir / "blobs").glob(f"*/sources/{source['id']}/*"))
        assert len(folders) == 2, folders
    finally:
        reached.run("DROP TABLE growing")
    # What is gone at the source stays in the copy, which says why it is old.
    assert owner.post(f"{path}/sync").status_code == 201
    failed = owner.until(path, lambda s: s["error_message"])
    assert "no table growing" in failed["error_message"]
    assert ask(owner, source, **query)["rows"] == [[3]]


def test_a_copy_that_fails_half_way_leaves_nothing_behind(owner: Api, near: Server, postgresql: Any):
    postgresql.run(
        "CREATE VIEW zero AS SELECT 1 / (order_id - order_id) AS broken FROM orders",
        "GRANT SELECT ON zero TO reader",
    )
    try:
        source = connected(owner, postgresql, tables=["regions", "zero"])
        assert (source["status"], "division" in source["error_message"]) == ("error", True)
        assert list((near.data_dir / "blobs").glob(f"*/sources/{source['id']}/*")) == []
    finally:
        postgresql.run("DROP VIEW zero")


def test_the_last_word_on_how_it_is_read_holds(owner: Api, reached: Any):
    """A copy that is still being made when it is wanted no more is not served."""
    source = connected(owner, reached)
    path = f"/api/v1/data-sources/{source['id']}"
    assert owner.post(f"{path}/sync").status_code == 201
    assert owner.patch(f"{path}/sync", json={"mode": "live"}).status_code == 200
    query = {"table": "regions", "measures": COUNT}
    deadline = time.monotonic() + 30
    while not ask(owner, source, **query)["data_version"].startswith("live:"):
        assert time.monotonic() < deadline
    # The copy that had begun comes to its end, and changes nothing.
    owner.until(path, lambda found: found["progress"] is None)
    time.sleep(1)
    assert ask(owner, source, **query)["data_version"].startswith("live:")
    assert owner.get(path).json()["progress"] is None


def test_an_empty_table_is_a_table(owner: Api, reached: Any):
    reached.run("CREATE TABLE hollow (a int, b varchar(10))")
    reached.run("GRANT SELECT ON hollow TO reader" + ("" if reached.engine == "postgresql" else "@'%'"))
    try:
        source = connected(owner, reached, tables=["hollow", "regions"])
        assert source["status"] == "active", source
        assert ask(owner, source, table="hollow", columns=["a", "b"])["rows"] == []
        assert ask(owner, source, table="regions", measures=COUNT)["rows"] == [[3]]
    finally:
        reached.run("DROP TABLE hollow")


def test_a_copy_is_made_when_its_time_has_come(owner: Api, near: Server, reached: Any):
    source = connected(owner, reached, tables=["regions"], every_minutes=15)
    assert source["next_sync_at"] > source["last_synced_at"]
    organization = owner.get("/api/v1/organization").json()["id"]
    with near.services.database.write(organization) as session:
        session.execute(
            update(DataSource).where(DataSource.id == source["id"]).values(next_sync_at=utc_now())
        )
    path = f"/api/v1/data-sources/{source['id']}"
    again = owner.until(path, lambda s: s["last_synced_at"] != source["last_synced_at"])
    assert again["next_sync_at"] > source["next_sync_at"]
    assert owner.post(f"{path}/pause").json()["status"] == "paused"
    paused = owner.post(
        "/api/v1/query", json={"source_id": source["id"], "table": "regions", "measures": COUNT}
    )
    assert (paused.status_code, "paused" in paused.json()["message"]) == (409, True)
    assert owner.post(f"{path}/sync").status_code == 409
    assert owner.post(f"{path}/resume").json()["status"] == "active"
    assert ask(owner, source, table="regions", measures=COUNT)["rows"] == [[3]]


def test_live_becomes_copied_and_back_without_a_gap(owner: Api, reached: Any):
    body = {"name": "Both", "engine": reached.engine, "connection": reached.connection}
    source = owner.post("/api/v1/data-sources", json=body).json()
    path = f"/api/v1/data-sources/{source['id']}"
    owner.until(path, lambda s: s["status"] == "active")
    query = {"table": "regions", "measures": COUNT}
    for mode, begins in (("synced", ""), ("live", "live:")):
        before = owner.get(path).json()["last_synced_at"]
        changed = owner.patch(f"{path}/sync", json={"mode": mode})
        assert changed.status_code == 200, changed.text
        deadline = time.monotonic() + 30
        while owner.get(path).json()["last_synced_at"] == before:
            assert ask(owner, source, **query)["rows"] == [[3]]
            assert time.monotonic() < deadline
        version = ask(owner, source, **query)["data_version"]
        assert version.startswith("live:") == bool(begins)


def test_a_kill_in_the_middle_costs_no_copy(owner: Api, near: Server, reached: Any):
    source = connected(owner, reached)
    path = f"/api/v1/data-sources/{source['id']}"
    assert owner.post(f"{path}/sync").status_code == 201
    owner.until(path, lambda s: s["progress"] or s["last_synced_at"] != source["last_synced_at"])
    os.kill(near.worker_pid(), signal.SIGKILL)
    done = owner.until(path, lambda s: s["last_synced_at"] != source["last_synced_at"])
    assert (done["progress"], done["error_message"]) == (None, None)
    assert done["row_count"] == source["row_count"]
    # The load that was resumed is the one that ended.
    statuses = {load["status"] for load in owner.get(f"{path}/syncs").json()["results"]}
    assert (statuses, owner.get(f"{path}/syncs").json()["count"]) == ({"completed"}, 2)
