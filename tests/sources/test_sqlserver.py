"""What is SQL Server's own: signing in, TLS, types, being stopped. Against a stand-in, not the real one."""

import socket
import threading
import time as clock
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
import reference
from hypothesis import given, settings
from random_queries import CREATE, NOW, ROWS, TABLE, TUPLES, queries, same
from statement_server import BROKEN, ELSEWHERE, ENDLESS, HERE, authority
from support import free_port
from tds_server import ADMINISTRATOR, DATABASE, DEAF, PASSWORD, PLAIN, USER, TdsService

from claribi.core.errors import ClaribiError, QueryError, QueryTimeout, SourceUnavailable
from claribi.query.compile import compile_query
from claribi.query.dialects import adapted
from claribi.query.engine import EngineLimits
from claribi.query.live import read
from claribi.query.schemas import Query
from claribi.sources.catalog import Relation
from claribi.sources.connectors.base import Fetched, FoundTable, ReadLimits
from claribi.sources.connectors.settings import ServerConnection
from claribi.sources.connectors.sqlserver import SQLServer

LIMITS = ReadLimits(timeout_seconds=5, max_rows=100_000, max_bytes=64 * 1024**2)
SOON = ReadLimits(timeout_seconds=0.5, max_rows=100, max_bytes=10**6)


@pytest.fixture(scope="module")
def service() -> Iterator[TdsService]:
    with TdsService() as made:
        made.database.execute(CREATE.format(moment="timestamp", text="varchar"))
        made.database.executemany("INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", TUPLES)
        made.database.execute(
            "CREATE TABLE regions (region varchar, area varchar, PRIMARY KEY (region, area));"
            "CREATE TABLE orders (id bigint PRIMARY KEY, region varchar, area varchar,"
            " revenue decimal(10, 2), FOREIGN KEY (region, area) REFERENCES regions (region, area));"
            "CREATE SCHEMA stock; CREATE TABLE stock.parts (part int);"
            "COMMENT ON TABLE orders IS 'All sales'; COMMENT ON COLUMN orders.revenue IS 'In euros';"
        )
        yield made


def connector(service: TdsService, **changed: Any) -> SQLServer:
    given = {
        "host": "localhost",
        "port": service.port,
        "database": DATABASE,
        "user": USER,
        "password": PASSWORD,
        "tls": "verify",
        "ca_certificate": authority(),
    }
    return SQLServer(ServerConnection.model_validate(given | changed), HERE, size=2)


@pytest.fixture(scope="module")
def source(service: TdsService) -> Iterator[SQLServer]:
    made = connector(service)
    yield made
    made.close()


def run(source: SQLServer, sql: str, *values: Any, limits: ReadLimits = LIMITS) -> Fetched:
    return source.run(sql, values, limits)


def refusal(service: TdsService, **changed: Any) -> str:
    made = connector(service, **changed)
    with pytest.raises(ClaribiError) as refused:
        made.check()
    made.close()
    assert PASSWORD not in refused.value.message
    return refused.value.message


class TestConnecting:
    @pytest.mark.parametrize("tls", ["prefer", "require", "verify"])
    def test_with_tls(self, service: TdsService, tls: str):
        made = connector(service, tls=tls, ca_certificate=authority() if tls == "verify" else None)
        assert made.check() == "SQL Server 2022"
        assert run(made, "SELECT N'Süd 😀' AS a").rows == [["Süd 😀"]]
        made.close()

    @pytest.mark.parametrize("tls", ["off", "prefer"])
    def test_without(self, tls: str):
        with TdsService(encryption=PLAIN) as plain:
            made = connector(plain, tls=tls)
            assert run(made, "SELECT 1 AS a").rows == [[1]]
            made.close()

    def test_what_both_sides_can_not_agree_on_is_named(self, service: TdsService):
        assert "takes encrypted connections only" in refusal(service, tls="off")
        assert "certificate can't be trusted" in refusal(service, ca_certificate=None)
        with TdsService(encryption=PLAIN) as plain:
            for tls in ("require", "verify"):
                assert "TLS is required" in refusal(plain, tls=tls)

    @pytest.mark.parametrize(
        ("changed", "cause"),
        [
            ({"password": "a wrong one"}, f"user {USER} or its password is wrong"),
            ({"user": "nobody"}, "user nobody or its password is wrong"),
            ({"database": "ocean"}, "there is no database ocean"),
            ({"user": ADMINISTRATOR}, "may do anything on that server"),
            ({"database": ELSEWHERE}, "sends its clients on to another server"),
        ],
        ids=["password", "user", "database", "administrator", "route"],
    )
    def test_the_cause_is_named(self, service: TdsService, changed: dict[str, Any], cause: str):
        assert cause in refusal(service, **changed)

    def test_nobody_and_somebody_else(self, service: TdsService):
        assert "nothing listens" in refusal(service, port=free_port())
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]

            def greet() -> None:
                with listening.accept()[0] as client:
                    client.recv(1_000)
                    client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

            threading.Thread(target=greet, daemon=True).start()
            assert "what listens there is no SQL Server" in refusal(service, port=port)

    def test_a_version_that_is_too_old_is_told(self, service: TdsService, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(service, "version", "13.0.7037.1")
        assert "SQL Server 2017 or later is needed" in refusal(service)

    def test_a_snapshot_is_taken_where_the_database_allows_it(self, service: TdsService):
        for allowed, isolation in ((1, "SNAPSHOT"), (0, "READ COMMITTED")):
            service.snapshots = allowed
            made = connector(service)
            run(made, "SELECT 1 AS a")
            begun, ended = service.settings[-2:]
            assert f"ISOLATION LEVEL {isolation}; BEGIN TRANSACTION" in begun
            assert "ROLLBACK TRANSACTION" in ended
            made.close()
        service.snapshots = 1


class TestCatalog:
    def test_tables_keys_counts_and_comments(self, source: SQLServer):
        tables = {(table.schema, table.name): table for table in source.tables()}
        orders = tables["dbo", "orders"]
        assert [(c.name, c.type, c.native_type, c.comment) for c in orders.columns] == [
            ("id", "integer", "bigint", ""),
            ("region", "string", "nvarchar(max)", ""),
            ("area", "string", "nvarchar(max)", ""),
            ("revenue", "decimal", "decimal(10,2)", "In euros"),
        ]
        assert (orders.comment, orders.primary_key) == ("All sales", ["id"])
        assert orders.relations == [Relation(["region", "area"], "regions", ["region", "area"])]
        assert tables["dbo", "things"].row_count == len(TUPLES)

    def test_a_schema_is_in_front_unless_it_is_the_default_one(self, service: TdsService, source: SQLServer):
        assert source.called(FoundTable("dbo", "orders", [])) == "orders"
        assert source.called(FoundTable("stock", "parts", [])) == "stock.parts"
        made = connector(service, schemas=["stock"])
        assert [(table.schema, table.name) for table in made.tables()] == [("stock", "parts")]
        made.close()


class TestValues:
    def test_a_value_arrives_as_it_was(self, source: SQLServer):
        values = [
            "a 'quote', a \\ and \"more\"",
            "tab\t, line\n, ?, :p, %s, $1; --",
            "Süd 😀",
            "",
            "long " * 5_000,
            True,
            False,
            0,
            -(2**63),
            Decimal("-1.5"),
            Decimal("12345678901234567890.123456"),
            0.1,
            -1e300,
            date(1905, 3, 1),
            datetime(1969, 12, 31, 23, 59, 59, 123456),
            None,
        ]
        places = ", ".join(f"{source.placeholder(n, v)} AS v{n}" for n, v in enumerate(values, 1))
        assert run(source, f"SELECT {places}", *values).rows == [values]

    def test_types_and_values_are_ours(self, source: SQLServer):
        wanted: dict[str, tuple[str, Any]] = {
            "CAST(N'2024-07-01 12:00:00+02:00' AS DATETIMEOFFSET)": ("timestamp", datetime(2024, 7, 1, 10)),
            "CAST(N'1950-07-01 12:00:00.5' AS DATETIME2)": (
                "timestamp",
                datetime(1950, 7, 1, 12, 0, 0, 500000),
            ),
            "CAST(N'9999-12-31' AS DATE)": ("date", date(9999, 12, 31)),
            "CAST(N'01:02:03' AS TIME)": ("time", time(1, 2, 3)),
            "CAST(1 AS BIT)": ("boolean", True),
            "CAST(7 AS SMALLINT)": ("integer", 7),
            "CAST(-1.5 AS DECIMAL(38, 2))": ("decimal", Decimal("-1.50")),
            "CAST(NULL AS BIGINT)": ("integer", None),
            "CAST(NULL AS NVARCHAR(MAX))": ("string", None),
        }
        found = run(source, f"SELECT {', '.join(f'{sql} AS v{n}' for n, sql in enumerate(wanted))}")
        assert [kind for _, kind in found.columns] == [kind for kind, _ in wanted.values()]
        assert found.rows == [[value for _, value in wanted.values()]]

    def test_an_answer_without_rows_has_its_columns(self, source: SQLServer):
        found = run(source, "SELECT CAST(1 AS BIGINT) AS a, N'b' AS b WHERE 1 = 0")
        assert (found.columns, found.rows) == ([("a", "integer"), ("b", "string")], [])

    def test_a_name_keeps_its_percent_sign(self, source: SQLServer):
        assert run(source, "SELECT %s AS [100%%]", 1).columns == [("100%", "integer")]
        assert run(source, "SELECT 1 AS [100%%]").columns == [("100%", "integer")]


class TestLimits:
    def test_a_statement_is_stopped_at_the_server(self, service: TdsService, source: SQLServer):
        started = clock.monotonic()
        with pytest.raises(QueryTimeout, match=r"after 0\.5 seconds"):
            run(source, f"SELECT 1 AS {ENDLESS}", limits=SOON)
        assert clock.monotonic() - started < 2
        assert service.statements[-1].cancelled
        assert run(source, "SELECT 2 AS a").rows == [[2]]

    def test_one_that_can_not_be_stopped_is_cut_off(self, source: SQLServer):
        started = clock.monotonic()
        with pytest.raises(QueryTimeout):
            run(source, f"SELECT 1 AS {DEAF}", limits=SOON)
        assert clock.monotonic() - started < 5
        assert run(source, "SELECT 2 AS a").rows == [[2]]

    def test_what_is_not_read_to_its_end_is_stopped(self, service: TdsService, source: SQLServer):
        endless = "SELECT a.id FROM things AS a CROSS JOIN things AS b"
        found = run(source, endless, limits=ReadLimits(5, 100, 10**8))
        assert (len(found.rows), found.truncated) == (100, True)
        assert service.statements[-1].cancelled
        assert run(source, "SELECT 2 AS a").rows == [[2]]

    def test_one_that_breaks_off_is_told(self, source: SQLServer):
        with pytest.raises(SourceUnavailable, match="has broken off the connection"):
            run(source, f"SELECT a.id AS {BROKEN} FROM things AS a CROSS JOIN things AS b")
        assert run(source, "SELECT 2 AS a").rows == [[2]]

    def test_what_is_gone_says_what_to_do(self, source: SQLServer):
        for sql in ("SELECT 1 AS a FROM nowhere", "SELECT nothing FROM things"):
            with pytest.raises(QueryError, match="refresh its tables"):
                run(source, sql)


@settings(max_examples=60, deadline=None)
@given(query=queries())
def test_random_queries_agree_with_the_reference(source: SQLServer, query: Query):
    compiled = compile_query(query, TABLE, now=NOW)
    expression = adapted(compiled.expression, "tsql", compiled.parameters)
    found = read(source, expression, compiled.parameters, compiled.types, EngineLimits()).rows
    wanted = reference.answer(query, ROWS, NOW)
    assert len(found) == len(wanted), (query, found, wanted)
    for ours, theirs in zip(found, wanted, strict=True):
        assert all(map(same, ours, theirs)), (query, ours, theirs)
