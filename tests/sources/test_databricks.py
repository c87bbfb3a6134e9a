"""What is Databricks' own: bound values, types, messages, the warehouse's state and time zone.

Against a stand-in (`databricks_server`), not Databricks: see `test_statement_services`.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import reference
from databricks_server import CATALOG, PASSWORD, USER, WAREHOUSE, DatabricksService
from hypothesis import HealthCheck, given, settings
from query.attacks import corpus
from random_queries import CREATE, NOW, ROWS, TABLE, TUPLES, queries, same
from statement_server import HERE, authority

from claribi.core.errors import ClaribiError, QueryError, SourceUnavailable, ValidationFailed
from claribi.query.compile import compile_query
from claribi.query.dialects import adapted
from claribi.query.engine import EngineLimits
from claribi.query.guard import check
from claribi.query.live import read
from claribi.query.schemas import Query
from claribi.sources.connectors.base import Fetched, ReadLimits
from claribi.sources.connectors.databricks import Databricks
from claribi.sources.connectors.settings import ServerConnection

LIMITS = ReadLimits(timeout_seconds=5, max_rows=100_000, max_bytes=64 * 1024**2)


@pytest.fixture(scope="module")
def service() -> Iterator[DatabricksService]:
    with DatabricksService() as made:
        made.database.execute(CREATE.format(moment="timestamp", text="varchar"))
        made.database.executemany("INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", TUPLES)
        yield made


def connector(service: DatabricksService, **changed: Any) -> Databricks:
    given = {
        "host": "localhost",
        "port": service.port,
        "database": f"{CATALOG}.sales",
        "user": USER,
        "password": PASSWORD,
        "warehouse": WAREHOUSE,
        "ca_certificate": authority(),
    }
    return Databricks(ServerConnection.model_validate(given | changed), HERE, size=1)


@pytest.fixture(scope="module")
def source(service: DatabricksService) -> Iterator[Databricks]:
    made = connector(service)
    yield made
    made.close()


def run(source: Databricks, sql: str, *values: Any) -> Fetched:
    return source.run(sql, values, LIMITS)


class TestValues:
    @pytest.mark.parametrize(
        "value",
        [
            "a 'quote', a \\ and \"more\"",
            "tab\t, line\n, :p1, ${x}, ?; --",
            "Süd 😀",
            "",
            True,
            -(2**63),
            2**100,
            Decimal("12345678901234567890.123"),
            0.1,
            -1e300,
            date(1905, 3, 1),
            datetime(1969, 12, 31, 23, 59, 59, 123456),
            None,
        ],
        ids=repr,
    )
    def test_a_bound_value_arrives_as_it_was(
        self, service: DatabricksService, source: Databricks, value: Any
    ):
        assert run(source, f"SELECT {source.placeholder(1, value)} AS it", value).rows == [[value]]

    def test_a_listed_text_ends_where_it_should(self, source: Databricks):
        listed = ["it's", "\\", "\\' OR 1 = 1 --"]
        found = run(source, f"SELECT size({source.placeholder(1, listed)}) AS n", listed)
        assert found.rows == [[3]]

    @pytest.mark.parametrize(
        ("native", "sent", "kind", "value"),
        [
            ("DECIMAL(10,2)", "1.50", "decimal", Decimal("1.50")),
            (
                "TIMESTAMP",
                "2024-07-01T12:00:00.500+02:00",
                "timestamp",
                datetime(2024, 7, 1, 10, 0, 0, 500000),
            ),
            ("DATE", "1950-01-02", "date", date(1950, 1, 2)),
            ("BINARY", "AP8=", "other", b"\0\xff"),
            ("ARRAY<INT>", "[1, 2]", "other", [1, 2]),
            ("STRUCT<a: STRING>", '{"a": "b"}', "other", {"a": "b"}),
            ("VARCHAR(3)", "abc", "string", "abc"),
        ],
    )
    def test_types_and_values_are_ours(
        self, source: Databricks, native: str, sent: str, kind: str, value: Any
    ):
        assert (source._typed(native), source._value(native, sent)) == (kind, value)


class TestConnecting:
    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"warehouse": "another"}, "no warehouse another"),
            ({"database": "nothing"}, "no catalog nothing"),
            ({"schemas": ["nothing"]}, "no schema nothing"),
            ({"password": "dapi-wrong"}, "is wrong"),
            ({"warehouse": None}, "needs warehouse"),
        ],
    )
    def test_what_is_wrong_is_named(self, service: DatabricksService, changed: dict[str, Any], said: str):
        with pytest.raises(ValidationFailed, match=said) as raised:
            connector(service, **changed).check()
        assert "dapi" not in str(raised.value)

    def test_a_warehouse_that_wakes_up_is_told(
        self, service: DatabricksService, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(service, "starting", True)
        with pytest.raises(SourceUnavailable, match="starting"):
            connector(service).check()

    def test_days_of_another_zone_are_refused(
        self, service: DatabricksService, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(service, "zone", "Europe/Berlin")
        with pytest.raises(ValidationFailed, match="Europe/Berlin"):
            connector(service).check()

    def test_without_tls_no_token_goes_out(self, service: DatabricksService):
        with pytest.raises(ClaribiError, match="without TLS"):
            connector(service, tls="off").check()


@pytest.mark.parametrize(
    "sql",
    [
        *corpus.ATTACKS["spark"].values(),
        "SELECT * FROM read_files('/Volumes/main/sales/secrets')",
        "SELECT * FROM remote_query('postgresql', query => 'DELETE FROM orders')",
        "SELECT secret('scope', 'key') FROM orders",
        "SELECT ai_query('model', region) FROM orders",
        "SELECT http_request(conn => 'c', method => 'GET', path => '/') FROM orders",
        "SELECT * FROM main.information_schema.tables",
        "SELECT * FROM other.sales.orders",
        "SELECT * FROM system.access.audit",
        "SELECT * FROM delta.`/mnt/sales`",
        "SELECT * FROM table_changes('orders', 1)",
        "SELECT current_user",
        "EXECUTE IMMEDIATE 'DROP TABLE orders'",
        "CALL sales.run()",
        "SET TIMEZONE = 'UTC'",
    ],
)
def test_only_the_sources_own_tables_are_read(sql: str):
    with pytest.raises(QueryError):
        check(sql, dialect=Databricks.dialect, tables={"orders", "regions"})


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(query=queries())
def test_random_queries_agree_with_the_reference(source: Databricks, query: Query):
    compiled = compile_query(query, TABLE, now=NOW)
    expression = adapted(compiled.expression, source.dialect, compiled.parameters)
    found = read(source, expression, compiled.parameters, compiled.types, EngineLimits()).rows
    wanted = reference.answer(query, ROWS, NOW)
    assert len(found) == len(wanted)
    for ours, theirs in zip(found, wanted, strict=True):
        assert all(map(same, ours, theirs)), (query, ours, theirs)
