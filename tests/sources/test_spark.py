"""What is Spark's own: types, settings, tokens, TLS, operations that go on unless they are stopped."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import spark_server
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from query.attacks import corpus, templates
from spark_server import CATALOG, TOKEN, connector
from sqlglot import exp

from claribi.core.egress import Egress
from claribi.core.errors import ClaribiError, QueryError, QueryTimeout, SourceUnavailable, ValidationFailed
from claribi.query.compile import compile_query
from claribi.query.dialects import adapted
from claribi.query.engine import EngineLimits
from claribi.query.guard import check
from claribi.query.live import read
from claribi.query.schemas import Query
from claribi.sources.catalog import Column, Table
from claribi.sources.connectors.arrow import copy
from claribi.sources.connectors.base import Fetched, FoundColumn, FoundTable, ReadLimits
from claribi.sources.connectors.settings import ServerConnection
from claribi.sources.connectors.spark import Spark
from claribi.sources.connectors.sql import rendered

LIMITS = ReadLimits(timeout_seconds=20, max_rows=100_000, max_bytes=64 * 1024**2)


@pytest.fixture(scope="module")
def port() -> int:
    return spark_server.shared_port()


@pytest.fixture(scope="module")
def source(port: int) -> Iterator[Spark]:
    made = connector(port, schemas=["own"])
    spark_server.run(made, "CREATE SCHEMA own")
    yield made
    spark_server.run(made, "DROP SCHEMA own CASCADE")
    made.close()


def run(source: Spark, sql: str, *values: Any) -> Fetched:
    return source.run(sql, values, LIMITS)


class TestValues:
    def test_bound_values_arrive_as_they_were(self, source: Spark):
        values = [
            "a 'quote', a \\ and \"more\"",
            "tab\t, line\n, ${spark.app.name}, ?, :p, %s, $1; --",
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
        found = run(source, f"SELECT {', '.join(f'? AS v{n}' for n in range(len(values)))}", *values)
        assert found.rows == [values]

    def test_a_number_beyond_all_decimals_still_bounds(self, source: Spark):
        sql = (
            "SELECT count(*) FROM VALUES (1), (99999999999999999999999999999999999999BD) AS t(n) WHERE n < ?"
        )
        assert run(source, sql, 2**127 - 1).rows == [[2]]

    def test_a_list_is_an_array(self, source: Spark):
        assert run(source, "SELECT array_contains(?, 'b')", ["a", "b"]).rows == [[True]]

    def test_types_and_values_are_ours(self, source: Spark):
        wanted: dict[str, tuple[str, Any]] = {
            "TIMESTAMP '2024-07-01 12:00:00+02:00'": ("timestamp", datetime(2024, 7, 1, 10)),
            "TIMESTAMP_NTZ '1950-07-01 12:00:00.5'": ("timestamp", datetime(1950, 7, 1, 12, 0, 0, 500000)),
            "CAST(1 AS tinyint)": ("integer", 1),
            "CAST('1.50' AS decimal(38, 2))": ("decimal", Decimal("1.50")),
            "CAST(0.5 AS float)": ("float", 0.5),
            "X'00ff'": ("other", "00ff"),
            "INTERVAL '3' MONTH": ("other", "0 years 3 mons"),
            "INTERVAL '1' DAY": ("other", "1 day, 0:00:00"),
            "array(1, 2)": ("other", [1, 2]),
            "named_struct('a', DATE '2024-01-01')": ("other", {"a": date(2024, 1, 1)}),
            "NULL": ("string", None),
        }
        found = run(source, f"SELECT {', '.join(f'{sql} AS v{n}' for n, sql in enumerate(wanted))}")
        assert [kind for _, kind in found.columns] == [kind for kind, _ in wanted.values()]
        assert found.rows == [[value for _, value in wanted.values()]]

    def test_an_answer_without_rows_has_its_columns(self, source: Spark):
        found = run(source, "SELECT 1 AS a, 'b' AS b WHERE false")
        assert (found.columns, found.rows) == ([("a", "integer"), ("b", "string")], [])


class TestTables:
    def test_they_are_found_with_what_is_said_of_them(self, source: Spark, port: int):
        spark_server.run(
            source,
            "CREATE TABLE own.sold (id bigint COMMENT 'Its number', price decimal(10, 2), `at the` timestamp,"
            " more map<string, int>) USING parquet PARTITIONED BY (price) COMMENT 'All sales'",
            "CREATE VIEW own.few AS SELECT id FROM own.sold",
            "CREATE TEMPORARY VIEW mine AS SELECT 1 AS a",
        )
        few, sold = source.tables()
        assert few == FoundTable("own", "few", [FoundColumn("id", "integer", "bigint", "Its number")])
        assert (sold.name, sold.comment) == ("sold", "All sales")
        assert {(c.name, c.type, c.native_type, c.comment) for c in sold.columns} == {
            ("id", "integer", "bigint", "Its number"),
            ("price", "decimal", "decimal(10,2)", ""),
            ("at the", "timestamp", "timestamp", ""),
            ("more", "other", "map<string,int>", ""),
        }
        everywhere = connector(port)
        assert {t.schema for t in everywhere.tables()} >= {"own"}
        everywhere.close()
        spark_server.run(source, "DROP VIEW own.few", "DROP TABLE own.sold")

    def test_a_table_has_its_schema_in_front_unless_it_is_the_default_one(self, source: Spark):
        assert source.called(FoundTable("default", "orders", [])) == "orders"
        assert source.called(FoundTable("own", "orders", [])) == "own.orders"

    def test_a_copy_is_counted_where_it_is_read(self, source: Spark, tmp_path: Path):
        spark_server.run(
            source,
            "CREATE TABLE own.wide USING parquet AS SELECT id AS a, concat('n', id) AS b FROM range(9000)",
            "CREATE TABLE own.empty (a int) USING parquet",
        )
        empty, wide = source.tables()
        with source.copied(wide, 60) as copied:
            assert copied.count == 9000
            assert copy(wide.columns, copied.batches, tmp_path / "wide.parquet") == 9000
        with source.copied(empty, 60) as copied:
            assert (copied.count, [row for batch in copied.batches for row in batch]) == (0, [])
        spark_server.run(source, "DROP TABLE own.wide", "DROP TABLE own.empty")


@pytest.fixture(scope="module")
def facts(source: Spark) -> Iterator[None]:
    spark_server.run(
        source,
        "CREATE TABLE own.facts USING parquet AS SELECT * FROM VALUES"
        " (9223372036854775807, 1.05BD, 'b', TIMESTAMP '2024-03-03 23:30:00'),"
        " (9223372036854775807, 1.06BD, 'B', TIMESTAMP '2024-03-04 00:30:00'),"
        " (NULL, 1.06BD, NULL, NULL) AS t(n, price, word, at)",
    )
    yield
    spark_server.run(source, "DROP TABLE own.facts")


class TestMeaning:
    """Where Spark by itself would mean something else."""

    @staticmethod
    def ask(source: Spark, **query: Any) -> list[list[Any]]:
        types: dict[str, Any] = {"n": "integer", "price": "decimal", "word": "string", "at": "timestamp"}
        columns = [Column(name, kind, "dimension") for name, kind in types.items()]
        table = Table("own.facts", 0, columns, schema="own", physical="facts")
        body = Query.model_validate({"source_id": 1, "table": "own.facts"} | query)
        compiled = compile_query(body, table, now=datetime(2024, 4, 10))
        expression = adapted(compiled.expression, source.dialect, compiled.parameters)
        return read(source, expression, compiled.parameters, compiled.types, EngineLimits()).rows

    def test_what_is_missing_comes_last(self, source: Spark, facts: None):
        for descending, words in ((False, ["B", "b", None]), (True, ["b", "B", None])):
            sort = [{"field": "word", "descending": descending}]
            assert [row[0] for row in self.ask(source, columns=["word"], sort=sort)] == words

    def test_an_average_of_decimals_keeps_its_digits(self, source: Spark, facts: None):
        [[average]] = self.ask(source, measures=[{"column": "price", "aggregation": "avg"}])
        assert average == pytest.approx(3.17 / 3, rel=1e-12)

    def test_weeks_begin_on_monday(self, source: Spark, facts: None):
        rows = self.ask(
            source,
            measures=[{"aggregation": "count"}],
            dimensions=[{"column": "at", "grain": "week"}],
        )
        assert rows == [[date(2024, 2, 26), 1], [date(2024, 3, 4), 1], [None, 1]]

    def test_a_sum_that_is_too_large_is_no_smaller_one(self, source: Spark, facts: None):
        with pytest.raises(QueryError, match="overflow"):
            self.ask(source, measures=[{"column": "n", "aggregation": "sum"}])


class TestLimits:
    def test_time_is_up_on_the_server_as_well(self, source: Spark):
        sql = "SELECT sum(crc32(CAST(id AS string))) FROM range(100000000000)"
        with pytest.raises(QueryTimeout, match="stopped after 1 seconds"):
            source.run(sql, [], ReadLimits(1, 10, 1000))
        time.sleep(1)
        before = _processor_seconds(spark_server.shared().pid)
        time.sleep(1)
        # Two threads that went on would take two.
        assert _processor_seconds(spark_server.shared().pid) - before < 0.7
        assert run(source, "SELECT 1").rows == [[1]]

    def test_rows_beyond_the_limit_are_not_read(self, source: Spark):
        started = time.monotonic()
        found = source.run("SELECT id FROM range(1000000)", [], ReadLimits(20, 1000, 10**8))
        assert (len(found.rows), found.truncated) == (1000, True)
        assert time.monotonic() - started < 10

    def test_bytes_beyond_the_limit_are_not_read(self, source: Spark):
        found = source.run(
            "SELECT repeat('x', 1000) AS x FROM range(20000)", [], ReadLimits(20, 10**6, 10**6)
        )
        assert found.truncated
        assert len(found.rows) < 1000

    def test_what_is_gone_says_what_to_do(self, source: Spark):
        for sql in ("SELECT a FROM own.gone", "SELECT gone FROM (SELECT 1 AS a)"):
            with pytest.raises(QueryError, match="refresh its tables"):
                run(source, sql)

    def test_what_spark_says_is_told_without_its_insides(self, source: Spark):
        with pytest.raises(QueryError) as refused:
            run(source, "SELECT 1 / 0")
        assert refused.value.message.startswith("Division by zero")
        assert "spark.sql" not in refused.value.message

    def test_a_session_that_the_server_has_forgotten_is_replaced(self, source: Spark):
        with source.transaction(10) as session:
            session._call("ReleaseSession")
        assert run(source, "SELECT current_timezone()").rows == [["UTC"]]


def _processor_seconds(process: int) -> float:
    fields = Path("/proc", str(process), "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


class TestAttacks:
    """Behind the guard, on the real server: what passes means what it says, what is refused stays away."""

    def test_every_attack_is_refused(self):
        passed = []
        for name, sql in corpus.ATTACKS["spark"].items():
            try:
                check(sql, dialect="spark", tables={"orders", "regions"})
            except QueryError:
                continue
            passed.append(name)
        assert passed == []

    def test_what_only_reads_is_let_through(self):
        for sql in (
            "SELECT region, count(*) AS n FROM Orders o WHERE quantity > $least GROUP BY region",
            "SELECT date_trunc('week', at), weekday(at), median(quantity), max_by(region, at) FROM orders",
            "SELECT sum(quantity) FILTER (WHERE region = 'it''s') FROM orders LATERAL VIEW explode(c) t",
            "WITH big AS (SELECT * FROM orders) SELECT `a b` FROM big WHERE a IN (SELECT b FROM regions)",
            "SELECT transform(c, x -> x + 1), percentile(quantity, 0.5), try_sum(quantity) FROM orders",
        ):
            check(sql, dialect="spark", tables={"orders", "regions"})

    def test_a_column_may_be_called_what_otherwise_is_none(self):
        tables = {"orders": Table("orders", 0, [Column("user", "string", "dimension")])}
        check("SELECT user FROM orders", dialect="spark", tables=tables)

    def test_texts_and_names_stay_what_they_are(self, source: Spark):
        texts = [
            *templates.BREAKOUTS.values(),
            *("a''b", "\\", "\\'", "\\%", "a\\_b", "\\u0041", "\\101", "${env:PATH}", "$p", ":p", "?", "`"),
        ]
        for text in texts:
            written = text.replace("\\", "\\\\").replace("'", "''")
            name = text.replace("`", "``")
            statement = check(f"SELECT '{written}' AS `{name}`", dialect="spark", tables=set())
            sql, _ = rendered(statement, source)
            found = run(source, sql)
            assert (found.columns, found.rows) == ([(text, "string")], [[text]])

    def test_files_are_no_tables_even_without_the_guard(self, source: Spark):
        for kind in ("csv", "text", "binaryFile", "parquet"):
            with pytest.raises(QueryError, match="cannot be found"):
                run(source, f"SELECT * FROM {kind}.`/etc/passwd`")

    def test_nothing_is_put_in_place_of_a_setting(self, source: Spark):
        assert run(source, "SELECT '${spark.sql.session.timeZone}'").rows == [
            ["${spark.sql.session.timeZone}"]
        ]

    def test_a_change_of_a_session_reaches_nobody_else(self, source: Spark):
        with source.transaction(10) as session:
            session.configure({"spark.sql.runSQLOnFiles": "true", "spark.sql.session.timeZone": "Asia/Tokyo"})
        assert run(source, "SELECT current_timezone()").rows == [["UTC"]]

    def test_a_name_in_the_catalog_is_a_name(self, source: Spark):
        sql, _ = rendered(
            exp.select(exp.column("a`b", quoted=True)).from_(
                exp.select(exp.alias_(exp.Literal.number(1), "a`b", quoted=True)).subquery("t")
            ),
            source,
        )
        assert run(source, sql).rows == [[1]]


class TestConnecting:
    def test_it_tells_its_version(self, source: Spark):
        assert source.check().startswith("Spark 4.")

    def test_a_wrong_token_is_told_and_not_shown(self, port: int):
        for given in ("wrong", None):
            with pytest.raises(ValidationFailed, match="the token is wrong or missing") as refused:
                connector(port, password=given).check()
            assert "wrong'" not in refused.value.message
            assert TOKEN not in refused.value.message

    def test_a_catalog_that_is_not_there_is_named(self, port: int):
        with pytest.raises(ValidationFailed, match="there is no catalog nowhere"):
            connector(port, database="nowhere").check()

    def test_one_that_is_not_there_says_so(self):
        with pytest.raises(SourceUnavailable, match="nothing listens on port 1"):
            connector(1).check()

    def test_the_name_is_looked_up_once_and_what_was_checked_is_reached(
        self, port: int, monkeypatch: pytest.MonkeyPatch
    ):
        """DNS rebinding: a second answer to the same question plays no part, nor does a proxy."""
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        answers = [["127.0.0.1"], ["10.0.0.1"]]
        egress = Egress([ip_network("127.0.0.0/8")], lambda _host, _port: answers.pop(0))
        settings = ServerConnection(
            host="spark.example.com", port=port, database=CATALOG, user="a", password=TOKEN, tls="off"
        )
        made = Spark(settings, egress, size=1)
        for _ in range(3):
            assert run(made, "SELECT 1").rows == [[1]]
        assert answers == [["10.0.0.1"]]
        made.close()

    def test_what_speaks_something_else_is_not_spark(self):
        with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
            threading.Thread(target=other.serve_forever, args=(0.02,), daemon=True).start()
            with pytest.raises(ClaribiError, match="what answers there is not Spark Connect"):
                connector(other.server_port).check()
            other.shutdown()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of this machine's address, signed by itself; its key is in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "spark")])
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
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture(scope="module")
def encrypted_port(port: int, certificate: Path) -> Iterator[int]:
    """What stands before Spark where it is to speak TLS, which it can't by itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2"])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_forward, args=(listening, context, port), daemon=True).start()
        yield listening.getsockname()[1]


def _forward(listening: socket.socket, context: ssl.SSLContext, port: int) -> None:
    while True:
        try:
            raw, _ = listening.accept()
            one = context.wrap_socket(raw, server_side=True)
        except ssl.SSLError:
            continue
        except OSError:
            return
        other = socket.create_connection(("127.0.0.1", port))
        for source, target in ((one, other), (other, one)):
            threading.Thread(target=_pump, args=(source, target), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
    except OSError:
        pass
    for each in (source, target):
        each.close()


class TestTls:
    @pytest.mark.parametrize("tls", ["prefer", "require", "verify"])
    def test_it_is_encrypted(self, encrypted_port: int, certificate: Path, tls: str):
        authority = x509.load_pem_x509_certificate(certificate.read_bytes())
        text = authority.public_bytes(serialization.Encoding.PEM).decode()
        made = connector(encrypted_port, tls=tls, ca_certificate=text)
        assert made.check().startswith("Spark ")
        assert run(made, "SELECT id FROM range(10000)").rows[-1] == [9_999]
        made.close()

    def test_a_certificate_of_nobodys_is_refused(self, encrypted_port: int):
        with pytest.raises(ValidationFailed, match="certificate"):
            connector(encrypted_port, tls="verify").check()

    def test_who_wants_tls_gets_it_or_nothing(self, port: int):
        with pytest.raises(ClaribiError, match=f"Spark at 127.0.0.1:{port}"):
            connector(port, tls="require").check()

    def test_a_token_goes_nowhere_unencrypted_unless_that_was_asked_for(self, port: int):
        with pytest.raises(ValidationFailed, match="for all to read on the way"):
            connector(port, tls="prefer").check()
