"""What is ClickHouse's own: types, settings, profiles, TLS, and one connection to a checked address."""

import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import clickhouse_connect
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from support import free_port, wait_for

from claribi.core.egress import Egress
from claribi.core.errors import ClaribiError, QueryError, QueryTimeout, SourceUnavailable, ValidationFailed
from claribi.query.compile import compile_query
from claribi.query.dialects import adapted
from claribi.query.engine import EngineLimits
from claribi.query.live import read
from claribi.query.schemas import Query
from claribi.sources.catalog import Column, Table
from claribi.sources.connectors.arrow import copy
from claribi.sources.connectors.base import Fetched, FoundColumn, FoundTable, ReadLimits
from claribi.sources.connectors.clickhouse import ClickHouse
from claribi.sources.connectors.clickhouse_http import MAX_BLOCK_BYTES
from claribi.sources.connectors.settings import ServerConnection

HERE = Egress([ip_network("127.0.0.0/8")])
LIMITS = ReadLimits(timeout_seconds=5, max_rows=100_000, max_bytes=64 * 1024**2)
NOW = datetime(2024, 4, 10, 12, 30)


def connector(port: int, **settings: Any) -> ClickHouse:
    given = {"host": "127.0.0.1", "port": port, "database": "own", "user": "default"} | settings
    return ClickHouse(ServerConnection.model_validate(given), HERE, size=2)


@pytest.fixture(scope="module")
def admin(clickhouse_port: int) -> Iterator[Any]:
    client: Any = clickhouse_connect.get_client(
        host="127.0.0.1", port=clickhouse_port, compress=False, autogenerate_session_id=False
    )
    client.command("CREATE DATABASE own")
    client.database = "own"
    yield client
    client.command("DROP DATABASE own")
    client.close()


@pytest.fixture(scope="module")
def source(admin: Any, clickhouse_port: int) -> Iterator[ClickHouse]:
    made = connector(clickhouse_port)
    yield made
    made.close()


@pytest.fixture(scope="module")
def sold(admin: Any) -> None:
    """A table that some user might want to change."""
    admin.command(
        "CREATE TABLE sold (id UInt64 COMMENT 'Its number', day Date, n AggregateFunction(sum, Int64))"
        " ENGINE = MergeTree ORDER BY id COMMENT 'All sales'"
    )
    admin.command("INSERT INTO sold (id, day) SELECT number % 10, '2024-01-01' FROM numbers(20)")


def run(source: ClickHouse, sql: str, *values: Any) -> Fetched:
    return source.run(sql, values, LIMITS)


class TestValues:
    @pytest.mark.parametrize(
        "value",
        [
            "a 'quote', a \\ and \"more\"",
            "tab\t, line\n, null \\N, {p1:String}, %s, $1, :a; --",
            "Süd 😀",
            "",
            True,
            False,
            0,
            -(2**63),
            2**127 - 1,
            0.1,
            -1e300,
            date(1905, 3, 1),
            datetime(1969, 12, 31, 23, 59, 59, 123456),
            None,
        ],
        ids=repr,
    )
    def test_a_bound_value_arrives_as_it_was(self, source: ClickHouse, value: Any):
        found = run(source, f"SELECT {source.placeholder(1, value)} AS it", value).rows
        assert found == [[value]]

    @pytest.mark.parametrize("value", [date(1, 1, 1), date(9999, 12, 31), datetime(9999, 12, 31)])
    def test_a_bound_beyond_what_the_engine_knows_still_bounds(self, source: ClickHouse, value: date):
        below = value.year == 1
        sign = ">" if below else "<"
        sql = f"SELECT count() FROM numbers(3) WHERE now() {sign} {source.placeholder(1, value)}"
        assert run(source, sql, value).rows == [[3]]

    @pytest.mark.parametrize(
        ("expression", "kind", "value"),
        [
            ("toDateTime('2024-07-01 12:00:00', 'Europe/Berlin')", "timestamp", datetime(2024, 7, 1, 10)),
            ("toDateTime64('1950-07-01 12:00:00.5', 3)", "timestamp", datetime(1950, 7, 1, 12, 0, 0, 500000)),
            ("toLowCardinality(toNullable('x'))", "string", "x"),
            ("CAST('b' AS Enum8('a' = 1, 'b' = 2))", "string", "b"),
            (
                "toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')",
                "string",
                "61f0c404-5cb3-11e7-907b-a6006ad3dba0",
            ),
            ("toIPv6('::1')", "string", "::1"),
            ("toFixedString('abc', 3)", "string", "abc"),
            ("toUInt64(18446744073709551615)", "integer", 2**64 - 1),
            ("toInt256('-1000000000000000000000000000000')", "decimal", Decimal(-(10**30))),
            ("toDecimal256('1.50', 2)", "decimal", Decimal("1.50")),
            ("toFloat32(0.5)", "float", 0.5),
            ("toNullable(true)", "boolean", True),
            ("toTime('01:02:03')", "time", time(1, 2, 3)),
            ("[1, 2]", "other", [1, 2]),
            ("(1, toDate('2024-01-01'))", "other", [1, date(2024, 1, 1)]),
            ("map('a', toIPv4('1.2.3.4'))", "other", {"a": "1.2.3.4"}),
            ("NULL", "string", None),
        ],
    )
    def test_types_and_values_are_ours(self, source: ClickHouse, expression: str, kind: str, value: Any):
        if expression.startswith("toTime("):
            expression = "CAST('01:02:03' AS Time)"
        found = run(source, f"SELECT {expression} AS it")
        assert found.columns == [("it", kind)]
        assert found.rows == [[value]]

    def test_an_answer_without_rows_has_its_columns(self, source: ClickHouse):
        for sql in ("SELECT 1 AS a, 'b' AS b WHERE 0", "SELECT 1 AS a, 'b' AS b LIMIT 0"):
            found = run(source, sql)
            assert (found.columns, found.rows) == ([("a", "integer"), ("b", "string")], [])


class TestTables:
    @pytest.mark.usefixtures("sold")
    def test_they_are_found_with_what_is_said_of_them(self, source: ClickHouse):
        [found] = source.tables()
        assert (found.schema, found.name, found.row_count, found.comment) == ("", "sold", 20, "All sales")
        # An order that may hold a value twice is nothing to join by.
        assert found.primary_key == []
        assert found.columns == [
            FoundColumn("id", "integer", "UInt64", "Its number"),
            FoundColumn("day", "date", "Date"),
        ]

    def test_other_databases_are_there_when_they_are_named(self, admin: Any, clickhouse_port: int):
        admin.command("CREATE DATABASE IF NOT EXISTS other")
        admin.command("CREATE TABLE other.things (a Int8) ENGINE = Memory")
        made = connector(clickhouse_port, schemas=["other"])
        [things] = made.tables()
        assert made.called(things) == "other.things"
        assert run(made, "SELECT count() FROM other.things").rows == [[0]]
        made.close()
        admin.command("DROP DATABASE other")

    def test_a_copy_is_counted_where_it_is_read(self, admin: Any, source: ClickHouse, tmp_path: Path):
        admin.command("CREATE TABLE wide (a UInt64, b Nullable(String)) ENGINE = MergeTree ORDER BY a")
        admin.command(
            "INSERT INTO wide SELECT 18446744073709551615 - number, toString(number) FROM numbers(9000)"
        )
        found = next(table for table in source.tables() if table.name == "wide")
        with source.copied(found, 60) as copied:
            # What comes later is of a later copy.
            admin.command("INSERT INTO wide VALUES (1, NULL)")
            assert copied.count == 9000
            assert copy(found.columns, copied.batches, tmp_path / "wide.parquet") == 9000
        admin.command("TRUNCATE TABLE wide")
        with source.copied(found, 60) as copied:
            assert (copied.count, [row for batch in copied.batches for row in batch]) == (0, [])


@pytest.fixture(scope="module")
def facts(admin: Any) -> None:
    admin.command(
        "CREATE TABLE facts (n Int64, word Enum8('Alpha' = 1, 'beta' = 2, 'Gamma' = 3), code UUID,"
        " at DateTime('America/New_York')) ENGINE = MergeTree ORDER BY tuple()"
    )
    admin.command(
        "INSERT INTO facts SELECT 9223372036854775807, ['Alpha', 'beta'][number % 2 + 1],"
        " generateUUIDv4(), toDateTime('2024-03-01 02:00:00', 'UTC') FROM numbers(4)"
    )


@pytest.mark.usefixtures("facts")
class TestMeaning:
    """Where ClickHouse by itself would mean something else."""

    @staticmethod
    def ask(source: ClickHouse, **query: Any) -> list[list[Any]]:
        types: dict[str, Any] = {"n": "integer", "word": "string", "code": "string", "at": "timestamp"}
        table = Table("facts", 0, [Column(name, kind, "dimension") for name, kind in types.items()])
        body = Query.model_validate({"source_id": 1, "table": "facts"} | query)
        compiled = compile_query(body, table, now=NOW)
        expression = adapted(compiled.expression, "clickhouse", compiled.parameters)
        return read(source, expression, compiled.parameters, compiled.types, EngineLimits()).rows

    def test_a_sum_has_more_room_than_its_numbers(self, source: ClickHouse):
        measures = [{"column": "n", "aggregation": kind} for kind in ("sum", "avg", "max")]
        [[total, mean, largest]] = self.ask(source, measures=measures)
        assert (total, largest) == (4 * (2**63 - 1), 2**63 - 1)
        assert mean == pytest.approx(2**63)

    def test_nothing_sums_up_to_nothing(self, source: ClickHouse):
        measures = [{"column": "n", "aggregation": kind} for kind in ("sum", "min", "median", "count")]
        filters = [{"column": "n", "operator": "<", "value": 0}]
        assert self.ask(source, measures=measures, filters=filters) == [[None, None, None, 0]]

    def test_buckets_are_of_utc(self, source: ClickHouse):
        """It is still February in New York."""
        for grain, start in (
            ("day", date(2024, 3, 1)),
            ("month", date(2024, 3, 1)),
            ("week", date(2024, 2, 26)),
        ):
            found = self.ask(
                source, measures=[{"aggregation": "count"}], dimensions=[{"column": "at", "grain": grain}]
            )
            assert found == [[start, 4]]

    def test_words_of_an_enum_are_texts(self, source: ClickHouse):
        count = [{"aggregation": "count", "name": "n"}]
        contains = [{"column": "word", "operator": "contains", "value": "ALPH"}]
        assert self.ask(source, measures=count, filters=contains) == [[2]]
        unknown = [{"column": "word", "operator": "=", "value": "Delta"}]
        assert self.ask(source, measures=count, filters=unknown) == [[0]]
        top = {"dimension": "word", "n": 1, "measure": "n", "other": "Others"}
        found = self.ask(source, measures=count, dimensions=[{"column": "word"}], top=top)
        assert sorted(found) == [["Alpha", 2], ["Others", 2]]
        assert self.ask(source, measures=count, dimensions=[{"column": "code"}], limit=1)[0][1] == 1

    def test_a_number_in_a_list_is_itself(self, admin: Any, source: ClickHouse):
        """17.99 became 17.98, the decimal below the nearest floating number."""
        admin.command(
            "CREATE TABLE prices (price Nullable(Decimal(10, 2))) ENGINE = MergeTree ORDER BY tuple()"
        )
        admin.command("INSERT INTO prices VALUES (17.98), (17.99), (18), (NULL)")
        table = Table("prices", 0, [Column("price", "decimal", "measure")])
        for operator, wanted in (("in", [["17.99"], ["18"]]), ("not_in", [["17.98"]])):
            filters = [{"column": "price", "operator": operator, "value": [17.99, 18]}]
            body = {"source_id": 1, "table": "prices", "filters": filters, "sort": [{"field": "price"}]}
            compiled = compile_query(Query.model_validate(body), table, now=NOW)
            expression = adapted(compiled.expression, "clickhouse", compiled.parameters)
            found = read(source, expression, compiled.parameters, compiled.types, EngineLimits()).rows
            assert found == [[Decimal(price)] for [price] in wanted]

    def test_a_name_that_is_selected_means_the_column_elsewhere(self, source: ClickHouse):
        found = self.ask(
            source,
            measures=[{"column": "n", "aggregation": "sum", "name": "n"}],
            dimensions=[{"column": "at", "grain": "year"}],
            filters=[{"column": "n", "operator": ">", "value": 3}],
            period={"column": "at", "start": "2024-02-01T00:00:00", "end": "2024-04-01T00:00:00"},
            sort=[{"field": "at", "descending": True}],
        )
        assert found == [[date(2024, 1, 1), 4 * (2**63 - 1)]]


class TestLimits:
    def test_the_server_stops_what_takes_too_long(self, source: ClickHouse):
        endless = "SELECT count() FROM numbers(1000000000000) WHERE number * number % 7 = 3"
        with pytest.raises(QueryTimeout, match="1 second"):
            source.run(endless, [], ReadLimits(1, 10, 1000))
        assert run(source, "SELECT 1").rows == [[1]]

    def test_no_more_is_read_than_is_wanted(self, source: ClickHouse):
        found = source.run("SELECT number FROM numbers(1000000000000)", [], ReadLimits(5, 1000, 10**8))
        assert (len(found.rows), found.truncated) == (1000, True)
        found = source.run(
            "SELECT repeat('x', 1000) FROM numbers(1000000000)", [], ReadLimits(5, 10**6, 10**6)
        )
        assert found.truncated
        assert len(found.rows) <= 1000

    def test_what_can_not_be_held_is_refused(self, source: ClickHouse):
        assert MAX_BLOCK_BYTES < 2048 * 300_000
        with pytest.raises(QueryError, match="too long to be read"):
            source.run("SELECT repeat('x', 300000) FROM numbers(4000)", [], ReadLimits(20, 10**6, 10**9))
        assert run(source, "SELECT 1").rows == [[1]]

    @pytest.mark.usefixtures("sold")
    @pytest.mark.parametrize(
        "sql",
        [
            "INSERT INTO own.sold (id) VALUES (1)",
            "CREATE TABLE own.made (a Int8) ENGINE = Memory",
            "DROP TABLE own.sold",
            "SELECT 1 SETTINGS max_execution_time = 1000",
            "SELECT 1 SETTINGS readonly = 0",
            "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a String')",
            "SELECT * FROM file('/etc/passwd', 'LineAsString')",
            "SELECT * FROM remote('127.0.0.1', system.one)",
        ],
    )
    def test_the_server_lets_it_read_only_even_without_the_guard(self, source: ClickHouse, sql: str):
        with pytest.raises(QueryError, match="readonly mode"):
            run(source, sql)

    def test_an_error_in_the_middle_of_an_answer_is_an_error(self, source: ClickHouse):
        with pytest.raises(QueryError, match="throwIf"):
            run(source, "SELECT number, throwIf(number = 50000) FROM numbers(1000000)")
        assert run(source, "SELECT 1").rows == [[1]]

    @pytest.mark.usefixtures("sold")
    def test_what_is_gone_says_what_to_do(self, source: ClickHouse):
        for sql in ("SELECT a FROM own.gone", "SELECT gone FROM own.sold"):
            with pytest.raises(QueryError, match="refresh its tables"):
                run(source, sql)


class TestConnecting:
    @pytest.mark.usefixtures("sold")
    def test_a_user_who_may_only_read_needs_settings_of_his_own(self, admin: Any, clickhouse_port: int):
        careful = connector(clickhouse_port, user="careful")
        assert careful.check().startswith("ClickHouse ")
        with pytest.raises(QueryError, match="readonly"):
            run(careful, "INSERT INTO own.sold (id) VALUES (1)")
        careful.close()
        with pytest.raises(ValidationFailed, match=r"user fixed may not change .* readonly = 2"):
            connector(clickhouse_port, user="fixed").check()

    def test_it_follows_nobody_elsewhere(self):
        """A redirect leads to an address that nobody has checked (OWASP API7:2023)."""
        asked: list[str] = []

        class Elsewhere(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked.append(self.path)

        class Redirecting(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(307)
                self.send_header("Location", f"http://127.0.0.1:{other.server_port}/")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        with (
            HTTPServer(("127.0.0.1", 0), Elsewhere) as other,
            HTTPServer(("127.0.0.1", 0), Redirecting) as first,
        ):
            for server in (other, first):
                threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            with pytest.raises(ValidationFailed, match="not ClickHouse's HTTP interface"):
                connector(first.server_port, tls="off").check()
            for server in (other, first):
                server.shutdown()
        assert asked == []

    def test_the_name_is_looked_up_once_and_what_was_checked_is_reached(
        self, admin: Any, clickhouse_port: int
    ):
        """DNS rebinding: a second answer to the same question plays no part."""
        answers = [["127.0.0.1"], ["10.0.0.1"]]
        egress = Egress([ip_network("127.0.0.0/8")], lambda _host, _port: answers.pop(0))
        settings = ServerConnection(
            host="database.example.com", port=clickhouse_port, database="own", user="default"
        )
        made = ClickHouse(settings, egress, size=1)
        for _ in range(3):
            assert run(made, "SELECT 1").rows == [[1]]
        assert answers == [["10.0.0.1"]]
        made.close()

    def test_what_does_not_speak_http_is_not_clickhouse(self, mariadb_port: int):
        for tls in ("off", "prefer"):
            with pytest.raises(ClaribiError, match=f"ClickHouse at 127.0.0.1:{mariadb_port}"):
                connector(mariadb_port, tls=tls).check()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of this machine's address, signed by itself; its key is in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "clickhouse")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + made.public_bytes(serialization.Encoding.PEM)
    file.write_bytes(text)
    return file


@pytest.fixture(scope="module")
def encrypted_port(certificate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    users = json.dumps({"default": {"password": "", "profile": {}}})
    server = Path(__file__).parents[1] / "clickhouse_server.py"
    folder = tmp_path_factory.mktemp("encrypted")
    process = subprocess.Popen(
        [sys.executable, str(server), str(port), str(folder), users, str(certificate)],
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        yield port
    finally:
        process.kill()
        process.wait(20)


class TestTls:
    @pytest.mark.parametrize("tls", ["prefer", "require", "verify"])
    def test_it_is_encrypted(self, encrypted_port: int, certificate: Path, tls: str):
        authority = ssl.DER_cert_to_PEM_cert(
            x509.load_pem_x509_certificate(certificate.read_bytes()).public_bytes(serialization.Encoding.DER)
        )
        made = connector(encrypted_port, database="default", tls=tls, ca_certificate=authority)
        assert made.check().startswith("ClickHouse ")
        assert run(made, "SELECT number FROM numbers(100000)").rows[-1] == [99_999]
        made.close()

    def test_a_certificate_of_nobodys_is_refused(self, encrypted_port: int):
        with pytest.raises(ValidationFailed, match="certificate"):
            connector(encrypted_port, database="default", tls="verify").check()

    def test_without_tls_it_is_not_reached(self, encrypted_port: int):
        with pytest.raises(ClaribiError, match=rf"ClickHouse at 127.0.0.1:{encrypted_port}"):
            connector(encrypted_port, database="default", tls="off").check()

    def test_who_wants_tls_gets_it_or_nothing(self, admin: Any, clickhouse_port: int):
        for tls in ("require", "verify"):
            with pytest.raises(ValidationFailed, match="TLS could not be agreed on"):
                connector(clickhouse_port, tls=tls).check()


def test_one_that_is_not_there_says_so():
    with pytest.raises(SourceUnavailable, match="nothing listens on port 1"):
        connector(1).check()


def test_a_table_found_has_a_name_of_its_own(source: ClickHouse):
    assert source.called(FoundTable("", "orders", [])) == "orders"
    assert source.called(FoundTable("stock", "parts", [])) == "stock.parts"
