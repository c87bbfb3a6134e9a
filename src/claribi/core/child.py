"""The child's side of `processes.py`: confine itself, then answer one request after the other.

Started as `python -m claribi.core.child PARENT SETTINGS`. The module's `handler()` gives the function that
answers: it takes the request and a function that reports progress, and returns the reply.
"""

import importlib
import os
import select
import sys
import traceback
from collections.abc import Callable
from typing import Any

import msgspec

from claribi.core.errors import ClaribiError
from claribi.core.frames import HEADER, Failure, Frame, Progress, Ready, Reply, pack
from claribi.core.sandbox import ChildLimits, confine, die_with_parent

CHANNEL = 0

Handler = Callable[[Any, Callable[[Any], None]], Any]


class ChildSettings(msgspec.Struct, frozen=True):
    """What the parent tells a child on its command line."""

    module: str
    limits: ChildLimits
    idle_seconds: float
    calls: int = 0
    search_path: tuple[str, ...] = ()


def main() -> None:
    die_with_parent(int(sys.argv[1]))
    settings = msgspec.json.decode(sys.argv[2], type=ChildSettings)
    sys.path[:0] = settings.search_path
    refused = confine(settings.limits)
    handler: Handler = importlib.import_module(settings.module).handler()
    _send(Ready(refused))
    answered = 0
    while not settings.calls or answered < settings.calls:
        request = _receive(settings.idle_seconds)
        if request is None:
            return
        _send(_answer(handler, request))
        answered += 1


def _answer(handler: Handler, request: Any) -> Frame:
    try:
        return Reply(handler(request, lambda value: _send(Progress(value))))
    except ClaribiError as error:
        return Failure(type(error).__name__, error.message)
    except Exception as error:  # noqa: BLE001 - a mistake of ours: the parent raises it, the child lives on
        traceback.print_exc()
        return Failure("", f"{type(error).__name__}: {error}")


def _receive(idle_seconds: float) -> Any:
    """The next request; None when the parent has gone or had nothing to ask for a while."""
    if not select.select([CHANNEL], [], [], idle_seconds)[0]:
        return None
    header = _read(HEADER.size)
    return msgspec.msgpack.decode(_read(HEADER.unpack(header)[0])) if header else None


def _read(size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(CHANNEL, size - len(parts))
        if not part:
            return b""
        parts += part
    return bytes(parts)


def _send(frame: Frame) -> None:
    for part in pack(frame):
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(CHANNEL, rest) :]


if __name__ == "__main__":
    main()
