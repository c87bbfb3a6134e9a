"""ClickHouse's HTTP interface, as far as its driver uses it, over the real engine as chdb embeds it.

A process of its own, `python clickhouse_server.py PORT FOLDER USERS [CERTIFICATE]`: USERS is JSON, for each
name its password and the settings of its profile. With a certificate (and its key, in one file) it speaks
TLS. There are no rights: every user may read everything.
"""

import json
import re
import ssl
import sys
from base64 import b64decode
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from chdb import ChdbError
from chdb.session import Session

FORMAT = re.compile(r"\s+FORMAT\s+(\w+)\s*$", re.IGNORECASE)
# What chdb gives piece by piece.
READS = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
CODE = re.compile(r"Code: (\d+)\.")
# What the interface takes for itself; everything else in the address is a setting or a parameter.
OWN = {"database", "query", "query_id", "session_id", "default_format", "wait_end_of_query"}
STATUS = {516: 401, 81: 404, 60: 404, 62: 400, 164: 500}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    path_to_data: ClassVar[str]
    users: ClassVar[dict[str, dict[str, Any]]]

    def do_GET(self) -> None:
        self._plain(200, b"Ok.\n") if self.path == "/ping" else self._plain(404, b"")

    def do_POST(self) -> None:
        asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get_content_type() == "multipart/form-data":
            asked |= _form(self.headers, body)
        else:
            asked["query"] = asked.get("query", "") + body.decode()
        given = self.headers.get("Authorization", "Basic ZGVmYXVsdDo=")
        name, _, password = b64decode(given.partition(" ")[2]).decode().partition(":")
        if self.users.get(name, {}).get("password") != password:
            self._failed(f"Code: 516. DB::Exception: {name}: Authentication failed. (AUTHENTICATION_FAILED)")
            return
        session = Session(self.path_to_data)
        try:
            self._run(session, asked, self.users[name]["profile"])
        finally:
            session.close()

    def _run(self, session: Session, asked: dict[str, str], profile: dict[str, Any]) -> None:
        text = asked["query"]
        if found := FORMAT.search(text):
            text = text[: found.start()]
        form = found[1] if found else "TabSeparated"
        settings = {name: value for name, value in asked.items() if name not in OWN}
        try:
            if asked.get("database"):
                session.query(f"USE `{asked['database']}`")
            for several in (profile, settings):
                if several:
                    session.query("SET " + ", ".join(f"{n} = {_quoted(v)}" for n, v in several.items()))
            if form != "Native" or not READS.match(text):
                self._plain(200, session.query(text, form).bytes(), {"X-ClickHouse-Format": form})
                return
            answer = session.send_query(text, form)
            first = answer.fetch()
        except (ChdbError, RuntimeError) as error:
            self._failed(str(error))
            return
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("X-ClickHouse-Timezone", settings.get("session_timezone", "UTC"))
        self.send_header("X-ClickHouse-Format", form)
        self.end_headers()
        try:
            self._stream(answer, first)
        except OSError:
            # Nobody is there any more.
            answer.cancel()
            self.close_connection = True

    def _stream(self, answer: Any, piece: Any) -> None:
        try:
            while piece is not None and len(content := piece.bytes()):
                self._chunk(content)
                piece = answer.fetch()
        except (ChdbError, RuntimeError) as error:
            self._chunk(f"\n{error}".encode())
        self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, content: bytes) -> None:
        self.wfile.write(f"{len(content):x}\r\n".encode())
        self.wfile.write(content)
        self.wfile.write(b"\r\n")

    def _failed(self, said: str) -> None:
        found = CODE.search(said)
        code = int(found[1]) if found else 1002
        self._plain(STATUS.get(code, 500), said.encode(), {"X-ClickHouse-Exception-Code": str(code)})

    def _plain(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the standard library
        pass


def _quoted(value: Any) -> str:
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def _form(headers: Message, body: bytes) -> dict[str, str]:
    message = BytesParser().parsebytes(f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode() + body)
    return {
        str(part.get_param("name", header="Content-Disposition")): part.get_payload(decode=True).decode()
        for part in message.get_payload()
    }


def main() -> None:
    port, folder, users, *certificate = sys.argv[1:]
    Handler.path_to_data, Handler.users = folder, json.loads(users)
    # The engine lives as long as one session does.
    session = Session(folder)
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate[0])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    try:
        server.serve_forever()
    finally:
        session.close()


if __name__ == "__main__":
    main()
