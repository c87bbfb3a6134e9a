"""Databases that can't run here, through the app's own door: asked over HTTPS, and SQL Server.

Behind it are stand-ins (`statement_server`), not the vendors' servers: what is tested is that the protocols
are kept as they are documented, and that what is asked means what it does elsewhere.
"""

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import bigquery_server
import databricks_server
import pytest
import snowflake_server
import tds_server
from bigquery_server import BigQueryService
from databricks_server import DatabricksService
from snowflake_server import SnowflakeService
from statement_server import BROKEN, ENDLESS, PAGE_ROWS, StatementService, authority, loaded
from support import Api, free_port
from tds_server import TdsService
from trino_server import CATALOG, PASSWORD, USER, TrinoService


@dataclass
class Warehouse:
    service: StatementService | TdsService
    engine: str
    connection: dict[str, Any]


@pytest.fixture(scope="module")
def trino(rows: list[tuple[Any, ...]]) -> Iterator[Warehouse]:
    with loaded(TrinoService(), rows) as service:
        given = {"database": f"{CATALOG}.sales", "user": USER, "password": PASSWORD}
        yield Warehouse(service, "trino", given)


@pytest.fixture(scope="module")
def databricks(rows: list[tuple[Any, ...]]) -> Iterator[Warehouse]:
    with loaded(DatabricksService(), rows) as service:
        given = {
            "database": f"{databricks_server.CATALOG}.sales",
            "user": databricks_server.USER,
            "password": databricks_server.PASSWORD,
            "warehouse": databricks_server.WAREHOUSE,
        }
        yield Warehouse(service, "databricks", given)


@pytest.fixture(scope="module")
def snowflake(rows: list[tuple[Any, ...]]) -> Iterator[Warehouse]:
    with loaded(SnowflakeService(), rows) as service:
        given = {
            "database": f"{snowflake_server.DATABASE}.sales",
            "user": snowflake_server.USER,
            "password": snowflake_server.PASSWORD,
            "warehouse": snowflake_server.WAREHOUSE,
        }
        yield Warehouse(service, "snowflake", given)


@pytest.fixture(scope="module")
def bigquery(rows: list[tuple[Any, ...]]) -> Iterator[Warehouse]:
    with loaded(BigQueryService(), rows) as service:
        given = {
            "database": f"{bigquery_server.PROJECT}.sales",
            "user": bigquery_server.USER,
            "password": service.key,
            "location": bigquery_server.LOCATION,
        }
        yield Warehouse(service, "bigquery", given)


@pytest.fixture(scope="module")
def sqlserver(rows: list[tuple[Any, ...]]) -> Iterator[Warehouse]:
    with loaded(TdsService(), rows) as service:
        given = {
            "database": tds_server.DATABASE,
            "user": tds_server.USER,
            "password": tds_server.PASSWORD,
            "tls": "verify",
        }
        yield Warehouse(service, "sqlserver", given)


@pytest.fixture(scope="module", params=["trino", "databricks", "snowflake", "bigquery", "sqlserver"])
def warehouse(request: pytest.FixtureRequest) -> Warehouse:
    found: Warehouse = request.getfixturevalue(request.param)
    found.connection |= {"host": "localhost", "port": found.service.port, "ca_certificate": authority()}
    return found


def connected(owner: Api, warehouse: Warehouse, **more: Any) -> dict[str, Any]:
    body = {"name": "Warehouse", "engine": warehouse.engine, "connection": warehouse.connection} | more
    created = owner.post("/api/v1/data-sources", json=body)
    assert created.status_code == 201, created.text
    path = f"/api/v1/data-sources/{created.json()['id']}"
    return owner.until(path, lambda s: s["status"] != "preprocessing")


@pytest.fixture(scope="module")
def source(owner: Api, warehouse: Warehouse) -> dict[str, Any]:
    return connected(owner, warehouse)


@pytest.fixture(scope="module")
def uploaded(owner: Api, sales_csv: bytes) -> dict[str, Any]:
    return owner.upload(sales_csv)


def tried(owner: Api, warehouse: Warehouse, **changed: Any) -> tuple[int, str]:
    body = {"engine": warehouse.engine, "connection": warehouse.connection | changed}
    answer = owner.post("/api/v1/data-sources/test", json=body)
    return answer.status_code, answer.json().get("message") or answer.text


def asked(owner: Api, source: dict[str, Any], sql: str, **more: Any) -> Any:
    return owner.post("/api/v1/query", json={"source_id": source["id"], "sql": sql} | more)


class TestConnecting:
    def test_it_tells_what_answered_and_keeps_the_secret(
        self, owner: Api, warehouse: Warehouse, source: dict[str, Any]
    ):
        status, said = tried(owner, warehouse)
        assert status == 200, said
        secret = warehouse.connection["password"]
        assert secret not in owner.get(f"/api/v1/data-sources/{source['id']}").text

    def test_a_wrong_secret_is_named_and_not_shown(self, owner: Api, warehouse: Warehouse):
        status, said = tried(owner, warehouse, password="a wrong one")
        assert (status, "is wrong" in said, "a wrong one" in said) == (400, True, False), said

    def test_one_that_is_not_there_says_so(self, owner: Api, warehouse: Warehouse):
        status, said = tried(owner, warehouse, port=free_port())
        assert (status, "nothing listens" in said) == (502, True), said

    def test_a_certificate_of_nobodys_is_refused(self, owner: Api, warehouse: Warehouse):
        # A SQL Server has signed its own, out of the box.
        always = ("prefer", "require") if warehouse.engine != "sqlserver" else ()
        for tls in (*always, "verify"):
            status, said = tried(owner, warehouse, tls=tls, ca_certificate=None)
            assert (status, "certificate" in said) == (400, True), said

    def test_no_secret_goes_out_without_tls(self, owner: Api, warehouse: Warehouse):
        if warehouse.engine == "sqlserver":
            pytest.skip("like other servers of databases, it may be asked without TLS where `off` says so")
        with socket.create_server(("127.0.0.1", 0)) as listening:
            status, said = tried(owner, warehouse, tls="off", port=listening.getsockname()[1])
            assert (status, "without TLS" in said) == (400, True), said
            listening.settimeout(0.2)
            with pytest.raises(TimeoutError):
                listening.accept()

    def test_its_tables_are_told(self, owner: Api, source: dict[str, Any]):
        tables = {table["name"]: table for table in source["tables"]}
        assert {"orders", "regions", "stock.parts"} <= tables.keys()
        schema = owner.get(f"/api/v1/data-sources/{source['id']}/schema").json()
        text = str(schema)
        assert "In euros" in text
        columns = {
            c["name"]: c["type"] for t in schema["tables"] if t["name"] == "orders" for c in t["columns"]
        }
        assert columns == {
            "order_id": "integer",
            "ordered_on": "date",
            "region": "string",
            "product": "string",
            "quantity": "integer",
            "revenue": "decimal",
            "at": "timestamp",
            "is_late": "boolean",
        }


QUESTIONS: list[dict[str, Any]] = [
    {
        "measures": [
            {"column": "revenue", "aggregation": kind}
            for kind in ("sum", "avg", "median", "min", "max", "count", "count_distinct")
        ],
        "dimensions": [{"column": "region"}],
    },
    {
        "measures": [{"column": "revenue", "aggregation": "sum"}, {"aggregation": "count"}],
        "dimensions": [{"column": "ordered_on", "grain": "week"}],
        "filters": [{"column": "product", "operator": "contains", "value": "A"}],
    },
    {
        "columns": ["order_id", "ordered_on", "region", "quantity", "revenue"],
        "filters": [{"column": "ordered_on", "operator": "<", "value": "2023-01-10"}],
        "sort": [{"field": "order_id"}],
    },
    {
        "measures": [{"column": "quantity", "aggregation": "sum", "name": "sold"}],
        "dimensions": [{"column": "ordered_on", "grain": "month"}],
        "calculations": [
            {"type": "running_total", "measure": "sold"},
            {"type": "previous", "measure": "sold"},
            {"type": "rank", "measure": "sold"},
        ],
    },
    {
        "measures": [{"aggregation": "count"}],
        "filters": [{"column": "region", "operator": "=", "value": "100%'; DROP TABLE orders; -- \\' $p1 ?"}],
    },
]


class TestAsking:
    @pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
    def test_the_answers_are_those_of_the_same_rows_in_a_file(
        self,
        owner: Api,
        warehouse: Warehouse,
        source: dict[str, Any],
        uploaded: dict[str, Any],
        question: dict[str, Any],
    ):
        live, stored = (
            owner.post("/api/v1/query", json={"source_id": each["id"], "table": table, **question}).json()
            for each, table in ((source, "orders"), (uploaded, "sales"))
        )
        assert [c["name"] for c in live["columns"]] == [c["name"] for c in stored["columns"]]
        assert len(live["rows"]) == len(stored["rows"]), live["sql"]
        for ours, theirs in zip(live["rows"], stored["rows"], strict=True):
            for mine, other in zip(ours, theirs, strict=True):
                assert mine == (pytest.approx(other, rel=1e-9) if isinstance(other, float | int) else other)

    def test_sums_are_made_where_the_rows_are(self, owner: Api, warehouse: Warehouse, source: dict[str, Any]):
        question = {"source_id": source["id"], "table": "orders", **QUESTIONS[0]}
        question["filters"] = [{"column": "quantity", "operator": ">", "value": 2}]
        assert owner.post("/api/v1/query", json=question).status_code == 200
        last = warehouse.service.statements[-1]
        assert "GROUP BY" in last.sql
        assert len(last.rows) == 3

    def test_sql_by_hand(self, owner: Api, source: dict[str, Any]):
        sql = (
            "WITH big AS (SELECT * FROM orders WHERE quantity > $least) SELECT b.region, count(*) AS n"
            " FROM big b JOIN regions r ON r.region = b.region GROUP BY b.region ORDER BY 1"
        )
        answer = asked(owner, source, sql, parameters={"least": 3}).json()
        assert [row[0] for row in answer["rows"]] == ["North", "South", "West"]
        for other in ("DELETE FROM orders", "SELECT * FROM wages", "SELECT current_user"):
            assert asked(owner, source, other).status_code in {400, 422}

    def test_a_model_is_asked(self, owner: Api, source: dict[str, Any]):
        tables = [
            {"name": name, "source_id": source["id"], "table": name, "primary_key": [key]}
            for name, key in (("orders", "order_id"), ("regions", "region"))
        ]
        made = owner.post(
            "/api/v1/models",
            json={
                "name": f"Sales {source['id']}",
                "tables": tables,
                "joins": [
                    {"table": "orders", "columns": ["region"], "to": "regions", "references": ["region"]}
                ],
                "metrics": [{"name": "revenue", "column": "orders.revenue", "aggregation": "sum"}],
            },
        )
        assert made.status_code == 201, made.text
        question = {
            "model_id": made.json()["id"],
            "measures": [{"metric": "revenue"}],
            "dimensions": [{"column": "regions.manager"}],
        }
        answer = owner.post("/api/v1/query", json=question)
        assert answer.status_code == 200, answer.text
        assert {row[0] for row in answer.json()["rows"]} >= {"Nora", "Sol", "Wes"}

    def test_an_answer_comes_in_pages(self, owner: Api, source: dict[str, Any], uploaded: dict[str, Any]):
        sql = "SELECT order_id FROM orders ORDER BY order_id"
        answer = asked(owner, source, sql).json()
        count = uploaded["tables"][0]["row_count"]
        assert count > PAGE_ROWS
        assert [row[0] for row in answer["rows"]] == list(range(1001, 1001 + count))

    def test_a_copy_has_all_rows(self, owner: Api, warehouse: Warehouse, uploaded: dict[str, Any]):
        plan = {"tables": ["orders", "stock.parts"]}
        copy = connected(owner, warehouse, mode="synced", sync=plan)
        assert (copy["status"], copy["error_message"]) == ("active", None), copy["error_message"]
        counts = {table["name"]: table["row_count"] for table in copy["tables"]}
        assert counts == {"orders": uploaded["tables"][0]["row_count"], "stock.parts": 2}


class TestTrouble:
    def test_what_takes_too_long_is_cancelled_at_the_server(
        self, owner: Api, warehouse: Warehouse, source: dict[str, Any]
    ):
        started = time.monotonic()
        answer = asked(owner, source, f"SELECT 1 AS {ENDLESS}")
        assert (answer.status_code, answer.json()["error"]) == (504, "query_timeout")
        assert time.monotonic() - started < 8
        [late] = [one for one in warehouse.service.statements if ENDLESS in one.sql]
        assert late.cancelled

    def test_no_more_is_asked_for_than_may_be(self, owner: Api, warehouse: Warehouse, source: dict[str, Any]):
        sql = "SELECT a.order_id FROM orders a CROSS JOIN regions b CROSS JOIN regions c CROSS JOIN regions d"
        answer = asked(owner, source, sql)
        assert answer.json().get("truncated"), answer.text[:500]
        limit = "TOP" if warehouse.engine == "sqlserver" else "LIMIT"
        assert limit in warehouse.service.statements[-1].sql

    def test_one_that_breaks_off_in_the_middle_is_told(
        self, owner: Api, warehouse: Warehouse, source: dict[str, Any]
    ):
        sql = f"SELECT order_id AS {BROKEN} FROM orders"
        answer = asked(owner, source, sql)
        assert (answer.status_code, answer.json()["error"]) == (502, "source_unavailable")
        assert "broken off" in answer.json()["message"]
        assert asked(owner, source, "SELECT count(*) AS n FROM regions").json()["rows"] == [[3]]

    def test_what_is_gone_says_what_to_do(self, owner: Api, warehouse: Warehouse, source: dict[str, Any]):
        database = warehouse.service.database
        schema = "dbo" if warehouse.engine == "sqlserver" else "sales"
        database.execute(f"ALTER TABLE {schema}.regions RENAME TO gone")
        try:
            answer = asked(owner, source, "SELECT count(*) AS n FROM regions AS r")
        finally:
            database.execute(f"ALTER TABLE {schema}.gone RENAME TO regions")
        assert answer.status_code == 422
        assert "refresh its tables" in answer.json()["message"]
