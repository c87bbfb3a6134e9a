"""A stand-in for SQL Server, in threads of the tests' own process.

It speaks the Tabular Data Stream protocol as MS-TDS documents it, and runs what it is asked on DuckDB. It is
not the vendor's server: what that would make of a statement is not tested.
"""

import re
import select
import socket
import socketserver
import ssl
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import duckdb
from statement_server import BROKEN, ELSEWHERE, ENDLESS, certificate
from tds_values import Bytes, taken, type_of, value_of
from tsql_in_duckdb import in_duckdb

USER, PASSWORD, DATABASE = "reader", "a secret & more", "shop"
ADMINISTRATOR = "sa"
BATCH, CALL, REPLY, STOP, LOGIN, PRELOGIN = 1, 3, 4, 6, 16, 18
PLAIN, ENCRYPTED = 2, 1
HEAD = struct.Struct(">BBHHBx")
PACKET = 4_096
MORE, ERROR, COUNT, STOPPED = 0x01, 0x02, 0x10, 0x20
DONE = 0xFD
# A statement with this in it is not stopped, whatever its client asks for.
DEAF = "deaf"
WRONG = {duckdb.CatalogException: 208, duckdb.BinderException: 207}
# What DuckDB tells of tables, as SQL Server does.
CATALOG = r"""
    CREATE SCHEMA dbo; CREATE SCHEMA told; CREATE SCHEMA sys; USE dbo;
    CREATE VIEW told.COLUMNS AS SELECT table_schema, table_name, column_name, ordinal_position,
        coalesce(MAP {'BIGINT': 'bigint', 'INTEGER': 'int', 'BOOLEAN': 'bit', 'DOUBLE': 'float',
            'DATE': 'date', 'TIME': 'time', 'TIMESTAMP': 'datetime2', 'BLOB': 'varbinary',
            'TIMESTAMP WITH TIME ZONE': 'datetimeoffset', 'DECIMAL': 'decimal'
        }[regexp_replace(data_type, '\(.*', '')], 'nvarchar') AS data_type,
        CASE WHEN data_type = 'VARCHAR' THEN -1 END AS character_maximum_length,
        numeric_precision, numeric_scale
        FROM information_schema.columns WHERE table_schema NOT IN ('told', 'sys');
    CREATE VIEW told.TABLE_CONSTRAINTS AS FROM information_schema.table_constraints;
    CREATE VIEW told.KEY_COLUMN_USAGE AS FROM information_schema.key_column_usage;
    CREATE VIEW told.REFERENTIAL_CONSTRAINTS AS FROM information_schema.referential_constraints;
    CREATE VIEW sys.schemas AS SELECT oid AS schema_id, schema_name AS name FROM duckdb_schemas();
    CREATE VIEW sys.tables AS
        SELECT table_oid AS object_id, schema_oid AS schema_id, table_name AS name FROM duckdb_tables();
    CREATE VIEW sys.objects AS FROM sys.tables;
    CREATE VIEW sys.columns AS
        SELECT table_oid AS object_id, column_index AS column_id, column_name AS name FROM duckdb_columns();
    CREATE VIEW sys.partitions AS
        SELECT table_oid AS object_id, 1 AS index_id, estimated_size AS rows FROM duckdb_tables();
    CREATE VIEW sys.extended_properties AS
        SELECT 1 AS class, table_oid AS major_id, 0 AS minor_id, 'MS_Description' AS name, comment AS value
        FROM duckdb_tables() WHERE comment IS NOT NULL UNION ALL
        SELECT 1, table_oid, column_index, 'MS_Description', comment
        FROM duckdb_columns() WHERE comment IS NOT NULL;
"""


@dataclass
class Asked:
    """A statement that came in."""

    sql: str
    values: dict[str, Any] = field(default_factory=dict)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    cancelled: bool = False


class TdsService(socketserver.ThreadingTCPServer):
    """A server over DuckDB.

    Attributes:
        encryption: What it says of it when asked: `PLAIN` or `ENCRYPTED`.
        statements: In the order in which they came.
        settings: The batches that set up or ended transactions.
        snapshots: Whether the database can be read as it was at one moment.
        version: Of the product.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *, encryption: int = ENCRYPTED) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.encryption = encryption
        self.snapshots = 1
        self.version = "16.0.4135.4"
        self.statements: list[Asked] = []
        self.settings: list[str] = []
        self.database = duckdb.connect()
        self.database.execute("SET TimeZone = 'UTC'")
        self.database.execute(CATALOG)

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are what some tests are about."""


class _Stopped(Exception):
    """The client wants no more of an answer."""


class _Connection(socketserver.BaseRequestHandler):
    server: TdsService
    request: socket.socket

    def handle(self) -> None:
        self.tls: ssl.SSLObject | None = None
        with suppress(OSError, EOFError, ssl.SSLError):
            self._agree()
            if self._sign_in():
                while True:
                    self._serve(*self._message())

    def _agree(self) -> None:
        kind, _ = self._message()
        assert kind == PRELOGIN
        option = struct.pack(">BHHBHHB", 0, 11, 6, 1, 17, 1, 0xFF)
        self._send(option + bytes(6) + bytes([self.server.encryption]))
        if self.server.encryption == PLAIN:
            return
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate())
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        while True:
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                if self.outgoing.pending:
                    self._send(self.outgoing.read(), PRELOGIN)
                self.incoming.write(self._message()[1])
            else:
                break
        self._send(self.outgoing.read(), PRELOGIN)
        self.tls = tls

    def _sign_in(self) -> bool:
        kind, message = self._message()
        assert kind == LOGIN

        def told(place: int) -> bytes:
            start, length = struct.unpack_from("<HH", message, place)
            return message[start : start + 2 * length]

        user, hidden, database = told(40).decode("utf-16-le"), told(44), told(68).decode("utf-16-le")
        password = bytes(((byte ^ 0xA5) & 0xF) << 4 | (byte ^ 0xA5) >> 4 for byte in hidden)
        self.user = user
        if user not in {USER, ADMINISTRATOR} or password.decode("utf-16-le") != PASSWORD:
            self._send(_error(18456, f"Login failed for user '{user}'.") + _done(ERROR))
            return False
        if database not in {DATABASE, ELSEWHERE}:
            said = f'Cannot open database "{database}" requested by the login. The login failed.'
            self._send(_error(4060, said) + _done(ERROR))
            return False
        product = "Microsoft SQL Server".encode("utf-16-le")
        acknowledged = struct.pack(">BIB", 1, 0x74000004, len(product) // 2) + product + b"\x10\0\0\0"
        tokens = _changed(1, _short(database), _short("master"))
        tokens += b"\xad" + struct.pack("<H", len(acknowledged)) + acknowledged
        if database == ELSEWHERE:
            target = struct.pack("<BHH", 0, 1, 9) + "127.0.0.1".encode("utf-16-le")
            tokens += _changed(20, struct.pack("<H", len(target)) + target, b"\0\0")
        self._send(tokens + _done())
        return True

    def _serve(self, kind: int, message: bytes) -> None:
        if kind == STOP:
            self._send(_done(STOPPED))
            return
        rest = Bytes(message, struct.unpack_from("<I", message)[0])
        asked = Asked(rest.take(len(message)).decode("utf-16-le")) if kind == BATCH else _called(rest)
        if "TRANSACTION" in asked.sql:
            self.server.settings.append(asked.sql)
            self._send(_done(MORE) * 3 + _done())
            return
        try:
            self._answer(asked)
        except _Stopped:
            asked.cancelled = True
            self._send(_done(STOPPED))
        except duckdb.Error as error:
            self._send(_error(WRONG.get(type(error), 245), str(error)) + _done(ERROR))

    def _answer(self, asked: Asked) -> None:
        if "IS_SRVROLEMEMBER" in asked.sql:
            rows = [(self.server.snapshots, int(self.user == ADMINISTRATOR))]
            self._show([("", "INTEGER"), ("", "INTEGER")], rows)
        elif "SERVERPROPERTY" in asked.sql:
            self._show([("", "VARCHAR"), ("", "INTEGER")], [(self.server.version, 3)])
        else:
            if not re.search(r"INFORMATION_SCHEMA|\bsys\.", asked.sql):
                self.server.statements.append(asked)
            columns = self._run(asked)
            if ENDLESS in asked.sql:
                self._send(_announced(columns), is_last=False)
                while not self._is_stopped():
                    select.select([self.request], [], [])
                raise _Stopped
            if DEAF in asked.sql:
                self._send(_announced(columns), is_last=False)
                self.request.recv(1_000_000, socket.MSG_WAITALL)
            self._show(columns, asked.rows, breaks_off=BROKEN in asked.sql)

    def _run(self, asked: Asked) -> list[tuple[str, str]]:
        text = in_duckdb(asked.sql.replace("INFORMATION_SCHEMA.", "told."))
        values = {name: value for name, value in asked.values.items() if f"${name}" in text}
        with self.server.database.cursor() as cursor:
            cursor.execute("SET TimeZone = 'UTC'; USE dbo")
            cursor.execute(text, values)
            columns = [(name, str(kind)) for name, kind, *_ in cursor.description or []]
            if any("ZONE" in kind for _, kind in columns):
                # DuckDB's Python needs another package for moments with a zone.
                names = [f"c{number}" for number in range(len(columns))]
                read = [
                    f"{name} AT TIME ZONE 'UTC'" if "ZONE" in kind else name
                    for name, (_, kind) in zip(names, columns, strict=True)
                ]
                cursor.execute(
                    f"SELECT {', '.join(read)} FROM ({text}) AS answer({', '.join(names)})", values
                )
            asked.rows = cursor.fetchall()
        return columns

    def _show(
        self, columns: list[tuple[str, str]], rows: list[tuple[Any, ...]], *, breaks_off: bool = False
    ) -> None:
        kinds = [type_of(native) for _, native in columns]
        self._pending = _announced(columns)
        for row in rows:
            self._pending += b"\xd1" + b"".join(map(value_of, kinds, row))
            while len(self._pending) > 4 * PACKET:
                if self._is_stopped():
                    raise _Stopped
                self._send(self._pending[: 4 * (PACKET - HEAD.size)], is_last=False)
                self._pending = self._pending[4 * (PACKET - HEAD.size) :]
                if breaks_off:
                    self.request.shutdown(socket.SHUT_RDWR)
        self._send(self._pending + _done(COUNT, len(rows)))

    def _is_stopped(self) -> bool:
        """Whether the client has sent anything meanwhile: it can be nothing else."""
        return bool(select.select([self.request], [], [], 0)[0]) and self._message()[0] == STOP

    def _message(self) -> tuple[int, bytes]:
        message, status = b"", 0
        while not status & 1:
            kind, status, length, _, _ = HEAD.unpack(self._exactly(HEAD.size))
            message += self._exactly(length - HEAD.size)
        return kind, message

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            if self.tls is None:
                part = self.request.recv(size - len(data))
            else:
                part = self._decrypted(size - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def _decrypted(self, size: int) -> bytes:
        assert self.tls
        while True:
            try:
                return self.tls.read(size)
            except ssl.SSLWantReadError:
                part = self.request.recv(65_536)
                if not part:
                    return b""
                self.incoming.write(part)

    def _send(self, data: bytes, kind: int = REPLY, *, is_last: bool = True) -> None:
        room = PACKET - HEAD.size
        parts = [data[start : start + room] for start in range(0, len(data), room)]
        for number, part in enumerate(parts, 1):
            status = 1 if is_last and number == len(parts) else 0
            packet = HEAD.pack(kind, status, HEAD.size + len(part), 0, number % 256) + part
            if self.tls is not None:
                self.tls.write(packet)
                packet = self.outgoing.read()
            self.request.sendall(packet)


def _called(message: Bytes) -> Asked:
    """A call of sp_executesql: the statement, what its parameters are, and their values."""
    assert message.take(4) == struct.pack("<hH", -1, 10)
    message.take(2)
    found = []
    while not message.is_over:
        name = message.text("B")
        message.take(1)
        found.append((name.removeprefix("@"), taken(message)))
    return Asked(found[0][1], dict(found[2:]))


def _short(text: str) -> bytes:
    return bytes([len(text)]) + text.encode("utf-16-le")


def _changed(kind: int, new: bytes, old: bytes) -> bytes:
    content = bytes([kind]) + new + old
    return b"\xe3" + struct.pack("<H", len(content)) + content


def _error(number: int, said: str) -> bytes:
    said = said[:4_000]
    content = struct.pack("<IBBH", number, 1, 16, len(said)) + said.encode("utf-16-le")
    content += _short("stand-in") + _short("") + struct.pack("<I", 1)
    return b"\xaa" + struct.pack("<H", len(content)) + content


def _done(status: int = 0, count: int = 0) -> bytes:
    return struct.pack("<BHHQ", DONE, status, 0, count)


def _announced(columns: list[tuple[str, str]]) -> bytes:
    told = b"\x81" + struct.pack("<H", len(columns))
    for name, native in columns:
        told += struct.pack("<IH", 0, 1) + type_of(native).announced + _short(name)
    return told
