"""Copies of what is new only."""

from collections.abc import Iterator
from typing import Any

import proxy
import pytest
from support import Api

ROWS = 20_000
MOMENT = "2024-01-01 00:00:00"


@pytest.fixture(params=["postgresql", "mariadb"])
def database(request: pytest.FixtureRequest) -> Iterator[Any]:
    """With a table that grows."""
    reached = request.getfixturevalue(request.param)
    moment, text = ("timestamp", "text") if reached.engine == "postgresql" else ("datetime", "varchar(100)")
    if reached.engine == "postgresql":
        numbers, reader = f"generate_series(1, {ROWS}) AS s(n)", "reader"
    else:
        numbers, reader = f"(SELECT seq AS n FROM seq_1_to_{ROWS}) AS s", "reader@'%'"
    values = f"n, {_later(reached, 'n')}, n / 4.0, concat('Event number ', n)"
    reached.run(
        f"CREATE TABLE events (id bigint PRIMARY KEY, at {moment}, amount numeric(10, 2), note {text})",
        f"INSERT INTO events SELECT {values} FROM {numbers}",
        f"GRANT SELECT ON events TO {reader}",
    )
    yield reached
    reached.run("DROP TABLE events")


def _later(reached: Any, seconds: str) -> str:
    if reached.engine == "postgresql":
        return f"timestamp '{MOMENT}' + {seconds} * interval '1 second'"
    return f"timestamp '{MOMENT}' + INTERVAL {seconds} SECOND"


def add(reached: Any, number: int, seconds: int, note: str = "new") -> None:
    reached.run(f"INSERT INTO events VALUES ({number}, {_later(reached, str(seconds))}, 1, '{note}')")


class Copied:
    """A source that is copied through a network which counts."""

    def __init__(self, api: Api, reached: Any, network: proxy.Proxy, late: int) -> None:
        self.api, self.network = api, network
        created = api.post(
            "/api/v1/data-sources",
            json={
                "name": "Growing",
                "engine": reached.engine,
                "connection": reached.connection | {"port": network.port},
                "mode": "synced",
                "sync": {"tables": ["events"], "incremental": {"events": {"cursor": "at", "late": late}}},
            },
        )
        assert created.status_code == 201, created.text
        self.path = f"/api/v1/data-sources/{created.json()['id']}"
        source = api.until(self.path, lambda s: s["status"] != "preprocessing")
        assert source["status"] == "active", source["error_message"]
        self.id, self.whole = source["id"], network.carried

    def again(self) -> int:
        """Bring it up to date; how many bytes came for that."""
        before, last = self.network.carried, self.api.get(self.path).json()["last_synced_at"]
        assert self.api.post(f"{self.path}/sync").status_code == 201
        source = self.api.until(self.path, lambda s: s["last_synced_at"] != last or s["error_message"])
        assert source["error_message"] is None
        return self.network.carried - before

    def ask(self, sql: str) -> list[list[Any]]:
        answer = self.api.post("/api/v1/query", json={"source_id": self.id, "sql": sql})
        assert answer.status_code == 200, answer.text
        return answer.json()["rows"]


@pytest.fixture
def copied(owner: Api, database: Any) -> Iterator[Copied]:
    with proxy.between(database.connection["port"]) as network:
        yield Copied(owner, database, network, late=60)


def test_only_what_is_new_comes(copied: Copied, database: Any):
    add(database, ROWS + 1, ROWS + 1)
    database.run(f"UPDATE events SET amount = 1000, at = {_later(database, str(ROWS + 2))} WHERE id = 7")
    assert copied.again() < copied.whole / 10
    assert copied.ask("SELECT count(*) FROM events") == [[ROWS + 1]]
    assert copied.ask("SELECT amount FROM events WHERE id = 7") == [[1000.0]]
    assert copied.ask("SELECT count(DISTINCT id) FROM events") == [[ROWS + 1]]
    total = sum(n / 4 for n in range(1, ROWS + 1)) - 7 / 4 + 1000 + 1
    assert float(copied.ask("SELECT sum(amount) FROM events")[0][0]) == pytest.approx(total)


def test_rows_that_come_late_are_found(copied: Copied, database: Any):
    add(database, ROWS + 1, ROWS - 30, "late")
    assert copied.again() < copied.whole / 10
    assert copied.ask("SELECT note FROM events WHERE id > 20000") == [["late"]]
    # Later than was said: the count tells, and all is copied anew.
    add(database, ROWS + 2, 5, "much later")
    assert copied.again() > copied.whole / 2
    assert copied.ask("SELECT count(*) FROM events") == [[ROWS + 2]]


def test_deleted_rows_are_noticed(copied: Copied, database: Any):
    database.run("DELETE FROM events WHERE id = 100")
    copied.again()
    assert copied.ask("SELECT count(*), count(CASE WHEN id = 100 THEN 1 END) FROM events") == [[ROWS - 1, 0]]
    # One goes and another comes where nobody looks: the count is the same, the sum of the keys is not.
    database.run("DELETE FROM events WHERE id = 200")
    add(database, ROWS + 9, 3)
    copied.again()
    assert copied.ask("SELECT count(*), max(id) FROM events") == [[ROWS - 1, ROWS + 9]]


def test_rows_without_a_cursor_come_each_time(copied: Copied, database: Any):
    database.run(f"INSERT INTO events VALUES ({ROWS + 1}, NULL, 1, 'timeless')")
    for _ in range(2):
        assert copied.again() < copied.whole / 10
        assert copied.ask("SELECT count(*) FROM events WHERE at IS NULL") == [[1]]
    assert copied.ask("SELECT count(*) FROM events") == [[ROWS + 1]]


def test_a_column_that_comes_is_there(copied: Copied, database: Any):
    database.run("ALTER TABLE events ADD COLUMN kind int DEFAULT 3")
    copied.again()
    assert copied.ask("SELECT count(kind), min(kind) FROM events") == [[ROWS, 3]]


def test_where_it_can_not_be_it_is_said(owner: Api, clickhouse: Any):
    refused = owner.post(
        "/api/v1/data-sources",
        json={
            "name": "x",
            "engine": "clickhouse",
            "connection": clickhouse.connection,
            "mode": "synced",
            "sync": {"incremental": {"orders": {"cursor": "at"}}},
        },
    )
    assert refused.status_code == 400
    assert "copied whole" in refused.json()["message"]
