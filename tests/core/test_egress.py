"""Connections that a user's words can steer: nothing of private networks, whatever it is written like.

CVE-2026-22805 (requests to private networks through notifications), OWASP API7:2023, ASVS 5 1.3.6.
"""

import http.server
import threading
from collections.abc import Iterator
from ipaddress import ip_network

import pytest

from claribi.core.egress import MAX_BYTES, Egress, Refused
from claribi.core.errors import SourceUnavailable

LOOPBACK = [ip_network("127.0.0.0/8"), ip_network("::1/128")]


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers, redirects, or never stops."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * (MAX_BYTES + 1) if self.path == "/endless" else b"hello")

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def inside() -> Iterator[http.server.ThreadingHTTPServer]:
    """A server inside the network, which must hear nothing."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",  # noqa: S104 - nothing is bound
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
    ],
)
def test_this_machine_is_refused_however_it_is_written(inside, host: str):
    with pytest.raises((Refused, SourceUnavailable)):
        Egress([]).request("GET", f"http://{host}:{inside.server_port}/secret")
    assert inside.asked == []


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "224.0.0.1"),
        *("255.255.255.255", "fe80::1", "fc00::1", "ff02::1", "::", "2002:7f00:1::", "64:ff9b::7f00:1"),
        *("64:ff9b::a9fe:a9fe", "2001:0:7f00:1::80ff:fffe", "fd00:ec2::254"),
    ],
)
def test_private_addresses_are_refused(address: str):
    with pytest.raises(Refused) as raised:
        Egress([], lambda _host, _port: [address]).addresses("data.example", 443)
    # The answer does not tell what lies there.
    assert address not in raised.value.message


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_are_not(address: str):
    assert Egress([], lambda _host, _port: [address]).addresses("data.example", 443) == [address]


def test_one_private_address_among_public_ones_is_enough():
    with pytest.raises(Refused):
        Egress([], lambda _host, _port: ["93.184.216.34", "127.0.0.1"]).addresses("data.example", 443)


def test_what_the_operator_allows_is_reached(inside):
    answer = Egress(LOOPBACK).request("GET", f"http://127.0.0.1:{inside.server_port}/hello")
    assert (answer.status_code, answer.text) == (200, "hello")


def test_a_name_that_changes_its_mind_gets_no_second_look(inside):
    """DNS rebinding: the first answer is public, the second leads inside. There is only one."""
    answers = iter([["203.0.113.7"], ["127.0.0.1"]])
    # 203.0.113.0/24 is for documentation: allowed here, and nobody answers there.
    egress = Egress([ip_network("203.0.113.0/24")], lambda _host, _port: next(answers))
    egress_timeout = pytest.raises(SourceUnavailable)
    with egress_timeout:
        egress.request("GET", f"http://rebinding.example:{inside.server_port}/", timeout=0.5)
    assert inside.asked == []
    assert next(answers) == ["127.0.0.1"]


def test_redirects_are_not_followed(inside):
    answer = Egress(LOOPBACK).request("GET", f"http://127.0.0.1:{inside.server_port}/away")
    assert answer.status_code == 302
    assert inside.asked == ["/away"]


def test_an_answer_without_end_is_cut_off(inside):
    with pytest.raises(SourceUnavailable, match="sends more than"):
        Egress(LOOPBACK).request("GET", f"http://127.0.0.1:{inside.server_port}/endless")


def test_proxies_of_the_environment_are_not_asked(inside, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{inside.server_port}")
    with pytest.raises(Refused):
        Egress([]).request("GET", "http://10.0.0.1/")
    assert inside.asked == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://example.com/", "nonsense"]
)
def test_only_the_web_is_spoken(url: str):
    with pytest.raises(Refused):
        Egress([]).request("GET", url)
