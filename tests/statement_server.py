"""Stand-ins for databases that are asked over HTTPS, in a thread of the tests' own process.

They speak the protocols as their vendors document them, and run what they are asked on DuckDB, which sqlglot
translates for. They are not the vendors' servers: what those would make of a statement is not tested.
"""

import csv
import json
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

import duckdb
import sqlglot
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlglot import exp

from claribi.core.egress import Egress

HERE = Egress([ip_network("127.0.0.0/8")])
PAGE_ROWS = 5_000
# Statements with one of these words in them never end, break off after the first page, or lead away.
ENDLESS, BROKEN, ELSEWHERE = "endless", "broken", "elsewhere"


class Problem(Exception):
    """What a service says of a statement that it can't run: the vendor's code, and words."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code = code
        self.said = said


class BreakOff(Exception):
    """The connection ends here."""


@dataclass
class Statement:
    """A statement that was handed in."""

    sql: str
    settings: dict[str, str]
    columns: list[tuple[str, str]] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    cancelled: bool = False

    @property
    def pages(self) -> int:
        """How many pages its rows fill; an answer without rows has one, too."""
        return max(1, -(-len(self.rows) // PAGE_ROWS))

    def page(self, number: int) -> list[tuple[Any, ...]]:
        return self.rows[number * PAGE_ROWS : (number + 1) * PAGE_ROWS]


class StatementService(ThreadingHTTPServer):
    """A service over DuckDB, with TLS by a certificate of its own.

    Attributes:
        statements: By their numbers, in the order in which they came.
    """

    daemon_threads = True
    dialect: str

    def __init__(self, *, encrypted: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.database = duckdb.connect()
        self.database.execute("SET TimeZone = 'UTC'; CREATE SCHEMA sales; USE sales")
        self.statements: list[Statement] = []
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        if encrypted:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate())
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        # The database goes with this object: a late request may still be asking it.
        self.server_close()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        """A status, and what is sent as JSON."""
        raise NotImplementedError

    def translated(self, statement: exp.Expr) -> exp.Expr:
        """Of the dialect, what sqlglot does not translate by itself."""
        return statement

    def take(self, sql: str, settings: dict[str, str]) -> int:
        """Keep a statement, by its number."""
        self.statements.append(Statement(sql, settings))
        return len(self.statements) - 1

    def run(self, statement: Statement, schema: str = "") -> None:
        """Find its columns and rows.

        Raises:
            duckdb.Error
        """
        tree = self.translated(sqlglot.parse_one(statement.sql, read=self.dialect))
        with self.database.cursor() as cursor:
            cursor.execute(f"SET TimeZone = 'UTC'; USE {schema or 'sales'}")
            text = tree.sql("duckdb")
            described = cursor.execute(f"DESCRIBE {text}").fetchall()
            statement.columns = [(name, str(kind)) for name, kind, *_ in described]
            names = [f"c{number}" for number in range(len(described))]
            # DuckDB's Python needs another package for moments with a zone.
            read = [
                f"{name} AT TIME ZONE 'UTC'" if "ZONE" in kind else name
                for name, (_, kind) in zip(names, statement.columns, strict=True)
            ]
            found = cursor.execute(f"SELECT {', '.join(read)} FROM ({text}) AS answer({', '.join(names)})")
            statement.rows = found.fetchall()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StatementService

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append((self.command, self.path, headers))
        try:
            status, said = self.server.answer(self.command, self.path, headers, body)
        except BreakOff:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"data": [')
            self.close_connection = True
            return
        content = json.dumps(said, default=str).encode() if said is not None else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the standard library
        pass


@cache
def certificate() -> Path:
    """Of this machine's names, signed by itself; its key is in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "statements")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = Path(tempfile.mkdtemp(prefix="claribi-tls-")) / "server.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def authority() -> str:
    """What a connection to a stand-in gives as its `ca_certificate`."""
    return certificate().read_text().partition("-----END PRIVATE KEY-----\n")[2]


class Served(Protocol):
    """A stand-in that runs what it is asked on DuckDB."""

    database: duckdb.DuckDBPyConnection

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


Service = TypeVar("Service", bound=Served)


@contextmanager
def loaded(service: Service, rows: list[tuple[Any, ...]]) -> Iterator[Service]:
    """The service, with the sales in it."""
    with service:
        service.database.execute(
            "CREATE TABLE regions (region varchar, manager varchar);"
            "CREATE TABLE orders (order_id bigint, ordered_on date, region varchar, product varchar,"
            ' quantity int, revenue decimal(10, 2), "at" timestamptz, is_late boolean);'
            "COMMENT ON COLUMN orders.revenue IS 'In euros'; COMMENT ON TABLE orders IS 'All sales';"
            "CREATE SCHEMA stock; CREATE TABLE stock.parts (part int, name varchar);"
            "INSERT INTO stock.parts VALUES (1, 'bolt'), (2, 'nut');"
            "INSERT INTO regions VALUES ('North', 'Nora'), ('South', 'Sol'), ('West', 'Wes');"
        )
        with tempfile.NamedTemporaryFile("w", newline="", suffix=".csv") as file:
            csv.writer(file).writerows(rows)
            file.flush()
            service.database.execute(
                f"INSERT INTO orders SELECT * FROM read_csv('{file.name}', header = false)"
            )
        yield service
