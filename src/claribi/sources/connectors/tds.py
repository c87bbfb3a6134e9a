"""Signing in to a server of the Tabular Data Stream protocol (MS-TDS) over a socket that was checked.

The driver would open sockets of its own: towards wherever the server sends it, and to ask for the port of a
named instance. Here it is given one and gets no other. It would also need another TLS library than Python's.
"""

import os
import socket
import ssl
import struct
import time
from typing import Any, NoReturn

from pytds import tds_base
from pytds.connection import NonMarsConnection
from pytds.lcid import LANGID_ENGLISH_US
from pytds.tds_socket import _TdsSocket

from claribi.core.tls import client_context
from claribi.sources.connectors.settings import ServerConnection, Tls

# A packet's kind, whether it is the last one of its message, and its length with this head.
HEAD = struct.Struct(">BBHHBx")
PRELOGIN, ATTENTION, LAST = 0x12, 0x06, 0x01
# The options of a PRELOGIN message.
VERSION, ENCRYPTION, MANY_AT_ONCE, END = 0x00, 0x01, 0x04, 0xFF
OPTION = struct.Struct(">BHH")
# What it may say of encryption: for all that follows, none at all, as a must.
ENCRYPTED, PLAIN, MUST = 1, 2, 3
MOST_OF_A_PACKET = 4_096
CHUNK = 65_536


class NotSignedIn(Exception):
    """The server can't be talked to as the settings ask; the message ends a sentence about it."""


class Stopped(Exception):
    """The server was asked to stop a statement."""


class Transport:
    """A socket, with TLS or without, whose server is asked to stop when a statement takes too long.

    Attributes:
        deadline: By `time.monotonic()`, when to ask; SQL Server itself has no limit to set.
        stopped: Whether it was asked; the rest of its answer means nothing then.
    """

    def __init__(self, raw: socket.socket) -> None:
        self.raw = raw
        self.deadline: float | None = None
        self.stopped = False

    def gettimeout(self) -> float | None:
        return self.raw.gettimeout()

    def settimeout(self, timeout: float | None) -> None:
        """Time-outs of the driver are not used: they would break off within a packet."""

    def sendall(self, data: Any, flags: int = 0) -> None:
        self.raw.sendall(data, flags)

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        del flags
        return self._arrived(bufsize)

    def recv_into(self, buffer: Any, size: int = 0, flags: int = 0) -> int:
        data = self.recv(size or len(buffer), flags)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self.raw.close()

    def shutdown(self, how: int = 0) -> None:
        self.raw.shutdown(how)

    def check_stopped(self) -> None:
        """
        Raises:
            Stopped
        """
        if self.stopped:
            raise Stopped

    def _arrived(self, most: int) -> bytes:
        while self.deadline is not None and not self.stopped:
            self.raw.settimeout(max(self.deadline - time.monotonic(), 0.001))
            try:
                return self.raw.recv(most)
            except TimeoutError:
                self.stopped = True
                self.raw.settimeout(None)
                self.sendall(HEAD.pack(ATTENTION, LAST, HEAD.size, 0, 0))
        self.raw.settimeout(None)
        return self.raw.recv(most)


class Encrypted(Transport):
    """With TLS inside, whose handshake travels in PRELOGIN packets."""

    def __init__(self, raw: socket.socket, context: ssl.SSLContext, host: str) -> None:
        super().__init__(raw)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._shake_hands()

    def sendall(self, data: Any, flags: int = 0) -> None:
        self._tls.write(bytes(data))
        self.raw.sendall(self._outgoing.read(), flags)

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        del flags
        while True:
            try:
                return self._tls.read(bufsize)
            except ssl.SSLWantReadError:
                data = self._arrived(CHUNK)
                if not data:
                    return b""
                self._incoming.write(data)
            except ssl.SSLZeroReturnError:
                return b""

    def _shake_hands(self) -> None:
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                _send(self.raw, self._outgoing.read())
                self._incoming.write(_message(self.raw))
            else:
                break
        if self._outgoing.pending:
            _send(self.raw, self._outgoing.read())


def signed_in(raw: socket.socket, settings: ServerConnection) -> tuple[NonMarsConnection, Transport]:
    """A connection over `raw`, on which one statement runs at a time.

    Raises:
        NotSignedIn, ssl.SSLError, OSError, tds_base.Error
    """
    transport = _agreed(raw, settings)
    session = _Session(transport, _login(settings), autocommit=True)
    session.login()
    return NonMarsConnection(pooling=False, key=(), tds_socket=session), transport


class _Session(_TdsSocket):  # type: ignore[misc]  # the driver is not typed
    """The driver's, which leaves to us what comes before signing in, and stays where it is."""

    def login(self) -> None:
        session = self._main_session
        session.tds7_send_login(self._login)
        session.begin_response()
        if not session.process_login_tokens():
            session.raise_db_exception()
        if self.route is not None:
            raise NotSignedIn("it sends its clients on to another server; connect to that one")
        # How long packets are was agreed on with the rest.
        session._reader.set_block_size(session._writer.bufsize)  # noqa: SLF001 - as in the driver's own
        self._is_connected = True


def _login(settings: ServerConnection) -> Any:
    login = tds_base._TdsLogin()  # noqa: SLF001 - its connect() is what must not be called
    login.client_host_name = "claribi"
    login.library = login.app_name = "claribi"
    login.server_name = settings.host[:128]
    login.user_name = settings.user
    login.password = settings.password.get_secret_value() if settings.password else ""
    login.database = settings.database
    login.client_lcid = LANGID_ENGLISH_US
    login.option_flag2 = tds_base.TDS_ODBC_ON
    login.pid = os.getpid()
    return login


def _agreed(raw: socket.socket, settings: ServerConnection) -> Transport:
    """What both sides take: TLS, or none."""
    wanted = PLAIN if settings.tls == "off" else ENCRYPTED
    _send(raw, _options({VERSION: b"\0" * 6, ENCRYPTION: bytes([wanted]), MANY_AT_ONCE: b"\0"}))
    told = _taken_apart(_message(raw)).get(ENCRYPTION, b"")
    theirs = told[0] if told else PLAIN
    if theirs == PLAIN:
        if settings.tls in {"require", "verify"}:
            raise NotSignedIn("TLS is required, and it has none")
        return Transport(raw)
    if wanted == PLAIN:
        raise NotSignedIn("it takes encrypted connections only; set tls to require or verify")
    return Encrypted(raw, _context(settings.tls, settings.ca_certificate), settings.host)


def _context(tls: Tls, authority: str | None) -> ssl.SSLContext:
    context = client_context(authority, verify=tls == "verify")
    # The handshake of later versions does not fit into that of the protocol (MS-TDS, 2.2.6.5).
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def _options(values: dict[int, bytes]) -> bytes:
    place = OPTION.size * len(values) + 1
    heads = b""
    for option, value in values.items():
        heads += OPTION.pack(option, place, len(value))
        place += len(value)
    return heads + bytes([END]) + b"".join(values.values())


def _taken_apart(message: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    place = 0
    while place < len(message) and message[place] != END:
        if place + OPTION.size > len(message):
            _no_protocol()
        option, start, length = OPTION.unpack_from(message, place)
        found[option] = message[start : start + length]
        place += OPTION.size
    return found


def _send(raw: socket.socket, message: bytes) -> None:
    """A message of the kind PRELOGIN, in as many packets as it needs."""
    room = MOST_OF_A_PACKET - HEAD.size
    parts = [message[start : start + room] for start in range(0, len(message), room)]
    for number, part in enumerate(parts, 1):
        status = LAST if number == len(parts) else 0
        raw.sendall(HEAD.pack(PRELOGIN, status, HEAD.size + len(part), 0, number % 256) + part)


def _message(raw: socket.socket) -> bytes:
    """The next message, whatever its kind, without the heads of its packets."""
    message, status = b"", 0
    while not status & LAST:
        _, status, length, _, _ = HEAD.unpack(_exactly(raw, HEAD.size))
        if length < HEAD.size:
            _no_protocol()
        message += _exactly(raw, length - HEAD.size)
    return message


def _exactly(raw: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = raw.recv(size - len(data))
        if not part:
            _no_protocol()
        data += part
    return data


def _no_protocol() -> NoReturn:
    raise NotSignedIn("what listens there is no SQL Server")
