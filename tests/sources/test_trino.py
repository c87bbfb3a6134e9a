"""What is Trino's own: types, literals, tokens. Against a stand-in for it, not Trino itself."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
import reference
from hypothesis import given, settings
from pydantic import ValidationError
from query.attacks import corpus, templates
from random_queries import CREATE, NOW, ROWS, TABLE, TUPLES, queries, same
from statement_server import ELSEWHERE, HERE, authority
from trino_server import CATALOG, PASSWORD, TOKEN, USER, TrinoService

from claribi.core.errors import QueryError, SourceUnavailable, ValidationFailed
from claribi.query.compile import compile_query
from claribi.query.dialects import adapted
from claribi.query.engine import EngineLimits
from claribi.query.guard import check
from claribi.query.live import read
from claribi.query.schemas import Query
from claribi.sources.catalog import Column, Table
from claribi.sources.connectors.base import Fetched, FoundTable, ReadLimits
from claribi.sources.connectors.settings import ServerConnection
from claribi.sources.connectors.sql import rendered
from claribi.sources.connectors.trino import Trino

MOMENT = datetime(2024, 7, 1, 10)
LIMITS = ReadLimits(timeout_seconds=5, max_rows=100_000, max_bytes=64 * 1024**2)


@pytest.fixture(scope="module")
def service() -> Iterator[TrinoService]:
    with TrinoService() as made:
        made.database.execute(CREATE.format(moment="timestamp", text="varchar"))
        made.database.executemany("INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", TUPLES)
        made.database.execute('CREATE TABLE zoned ("at" timestamptz, n bigint)')
        made.database.execute(
            "INSERT INTO zoned SELECT TIMESTAMPTZ '2024-03-01 01:30:00+02', 9223372036854775807 FROM range(4)"
        )
        yield made


def connector(service: TrinoService, **settings: Any) -> Trino:
    given = {
        "host": "localhost",
        "port": service.port,
        "database": f"{CATALOG}.sales",
        "user": USER,
        "password": PASSWORD,
        "ca_certificate": authority(),
    }
    return Trino(ServerConnection.model_validate(given | settings), HERE, size=2)


@pytest.fixture(scope="module")
def source(service: TrinoService) -> Iterator[Trino]:
    made = connector(service)
    yield made
    made.close()


def run(source: Trino, sql: str, *values: Any) -> Fetched:
    return source.run(sql, values, LIMITS)


class TestValues:
    def test_a_value_arrives_as_it_was(self, source: Trino):
        values = [
            "a 'quote', a \\ and \"more\"",
            "tab\t, line\n, ?, :p, %s, $1; --",
            "Süd 😀",
            "",
            True,
            False,
            0,
            -(2**63),
            2**100,
            Decimal("-1.50"),
            0.1,
            -1e300,
            date(1905, 3, 1),
            datetime(1969, 12, 31, 23, 59, 59, 123456),
            None,
        ]
        places = ", ".join(f"{source.placeholder(n, v)} AS v{n}" for n, v in enumerate(values, 1))
        found = run(source, f"SELECT {places}", *values).rows
        assert found == [values]

    def test_types_and_values_are_ours(self, source: Trino):
        wanted: dict[str, tuple[str, Any]] = {
            "CAST('2024-07-01 12:00:00+02:00' AS timestamp(6) with time zone)": ("timestamp", MOMENT),
            "TIMESTAMP '1950-07-01 12:00:00.5'": ("timestamp", datetime(1950, 7, 1, 12, 0, 0, 500000)),
            "TIME '01:02:03'": ("time", time(1, 2, 3)),
            "CAST(1 AS tinyint)": ("integer", 1),
            "CAST('1.50' AS decimal(38, 2))": ("decimal", Decimal("1.50")),
            "CAST(0.5 AS real)": ("float", 0.5),
            "NULL": ("string", None),
        }
        found = run(source, f"SELECT {', '.join(f'{sql} AS v{n}' for n, sql in enumerate(wanted))}")
        assert [kind for _, kind in found.columns] == [kind for kind, _ in wanted.values()]
        assert found.rows == [[value for _, value in wanted.values()]]

    @pytest.mark.parametrize(
        ("native", "sent", "kind", "value"),
        [
            ("timestamp(9) with time zone", "2024-07-01 19:00:00.000000001 Asia/Tokyo", "timestamp", MOMENT),
            ("timestamp(0) with time zone", "2024-07-01 15:30:00 +05:30", "timestamp", MOMENT),
            ("timestamp(12)", "2024-07-01 10:00:00.000001000001", "timestamp", MOMENT.replace(microsecond=1)),
            ("time(3)", "01:02:03.500", "time", time(1, 2, 3, 500000)),
            ("time(3) with time zone", "01:02:03.500+02:00", "other", "01:02:03.500+02:00"),
            ("double", "Infinity", "float", float("inf")),
            ("varbinary", "AP8=", "other", b"\x00\xff"),
            ("array(bigint)", [1, None], "other", [1, None]),
            ("row(a bigint)", [1], "other", [1]),
            ("decimal(38,2)", "12.50", "decimal", Decimal("12.50")),
        ],
    )  # fmt: skip
    def test_what_it_sends_is_read(self, source: Trino, native: str, sent: Any, kind: str, value: Any):
        assert source._typed(native) == kind
        assert source._value(native, sent) == value

    def test_a_year_that_is_none_of_ours_is_told(self, source: Trino):
        for native, sent in (("date", "+12345-01-01"), ("timestamp(3)", "-0044-03-15 12:00:00.000")):
            with pytest.raises(QueryError, match="years from 1 to 9999"):
                source._value(native, sent)

    def test_what_is_no_value_of_its_type_is_told(self, source: Trino):
        for native, sent in (("decimal(3,1)", "x"), ("double", []), ("time(3)", 1), ("varbinary", "x")):
            with pytest.raises(SourceUnavailable, match="not of their columns' types"):
                source._read([("a", native)], [[sent]])
        with pytest.raises(SourceUnavailable, match="not of their columns' types"):
            source._read([("a", "bigint")], [[1, 2]])

    def test_an_answer_without_rows_has_its_columns(self, source: Trino):
        found = run(source, "SELECT CAST(1 AS bigint) AS a, 'b' AS b WHERE false")
        assert (found.columns, found.rows) == ([("a", "integer"), ("b", "string")], [])


class TestConnecting:
    def test_it_tells_its_version(self, source: Trino):
        assert source.check() == "Trino 476"

    def test_a_token_goes_as_a_token(self, service: TrinoService):
        made = connector(service, password=TOKEN)
        assert made.check().startswith("Trino")
        assert service.requests[-1][2]["authorization"] == f"Bearer {TOKEN}"
        made.close()

    def test_what_is_not_there_is_named(self, service: TrinoService):
        for database, said in (
            ("ocean", "there is no catalog ocean"),
            (f"{CATALOG}.none", "there is no schema none"),
        ):
            with pytest.raises(ValidationFailed, match=said):
                connector(service, database=database).check()

    def test_a_name_that_is_no_header_is_refused(self, service: TrinoService):
        with pytest.raises(ValidationFailed, match="ASCII"):
            connector(service, user="J\N{LATIN SMALL LETTER O WITH DIAERESIS}rg").check()
        with pytest.raises(ValidationError, match="user"):
            connector(service, user="a\r\nX-Trino-Role: admin")

    def test_a_certificate_that_is_none_is_told(self, service: TrinoService):
        for text in ("none", "Sch\N{LATIN SMALL LETTER O WITH DIAERESIS}n"):
            with pytest.raises(ValidationError, match="PEM"):
                connector(service, ca_certificate=text)

    def test_what_speaks_something_else_is_not_trino(
        self, service: TrinoService, monkeypatch: pytest.MonkeyPatch
    ):
        for said in ({"nodeVersion": "476"}, ["476"], None):
            monkeypatch.setattr(service, "answer", lambda *_, said=said: (200, said))
            with pytest.raises(ValidationFailed, match="what answers there is not Trino"):
                connector(service).check()

    def test_what_is_no_answer_is_told(self, service: TrinoService, monkeypatch: pytest.MonkeyPatch):
        info = {"nodeVersion": {"version": "1"}}
        for said in ({"id": 1}, {"id": "1", "columns": ["a"]}, {"id": "1", "data": [1]}, []):
            answers = [(200, info), (200, said)]
            monkeypatch.setattr(service, "answer", lambda *_, answers=answers: answers.pop(0))
            with pytest.raises(ValidationFailed, match="what answers there is not Trino"):
                connector(service).check()

    def test_a_page_at_another_address_is_not_asked_for(self, source: Trino):
        with pytest.raises(SourceUnavailable, match=r"sends us on to https://elsewhere\.example"):
            run(source, f"SELECT 1 AS {ELSEWHERE}")

    def test_a_table_has_its_schema_in_front_unless_it_is_the_default_one(self, source: Trino):
        assert source.called(FoundTable("sales", "orders", [])) == "orders"
        assert source.called(FoundTable("stock", "parts", [])) == "stock.parts"


class TestLimits:
    def test_the_server_is_told_the_time_and_utc(self, service: TrinoService, source: Trino):
        run(source, "SELECT 1 AS a")
        told = service.statements[-1].settings
        assert told["x-trino-session"] == "query_max_run_time=5s"
        assert (told["x-trino-time-zone"], told["x-trino-schema"]) == ("UTC", "sales")

    def test_what_is_not_read_to_its_end_is_cancelled(self, service: TrinoService, source: Trino):
        endless = "SELECT a.id FROM things a CROSS JOIN things b"
        found = source.run(endless, [], ReadLimits(5, 100, 10**8))
        assert (len(found.rows), found.truncated, service.statements[-1].cancelled) == (100, True, True)
        found = source.run(endless, [], ReadLimits(5, 10**6, 100_000))
        assert (found.truncated, service.statements[-1].cancelled) == (True, True)

    def test_what_is_too_large_on_its_way_is_refused(self, service: TrinoService, source: Trino):
        with pytest.raises(QueryError, match="larger than"):
            source.run("SELECT rpad('x', 100000, 'y') AS t FROM things", [], ReadLimits(5, 10**6, 10**6))
        assert service.statements[-1].cancelled


def ask(source: Trino, table: Table, body: dict[str, Any] | Query) -> list[list[Any]]:
    query = (
        body
        if isinstance(body, Query)
        else Query.model_validate({"source_id": 1, "table": table.name} | body)
    )
    compiled = compile_query(query, table, now=NOW)
    expression = adapted(compiled.expression, "trino", compiled.parameters)
    return read(source, expression, compiled.parameters, compiled.types, EngineLimits()).rows


class TestMeaning:
    """Where Trino by itself would mean something else."""

    ZONED = Table("zoned", 0, [Column("at", "timestamp", "time"), Column("n", "integer", "measure")])

    def test_buckets_are_of_utc(self, source: Trino):
        dimensions = [{"column": "at", "grain": "month"}]
        found = ask(source, self.ZONED, {"measures": [{"aggregation": "count"}], "dimensions": dimensions})
        assert found == [[date(2024, 2, 1), 4]]

    def test_a_sum_has_more_room_than_its_numbers(self, source: Trino):
        measures = [{"column": "n", "aggregation": "sum"}]
        assert ask(source, self.ZONED, {"measures": measures}) == [[4 * (2**63 - 1)]]

    @settings(max_examples=40, deadline=None)
    @given(query=queries())
    def test_random_queries_agree_with_the_reference(self, source: Trino, query: Query):
        found, wanted = ask(source, TABLE, query), reference.answer(query, ROWS, NOW)
        assert len(found) == len(wanted), (query, found, wanted)
        for ours, theirs in zip(found, wanted, strict=True):
            assert all(map(same, ours, theirs)), (query, ours, theirs)


class TestAttacks:
    def test_every_attack_is_refused(self):
        passed = []
        for name, sql in corpus.ATTACKS["trino"].items():
            try:
                check(sql, dialect="trino", tables={"orders", "regions"})
            except QueryError:
                continue
            passed.append(name)
        assert passed == []

    def test_what_only_reads_is_let_through(self):
        for sql in (
            "SELECT region, count(*) AS n FROM Orders o WHERE quantity > $least GROUP BY region",
            "SELECT date_trunc('week', at), day_of_week(at), max_by(region, at) FROM orders",
            "SELECT sum(quantity) FILTER (WHERE region = 'it''s') FROM orders CROSS JOIN UNNEST(c) AS t(x)",
            'WITH big AS (SELECT * FROM orders) SELECT "a b" FROM big WHERE a IN (SELECT b FROM regions)',
            "SELECT date_add('day', 1, at), try(quantity / 0), element_at(c, 1) FROM orders",
        ):
            check(sql, dialect="trino", tables={"orders", "regions"})

    def test_texts_and_names_stay_what_they_are(self, source: Trino):
        for text in [
            *templates.BREAKOUTS.values(),
            "a''b",
            "\\",
            "\\'",
            "\\u0041",
            "$p",
            ":p",
            "?",
            "`",
            "%",
        ]:
            written, name = text.replace("'", "''"), text.replace('"', '""')
            statement = check(f"SELECT '{written}' AS \"{name}\"", dialect="trino", tables=set())
            found = run(source, rendered(statement, source)[0])
            assert (found.columns, found.rows) == ([(text, "string")], [[text]])
