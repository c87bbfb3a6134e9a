"""Server-sent events out of what a thread tells."""

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from claribi.core.errors import QueryTimeout
from claribi.http import events


def heard(news: Iterator[events.News]) -> list[bytes]:
    async def listen() -> list[bytes]:
        return [said async for said in events.told(news)]

    # In a thread of its own: the browser's tests leave a loop in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(listen())).result()


def test_news_come_in_their_order_and_nothing_new_says_nothing():
    assert heard(iter([("a", b"1"), None, ("b", b"2")])) == [
        b"event: a\ndata: 1\n\n",
        b"event: b\ndata: 2\n\n",
    ]


def test_what_is_refused_on_the_way_ends_them_with_the_error():
    def news() -> Iterator[events.News]:
        yield "progress", b"{}"
        raise QueryTimeout("It took longer than 5 seconds")

    first, last = heard(news())
    assert first == b"event: progress\ndata: {}\n\n"
    name, _, data = last.decode().partition("\ndata: ")
    assert name == "event: error"
    body = json.loads(data)
    assert (body["error"], body["status"]) == ("query_timeout", 504)
    assert body["message"] == "It took longer than 5 seconds"


def test_silence_is_broken_by_signs_of_life(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.05)

    def news() -> Iterator[events.News]:
        time.sleep(0.2)
        yield "late", b"1"

    *signs, last = heard(news())
    assert set(signs) == {events.HEARTBEAT}
    assert last == b"event: late\ndata: 1\n\n"
