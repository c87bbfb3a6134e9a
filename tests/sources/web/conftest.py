"""A web server with files on it, and sources that come from there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from moto.server import ThreadedMotoServer
from support import Api
from web_server import Host, hosting

Connect = Callable[..., dict[str, Any]]


@pytest.fixture
def host() -> Iterator[Host]:
    with hosting() as running:
        yield running


@pytest.fixture
def elsewhere() -> Iterator[Host]:
    """Another host: an origin has another port."""
    with hosting() as running:
        yield running


@pytest.fixture
def connect(owner: Api) -> Connect:
    """Makes a source of a connection, and waits until it is there or can't be."""

    def connected(connection: dict[str, Any], **body: Any) -> dict[str, Any]:
        wanted = {"name": "From the web", "connection": connection, **body}
        created = owner.post("/api/v1/data-sources/web", json=wanted)
        assert created.status_code == 201, created.text
        path = f"/api/v1/data-sources/{created.json()['id']}"
        return owner.until(path, lambda s: s["status"] != "preprocessing" and s["progress"] is None)

    return connected


@pytest.fixture
def sync(owner: Api) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Brings a source up to date, and waits until that is done or has failed."""

    def synced(source: dict[str, Any]) -> dict[str, Any]:
        path = f"/api/v1/data-sources/{source['id']}"
        before = owner.get(path).json()["last_synced_at"]
        started = owner.post(f"{path}/sync")
        assert started.status_code == 201, started.text
        return owner.until(
            path,
            lambda s: (s["last_synced_at"] != before or s["error_message"]) and s["progress"] is None,
        )

    return synced


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The address of an S3 that keeps what it is given; it looks at no signature."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    yield "http://{}:{}".format(*running.get_host_and_port())
    running.stop()
