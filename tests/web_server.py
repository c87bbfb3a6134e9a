"""A web server of the tests: it answers as its handlers tell it, and keeps what it was asked."""

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Answer = tuple[int, dict[str, str], bytes | Iterator[bytes]]


class Host(http.server.ThreadingHTTPServer):
    """Answers each path as its handler does, with the request for its argument."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, Callable[[Any], Answer]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def serve(
        self, path: str, body: bytes | str, kind: str = "text/csv", status: int = 200, **headers: str
    ) -> str:
        """Answer a path with this from now on; the address of it."""
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = lambda _: (status, {"Content-Type": kind, **named}, content)
        return self.url + path

    def redirect(self, path: str, target: str) -> str:
        return self.serve(path, b"", status=302, Location=target)

    def heard(self, path: str) -> list[dict[str, str]]:
        """The headers of the requests for a path, by their names in lower case."""
        return [headers for asked, headers in self.asked if asked.partition("?")[0] == path]


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        self.server.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        handler = self.server.answers.get(self.path.partition("?")[0])
        status, headers, body = handler(self) if handler else (404, {}, b"")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if isinstance(body, bytes) and "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            for piece in [body] if isinstance(body, bytes) else body:
                self.wfile.write(piece)
                self.wfile.flush()
        except OSError:
            self.close_connection = True

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def hosting() -> Iterator[Host]:
    host = Host()
    thread = threading.Thread(target=host.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield host
    host.shutdown()
    host.server_close()
