"""Requests to a service that runs statements: busy servers, encodings, limits, other addresses."""

import gzip
import ssl
import time
from collections.abc import Iterator

import httpx
import pytest
from statement_server import HERE
from web_server import Host, hosting

from claribi.core.egress import Egress
from claribi.core.errors import ValidationFailed
from claribi.sources.connectors import statement_http
from claribi.sources.connectors.base import CutOff, TooMuch
from claribi.sources.connectors.statement_http import Line, PageTooLarge, Refusal, SentElsewhere


@pytest.fixture
def host() -> Iterator[Host]:
    with hosting() as made:
        yield made


@pytest.fixture
def line(host: Host) -> Line:
    return Line(HERE, httpx.URL(host.url), {"Authorization": "secret"}, ssl.create_default_context())


def test_a_busy_server_is_asked_again(host: Host, line: Line):
    statuses = [503, 429, 200]
    host.answers["/page"] = lambda _: (statuses.pop(0), {}, b'{"a": 1}')
    with line.bounded(5):
        assert line.ask("GET", "/page") == (200, {"a": 1})
    assert statuses == []


def test_one_that_stays_busy_is_told(host: Host, line: Line):
    host.serve("/page", b"", status=503)
    with line.bounded(5), pytest.raises(Refusal) as refused:
        line.ask("GET", "/page")
    assert (refused.value.status, len(host.asked)) == (503, statement_http.ATTEMPTS)


def test_what_is_packed_is_counted_as_it_is_unpacked(host: Host, line: Line, monkeypatch: pytest.MonkeyPatch):
    packed = gzip.compress(b'"' + b"x" * 2_000_000 + b'"')
    host.serve("/page", packed, Content_Encoding="gzip")
    with line.bounded(5, 1_000_000), pytest.raises(TooMuch):
        line.ask("GET", "/page")
    monkeypatch.setattr(statement_http, "MAX_PAGE_BYTES", 1_000_000)
    with line.bounded(5), pytest.raises(PageTooLarge):
        line.ask("GET", "/page")


def test_an_encoding_that_nobody_asked_for_is_refused(host: Host, line: Line):
    host.serve("/page", b"{}", Content_Encoding="gzip, gzip")
    with line.bounded(5), pytest.raises(httpx.DecodingError):
        line.ask("GET", "/page")


def test_all_pages_together_have_a_limit(host: Host, line: Line):
    host.serve("/page", b"[1]" + b" " * 600)
    with line.bounded(5, 1_000):
        line.ask("GET", "/page")
        with pytest.raises(TooMuch):
            line.ask("GET", "/page")


def test_a_byte_now_and_then_does_not_hold_it_up(host: Host, line: Line):
    def trickle(_: object) -> tuple[int, dict[str, str], Iterator[bytes]]:
        return 200, {}, (time.sleep(0.1) or b" " for _ in range(100))

    host.answers["/page"] = trickle
    started = time.monotonic()
    with pytest.raises(CutOff), line.bounded(0.5):
        line.ask("GET", "/page")
    assert time.monotonic() - started < 2


def test_a_block_within_a_block_has_its_own_time(host: Host, line: Line):
    host.serve("/page", b"1")
    with line.bounded(0.1):
        time.sleep(0.2)
        with pytest.raises(CutOff):
            line.ask("GET", "/page")
        with line.bounded(5):
            assert line.ask("GET", "/page") == (200, 1)


def test_a_secret_goes_to_its_own_address_only(host: Host, line: Line):
    with hosting() as other:
        host.redirect("/page", other.serve("/stolen", b"1"))
        with line.bounded(5):
            for address in (f"{other.url}/stolen", "//127.0.0.1:1/stolen", host.url.replace("http", "https")):
                with pytest.raises(SentElsewhere):
                    line.ask("GET", address)
            with pytest.raises(Refusal):
                line.ask("GET", "/page")
        assert other.asked == []


def test_an_address_is_checked_whenever_it_is_connected_to(host: Host):
    """DNS rebinding: what was allowed a moment ago leads to this machine now."""
    answers = [["93.184.216.34"], ["127.0.0.1"]]
    egress = Egress([], lambda _host, _port: answers.pop(0))
    assert egress.addresses("rebound.example", 80)
    line = Line(egress, httpx.URL("http://rebound.example"), {}, ssl.create_default_context())
    with line.bounded(5), pytest.raises(ValidationFailed, match="private network"):
        line.ask("GET", "/page")
