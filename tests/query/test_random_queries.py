"""Random queries against a reference in plain Python, on every engine that runs here."""

import os
import re
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import clickhouse_connect
import duckdb
import psycopg
import pymysql
import pytest
import reference
import spark_server
from hypothesis import HealthCheck, given, settings
from random_queries import CREATE, NOW, ROWS, TABLE, TUPLES, TYPES, queries, same

from claribi.core.egress import Egress
from claribi.query.compile import compile_query
from claribi.query.dialects import adapted
from claribi.query.engine import Engine, EngineLimits
from claribi.query.live import read
from claribi.query.schemas import Query
from claribi.sources.catalog import ColumnType
from claribi.sources.connectors.base import Connector
from claribi.sources.connectors.clickhouse import ClickHouse
from claribi.sources.connectors.mysql import MySQL
from claribi.sources.connectors.postgresql import PostgreSQL
from claribi.sources.connectors.redshift import Redshift
from claribi.sources.connectors.settings import ServerConnection

EXAMPLES = int(os.environ.get("CLARIBI_RANDOM_QUERIES", "100"))
LIMITS = EngineLimits()
CLICKHOUSE: dict[ColumnType, str] = {
    "integer": "Int32",
    "date": "Date32",
    "timestamp": "DateTime64(6)",
    "string": "String",
    "decimal": "Decimal(10, 2)",
    "float": "Float64",
    "boolean": "Bool",
}
Run = Callable[[Query], list[list[Any]]]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """DuckDB over a Parquet file, as for everything that was uploaded."""
    file = tmp_path_factory.mktemp("things") / "things.parquet"
    with duckdb.connect() as connection:
        connection.execute(CREATE.format(moment="timestamp", text="varchar"))
        connection.executemany("INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", TUPLES)
        connection.execute(f"COPY things TO '{file}'")
    engine = Engine(size=1, limits=LIMITS, spill_directory=tmp_path_factory.mktemp("spill"))
    files: dict[str, list[Path]] = {"things": [file]}

    def run(query: Query) -> list[list[Any]]:
        compiled = compile_query(query, TABLE, now=NOW)
        return engine.run(compiled.sql(), compiled.parameters, files).rows

    yield run
    engine.close()


def _live(connector: Connector) -> Run:
    def run(query: Query) -> list[list[Any]]:
        compiled = compile_query(query, TABLE, now=NOW)
        expression = adapted(compiled.expression, connector.dialect, compiled.parameters)
        return read(connector, expression, compiled.parameters, compiled.types, LIMITS).rows

    return run


@pytest.fixture(scope="module")
def postgresql(postgres_url: str) -> Iterator[Run]:
    with psycopg.connect(postgres_url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(CREATE.format(moment="timestamp", text='text COLLATE "C"'))
        with cursor.copy("COPY things FROM STDIN") as copy:
            for row in TUPLES:
                copy.write_row(row)
        where = connection.info
        settings = ServerConnection(host="127.0.0.1", port=where.port, database=where.dbname, user=where.user)
        connector = PostgreSQL(settings, Egress([ip_network("127.0.0.0/8")]), size=1)
        yield _live(connector)
        connector.close()
        cursor.execute("DROP TABLE things")


class RedshiftOnPostgreSQL(Redshift):
    """What is written for Redshift, as far as PostgreSQL reads it: no type VARCHAR(MAX), no DATEDIFF."""

    PASSED = re.compile(r"DATEDIFF\(MICROSECOND, (CAST\(.+? AS TIMESTAMP\)), (CAST\(.+? AS TIMESTAMP\))\)")

    def _answer(self, connection, sql, values):
        sql = self.PASSED.sub(r"(1000000 * EXTRACT(EPOCH FROM \2 - \1))::bigint", sql)
        return super()._answer(connection, sql.replace("VARCHAR(MAX)", "VARCHAR"), values)


@pytest.fixture(scope="module")
def redshift(postgres_url: str) -> Iterator[Run]:
    with psycopg.connect(postgres_url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA of_redshift; SET search_path TO of_redshift")
        cursor.execute(CREATE.format(moment="timestamp", text='text COLLATE "C"'))
        with cursor.copy("COPY things FROM STDIN") as copy:
            for row in TUPLES:
                copy.write_row(row)
        where = connection.info
        settings = ServerConnection(host="127.0.0.1", port=where.port, database=where.dbname, user=where.user)
        connector = RedshiftOnPostgreSQL(settings, Egress([ip_network("127.0.0.0/8")]), size=1)
        connector.default_schema = "of_redshift"
        yield _live(connector)
        connector.close()
        cursor.execute("DROP SCHEMA of_redshift CASCADE")


@pytest.fixture(scope="module")
def mariadb(mariadb_port: int) -> Iterator[Run]:
    admin = pymysql.connect(host="127.0.0.1", port=mariadb_port, user="root", autocommit=True)
    with admin.cursor() as cursor:
        cursor.execute("CREATE DATABASE things CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
        cursor.execute("USE things")
        cursor.execute(CREATE.format(moment="datetime", text="varchar(20)"))
        cursor.executemany("INSERT INTO things VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)", TUPLES)
        settings = ServerConnection(host="127.0.0.1", port=mariadb_port, database="things", user="root")
        connector = MySQL(settings, Egress([ip_network("127.0.0.0/8")]), size=1)
        yield _live(connector)
        connector.close()
        cursor.execute("DROP DATABASE things")
    admin.close()


@pytest.fixture(scope="module")
def clickhouse(clickhouse_port: int) -> Iterator[Run]:
    settings = ServerConnection(host="127.0.0.1", port=clickhouse_port, database="default", user="default")
    admin = clickhouse_connect.get_client(host="127.0.0.1", port=clickhouse_port, compress=False)
    columns = ", ".join(
        f"{name} {CLICKHOUSE[kind] if name == 'id' else f'Nullable({CLICKHOUSE[kind]})'}"
        for name, kind in TYPES.items()
    )
    admin.command(f"CREATE TABLE things ({columns}) ENGINE = MergeTree ORDER BY id")
    places = ", ".join(f"{{v{n}:Nullable({CLICKHOUSE[kind]})}}" for n, kind in enumerate(TYPES.values()))
    for row in TUPLES:
        values = {f"v{n}": None if value is None else str(value) for n, value in enumerate(row)}
        admin.command(f"INSERT INTO things SELECT {places}", parameters=values)
    connector = ClickHouse(settings, Egress([ip_network("127.0.0.0/8")]), size=1)
    yield _live(connector)
    connector.close()
    admin.command("DROP TABLE things")
    admin.close()


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    port = spark_server.shared_port()
    file = tmp_path_factory.mktemp("spark") / "things.parquet"
    with duckdb.connect() as connection:
        connection.execute(CREATE.format(moment="timestamp", text="varchar"))
        connection.executemany("INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", TUPLES)
        connection.execute(f"COPY things TO '{file}'")
    connector = spark_server.connector(port)
    spark_server.load(connector, "files", {"things": file})
    # DuckDB's moments have no zone; those of Spark's own tables have one, unless somebody wants it otherwise.
    spark_server.run(
        connector,
        "CREATE TABLE things USING parquet AS "
        "SELECT * EXCEPT (moment), CAST(moment AS timestamp) AS moment FROM files.things",
    )
    yield _live(connector)
    spark_server.run(connector, "DROP TABLE things", "DROP SCHEMA files CASCADE")
    connector.close()


def _check(run: Run, query: Query) -> None:
    found, wanted = run(query), reference.answer(query, ROWS, NOW)
    assert len(found) == len(wanted), (query, found, wanted)
    for ours, theirs in zip(found, wanted, strict=True):
        assert all(map(same, ours, theirs)), (query, ours, theirs)


RUN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)


@RUN
@given(query=queries())
def test_files_agree_with_the_reference(stored: Run, query: Query):
    _check(stored, query)


@RUN
@given(query=queries())
def test_postgresql_agrees_with_the_reference(postgresql: Run, query: Query):
    _check(postgresql, query)


@settings(RUN, max_examples=max(EXAMPLES // 3, 1))
@given(query=queries())
def test_redshifts_sql_on_postgresql_agrees_with_the_reference(redshift: Run, query: Query):
    _check(redshift, query)


@RUN
@given(query=queries())
def test_mariadb_agrees_with_the_reference(mariadb: Run, query: Query):
    _check(mariadb, query)


# Embedded, it takes ten times as long for one.
@settings(RUN, max_examples=max(EXAMPLES // 3, 1))
@given(query=queries())
def test_clickhouse_agrees_with_the_reference(clickhouse: Run, query: Query):
    _check(clickhouse, query)


# Each of its queries is a job of a cluster, if only of this machine.
@settings(RUN, max_examples=max(EXAMPLES // 6, 1))
@given(query=queries())
def test_spark_agrees_with_the_reference(spark: Run, query: Query):
    _check(spark, query)
