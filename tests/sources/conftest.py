"""The sales of the tests in databases of several engines."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import clickhouse_connect
import psycopg
import pymysql
import pytest
from support import Api, Server

COLUMNS = ("order_id", "ordered_on", "region", "product", "quantity", "revenue")
TABLES = (
    "CREATE TABLE regions (region varchar(20) PRIMARY KEY, manager varchar(50) NOT NULL)",
    """CREATE TABLE orders (order_id bigint PRIMARY KEY, ordered_on date, region varchar(20),
    product varchar(20), quantity int, revenue numeric(10, 2), at {moment}, is_late {boolean},
    FOREIGN KEY (region) REFERENCES regions (region))""",
)
# As its own users would: few words kept once, times with a zone.
CLICKHOUSE = (
    "CREATE TABLE regions (region String, manager String)",
    """CREATE TABLE orders (order_id Int64, ordered_on Date, region LowCardinality(String),
    product LowCardinality(Nullable(String)), quantity UInt8,
    revenue Nullable(Decimal(10, 2)) COMMENT 'In euros', at DateTime('Europe/Berlin'), is_late Bool)""",
)
REGIONS = [("North", "Nora"), ("South", "Sol"), ("West", "Wes")]
READER, PASSWORD = "reader", "an unusual password: '$%\\"


@dataclass
class Reached:
    """A database with the sales in it, and how its reader connects."""

    engine: str
    connection: dict[str, Any]
    admin: Any

    def run(self, *statements: str) -> None:
        with self.admin.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@pytest.fixture(scope="module")
def owner(near: Server) -> Api:
    return near.owner()


@pytest.fixture(scope="session")
def rows(sales_csv: bytes) -> list[tuple[Any, ...]]:
    listed = list(csv.DictReader(io.StringIO(sales_csv.decode())))
    return [
        (*(row[name] or None for name in COLUMNS), f"{row['ordered_on']} {n % 24:02}:30:00", n % 3 == 0)
        for n, row in enumerate(listed)
    ]


@pytest.fixture(scope="session")
def postgresql(postgres_url: str, rows: list[tuple[Any, ...]]) -> Iterator[Reached]:
    with psycopg.connect(postgres_url, autocommit=True) as admin, admin.cursor() as cursor:
        cursor.execute("CREATE DATABASE shop")
    url = postgres_url.rsplit("/", 1)[0] + "/shop"
    with psycopg.connect(url, autocommit=True) as admin:
        with admin.cursor() as cursor:
            for statement in TABLES:
                cursor.execute(statement.format(moment="timestamp", boolean="boolean"))
            cursor.executemany("INSERT INTO regions VALUES (%s, %s)", REGIONS)
            with cursor.copy("COPY orders FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute("COMMENT ON COLUMN orders.revenue IS 'In euros'")
            cursor.execute("CREATE SCHEMA stock; CREATE TABLE stock.parts (part int, name text)")
            cursor.execute("INSERT INTO stock.parts VALUES (1, 'bolt'), (2, 'nut'); ANALYZE")
            cursor.execute(f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD.replace(chr(39), chr(39) * 2)}'")
            cursor.execute(f"GRANT USAGE ON SCHEMA public, stock TO {READER}")
            cursor.execute(f"GRANT SELECT ON orders, regions, stock.parts TO {READER}")
            cursor.execute("CREATE TABLE wages (name text, wage int)")
        connection = {
            "host": "localhost",
            "port": admin.info.port,
            "database": "shop",
            "user": READER,
            "password": PASSWORD,
        }
        yield Reached("postgresql", connection, admin)


@pytest.fixture(scope="session")
def mariadb(mariadb_port: int, rows: list[tuple[Any, ...]]) -> Iterator[Reached]:
    admin = pymysql.connect(host="127.0.0.1", port=mariadb_port, user="root", autocommit=True)
    with admin.cursor() as cursor:
        cursor.execute("CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        cursor.execute("USE shop")
        for statement in TABLES:
            cursor.execute(statement.format(moment="datetime", boolean="boolean"))
        cursor.executemany("INSERT INTO regions VALUES (%s, %s)", REGIONS)
        cursor.executemany("INSERT INTO orders VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", rows)
        cursor.execute("ALTER TABLE orders MODIFY revenue numeric(10, 2) COMMENT 'In euros'")
        cursor.execute(f"CREATE USER {READER}@'%%' IDENTIFIED BY %s", (PASSWORD,))
        for table in ("orders", "regions"):
            cursor.execute(f"GRANT SELECT ON shop.{table} TO {READER}@'%'")
        cursor.execute("CREATE TABLE wages (name text, wage int)")
    connection = {
        "host": "localhost",
        "port": mariadb_port,
        "database": "shop",
        "user": READER,
        "password": PASSWORD,
    }
    yield Reached("mariadb", connection, admin)
    admin.close()


class ReachedClickHouse(Reached):
    """Takes what the tests tell the others, as far as ClickHouse knows it; its server here has no rights."""

    def run(self, *statements: str) -> None:
        for statement in statements:
            if statement.startswith("CREATE TABLE"):
                self.admin.command(f"{statement} ENGINE = MergeTree ORDER BY tuple()")
            elif not statement.startswith("GRANT"):
                self.admin.command(statement)


@pytest.fixture(scope="session")
def clickhouse(clickhouse_port: int, rows: list[tuple[Any, ...]]) -> Iterator[Reached]:
    admin = clickhouse_connect.get_client(
        host="127.0.0.1", port=clickhouse_port, compress=False, autogenerate_session_id=False
    )
    admin.command("CREATE DATABASE shop")
    admin.database = "shop"
    reached = ReachedClickHouse("clickhouse", {}, admin)
    reached.run(*CLICKHOUSE)
    for start in range(0, len(rows), 1000):
        admin.command(f"INSERT INTO orders VALUES {', '.join(map(_values, rows[start : start + 1000]))}")
    admin.command(f"INSERT INTO regions VALUES {', '.join(map(str, REGIONS))}")
    reached.connection = {
        "host": "localhost",
        "port": clickhouse_port,
        "database": "shop",
        "user": READER,
        "password": PASSWORD,
    }
    yield reached
    admin.close()


def _values(row: tuple[Any, ...]) -> str:
    *values, at, is_late = ("NULL" if value is None else repr(value) for value in row)
    return f"({', '.join(values)}, toDateTime({at}, 'UTC'), {is_late})"


@pytest.fixture(scope="session", params=["postgresql", "mariadb", "clickhouse"])
def reached(request: pytest.FixtureRequest) -> Reached:
    """Each database in turn."""
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def organization(near: Server) -> int:
    return near.organization("self_hosted")


@pytest.fixture(scope="module")
def chief(near: Server, organization: int) -> Api:
    """An owner in an organisation that others can join."""
    return near.api(**{"X-API-Key": near.member(organization).key})


@pytest.fixture(scope="module")
def source(chief: Api, reached: Reached) -> dict[str, Any]:
    """The database as a live source of the chief's."""
    created = chief.post(
        "/api/v1/data-sources",
        json={"name": reached.engine, "engine": reached.engine, "connection": reached.connection},
    )
    assert created.status_code == 201, created.text
    return chief.until(
        f"/api/v1/data-sources/{created.json()['id']}", lambda s: s["status"] != "preprocessing"
    )
