"""Databases as sources: real servers, asked where their rows are."""

import io
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from arro3.io import read_ipc_stream
from support import WITHOUT_WORKER, Api, Server, running

from claribi.accounts.permissions import Role


def connect(api: Api, reached: Any, **changes: Any) -> httpx.Response:
    body = {"name": "Shop", "engine": reached.engine, "connection": reached.connection | changes}
    return api.post("/api/v1/data-sources", json=body)


@pytest.fixture(scope="module")
def source(owner: Api, reached: Any) -> dict[str, Any]:
    """The database as an active source."""
    created = connect(owner, reached)
    assert created.status_code == 201, created.text
    path = f"/api/v1/data-sources/{created.json()['id']}"
    return owner.until(path, lambda found: found["status"] != "preprocessing")


@pytest.fixture(scope="module")
def uploaded(owner: Api, sales_csv: bytes) -> dict[str, Any]:
    """The same sales as a file, which DuckDB answers."""
    return owner.upload(sales_csv, name="sales.csv")


def ask(api: Api, **query: Any) -> dict[str, Any]:
    answer = api.post("/api/v1/query", json=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestConnecting:
    def test_it_becomes_active_with_its_tables(self, source: dict[str, Any], rows: list[Any], reached: Any):
        assert (source["status"], source["mode"], source["type"]) == ("active", "live", "database")
        tables = {table["name"]: table for table in source["tables"]}
        assert {"orders", "regions"} <= set(tables)
        assert "wages" not in tables
        orders = tables["orders"]
        assert orders["row_count"] == len(rows)
        relations = [{"columns": ["region"], "table": "regions", "references": ["region"]}]
        # ClickHouse knows no foreign keys, and its primary keys may hold a value twice.
        keyed = reached.engine != "clickhouse"
        assert orders["primary_key"] == (["order_id"] if keyed else [])
        assert orders["relations"] == (relations if keyed else [])
        columns = {column["name"]: column for column in orders["columns"]}
        roles = {name: column["role"] for name, column in columns.items()}
        assert roles == {
            "order_id": "id",
            "ordered_on": "time",
            "region": "dimension",
            "product": "dimension",
            "quantity": "measure",
            "revenue": "measure",
            "at": "time",
            "is_late": "dimension",
        }
        assert (columns["ordered_on"]["minimum"], columns["ordered_on"]["maximum"]) == (
            "2023-01-01",
            "2024-12-30",
        )
        assert columns["revenue"]["comment"] == "In euros"
        assert columns["is_late"]["type"] == "boolean"

    def test_no_answer_holds_the_secret(self, owner: Api, source: dict[str, Any], reached: Any):
        """OWASP API3:2023."""
        for path in (
            f"/api/v1/data-sources/{source['id']}",
            "/api/v1/data-sources",
            "/api/v1/audit-logs?page_size=100",
        ):
            text = owner.get(path).text
            assert "unusual password" not in text
        assert source["connection"]["user"] == "reader"
        assert "password" not in source["connection"]

    @pytest.mark.parametrize(
        ("changes", "status", "cause"),
        [
            ({"password": "wrong"}, 400, "password"),
            ({"database": "nowhere"}, 400, "database nowhere"),
            ({"port": 1}, 502, "nothing listens on port 1"),
            ({"host": "no-such-host.invalid"}, 502, "can't be resolved"),
            ({"host": "10.255.255.1"}, 400, "private network"),
            ({"tls": "verify"}, 400, "TLS"),
        ],
    )
    def test_what_can_not_be_connected_says_why_and_is_not_kept(
        self, owner: Api, reached: Any, changes: dict[str, Any], status: int, cause: str
    ):
        before = owner.get("/api/v1/data-sources?status=all").json()["count"]
        body = {"engine": reached.engine, "connection": reached.connection | changes}
        for answer in (
            owner.post("/api/v1/data-sources/test", json=body),
            connect(owner, reached, **changes),
        ):
            assert answer.status_code == status, answer.text
            assert cause in answer.json()["message"]
            assert "unusual" not in answer.text
        assert owner.get("/api/v1/data-sources?status=all").json()["count"] == before

    def test_trying_out_tells_what_answers(self, owner: Api, reached: Any, source: dict[str, Any]):
        body = {"engine": reached.engine, "connection": reached.connection}
        tried = owner.post("/api/v1/data-sources/test", json=body)
        assert tried.status_code == 200
        assert tried.json()["server"].lower().startswith(reached.engine)
        assert owner.post(f"/api/v1/data-sources/{source['id']}/test").json() == tried.json()

    def test_elsewhere_its_secret_stays_behind(self, owner: Api, reached: Any):
        """Checked on update as on creation (CVE-2026-23982): the password goes to no new host."""
        made = connect(owner, reached).json()
        path = f"/api/v1/data-sources/{made['id']}/connection"
        moved = owner.patch(path, json={"host": "127.0.0.1"})
        assert moved.status_code == 400, moved.text
        assert "password" in moved.json()["message"]
        assert owner.patch(path, json={"host": "169.254.169.254"}).status_code == 400
        given = {"host": "127.0.0.1", "password": reached.connection["password"]}
        assert owner.patch(path, json=given).status_code == 200
        kept = owner.get(f"/api/v1/data-sources/{made['id']}").json()["connection"]
        assert kept["host"] == "127.0.0.1"
        owner.until(f"/api/v1/data-sources/{made['id']}", lambda s: s["status"] == "active")
        assert owner.delete(f"/api/v1/data-sources/{made['id']}").status_code == 200

    def test_private_networks_are_closed_unless_the_operator_opens_them(self, server: Server, reached: Any):
        """OWASP API7:2023."""
        refused = connect(server.owner(), reached)
        assert refused.status_code == 400
        assert "CLARIBI_ALLOWED_NETWORKS" in refused.json()["message"]

    def test_our_own_metadata_are_nobodys_source(self, tmp_path: Path, fresh_postgres: str):
        """They hold every organisation's data."""
        url = urlsplit(fresh_postgres)
        where = {"port": url.port, "database": url.path[1:], "user": url.username}
        settings = {"database_url": fresh_postgres, "allowed_networks": ["127.0.0.0/8", "::1/128"]}
        with running(tmp_path, **settings, **WITHOUT_WORKER) as server:
            owner = server.owner()
            for host in ("127.0.0.1", "localhost"):
                connection = where | {"host": host}
                body = {"engine": "postgresql", "connection": connection}
                refused = owner.post("/api/v1/data-sources/test", json=body)
                assert (refused.status_code, "own data" in refused.json()["message"]) == (400, True)
                elsewhere = {"engine": "postgresql", "connection": connection | {"database": "postgres"}}
                assert owner.post("/api/v1/data-sources/test", json=elsewhere).status_code == 200

    def test_viewers_connect_nothing(self, near: Server, reached: Any):
        viewer = near.signed_in(near.member(near.organization(), Role.VIEWER))
        assert connect(viewer, reached).status_code == 403

    @pytest.mark.parametrize("body", [{"name": "A"}, {"name": "A", "engine": "oracle", "connection": {}}, []])
    def test_nonsense_names_its_fields(self, owner: Api, body: Any):
        answer = owner.post("/api/v1/data-sources", json=body)
        assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")
        assert answer.json()["details"]


ARROW = "application/vnd.apache.arrow.stream"
LAST = {"n": 2, "unit": "quarter", "anchor": "data"}
QUERIES: list[dict[str, Any]] = [
    {"measures": [{"aggregation": "count"}]},
    {"measures": [{"column": "revenue", "aggregation": "sum"}], "dimensions": [{"column": "region"}]},
    *(
        {
            "measures": [
                {"column": "quantity", "aggregation": "avg"},
                {"column": "quantity", "aggregation": "sum"},
            ],
            "dimensions": [{"column": "ordered_on", "grain": grain}],
        }
        for grain in ("day", "week", "month", "quarter", "year")
    ),
    {
        "measures": [
            {"column": "product", "aggregation": "count_distinct"},
            {"column": "revenue", "aggregation": "max"},
            {"column": "ordered_on", "aggregation": "min"},
        ],
        "dimensions": [{"column": "region"}, {"column": "product"}],
        "sort": [{"field": "max_revenue", "descending": True}],
        "limit": 7,
    },
    {
        "measures": [
            {
                "name": "price",
                "ratio": {
                    "numerator": {"column": "revenue", "aggregation": "sum"},
                    "denominator": {"column": "quantity", "aggregation": "sum"},
                },
            }
        ],
        "dimensions": [{"column": "ordered_on", "grain": "month", "whole": True}],
        "filters": [
            {"column": "region", "operator": "contains", "value": "OUT"},
            {"column": "product", "operator": "not_in", "value": ["P1", "P2"]},
        ],
    },
    {
        "measures": [{"column": "revenue", "aggregation": "sum"}, {"aggregation": "count"}],
        "dimensions": [{"column": "region"}],
        "period": {"column": "ordered_on", "start": "2024-01-01T00:00:00", "end": "2024-07-01T00:00:00"},
        "compare": "previous_year",
    },
    {
        "measures": [{"column": "quantity", "aggregation": "sum"}],
        "dimensions": [{"column": "ordered_on", "grain": "month"}],
        "period": {"column": "ordered_on", "start": "2024-04-01T00:00:00", "end": "2024-07-01T00:00:00"},
        "compare": "previous_period",
    },
    {
        "measures": [{"aggregation": "count"}],
        "filters": [
            {
                "column": "ordered_on",
                "operator": "last_n",
                "value": {"n": 2, "unit": "quarter", "anchor": "data"},
            },
            {"column": "region", "operator": "starts_with", "value": "no"},
            {"column": "revenue", "operator": "is_not_null"},
            {"column": "quantity", "operator": "between", "value": [2, 5]},
        ],
    },
    {
        "columns": ["order_id", "ordered_on", "region", "quantity", "revenue"],
        "filters": [{"column": "ordered_on", "operator": "<", "value": "2023-01-03"}],
        "sort": [{"field": "order_id", "descending": False}],
    },
    {"dimensions": [{"column": "product"}]},
    *(
        {
            "measures": [{"column": "quantity", "aggregation": "sum"}],
            "dimensions": [{"column": "ordered_on", "cycle": cycle}],
            "filters": [
                {
                    "column": "ordered_on",
                    "cycle": "day_of_week",
                    "operator": "not_in",
                    "value": ["Saturday", "Sunday"],
                }
            ],
        }
        for cycle in ("day_of_week", "month_of_year", "quarter_of_year")
    ),
    {
        "measures": [{"column": "ordered_on", "aggregation": "count_distinct", "grain": "week"}],
        "dimensions": [{"column": "region"}],
    },
    {
        "measures": [{"column": "quantity", "aggregation": "sum", "name": "quantity"}],
        "dimensions": [{"column": "region"}, {"column": "product"}],
        "calculations": [{"type": "rank", "measure": "quantity", "within": ["region"], "name": "rank"}],
        "having": [{"column": "rank", "operator": "<=", "value": 2}],
    },
    {
        "measures": [{"column": "revenue", "aggregation": "sum"}],
        "filters": [
            {"column": "region", "operator": "=", "value": "100%'; DROP TABLE orders; -- :p1 $p1 %s"}
        ],
    },
]


class TestAsking:
    @pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
    def test_the_answers_are_those_of_the_same_rows_in_a_file(
        self, owner: Api, source: dict[str, Any], uploaded: dict[str, Any], query: dict[str, Any]
    ):
        live = ask(owner, source_id=source["id"], table="orders", **query)
        stored = ask(owner, source_id=uploaded["id"], table="sales", **query)
        assert [c["name"] for c in live["columns"]] == [c["name"] for c in stored["columns"]]
        assert [c["role"] for c in live["columns"]] == [c["role"] for c in stored["columns"]]
        assert len(live["rows"]) == len(stored["rows"])
        for ours, theirs in zip(live["rows"], stored["rows"], strict=True):
            for mine, other in zip(ours, theirs, strict=True):
                assert mine == (pytest.approx(other, rel=1e-6) if isinstance(other, float | int) else other)

    def test_moments_fall_into_hours(self, owner: Api, source: dict[str, Any]):
        answer = ask(
            owner,
            source_id=source["id"],
            table="orders",
            measures=[{"aggregation": "count"}],
            dimensions=[{"column": "at", "grain": "hour"}],
            limit=2,
        )
        assert [row[0] for row in answer["rows"]] == ["2023-01-01T00:00:00", "2023-01-01T01:00:00"]

    def test_the_database_adds_up_and_sends_the_sums(self, owner: Api, source: dict[str, Any]):
        answer = ask(
            owner,
            source_id=source["id"],
            table="orders",
            measures=[{"column": "revenue", "aggregation": "sum"}],
            dimensions=[{"column": "region"}],
        )
        assert "GROUP BY" in answer["sql"]
        assert answer["data_version"].startswith("live:20")

    def test_sql_by_hand(self, owner: Api, source: dict[str, Any]):
        for sql in (
            "SELECT region, count(*) AS n FROM Orders o WHERE quantity > $least GROUP BY region ORDER BY 1",
            """WITH big AS (SELECT * FROM orders WHERE quantity > :least)
            SELECT b.region, count(*) AS n FROM big b JOIN regions r ON r.region = b.region
            GROUP BY b.region ORDER BY 1""",
        ):
            answer = ask(owner, source_id=source["id"], sql=sql, parameters={"least": 8})
            assert [row[0] for row in answer["rows"]] == ["North", "South", "West"]
            assert all(row[1] > 100 for row in answer["rows"])

    @pytest.mark.parametrize(
        "sql",
        [
            "DELETE FROM orders",
            "SELECT 1; DROP TABLE orders",
            "SELECT * FROM wages",
            "SELECT * FROM pg_catalog.pg_shadow",
            "SELECT * FROM mysql.user",
            "SELECT * FROM information_schema.tables",
            "SELECT pg_sleep(10)",
            "SELECT sleep(10)",
            "SELECT benchmark(1000000000, md5('a'))",
            "SELECT pg_read_file('/etc/passwd')",
            "SELECT load_file('/etc/passwd')",
            "SELECT * FROM orders INTO OUTFILE '/tmp/x'",
            "SELECT * INTO copied FROM orders",
            "SELECT set_config('transaction_read_only', 'off', false)",
            "SELECT query_to_xml('select 1', true, true, '')",
            "SELECT dblink('host=127.0.0.1', 'select 1')",
            "SELECT lo_import('/etc/passwd')",
            "SELECT @@datadir",
            "SELECT current_setting('data_directory')",
            "SELECT * FROM orders FOR UPDATE",
            "WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone",
            "COPY orders TO PROGRAM 'id'",
            "SET ROLE postgres",
            "SELECT 1 /*! UNION SELECT authentication_string FROM mysql.user */ FROM nowhere",
            "SELECT * FROM orders PROCEDURE ANALYSE()",
            "CALL something()",
            "EXPLAIN ANALYZE DELETE FROM orders",
        ],
    )
    def test_what_does_more_than_read_is_refused(self, owner: Api, source: dict[str, Any], sql: str):
        answer = owner.post("/api/v1/query", json={"source_id": source["id"], "sql": sql})
        assert (answer.status_code, answer.json()["error"]) == (422, "query_error"), answer.text

    def test_a_statement_that_takes_too_long_is_stopped_there(
        self, owner: Api, source: dict[str, Any], reached: Any
    ):
        sql = "SELECT count(*) FROM orders a, orders b, orders c WHERE a.quantity + b.quantity < c.quantity"
        answer = owner.post("/api/v1/query", json={"source_id": source["id"], "sql": sql})
        assert (answer.status_code, answer.json()["error"]) == (504, "query_timeout"), answer.text
        assert not running_in(reached, "a.quantity")
        assert owner.post("/api/v1/query", json={"source_id": source["id"], "sql": "SELECT 1 AS one"}).json()[
            "rows"
        ] == [[1]]

    def test_explaining_runs_nothing(self, owner: Api, source: dict[str, Any], uploaded: dict[str, Any]):
        path = "/api/v1/query/explain"
        more = [{"column": "quantity", "operator": ">", "value": 3}]
        body = {"measures": [{"aggregation": "count"}], "filters": more}
        there = owner.post(path, json=body | {"source_id": source["id"], "table": "orders"}).json()
        here = owner.post(path, json=body | {"source_id": uploaded["id"], "table": "sales"}).json()
        assert (there["runs"], here["runs"]) == ("source", "engine")
        assert (there["parameters"], there["data_version"]) == ({"p1": 3}, None)
        assert there["dialect"] in {"postgres", "mysql", "clickhouse"}
        assert "COUNT(*)" in there["sql"].upper()
        assert here["data_version"]
        forever = "SELECT count(*) FROM orders a, orders b, orders c"
        sql = {"source_id": source["id"], "sql": forever}
        assert owner.post("/api/v1/query/explain", json=sql).status_code == 200
        wrong = {"source_id": source["id"], "sql": "DELETE FROM orders"}
        assert owner.post("/api/v1/query/explain", json=wrong).status_code == 422

    def test_a_limit_cuts_rows_off_and_says_so(self, owner: Api, source: dict[str, Any]):
        answer = ask(owner, source_id=source["id"], table="orders", columns=["order_id"], limit=10)
        assert (len(answer["rows"]), answer["truncated"]) == (10, True)

    def test_arrow_and_csv(self, owner: Api, source: dict[str, Any], rows: list[Any]):
        query = {"source_id": source["id"], "table": "orders", "sort": [{"field": "order_id"}]}
        arrow = owner.post(
            "/api/v1/query", json=query, headers={"Accept": "application/vnd.apache.arrow.stream"}
        )
        assert arrow.status_code == 200, arrow.text
        table = read_ipc_stream(io.BytesIO(arrow.content)).read_all()
        assert table.num_rows == len(rows)
        assert str(table["ordered_on"][0].as_py()) == "2023-01-01"
        text = owner.post("/api/v1/query", json=query, headers={"Accept": "text/csv"}).text
        assert len(text.splitlines()) == len(rows) + 1
        assert text.startswith("order_id,ordered_on,region,product,quantity,revenue,at,is_late")

    def test_dashboard_and_report_come_from_it(self, owner: Api, source: dict[str, Any]):
        dashboard = owner.dashboard_of(source["id"])
        failed = [widget["error"] for widget in dashboard["widgets"] if widget["error"]]
        assert failed == []
        report = owner.generated(title="Shop", source_id=source["id"], table="orders")
        verified = owner.post(f"/api/v1/reports/{report['id']}/verify", json={}).json()
        assert verified["checked"] > 20
        assert verified["failing"] == []


def running_in(reached: Any, text: str) -> list[Any]:
    """The statements with this text in them that the server still works on."""
    if reached.engine == "clickhouse":
        running = "SELECT query FROM system.processes WHERE query NOT LIKE '%processes%'"
        return [row for row in reached.admin.query(running).result_rows if text in row[0]]
    with reached.admin.cursor() as cursor:
        if reached.engine == "postgresql":
            cursor.execute(
                "SELECT query FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
            )
        else:
            cursor.execute("SELECT info FROM information_schema.processlist WHERE id <> connection_id()")
        return [row for row in cursor.fetchall() if text in str(row[0])]


def test_a_database_without_tables_is_a_source_that_says_so(owner: Api, postgresql: Any):
    admin = postgresql.admin
    admin.execute("CREATE DATABASE bare")
    try:
        connection = postgresql.connection | {"database": "bare"}
        body = {"name": "Bare", "engine": "postgresql", "connection": connection}
        created = owner.post("/api/v1/data-sources", json=body)
        assert created.status_code == 201, created.text
        path = f"/api/v1/data-sources/{created.json()['id']}"
        source = owner.until(path, lambda found: found["status"] != "preprocessing")
        assert source["status"] == "active"
        assert owner.get(f"{path}/schema").json()["tables"] == []
        preview = owner.get(f"{path}/preview")
        assert preview.status_code == 422, preview.text
        assert "has no tables" in preview.json()["message"]
        boards = owner.get("/api/v1/dashboards", params={"page_size": 100}).json()
        assert "Bare - Data insights" not in str(boards)
        assert owner.delete(path).status_code == 200
    finally:
        admin.execute("DROP DATABASE bare WITH (FORCE)")
