"""SIGTERM: the server finishes what it began, takes nothing new, and goes."""

import signal
import threading
import time
from pathlib import Path

import httpx
import pytest
from support import Server, running


@pytest.fixture
def own(tmp_path: Path):
    with running(tmp_path) as server:
        yield server


def slowly(server: Server, content: bytes, begun: threading.Event):
    """An upload whose body comes in pieces over two seconds."""
    boundary = "b0und4ry"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="s.csv"\r\n\r\n'.encode()

    def pieces():
        yield head + content
        for _ in range(4):
            begun.set()
            time.sleep(0.5)
            yield b"2024-01-31,1\n"
        yield f"\r\n--{boundary}--\r\n".encode()

    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return {"content": pieces(), "headers": headers}


def test_what_is_under_way_is_answered_and_nothing_new_is_taken(own: Server):
    client = own.owner()
    answers: list[httpx.Response] = []
    begun = threading.Event()
    request = slowly(own, b"day,amount\n2024-01-30,2\n", begun)
    upload = threading.Thread(target=lambda: answers.append(client.post("/api/v1/data-sources", **request)))
    upload.start()
    assert begun.wait(10)
    own.process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{own.url}/healthz", timeout=5)
    upload.join(20)
    assert [answer.status_code for answer in answers] == [201]
    assert own.process.wait(20) == 0
    log = (own.data_dir / "server.log").read_text()
    assert "Traceback" not in log, log[-2000:]


def test_an_open_stream_of_events_does_not_hold_it_up(own: Server, sales_csv: bytes):
    client = own.owner()
    source = client.upload(sales_csv)
    report = client.generated(title="R", source_id=source["id"])
    # A run that waits for a worker, which is stopped: its stream stays open.
    worker = own.worker_pid()
    import os  # noqa: PLC0415 - only here

    os.kill(worker, signal.SIGSTOP)
    run = client.post(f"/api/v1/reports/{report['id']}/generate").json()
    ended = threading.Event()

    def listen() -> None:
        path = f"/api/v1/reports/{report['id']}/runs/{run['id']}/events"
        try:
            with client.stream("GET", path) as stream:
                for _ in stream.iter_lines():
                    pass
        except httpx.TransportError:
            pass
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    time.sleep(1)
    begun = time.monotonic()
    os.kill(worker, signal.SIGCONT)
    own.process.send_signal(signal.SIGTERM)
    assert own.process.wait(25) == 0
    assert ended.wait(5)
    assert time.monotonic() - begun < 20
