"""A server whose queries end soon, and a file with the tables of the corpus."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import Api, Server, running

ORDERS = 5_000


@pytest.fixture(scope="session")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hasty")
    with running(folder, query_timeout_seconds="0.5", engine_memory_mb="512") as server:
        yield server


@pytest.fixture(scope="session")
def attacker(hasty: Server) -> Api:
    return hasty.owner()


@pytest.fixture(scope="session")
def attacked(attacker: Api, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A source with the tables `orders` and `regions`."""
    file: Path = tmp_path_factory.mktemp("shop") / "shop.sqlite"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE regions (region TEXT, manager TEXT)")
    connection.executemany(
        "INSERT INTO regions VALUES (?, ?)", [("North", "Nora"), ("South", "Sol"), ("West", "Wes")]
    )
    connection.execute("CREATE TABLE orders (order_id INTEGER, region TEXT, quantity INTEGER)")
    connection.executemany("INSERT INTO orders VALUES (?, 'North', 3)", [(n,) for n in range(ORDERS)])
    connection.commit()
    connection.close()
    source = attacker.upload(file.read_bytes(), name=file.name)
    assert {table["name"] for table in source["tables"]} == {"orders", "regions"}, source
    return source
