"""HTTP at the socket: a limit to what comes before the body, and the common error body even there."""

import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

MAX_HEAD = 64 * 1024
MAX_URL = 16 * 1024
TOO_LARGE = f"The address and headers of a request are limited to {MAX_HEAD // 1024} KB"


class LimitedHead(ValueError):
    """The head of a request is too large."""


class Protocol(HttpToolsProtocol):
    """Uvicorn's protocol, which by itself would collect headers without end."""

    _in_head = True
    _head_bytes = 0

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        # A header that has not ended yet is in no callback; what has come in of it counts all the same.
        if self._in_head and self._head_bytes > MAX_HEAD and not self.transport.is_closing():
            self.send_400_response(TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._size = True, 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_URL:
            raise LimitedHead

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._size += len(name) + len(value)
        if self._size > MAX_HEAD:
            raise LimitedHead

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_head, self._head_bytes = True, 0

    def send_400_response(self, msg: str) -> None:
        """Refuse what can't be read, in the words of every other error."""
        if self._head_bytes > min(MAX_HEAD, MAX_URL):
            msg = TOO_LARGE
        body = msgspec.json.encode({"error": "bad_request", "message": msg.rstrip("."), "status": 400})
        head = [
            STATUS_LINE[400],
            b"content-type: application/json\r\n",
            b"content-length: %d\r\n" % len(body),
            b"connection: close\r\n\r\n",
        ]
        self.transport.write(b"".join([*head, body]))
        self.transport.close()
