"""`python -m benchmarks.large_file`: a CSV of a gigabyte until it can be asked, against DuckDB's own reading.

DuckDB turns the very file into Parquet with the same number of threads, in turns with the server. The server
gets it over HTTP, looks at every value for its type and sets aside what doesn't fit.
"""

import argparse
import http.client
import json
import re
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from itertools import chain
from pathlib import Path
from typing import Any, Self

import duckdb
import httpx

from benchmarks.__main__ import THREADS, _client, _clock, _make, _server

BYTES_PER_ROW = 57
ROUNDS = 3
BLOCK = 1024 * 1024
LOOK_SECONDS = 0.2


class Peak:
    """The most memory that a server and its children have had, looked at a few times a second."""

    def __init__(self, pid: int) -> None:
        self.megabytes = 0.0
        self._pid, self._ended = pid, threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            self.megabytes = max(self.megabytes, sum(map(_held, _family(self._pid))))


def _family(pid: int) -> Iterator[int]:
    """A process, its children, and theirs."""
    yield pid
    with suppress(OSError):
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text(encoding="ascii").split():
                yield from _family(int(child))


def _held(pid: int) -> float:
    """Megabytes that a process holds (proportional set size); of one that has ended, none."""
    with suppress(OSError):
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        if found := re.search(r"Pss:\s+(\d+) kB", text):
            return int(found.group(1)) / 1024
    return 0.0


def _uploaded(api: httpx.Client, file: Path) -> None:
    source = _sent(api, file)
    while (source := api.get(f"/data-sources/{source['id']}").json())["status"] == "preprocessing":
        time.sleep(0.05)
    assert source["status"] == "active", source
    api.delete(f"/data-sources/{source['id']}").raise_for_status()


def _sent(api: httpx.Client, file: Path) -> dict[str, Any]:
    """Post a file in large blocks; the client's own work is not what is measured."""
    head = f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'.encode()
    tail = b"\r\n--cut--\r\n"
    headers = {
        "X-API-Key": api.headers["X-API-Key"],
        "Content-Type": "multipart/form-data; boundary=cut",
        "Content-Length": str(len(head) + file.stat().st_size + len(tail)),
    }
    connection = http.client.HTTPConnection(str(api.base_url.host), api.base_url.port)
    with file.open("rb") as content:
        blocks = iter(partial(content.read, BLOCK), b"")
        connection.request("POST", "/api/v1/data-sources", chain([head], blocks, [tail]), headers)
        answer = connection.getresponse()
        assert answer.status == HTTPStatus.CREATED, answer.read()
        return json.load(answer)


def _converted(file: Path) -> None:
    with duckdb.connect(config={"threads": THREADS}) as bare:
        bare.execute(f"COPY (FROM read_csv('{file}')) TO '{file.with_suffix('.bare')}' (FORMAT parquet)")


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.large_file")
    parser.add_argument("--megabytes", type=int, default=1_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parquet, file = folder / "orders.parquet", folder / "orders.csv"
        _make(parquet, given.megabytes * 1_000_000 // BYTES_PER_ROW)
        duckdb.sql(f"COPY (FROM '{parquet}') TO '{file}' (HEADER)")
        print(f"a CSV of {file.stat().st_size / 1e6:,.0f} MB")
        with _server(folder) as (url, pid), Peak(pid) as peak:
            api, ours, theirs = _client(url, folder), [], []
            for _ in range(ROUNDS):
                theirs.append(_clock(lambda: _converted(file)))
                ours.append(_clock(lambda: _uploaded(api, file)))
        mine, base = statistics.median(ours), statistics.median(theirs)
        print(f"until it can be asked                {mine:8.2f} s  DuckDB, CSV to Parquet {base:.2f} s")
        print(f"  ratio                              {mine / base:8.2f} x  (promised: at most 1.30)")
        print(f"most memory, all processes together  {peak.megabytes:8.0f} MB (promised: at most 1,000)")


if __name__ == "__main__":
    main()
