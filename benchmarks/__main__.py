"""`make bench`: a refresh of twelve widgets over ten million rows, and what surrounds it.

The server runs as its users run it; bare DuckDB runs the very SQL that the widgets' evidence shows, on the
very Parquet file, with the same number of threads, in turns with the server.
"""

import argparse
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import httpx

ROWS = 10_000_000
GROWTH = [1_000_000, 10_000_000, 100_000_000]
ROUNDS = 5
THREADS = 2
BARE = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def nothing() -> dict[str, str]:
    return {}
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--growth", action="store_true", help="from 1 to 100 million rows instead")
    given = parser.parse_args()
    for rows in GROWTH if given.growth else [given.rows]:
        with tempfile.TemporaryDirectory() as folder:
            _measure(Path(folder), rows)


def _measure(folder: Path, rows: int) -> None:
    parquet = folder / "orders.parquet"
    _make(parquet, rows)
    # Without answers at hand: what asking costs.
    with _server(folder, CLARIBI_QUERY_CACHE_MB="0") as (url, _):
        api = _client(url, folder)
        board = _board(api, parquet, rows)
        _refresh(api, board, folder)
    with _server(folder) as (url, pid):
        api = _client(url, folder)
        print(f"memory of web and worker, idle       {_memory(pid):8.0f} MB  (promised: at most 350)")
        _around(api, api.get(f"/dashboards/{board['id']}").json())
        print(f"  after a report                     {_memory(pid):8.0f} MB")


@contextmanager
def _server(folder: Path, **settings: str) -> Iterator[tuple[str, int]]:
    """A server's address and process id."""
    environment = {**os.environ, "CLARIBI_LOG_LEVEL": "error", **settings}
    started = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "claribi.cli", "serve", "--port", "0", "--data-dir", str(folder / "data")],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        assert server.stdout is not None
        url = re.search(r"http://\S+", server.stdout.readline())
        assert url is not None
        httpx.get(f"{url.group()}/healthz").raise_for_status()
        print(f"start until the first answer         {time.perf_counter() - started:8.2f} s")
        yield url.group(), server.pid
    finally:
        server.terminate()
        server.wait()


def _client(url: str, folder: Path, email: str = "bench@example.com") -> httpx.Client:
    data = str(folder / "data")
    command = [sys.executable, "-m", "claribi.cli"]
    subprocess.run(
        [*command, "user", "create", email, "--data-dir", data],
        # The second time it is there.
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    made = subprocess.run(
        [*command, "key", "create", "bench", "--user", email, "--data-dir", data],
        check=True,
        capture_output=True,
        text=True,
    )
    return httpx.Client(base_url=f"{url}/api/v1", headers={"X-API-Key": made.stdout.strip()}, timeout=600)


def _board(api: httpx.Client, parquet: Path, rows: int) -> dict[str, Any]:
    started = time.perf_counter()
    with parquet.open("rb") as file:
        source = api.post("/data-sources", files={"file": (parquet.name, file)}).json()
    while (source := api.get(f"/data-sources/{source['id']}").json())["status"] == "preprocessing":
        time.sleep(0.05)
    print(f"upload of {rows:,} rows until active {time.perf_counter() - started:8.2f} s")
    board = api.post("/dashboards", json={"name": "Bench", "widgets": _widgets(source["id"])}).json()
    failed = [w["error"] for w in board["widgets"] if w["error"]]
    assert not failed, failed
    return board


def _around(api: httpx.Client, board: dict[str, Any]) -> None:
    """What surrounds a refresh, with the answers at hand that a server keeps."""
    dashboard = f"/api/v1/dashboards/{board['id']}"
    key, (host, port) = api.headers["X-API-Key"], (api.base_url.host, api.base_url.port)
    _time("second refresh of unchanged data", host, port, f"{dashboard}/refresh", key, 30, method="POST")
    _time("read that dashboard with its data", host, port, dashboard, key, 300)
    _time("list dashboards", host, port, "/api/v1/dashboards", key, 300)
    with _bare_framework() as there:
        _time("the framework alone, answering {}", "127.0.0.1", there, "/", "", 300)
    started = time.perf_counter()
    run = api.post(
        "/reports/generate",
        json={"title": "Bench", "source_id": board["widgets"][0]["query"]["source_id"], "wait": 60},
    ).json()
    assert run["status"] == "completed", run
    print(f"report, analysis and PDF             {time.perf_counter() - started:8.2f} s")


def _refresh(api: httpx.Client, board: dict[str, Any], folder: Path) -> None:
    statements = [_evidence(api, widget) for widget in board["widgets"]]
    stored = max((folder / "data" / "blobs").rglob("*.parquet"), key=lambda file: file.stat().st_size)
    bare = duckdb.connect(config={"threads": THREADS})
    bare.execute(f"CREATE VIEW orders AS SELECT * FROM read_parquet('{stored}')")

    def by_duckdb() -> None:
        for sql, parameters in statements:
            bare.execute(sql, parameters).fetchall()

    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_clock(lambda: api.post(f"/dashboards/{board['id']}/refresh").raise_for_status()))
        theirs.append(_clock(by_duckdb))
    mine, base = statistics.median(ours), statistics.median(theirs)
    print(f"refresh of 12 widgets                {mine * 1000:8.0f} ms  bare DuckDB {base * 1000:.0f} ms")
    print(f"  ratio                              {mine / base:8.2f} x  (promised: at most 1.00)")


def _evidence(api: httpx.Client, widget: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    found = api.get(f"/evidence/{widget['evidence_id']}").json()
    return found["sql"], found["parameters"]


def _widgets(source_id: int) -> list[dict[str, Any]]:
    def query(measures: list[dict[str, Any]], *dimensions: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "source_id": source_id,
            "table": "orders",
            "measures": measures,
            "dimensions": list(dimensions),
            **more,
        }

    revenue, count = {"column": "revenue", "aggregation": "sum"}, {"aggregation": "count"}
    average = {"column": "revenue", "aggregation": "avg"}
    month, day = {"column": "ordered_at", "grain": "month"}, {"column": "ordered_at", "grain": "day"}
    top = {"sort": [{"field": "sum_revenue", "descending": True}], "limit": 10}
    last = {"period": {"column": "ordered_at", "start": "2023-12-01", "end": "2024-01-01"}}
    by = [{"column": name} for name in ("region", "product", "channel", "customer_group")]
    queries = [
        ("metric", query([revenue], **last, compare="previous_period")),
        ("metric", query([count])),
        ("line", query([revenue], month)),
        ("line", query([count, average], day)),
        ("area", query([revenue], month, by[0])),
        ("bar", query([revenue], by[1], **top)),
        ("bar", query([average], by[0])),
        ("pie", query([revenue], by[2])),
        ("heatmap", query([revenue], by[0], by[2])),
        ("table", query([revenue, count, average], by[1], by[0], limit=100)),
        ("funnel", query([count], by[3])),
        ("bar", query([revenue], by[3], filters=[{"column": "region", "operator": "=", "value": "R1"}])),
    ]
    return [{"type": kind, "title": f"Widget {n}", "query": q} for n, (kind, q) in enumerate(queries)]


def _make(file: Path, rows: int) -> None:
    duckdb.connect().execute(f"""
        COPY (
            SELECT i AS order_id,
                   TIMESTAMP '2021-01-01' + INTERVAL (i * 94608000 // {rows}) SECOND AS ordered_at,
                   'R' || (hash(i) % 8) AS region,
                   'Product ' || (hash(i + 1) % 500) AS product,
                   'C' || (hash(i + 2) % 5) AS channel,
                   'G' || (hash(i + 3) % 20) AS customer_group,
                   round((hash(i + 4) % 100000) / 100, 2) AS revenue,
                   (hash(i + 5) % 10 + 1)::INTEGER AS quantity
            FROM range({rows}) AS t(i)
        ) TO '{file}' (COMPRESSION zstd)
    """)


def _clock(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _time(name: str, host: str, port: int, path: str, key: str, times: int, method: str = "GET") -> None:
    """One client, of the standard library, that asks again as soon as it has its answer."""
    connection = http.client.HTTPConnection(host, port)

    def call() -> None:
        connection.request(method, path, headers={"X-API-Key": key})
        answer = connection.getresponse()
        answer.read()
        assert answer.status < http.client.BAD_REQUEST, answer.status

    for _ in range(10):
        call()
    each = statistics.median(_clock(call) for _ in range(times))
    print(f"{name:36} {each * 1000:8.2f} ms  p50, {1 / each:.0f} a second by one client")


@contextmanager
def _bare_framework() -> Iterator[int]:
    """The port of an application of one route that does nothing: what this machine can do at most."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        Path(folder, "bare.py").write_text(BARE, encoding="utf-8")
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        server = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "bare:app", "--port", str(port), "--no-access-log"],
            cwd=folder,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stderr is not None
            next(line for line in server.stderr if "running on" in line)
            yield port
        finally:
            server.terminate()
            server.wait()


def _memory(server: int) -> float:
    """Megabytes that the server and its worker hold (proportional set size), engine processes aside."""
    listed = subprocess.run(
        ["pgrep", "-P", str(server), "-f", "claribi.cli worker"], capture_output=True, text=True, check=False
    )
    total = 0.0
    for pid in [str(server), *listed.stdout.split()]:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        found = re.search(r"Pss:\s+(\d+) kB", text)
        total += int(found.group(1)) / 1024 if found else 0
    return total


if __name__ == "__main__":
    main()
