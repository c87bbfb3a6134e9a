"""What is their own: proofs, bound values, types, messages. Against stand-ins, not the services."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import bigquery_server
import pytest
import reference
import snowflake_server
from bigquery_server import BigQueryService
from hypothesis import HealthCheck, given, settings
from query.attacks import corpus
from random_queries import CREATE, NOW, ROWS, TABLE, TUPLES, queries, same
from snowflake_server import SnowflakeService
from statement_server import HERE, StatementService, authority

from claribi.core.errors import QueryError, ValidationFailed
from claribi.query.compile import compile_query
from claribi.query.dialects import adapted
from claribi.query.engine import EngineLimits
from claribi.query.guard import check
from claribi.query.live import read
from claribi.query.schemas import Query
from claribi.sources.connectors.base import ReadLimits
from claribi.sources.connectors.bigquery import BigQuery
from claribi.sources.connectors.settings import ServerConnection
from claribi.sources.connectors.snowflake import Snowflake

LIMITS = ReadLimits(timeout_seconds=5, max_rows=100_000, max_bytes=64 * 1024**2)


@dataclass
class Place:
    service: StatementService
    kind: type[Snowflake | BigQuery]
    given: dict[str, Any]

    def connector(self, **changed: Any) -> Snowflake | BigQuery:
        where = {"host": "localhost", "port": self.service.port, "ca_certificate": authority()}
        return self.kind(ServerConnection.model_validate(where | self.given | changed), HERE, size=1)


def _filled(service: StatementService) -> None:
    service.database.execute(CREATE.format(moment="timestamp", text="varchar"))
    service.database.executemany("INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", TUPLES)


@pytest.fixture(scope="module")
def snowflake() -> Iterator[Place]:
    with SnowflakeService() as service:
        _filled(service)
        given = {"database": "SALES.sales", "user": snowflake_server.USER, "password": snowflake_server.PEM}
        yield Place(service, Snowflake, given)


@pytest.fixture(scope="module")
def bigquery() -> Iterator[Place]:
    with BigQueryService() as service:
        _filled(service)
        given = {"database": "my-project.sales", "user": bigquery_server.USER, "password": service.key}
        yield Place(service, BigQuery, given | {"location": bigquery_server.LOCATION})


@pytest.fixture(scope="module", params=["snowflake", "bigquery"])
def place(request: pytest.FixtureRequest) -> Place:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def source(place: Place) -> Iterator[Snowflake | BigQuery]:
    made = place.connector()
    yield made
    made.close()


VALUES: list[Any] = [
    "a 'quote', a \\ and \"more\"",
    "tab\t, ?, @p1, $1; --",
    "Süd 😀",
    "",
    True,
    -(2**63),
    Decimal("1234567890.125"),
    0.1,
    -1e300,
    date(1905, 3, 1),
    datetime(1969, 12, 31, 23, 59, 59, 123456),
    None,
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_bound_value_arrives_as_it_was(source: Snowflake | BigQuery, value: Any):
    found = source.run(f"SELECT {source.placeholder(1, value)} AS it", [value], LIMITS)
    assert found.rows == [[value]]


def test_a_wrong_key_is_told_and_not_shown(place: Place):
    for secret in ("hush-hush", "-----BEGIN PRIVATE KEY-----\nhush", "{}"):
        with pytest.raises(ValidationFailed, match="is wrong") as raised:
            place.connector(password=secret).check()
        assert secret not in str(raised.value)


def test_what_is_not_there_is_named(place: Place):
    first, word = ("database", "schema") if place.kind is Snowflake else ("project", "dataset")
    with pytest.raises(ValidationFailed, match=f"no {first} nothing"):
        place.connector(database="nothing").check()
    with pytest.raises(ValidationFailed, match=f"no {word} nowhere"):
        place.connector(schemas=["nowhere"]).check()


def test_a_query_that_costs_too_much_is_refused_before_it_costs(bigquery: Place):
    source = bigquery.connector(max_bytes_billed=2 * 1024**3)
    with pytest.raises(QueryError, match=r"more than the 2\.0 GiB"):
        source.run("SELECT 1 AS costly", [], LIMITS)
    source.run("SELECT 1 AS cheap", [], LIMITS)
    told: Any = bigquery.service.statements[-1].settings
    assert (told["maximumBytesBilled"], told["jobTimeoutMs"]) == (str(2 * 1024**3), "5000")


def test_a_key_whose_lines_a_form_has_lost_is_one(snowflake: Place):
    for between in ("", " "):
        pem = snowflake_server.PEM.replace("\n", between)
        assert snowflake.connector(password=pem).check() == "Snowflake 9.30.1"


def test_snowflake_is_told_the_time_and_utc(snowflake: Place):
    snowflake.connector(role="READERS").run("SELECT 1 AS a", [], LIMITS)
    told: Any = snowflake.service.statements[-1].settings
    assert (told["timeout"], told["role"], told["parameters"]["TIMEZONE"]) == (5, "READERS", "UTC")


@pytest.mark.parametrize("dialect", ["snowflake", "bigquery"])
def test_only_the_sources_own_tables_are_read(dialect: str):
    passed = []
    for name, sql in corpus.ATTACKS[dialect].items():
        try:
            check(sql, dialect=dialect, tables={"orders", "regions"})
        except QueryError:
            continue
        passed.append(name)
    assert passed == []


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(query=queries())
def test_random_queries_agree_with_the_reference(source: Snowflake | BigQuery, query: Query):
    compiled = compile_query(query, TABLE, now=NOW)
    expression = adapted(compiled.expression, source.dialect, compiled.parameters)
    found = read(source, expression, compiled.parameters, compiled.types, EngineLimits()).rows
    wanted = reference.answer(query, ROWS, NOW)
    assert len(found) == len(wanted), (query, found, wanted)
    for ours, theirs in zip(found, wanted, strict=True):
        assert all(map(same, ours, theirs)), (query, ours, theirs)
