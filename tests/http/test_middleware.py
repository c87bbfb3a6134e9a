"""What surrounds every request: HEAD, compression, headers of safety, proxies, sizes."""

import contextlib
import socket
import time
from pathlib import Path

import pytest
from support import WITHOUT_WORKER, Api, Loaded, Server, running


class TestHead:
    @pytest.mark.parametrize(
        "path", ["/api/v1/reports", "/api/v1/nothing", "/api/v1/openapi.json", "/healthz", "/"]
    )
    def test_answers_like_get_without_a_body(self, api: Api, path: str):
        got, head = api.get(path), api.head(path)
        assert head.status_code == got.status_code
        assert head.content == b""
        for name in ("content-type", "content-length", "etag"):
            assert head.headers.get(name) == got.headers.get(name), name

    def test_of_an_event_stream_ends(self, sales: Loaded):
        report = sales.api.generated(title="Streamed", source_id=sales.source["id"])
        run = sales.api.get(f"/api/v1/reports/{report['id']}/runs").json()["results"][0]["id"]
        answer = sales.api.head(f"/api/v1/reports/{report['id']}/runs/{run}/events")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")


class TestCompression:
    @pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
    def test_is_what_the_client_takes(self, api: Api, encoding: str):
        plain = api.get("/api/v1/openapi.json", headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        with api.stream("GET", "/api/v1/openapi.json", headers={"Accept-Encoding": encoding}) as packed:
            raw = b"".join(packed.iter_raw())
            assert packed.headers["content-encoding"] == encoding
            assert "Accept-Encoding" in packed.headers["vary"]
        assert len(raw) < len(plain.content) / 4

    def test_small_answers_and_pictures_stay_as_they_are(self, api: Api):
        assert "content-encoding" not in api.get("/api/v1/reports").headers

    def test_ranges_of_a_download_are_not_packed(self, sales: Loaded):
        report = sales.api.generated(title="Ranges", source_id=sales.source["id"])
        path = f"/api/v1/reports/{report['id']}/download?format=html"
        whole = sales.api.get(path, headers={"Accept-Encoding": "identity"}).content
        part = sales.api.get(path, headers={"Range": "bytes=10-5009", "Accept-Encoding": "gzip, br, zstd"})
        assert part.status_code == 206
        assert part.content == whole[10:5010]


class TestHeadersOfSafety:
    """ASVS 5 3.4."""

    def test_are_on_every_answer(self, server: Server):
        for path in ("/", "/api/v1/reports", "/api/v1/nothing"):
            headers = server.api().get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "script-src 'self';" in policy
            assert "unsafe-eval" not in policy
            assert "strict-transport-security" not in headers

    def test_nothing_of_the_api_is_kept_by_caches_in_between(self, api: Api):
        assert api.get("/api/v1/reports").headers["cache-control"] == "private, no-cache"
        assert api.get("/api/v1/auth/status/").headers["cache-control"] == "no-store"
        assert api.get("/api/api-keys").headers["cache-control"] == "no-store"


class TestProxies:
    @pytest.fixture(scope="class")
    @classmethod
    def behind(cls, tmp_path_factory: pytest.TempPathFactory):
        folder: Path = tmp_path_factory.mktemp("behind")
        with running(folder, trusted_proxies=["127.0.0.1"], **WITHOUT_WORKER) as made:
            yield made

    FORWARDED = {  # noqa: RUF012 - a constant
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
    }

    def test_that_are_trusted_are_believed(self, behind: Server):
        client = behind.signed_in(behind.member(behind.organization()))
        for name in "AB":
            client.post("/api/v1/dashboards", json={"name": name})
        answer = client.get("/api/v1/dashboards?page_size=1", headers=self.FORWARDED)
        assert answer.json()["next"].startswith("https://")
        assert "max-age" in answer.headers["strict-transport-security"]
        wrong = {"email": "nobody@example.com", "password": "x"}
        client.post("/api/auth/login/", json=wrong, headers=self.FORWARDED)
        client.post("/api/v1/dashboards", json={"name": "C"}, headers=self.FORWARDED)
        event = client.get("/api/v1/audit-logs?action=dashboard.created").json()["results"][0]
        assert event["address"] == "203.0.113.9"

    def test_that_are_not_are_not(self, server: Server):
        client = server.signed_in(server.member(server.organization()))
        for name in "AB":
            client.post("/api/v1/dashboards", json={"name": name}, headers=self.FORWARDED)
        answer = client.get("/api/v1/dashboards?page_size=1", headers=self.FORWARDED)
        assert answer.json()["next"].startswith("http://")
        event = client.get("/api/v1/audit-logs?action=dashboard.created").json()["results"][0]
        assert event["address"] == "127.0.0.1"


class TestSizes:
    """OWASP API4:2023."""

    @staticmethod
    def raw(server: Server, request: bytes) -> bytes:
        host, _, port = server.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), 10) as connection:
            connection.settimeout(10)
            # The server answers and hangs up in the middle of what is sent.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(request)
            return connection.recv(4096)

    @pytest.mark.parametrize(
        "request_",
        [
            b"GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + b"x" * 200_000 + b"\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Many: y\r\n" * 20_000 + b"\r\n",
            b"GET /" + b"x" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            b"nonsense\r\n\r\n",
        ],
        ids=["one header", "many headers", "address", "nonsense"],
    )
    def test_of_headers_are_limited_and_the_server_goes_on(self, server: Server, request_: bytes):
        answer = self.raw(server, request_)
        assert answer.startswith(b"HTTP/1.1 400 "), answer
        assert b'"error":"bad_request"' in answer
        assert server.api().get("/healthz").status_code == 200

    def test_of_a_header_that_never_ends_neither(self, server: Server):
        answer = self.raw(server, b"GET / HTTP/1.1\r\nHost: x\r\nX-Endless: " + b"x" * 100_000)
        assert answer.startswith(b"HTTP/1.1 400 "), answer

    def test_who_hangs_up_in_the_middle_of_a_body_is_no_fault_of_the_server(self, server: Server):
        key = server.member(server.organization()).key
        head = (
            f"POST /api/v1/dashboards HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\nContent-Length: 99\r\n\r\n"
        )
        host, _, port = server.url.removeprefix("http://").partition(":")
        for _ in range(3):
            with socket.create_connection((host, int(port)), 10) as connection:
                connection.sendall(head.encode() + b"{")
                time.sleep(0.1)
        assert server.api().get("/healthz").status_code == 200
        assert "ClientDisconnect" not in (server.data_dir / "server.log").read_text()

    def test_requests_one_after_the_other_have_a_limit_each(self, api: Api):
        for _ in range(5):
            assert api.get("/api/v1/reports", headers={"X-Large": "x" * 30_000}).status_code == 200

    def test_of_bodies_count_what_comes_and_not_what_was_said(self, api: Api):
        def pieces():
            for _ in range(7):
                yield b" " * 1024 * 1024

        answer = api.post(
            "/api/v1/dashboards", content=pieces(), headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["error"]) == (413, "payload_too_large")
