import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from claribi.core.errors import QueryError, QueryTimeout, Unavailable
from claribi.core.processes import ChildDied, ChildPool
from claribi.core.sandbox import ChildLimits

WORK = """
import os, socket, subprocess, time
from claribi.core.errors import QueryError

def handler():
    return work

def work(request, progress):
    match request["do"]:
        case "echo": return request["value"]
        case "pid": return os.getpid()
        case "environment": return dict(os.environ)
        case "sleep": time.sleep(request["seconds"])
        case "die": os._exit(3)
        case "refuse": raise QueryError("No.")
        case "fail": raise KeyError("oops")
        case "progress":
            for share in (0.1, 0.5): progress(share)
            return "done"
        case "allocate": return len(bytearray(request["bytes"]))
        case "network": return attempt(lambda: socket.create_connection(("127.0.0.1", request["port"]), 1))
        case "pair": return attempt(socket.socketpair)
        case "program": return attempt(lambda: subprocess.run(["/bin/true"]))
        case "write": return attempt(lambda: open(request["path"], "w").close())
        case "read": return attempt(lambda: open(request["path"]).read())
        case "kill": return attempt(lambda: os.kill(request["pid"], 0))

def attempt(action):
    try:
        action()
    except OSError as error:
        return type(error).__name__
    return "succeeded"
"""


@pytest.fixture(scope="session")
def work(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("work")
    (directory / "pool_work.py").write_text(WORK)
    return directory


@pytest.fixture
def make_pool(work):
    with contextlib.ExitStack() as stack:

        def make(size=1, **options) -> ChildPool:
            pool = ChildPool("pool_work", size=size, search_path=[str(work)], **options)
            stack.callback(pool.close)
            return pool

        yield make


@pytest.fixture
def pool(make_pool):
    return make_pool()


def do(pool, what, *, timeout=10.0, **request):
    return pool.call({"do": what, **request}, timeout=timeout)


def test_it_answers_with_what_the_handler_returns(pool):
    value = {"text": "ä", "list": [1, 2.5, None, True], "bytes": b"x" * 100_000}
    assert do(pool, "echo", value=value) == value


def test_nothing_runs_before_it_is_needed(pool):
    assert not pool._all
    do(pool, "echo", value=1)
    assert len(pool._all) == 1


def test_a_child_is_used_again(pool):
    assert do(pool, "pid") == do(pool, "pid")


def test_a_child_can_be_made_for_one_call_only(make_pool):
    pool = make_pool(calls_per_child=1)
    assert do(pool, "pid") != do(pool, "pid")


def test_a_child_that_has_nothing_to_do_leaves_and_another_one_answers(make_pool):
    pool = make_pool(idle_seconds=0.1)
    first = do(pool, "pid")
    (child,) = pool._all
    child._process.wait(5)
    assert do(pool, "pid") != first


def test_errors_of_ours_come_through(pool):
    with pytest.raises(QueryError, match=r"No\."):
        do(pool, "refuse")


def test_a_mistake_in_the_handler_is_raised_and_the_child_lives_on(pool, capfd):
    pid = do(pool, "pid")
    with pytest.raises(RuntimeError, match="KeyError: 'oops'"):
        do(pool, "fail")
    assert do(pool, "pid") == pid
    assert "KeyError" in capfd.readouterr().err


def test_it_stops_a_call_that_takes_too_long_and_answers_the_next(pool):
    pid = do(pool, "pid")
    started = time.monotonic()
    with pytest.raises(QueryTimeout, match=r"0\.2 seconds"):
        do(pool, "sleep", seconds=60, timeout=0.2)
    assert time.monotonic() - started < 5
    assert do(pool, "pid") != pid
    assert not _alive(pid)


def test_a_child_that_dies_costs_one_call(pool):
    with pytest.raises(ChildDied):
        do(pool, "die")
    assert do(pool, "echo", value=1) == 1


def test_a_killed_child_costs_one_call(pool):
    pid = do(pool, "pid")
    threading.Timer(0.2, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(ChildDied):
        do(pool, "sleep", seconds=60)
    assert do(pool, "echo", value=1) == 1


def test_a_child_that_cannot_start_is_an_error_and_not_a_hang(work):
    pool = ChildPool("no_such_module", size=1)
    try:
        with pytest.raises(ChildDied):
            pool.call({}, timeout=5)
        assert not pool._all
    finally:
        pool.close()


def test_progress_comes_before_the_answer(pool):
    seen = []
    assert pool.call({"do": "progress"}, timeout=10, on_progress=seen.append) == "done"
    assert seen == [0.1, 0.5]


def test_what_the_listener_raises_ends_the_call(pool):
    def cancelled(_share):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        pool.call({"do": "progress"}, timeout=10, on_progress=cancelled)
    assert do(pool, "echo", value=1) == 1


def test_several_threads_share_the_children(make_pool):
    pool = make_pool(size=2)
    with ThreadPoolExecutor(8) as threads:
        values = list(threads.map(lambda i: do(pool, "echo", value=i), range(100)))
    assert values == list(range(100))
    assert len(pool._all) == 2


def test_who_waits_too_long_for_a_child_is_told(pool):
    do(pool, "pid")
    busy = threading.Thread(target=do, args=(pool, "sleep"), kwargs={"seconds": 0.6})
    busy.start()
    time.sleep(0.1)
    with pytest.raises(Unavailable, match="same time"):
        do(pool, "echo", value=1, timeout=0.1)
    busy.join()
    assert do(pool, "echo", value=1) == 1


def test_the_child_that_did_the_like_before_is_preferred(make_pool):
    pool = make_pool(size=2)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: do(pool, "sleep", seconds=0.2), range(2)))
    first = pool.call({"do": "pid"}, timeout=5, prefer="a")
    second = next(child._process.pid for child in pool._all if child._process.pid != first)
    for child in pool._idle:
        if child._process.pid == second:
            child.keys.append("b")
    assert pool.call({"do": "pid"}, timeout=5, prefer="b") == second
    assert pool.call({"do": "pid"}, timeout=5, prefer="a") == first


def test_closing_ends_children_and_running_calls(make_pool):
    pool = make_pool()
    pid = do(pool, "pid")
    errors = []

    def call():
        try:
            do(pool, "sleep", seconds=60)
        except Unavailable as error:
            errors.append(error)

    running = threading.Thread(target=call)
    running.start()
    time.sleep(0.1)
    pool.close()
    running.join(5)
    assert not running.is_alive()
    assert errors
    assert not _alive(pid)
    with pytest.raises(Unavailable, match="shutting down"):
        do(pool, "pid")


def test_children_die_with_a_parent_that_is_killed(work, tmp_path):
    script = textwrap.dedent(
        f"""
        import threading, time
        from claribi.core.processes import ChildPool
        pool = ChildPool("pool_work", size=1, search_path=[{str(work)!r}])
        # The thread that asks may end long before the pool does.
        asking = threading.Thread(target=lambda: print(pool.call({{"do": "pid"}}, timeout=20), flush=True))
        asking.start(); asking.join(); time.sleep(0.2)
        print(pool.call({{"do": "pid"}}, timeout=20), flush=True)
        pool.call({{"do": "sleep", "seconds": 60}}, timeout=60)
        """
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        first, second = int(parent.stdout.readline()), int(parent.stdout.readline())
        assert first == second
        assert _alive(second)
        parent.kill()
    for _ in range(100):
        if not _alive(second):
            return
        time.sleep(0.05)
    pytest.fail("the child outlived its parent")


def test_the_child_has_no_environment(pool, monkeypatch):
    monkeypatch.setenv("CLARIBI_SECRET_KEY", "x")
    assert set(do(pool, "environment")) <= {"TZ", "LC_CTYPE"}


def test_the_child_has_no_network(pool):
    assert do(pool, "network", port=9) == "PermissionError"
    assert do(pool, "pair") == "PermissionError"


def test_the_child_starts_no_programs_and_kills_nobody(pool):
    assert do(pool, "program") == "PermissionError"
    assert do(pool, "kill", pid=os.getpid()) == "PermissionError"


def test_the_child_writes_only_where_it_may(make_pool, tmp_path):
    allowed, forbidden = tmp_path / "allowed", tmp_path / "forbidden"
    allowed.mkdir()
    forbidden.mkdir()
    pool = make_pool(limits=ChildLimits(writable=(str(allowed),)))
    assert do(pool, "write", path=str(allowed / "x")) == "succeeded"
    assert do(pool, "write", path=str(forbidden / "x")) == "PermissionError"
    (forbidden / "there").write_text("kept")
    assert do(pool, "write", path=str(forbidden / "there")) == "PermissionError"
    assert (forbidden / "there").read_text() == "kept"


def test_the_child_may_not_take_all_memory(make_pool, capfd):
    pool = make_pool(limits=ChildLimits(address_space_mb=512))
    assert do(pool, "allocate", bytes=10_000_000) == 10_000_000
    with pytest.raises(RuntimeError, match="MemoryError"):
        do(pool, "allocate", bytes=1_000_000_000)
    assert do(pool, "echo", value=1) == 1


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
