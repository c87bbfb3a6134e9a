"""A small pool of child processes that do what the server must not do itself.

What they work on may be hostile, so each confines itself (`sandbox.py`), has no environment and dies with
its parent. A call that takes too long costs the child its life, and a child that dies costs one call.
"""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import msgspec
import structlog

from claribi.core import errors
from claribi.core.child import ChildSettings
from claribi.core.frames import HEADER, Failure, Frame, Progress, Ready, Reply, pack
from claribi.core.sandbox import ChildLimits
from claribi.core.turns import Turns

START_SECONDS = 30.0
STOP_SECONDS = 5.0
KEYS_REMEMBERED = 4
PASSED_ON = {
    kind.__name__: kind
    for kind in (errors.QueryError, errors.QueryTimeout, errors.ValidationFailed, errors.Unavailable)
}

Result = TypeVar("Result")

log = structlog.get_logger(__name__)


class ChildDied(errors.Unavailable):
    """The process ended in the middle of a call."""


class _LeftIdle(Exception):
    """The process ended by itself, before it saw the request."""


class ChildPool:
    """Processes that run `module` (see `child.py`), started when first needed.

    Args:
        size: How many calls at a time; others wait their turn (see `turns.py`).
        idle_seconds: A child with nothing to do for that long leaves.
        calls_per_child: Answers after which a child is replaced; 0 for no end.
        search_path: Where `module` is looked for before the installed packages.
    """

    def __init__(
        self,
        module: str,
        *,
        size: int,
        limits: ChildLimits | None = None,
        idle_seconds: float = 120.0,
        calls_per_child: int = 0,
        search_path: Sequence[str] = (),
    ) -> None:
        self._settings = ChildSettings(
            module, limits or ChildLimits(), idle_seconds, calls_per_child, tuple(search_path)
        )
        self._turns = Turns(size)
        self._idle: list[_Child] = []
        self._all: set[_Child] = set()
        self._lock = threading.Lock()
        self._closed = self._warned = False
        # The kernel ends a child with the thread that started it, not with the whole process, so all of
        # them are started by one thread that lives as long as the pool.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="child-starter")

    def call(
        self,
        request: Any,
        *,
        timeout: float,
        prefer: str = "",
        owner: str = "",
        on_progress: Callable[[Any], None] | None = None,
    ) -> Any:
        """Have a child answer `request`; blocks, and may be called from several threads at once.

        Args:
            timeout: Seconds to wait for a turn, and again for the answer.
            owner: For whom; turns are shared out between owners.
            prefer: A child that was called with the same word lately is taken when it is free.
            on_progress: Gets what the child reports before it answers; what it raises ends the call.

        Raises:
            QueryTimeout: No answer in time.
            ChildDied: The child ended in the middle.
            Unavailable: No turn in time, or too many of the owner's calls wait already.
        """
        with self._turns.turn(owner, timeout):
            return self._call(request, timeout, prefer, on_progress)

    def _call(
        self, request: Any, timeout: float, prefer: str, on_progress: Callable[[Any], None] | None
    ) -> Any:
        while True:
            child = self._take(prefer)
            try:
                frame = child.exchange(request, timeout, on_progress)
            except _LeftIdle:
                self._discard(child)
                continue
            except BaseException:
                self._discard(child)
                raise
            self._give_back(child)
            return _value(frame)

    def close(self) -> None:
        """End all children, and with them the calls that still run."""
        with self._lock:
            self._closed = True
            self._idle.clear()
        self._turns.close()
        self._starter.shutdown()
        for child in list(self._all):
            self._discard(child)

    def _take(self, prefer: str) -> "_Child":
        """A child that is free, or a new one: whose turn it is need not wait for any."""
        with self._lock:
            if self._closed:
                raise errors.Unavailable("The server is shutting down")
            if self._idle:
                child = next((c for c in self._idle if prefer in c.keys), self._idle[-1])
                self._idle.remove(child)
                child.keys.append(prefer)
                return child
        return self._start(prefer)

    def _start(self, prefer: str) -> "_Child":
        child = self._starter.submit(_Child, self._settings).result()
        with self._lock:
            self._all.add(child)
        try:
            self._warn(child.ready())
        except BaseException:
            self._discard(child)
            raise
        child.keys.append(prefer)
        return child

    def _warn(self, refused: list[str]) -> None:
        if refused and not self._warned:
            self._warned = True
            log.warning("child_less_confined", module=self._settings.module, refused=refused)

    def _give_back(self, child: "_Child") -> None:
        if self._settings.calls and child.calls >= self._settings.calls:
            self._discard(child)
            return
        with self._lock:
            if not self._closed:
                self._idle.append(child)

    def _discard(self, child: "_Child") -> None:
        child.stop()
        with self._lock:
            self._all.discard(child)


class _Child:
    def __init__(self, settings: ChildSettings) -> None:
        self.keys: deque[str] = deque(maxlen=KEYS_REMEMBERED)
        self.calls = 0
        arguments = [sys.executable, "-I", "-X", "utf8", "-m", "claribi.core.child"]
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [*arguments, str(os.getpid()), msgspec.json.encode(settings).decode()],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env={"TZ": "UTC"},
                cwd="/",
            )
        self._module = settings.module
        self._frames: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(Frame)

    def ready(self) -> list[str]:
        """Wait until the child has confined itself; the walls that it had to do without."""
        deadline = time.monotonic() + START_SECONDS
        frame = self._guarded(lambda: self._receive(deadline), START_SECONDS)
        return frame.refused if isinstance(frame, Ready) else []

    def exchange(
        self, request: Any, timeout: float, on_progress: Callable[[Any], None] | None
    ) -> Reply | Failure:
        deadline = time.monotonic() + timeout
        self._guarded(lambda: self._send(request, deadline), timeout)
        while True:
            match self._guarded(lambda: self._receive(deadline), timeout):
                case Progress(value):
                    if on_progress is not None:
                        on_progress(value)
                case Reply() | Failure() as answer:
                    self.calls += 1
                    return answer

    def _guarded(self, talk: Callable[[], Result], timeout: float) -> Result:
        try:
            return talk()
        except TimeoutError:
            raise errors.QueryTimeout(f"The work was stopped after {timeout:g} seconds") from None
        except (OSError, EOFError):
            raise self._ended() from None

    def _ended(self) -> Exception:
        with contextlib.suppress(subprocess.TimeoutExpired):
            if self._process.wait(STOP_SECONDS) == 0:
                return _LeftIdle()
        log.warning("child_died", module=self._module, exit_code=self._process.returncode)
        return ChildDied("The process that did this work ended unexpectedly; try again")

    def _send(self, request: Any, deadline: float) -> None:
        for part in pack(request):
            self._socket.settimeout(max(deadline - time.monotonic(), 0.001))
            self._socket.sendall(part)

    def _receive(self, deadline: float) -> Frame:
        size = HEADER.unpack(self._read(HEADER.size, deadline))[0]
        return self._frames.decode(self._read(size, deadline))

    def _read(self, size: int, deadline: float) -> bytearray:
        buffer = bytearray(size)
        rest = memoryview(buffer)
        while rest:
            self._socket.settimeout(max(deadline - time.monotonic(), 0.001))
            count = self._socket.recv_into(rest)
            if not count:
                raise EOFError
            rest = rest[count:]
        return buffer

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._socket.close()


def _value(frame: Reply | Failure) -> Any:
    if isinstance(frame, Reply):
        return frame.value
    if frame.kind in PASSED_ON:
        raise PASSED_ON[frame.kind](frame.message)
    raise RuntimeError(f"A child process failed: {frame.message}")
