"""What survives a `kill -9`."""

import os
import signal
import time

import pytest
from support import running, start

from claribi.accounts.permissions import Role


@pytest.fixture
def owned(tmp_path, sales_csv: bytes):
    """A server of its own with a source in it."""
    with running(tmp_path / "data") as server:
        member = server.member(server.organization(), Role.OWNER)
        api = server.api(**{"X-API-Key": member.key})
        yield server, api, api.upload(sales_csv)


def test_a_report_completes_once_when_the_worker_is_killed_in_the_middle(owned):
    server, api, source = owned
    report = api.post("/api/v1/reports", json={"title": "R", "source_id": source["id"]}).json()["id"]
    run = api.post(f"/api/v1/reports/{report}/generate").json()
    path = f"/api/v1/reports/{report}/runs/{run['id']}"
    api.until(path, lambda r: r["progress"] > 5 or r["status"] == "completed")
    killed_while = api.get(path).json()["status"]
    os.kill(server.worker_pid(), signal.SIGKILL)
    done = api.until(path, lambda r: r["status"] not in {"pending", "generating"})
    assert killed_while == "generating"
    assert done["status"] == "completed"
    assert api.get(f"/api/v1/reports/{report}/runs").json()["count"] == 1
    assert api.get(f"/api/v1/reports/{report}/download").content.startswith(b"%PDF")
    assert api.post(f"/api/v1/reports/{report}/verify").json()["failing"] == []


def test_nothing_that_was_answered_is_lost_when_the_server_is_killed(owned):
    server, api, source = owned
    made = [api.post("/api/v1/dashboards", json={"name": f"D{n}"}).json()["id"] for n in range(5)]
    report = api.post("/api/v1/reports", json={"title": "R", "source_id": source["id"]}).json()["id"]
    run = api.post(f"/api/v1/reports/{report}/generate").json()
    worker = server.worker_pid()
    server.process.kill()
    server.process.wait()
    deadline = time.monotonic() + 10
    while os.path.exists(f"/proc/{worker}") and time.monotonic() < deadline:  # noqa: PTH110 - not a file of ours
        time.sleep(0.05)
    assert not os.path.exists(f"/proc/{worker}"), "the worker outlived its server"  # noqa: PTH110 - as above
    server.process.stdout.close()
    url, server.process = start(server.data_dir)
    api.base_url = url
    listed = {row["id"] for row in api.get("/api/v1/dashboards?page_size=100").json()["results"]}
    assert set(made) <= listed
    path = f"/api/v1/reports/{report}/runs/{run['id']}"
    assert api.until(path, lambda r: r["finished_at"] is not None)["status"] == "completed"
