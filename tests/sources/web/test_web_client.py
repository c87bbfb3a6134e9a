"""The client for addresses that users choose, against a server that is slow, silent or endless."""

import gzip
import itertools
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_network
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from web_server import Host

from claribi.core.egress import Egress, Refused
from claribi.core.errors import ClaribiError, PayloadTooLarge, SourceUnavailable
from claribi.core.tls import system_authorities
from claribi.sources.web.client import WebClient, asked_wait
from claribi.sources.web.download import Known, download

EGRESS = Egress([ip_network("127.0.0.0/8")])


def client(host: Host, seconds: float = 20.0) -> WebClient:
    return WebClient(EGRESS, home=host.url, secret={}, seconds=seconds)


def trickle(_request: Any) -> Any:
    return 200, {"Content-Type": "text/csv"}, (_late(b"1,2\n") for _ in itertools.count())


def _late(piece: bytes) -> bytes:
    time.sleep(0.05)
    return piece


def test_a_byte_now_and_then_does_not_keep_us(host: Host, tmp_path: Path):
    host.answers["/slow.csv"] = trickle
    began = time.monotonic()
    with client(host, 0.6) as web, pytest.raises(SourceUnavailable, match="in time"):
        download(web, f"{host.url}/slow.csv", tmp_path / "file", Known(), 10**9)
    assert time.monotonic() - began < 3


def test_nor_do_headers_that_never_end(host: Host, tmp_path: Path):
    def headers(request: Any) -> Any:
        for number in itertools.count():
            request.wfile.write(_late(f"X-{number}: y\r\n".encode()))

    host.handle_error = lambda *_: None
    host.answers["/slow.csv"] = headers
    began = time.monotonic()
    with client(host, 0.6) as web, pytest.raises(SourceUnavailable):
        download(web, f"{host.url}/slow.csv", tmp_path / "file", Known(), 10**9)
    assert time.monotonic() - began < 3


def busy(times: int, status: int, **headers: str) -> Callable[[Any], Any]:
    """Refuses so many times, then answers."""
    left = itertools.count(times, -1)

    def answer(_request: Any) -> Any:
        is_busy = next(left) > 0
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return (status, named, b"") if is_busy else (200, {}, b"a\n1\n")

    return answer


@pytest.mark.parametrize("status", [429, 503])
def test_it_waits_as_long_as_it_is_told_to(host: Host, tmp_path: Path, status: int):
    host.answers["/a.csv"] = busy(2, status, Retry_After="1")
    began = time.monotonic()
    with client(host) as web:
        assert download(web, f"{host.url}/a.csv", tmp_path / "file", Known(), 1000) is not None
    assert 2 <= time.monotonic() - began < 5


@pytest.mark.parametrize("wait", ["86400", "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_but_not_for_ever(host: Host, tmp_path: Path, wait: str):
    host.answers["/a.csv"] = busy(9, 503, Retry_After=wait)
    with client(host) as web, pytest.raises(ClaribiError, match="later or less often"):
        download(web, f"{host.url}/a.csv", tmp_path / "file", Known(), 1000)
    assert len(host.asked) == 1


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7), ("\xb2", 3), ("", 3), ("soon", 3), ("-5", 3), ("Sun, 06 Nov 1994 08:49:37 GMT", 0)],
)
def test_retry_after_is_a_number_or_a_date(text: str, seconds: float):
    assert asked_wait(text, default=3) == seconds


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "zstd"])
def test_only_what_was_asked_for_is_unpacked(host: Host, tmp_path: Path, encoding: str):
    host.serve("/a.csv", b"x", Content_Encoding=encoding)
    with client(host) as web, pytest.raises(SourceUnavailable, match="encoding"):
        download(web, f"{host.url}/a.csv", tmp_path / "file", Known(), 1000)


def test_a_small_file_that_unpacks_to_a_large_one_ends_at_the_limit(host: Host, tmp_path: Path):
    """CWE-409."""
    packed = gzip.compress(bytes(64 * 1024**2))
    assert len(packed) < 100_000
    host.serve("/a.csv", packed, Content_Encoding="gzip")
    with client(host) as web, pytest.raises(PayloadTooLarge, match="1 MB"):
        download(web, f"{host.url}/a.csv", tmp_path / "file", Known(), 1024**2)
    assert (tmp_path / "file").stat().st_size <= 1024**2


@pytest.fixture
def certificate(host: Host, tmp_path: Path) -> Path:
    """The host speaks TLS from now on, with this certificate that it has signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "host.pem"
    file.write_bytes(secret + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    host.handle_error = lambda *_: None
    host.socket = context.wrap_socket(host.socket, server_side=True)
    return file


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The operator trusts it. A process reads once whom to trust, so this one forgets what it has read."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    system_authorities.cache_clear()
    yield
    system_authorities.cache_clear()


class TestTls:
    @pytest.mark.parametrize("found", [["93.184.215.14"], ["127.0.0.1", "93.184.215.14"], []])
    def test_hosts_outside_the_operators_networks_are_not_asked_in_the_clear(
        self, host: Host, tmp_path: Path, found: list[str]
    ):
        egress = Egress([ip_network("127.0.0.0/8")], resolver=lambda _host, _port: found)
        address = host.serve("/a.csv", "a\n1\n").replace("127.0.0.1", "data.example.com")
        with (
            WebClient(egress, home=address, secret={}, seconds=5) as web,
            pytest.raises(Refused, match="without encryption; use https"),
        ):
            download(web, address, tmp_path / "file", Known(), 1000)
        assert host.asked == []

    def test_a_host_that_nobody_vouches_for_is_refused(self, host: Host, certificate: Path, tmp_path: Path):
        address = host.serve("/a.csv", "a\n1\n").replace("http:", "https:")
        with (
            WebClient(EGRESS, home=address, secret={"X-Key": "s"}, seconds=10) as web,
            pytest.raises(SourceUnavailable, match="no valid certificate"),
        ):
            download(web, address, tmp_path / "file", Known(), 1000)
        assert host.asked == []

    def test_one_that_the_operator_trusts_is_read_and_limited_in_time(
        self, host: Host, trusted: None, tmp_path: Path
    ):
        address = host.serve("/a.csv", "a\n1\n").replace("http:", "https:")
        with WebClient(EGRESS, home=address, secret={"X-Key": "s"}, seconds=10) as web:
            assert download(web, address, tmp_path / "file", Known(), 1000) is not None
        assert host.asked[0][1]["x-key"] == "s"
        host.answers["/slow.csv"] = trickle
        began = time.monotonic()
        with (
            WebClient(EGRESS, home=address, secret={}, seconds=0.6) as web,
            pytest.raises(SourceUnavailable, match="in time"),
        ):
            download(web, address.replace("/a.csv", "/slow.csv"), tmp_path / "file", Known(), 10**9)
        assert time.monotonic() - began < 3

    def test_nor_does_a_secret_follow_into_the_clear(
        self, host: Host, elsewhere: Host, trusted: None, tmp_path: Path
    ):
        address = host.redirect("/a.csv", elsewhere.serve("/a.csv", "a\n1\n")).replace("http:", "https:")
        with WebClient(EGRESS, home=address, secret={"X-Key": "s"}, seconds=10) as web:
            assert download(web, address, tmp_path / "file", Known(), 1000) is not None
        assert "x-key" not in elsewhere.asked[0][1]
