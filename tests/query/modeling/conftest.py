"""The shop on every engine, and a model of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import clickhouse_connect
import duckdb
import psycopg
import pymysql
import pytest
import shop

from claribi.core.egress import Egress
from claribi.query.engine import Engine, EngineLimits
from claribi.query.live import read
from claribi.query.modeling.bound import Bound
from claribi.query.modeling.schemas import Model
from claribi.query.schemas import ModelQuery
from claribi.query.statements import about_model
from claribi.sources.connectors.base import Connector
from claribi.sources.connectors.clickhouse import ClickHouse
from claribi.sources.connectors.mysql import MySQL
from claribi.sources.connectors.postgresql import PostgreSQL
from claribi.sources.connectors.settings import ServerConnection
from claribi.sources.service import Catalog

LIMITS = EngineLimits()
HERE = Egress([ip_network("127.0.0.0/8")])
CLICKHOUSE = {
    "integer": "Int32",
    "string": "String",
    "decimal": "Decimal(10, 2)",
    "date": "Date",
    "timestamp": "DateTime",
}
Ask = Callable[[ModelQuery, Model], list[list[Any]]]


def _catalog(files: dict[str, Path], connector: Connector | None) -> Catalog:
    return Catalog(1, "Shop", "v1", shop.tables(), files, connector)


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """The shop as Parquet files."""
    folder = tmp_path_factory.mktemp("shop")
    files = {name: folder / f"{name}.parquet" for name in shop.TYPES}
    with duckdb.connect() as connection:
        for statement in shop.statements(text="varchar", moment="timestamp"):
            connection.execute(statement)
        for name, file in files.items():
            places = ", ".join("?" * len(shop.TYPES[name]))
            connection.executemany(f"INSERT INTO {name} VALUES ({places})", _values(name))
            connection.execute(f"COPY {name} TO '{file}'")
    engine = Engine(size=1, limits=LIMITS, spill_directory=tmp_path_factory.mktemp("spill"))

    def ask(query: ModelQuery, model: Model) -> list[list[Any]]:
        statement, _ = about_model(Bound(model, {1: _catalog(files, None)}), query, LIMITS.max_rows)
        used = {name: [path] for name, path in statement.place.files.items()}
        return engine.run(str(statement.run), statement.parameters, used).rows[: statement.limit]

    yield ask
    engine.close()


@pytest.fixture(scope="session")
def postgresql(postgres_url: str) -> Iterator[Ask]:
    with psycopg.connect(postgres_url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA shop_model; SET search_path = shop_model")
        for statement in shop.statements(text='text COLLATE "C"', moment="timestamp"):
            cursor.execute(statement)
        for name in shop.TYPES:
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for row in _values(name):
                    copy.write_row(row)
        where = connection.info
        settings = ServerConnection(host="127.0.0.1", port=where.port, database=where.dbname, user=where.user)
        connector = PostgreSQL(settings, HERE, size=1)
        yield _live(connector, "shop_model")
        connector.close()
        cursor.execute("DROP SCHEMA shop_model CASCADE")


@pytest.fixture(scope="session")
def mariadb(mariadb_port: int) -> Iterator[Ask]:
    admin = pymysql.connect(host="127.0.0.1", port=mariadb_port, user="root", autocommit=True)
    with admin.cursor() as cursor:
        cursor.execute("CREATE DATABASE shop_model CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
        cursor.execute("USE shop_model")
        for statement in shop.statements(text="varchar(20)", moment="datetime"):
            cursor.execute(statement.replace("lines", "`lines`"))
        for name in shop.TYPES:
            places = ", ".join(["%s"] * len(shop.TYPES[name]))
            cursor.executemany(f"INSERT INTO `{name}` VALUES ({places})", _values(name))
        settings = ServerConnection(host="127.0.0.1", port=mariadb_port, database="shop_model", user="root")
        connector = MySQL(settings, HERE, size=1)
        yield _live(connector, "")
        connector.close()
        cursor.execute("DROP DATABASE shop_model")
    admin.close()


@pytest.fixture(scope="session")
def clickhouse(clickhouse_port: int) -> Iterator[Ask]:
    admin = clickhouse_connect.get_client(
        host="127.0.0.1", port=clickhouse_port, compress=False, autogenerate_session_id=False
    )
    admin.command("CREATE DATABASE shop_model")
    admin.database = "shop_model"
    # As in the other engines, what is not said to be there may be missing.
    nullable = {"data_type_default_nullable": 1}
    for statement in shop.statements(text="String", moment="DateTime"):
        admin.command(f"{statement} ENGINE = MergeTree SETTINGS allow_nullable_key = 1", settings=nullable)
    for name, kinds in shop.TYPES.items():
        places = ", ".join(f"{{v{n}:Nullable({CLICKHOUSE[k]})}}" for n, k in enumerate(kinds.values()))
        for row in _values(name):
            values = {f"v{n}": None if value is None else str(value) for n, value in enumerate(row)}
            admin.command(f"INSERT INTO {name} SELECT {places}", parameters=values)
    settings = ServerConnection(host="127.0.0.1", port=clickhouse_port, database="shop_model", user="default")
    connector = ClickHouse(settings, HERE, size=1)
    yield _live(connector, "")
    connector.close()
    admin.command("DROP DATABASE shop_model")
    admin.close()


def _values(name: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in shop.DATA[name]]


def _live(connector: Connector, schema: str) -> Ask:
    tables = {name: replace(t, schema=schema, physical=name) for name, t in shop.tables().items()}
    catalog = replace(_catalog({}, connector), tables=tables)

    def ask(query: ModelQuery, model: Model) -> list[list[Any]]:
        statement, _ = about_model(Bound(model, {1: catalog}), query, LIMITS.max_rows)
        expression: Any = statement.run
        return read(connector, expression, statement.parameters, statement.types, LIMITS).rows[
            : statement.limit
        ]

    return ask


@pytest.fixture(scope="session")
def model() -> Model:
    return Model.model_validate(shop.MODEL)


@pytest.fixture(params=["stored", "postgresql", "mariadb", "clickhouse"])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Each engine in turn."""
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]
