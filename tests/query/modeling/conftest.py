"""The shop on every engine, and a model of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import clickhouse_connect
import duckdb
import psycopg
import pymysql
import pytest
import shop
import spark_server

from claribi.core.egress import Egress
from claribi.query.engine import Engine, EngineLimits
from claribi.query.feeding import Feeding
from claribi.query.live import read
from claribi.query.modeling.bound import Bound
from claribi.query.modeling.schemas import Model
from claribi.query.schemas import ModelQuery
from claribi.query.statements import Statement, about_model
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
# Where each table is when they are in several sources: 1 in files, 2 in PostgreSQL, 3 in MariaDB.
PLACES = {"regions": 1, "customers": 2, "products": 1, "orders": 3, "lines": 3, "payments": 2, "returns": 1}


@dataclass(frozen=True)
class Live:
    """Asks the shop in a database."""

    catalog: Catalog

    def __call__(self, query: ModelQuery, model: Model) -> list[list[Any]]:
        statement, _ = about_model(Bound(model, {1: self.catalog}), query, LIMITS.max_rows)
        expression: Any = statement.run
        connector: Any = self.catalog.connector
        answer = read(connector, expression, statement.parameters, statement.types, LIMITS)
        return answer.rows[: statement.limit]


def _catalog(files: dict[str, Path], connector: Connector | None) -> Catalog:
    return Catalog(1, "Shop", "v1", shop.tables(), files, connector)


@pytest.fixture(scope="session")
def shop_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Path], Engine]]:
    """The shop as Parquet files, and what reads them."""
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
    yield files, engine
    engine.close()


@pytest.fixture(scope="session")
def stored(shop_files: tuple[dict[str, Path], Engine]) -> Ask:
    files, engine = shop_files

    def ask(query: ModelQuery, model: Model) -> list[list[Any]]:
        statement, _ = about_model(Bound(model, {1: _catalog(files, None)}), query, LIMITS.max_rows)
        used = {name: [path] for name, path in statement.place.files.items()}
        return engine.run(str(statement.run), statement.parameters, used).rows[: statement.limit]

    return ask


@pytest.fixture(scope="session")
def several(
    shop_files: tuple[dict[str, Path], Engine], postgresql: Live, mariadb: Live
) -> Callable[[ModelQuery, Model], Statement]:
    """Questions to the shop with its tables in files, in PostgreSQL and in MariaDB."""
    catalogs = {
        1: _catalog(shop_files[0], None),
        2: replace(postgresql.catalog, source_id=2, source_name="Ledger"),
        3: replace(mariadb.catalog, source_id=3, source_name="Store"),
    }

    def stated(query: ModelQuery, model: Model) -> Statement:
        tables = [t.model_copy(update={"source_id": PLACES[t.name]}) for t in model.tables]
        bound = Bound(model.model_copy(update={"tables": tables}), catalogs)
        return about_model(bound, query, LIMITS.max_rows)[0]

    return stated


@pytest.fixture(scope="session")
def together(
    shop_files: tuple[dict[str, Path], Engine], several: Callable[[ModelQuery, Model], Statement]
) -> Ask:
    engine = shop_files[1]
    feeding = Feeding(engine)

    def ask(query: ModelQuery, model: Model) -> list[list[Any]]:
        statement = several(query, model)
        connector = statement.place.connector
        if connector is not None:
            expression: Any = statement.run
            rows = read(connector, expression, statement.parameters, statement.types, LIMITS).rows
        else:
            with feeding.files(statement.place, LIMITS) as files:
                rows = engine.run(str(statement.run), statement.parameters, files).rows
        return rows[: statement.limit]

    return ask


@pytest.fixture(scope="session")
def postgresql(postgres_url: str) -> Iterator[Live]:
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
def mariadb(mariadb_port: int) -> Iterator[Live]:
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
def clickhouse(clickhouse_port: int) -> Iterator[Live]:
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


@pytest.fixture(scope="session")
def spark(shop_files: tuple[dict[str, Path], Engine]) -> Iterator[Live]:
    connector = spark_server.connector(spark_server.shared_port())
    spark_server.load(connector, "shop_model", shop_files[0])
    yield _live(connector, "shop_model")
    spark_server.run(connector, "DROP SCHEMA shop_model CASCADE")
    connector.close()


def _values(name: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in shop.DATA[name]]


def _live(connector: Connector, schema: str) -> Live:
    tables = {name: replace(t, schema=schema, physical=name) for name, t in shop.tables().items()}
    return Live(replace(_catalog({}, connector), tables=tables))


@pytest.fixture(scope="session")
def model() -> Model:
    return Model.model_validate(shop.MODEL)


@pytest.fixture(params=["stored", "postgresql", "mariadb", "clickhouse", "together"])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Each engine in turn."""
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]
