"""Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TypeVar

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from claribi.core.errors import ClaribiError
from claribi.http.problems import of_error

MEDIA_TYPE = "text/event-stream"
# How long nothing is said before a comment shows that we are still here; proxies cut silent lines.
HEARTBEAT_SECONDS = 15.0
HEARTBEAT = b": still here\n\n"
POLL_SECONDS = 0.1

T = TypeVar("T")
# A name and its data, a JSON text; None where nothing new has come for a moment.
News = tuple[str, bytes] | None


def event(name: str, data: bytes) -> bytes:
    """One event, its data a JSON text."""
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"


def wants_events(request: Request) -> bool:
    """Whether a client asks to be told of progress where others wait for the end."""
    return MEDIA_TYPE in request.headers.get("accept", "")


async def told(news: Iterator[News]) -> AsyncIterator[bytes]:
    """News as they come out of a thread. What is refused on the way ends them with an event `error`."""
    spoke = time.monotonic()
    while True:
        coming = asyncio.ensure_future(run_in_threadpool(_next, news))
        while not (await asyncio.wait({coming}, timeout=HEARTBEAT_SECONDS))[0]:
            yield HEARTBEAT
            spoke = time.monotonic()
        is_over, one = coming.result()
        if one is not None:
            yield event(*one)
            spoke = time.monotonic()
        elif time.monotonic() - spoke >= HEARTBEAT_SECONDS:
            yield HEARTBEAT
            spoke = time.monotonic()
        if is_over:
            return


def _next(news: Iterator[News]) -> tuple[bool, News]:
    """Whether that was all, and what came."""
    try:
        return False, next(news)
    except StopIteration:
        return True, None
    except ClaribiError as error:
        return True, ("error", bytes(of_error(error).body))


async def followed(
    name: str,
    first: T,
    again: Callable[[], Awaitable[T]],
    tell: Callable[[T], bytes],
    is_over: Callable[[T], bool],
) -> AsyncIterator[bytes]:
    """Something that others work on, told whenever it has changed, until it is over."""
    last, silent, found = b"", 0.0, first
    while True:
        data = tell(found)
        if data != last:
            last, silent = data, 0.0
            yield event(name, data)
        elif silent >= HEARTBEAT_SECONDS:
            silent = 0.0
            yield HEARTBEAT
        if is_over(found):
            return
        await asyncio.sleep(POLL_SECONDS)
        silent += POLL_SECONDS
        found = await again()
