"""`python -m benchmarks.hanging --database postgresql://…`: one organisation's database stops answering.

Two organisations share a server. The first one's users work as in `benchmarks.load`: alone, while the other's
users keep asking a database, and while that database hangs. What the first ones wait is printed each time.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from benchmarks.__main__ import _board, _client, _make, _server
from benchmarks.load import Load

READS = ("read a dashboard", "list dashboards", "read a report list", "ask")


class Relay:
    """Stands between the server and its database, and can stop passing anything on."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._flowing = asyncio.Event()
        self._flowing.set()
        self.port = 0

    async def start(self) -> None:
        server = await asyncio.start_server(self._met, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    def hang(self) -> None:
        self._flowing.clear()

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # What is under way when the benchmark ends is given up.
        with suppress(asyncio.CancelledError):
            await self._flowing.wait()
            there, back = await asyncio.open_connection(*self._target)
            await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


async def _connected(api: httpx.AsyncClient, database: str, relay: Relay) -> dict[str, Any]:
    """A question to the database behind the relay."""
    where = urlsplit(database)
    connection = {
        "host": "127.0.0.1",
        "port": relay.port,
        "database": where.path.lstrip("/"),
        "user": unquote(where.username or "postgres"),
        "password": unquote(where.password or "") or None,
    }
    body = {"name": "Hanging", "engine": "postgresql", "connection": connection}
    made = (await api.post("/data-sources", json=body)).raise_for_status().json()
    while (source := (await api.get(f"/data-sources/{made['id']}")).json())["status"] == "preprocessing":  # noqa: ASYNC110 - nothing is told by itself
        await asyncio.sleep(0.1)
    print(f"the database is {source['status']}")
    return {"source_id": source["id"], "sql": "SELECT 1 AS one"}


async def _asking(api: httpx.AsyncClient, question: dict[str, Any], until: float, told: Counter[int]) -> None:
    while time.monotonic() < until:
        answer = await api.post("/query", json=question)
        told[answer.status_code] += 1
        await asyncio.sleep(1)


async def _working(api: httpx.AsyncClient, board: dict[str, Any], users: int, until: float) -> Load:
    load = Load(api, board, random.Random(1))  # noqa: S311 - no secret
    await asyncio.gather(*(load.user(until) for _ in range(users)))
    return load


def _print(phase: str, load: Load) -> None:
    print(phase)
    for name in READS:
        taken = sorted(load.taken[name])
        p95 = taken[max(int(len(taken) * 0.95) - 1, 0)]
        codes = ", ".join(f"{count} of {code}" for code, count in sorted(load.answers[name].items()))
        print(
            f"  {name:20} p50 {statistics.median(taken) * 1000:7.1f} ms  p95 {p95 * 1000:7.1f} ms   {codes}"
        )


async def _run(url: str, ours: httpx.Client, theirs: httpx.Client, board: dict[str, Any], given: Any) -> None:
    where = urlsplit(given.database)
    relay = Relay(where.hostname or "127.0.0.1", where.port or 5432)
    await relay.start()
    async with _many(url, ours, given.users) as calm, _many(url, theirs, given.users) as hit:
        question = await _connected(hit, given.database, relay)
        _print("alone", await _working(calm, board, given.users, time.monotonic() + given.seconds))
        for phase in ("another's database is asked", "another's database hangs"):
            told: Counter[int] = Counter()
            until = time.monotonic() + given.seconds
            asking = [asyncio.create_task(_asking(hit, question, until, told)) for _ in range(given.users)]
            _print(phase, await _working(calm, board, given.users, until))
            await asyncio.gather(*asking)
            print("  who asks it is told: " + ", ".join(f"{n} of {code}" for code, n in sorted(told.items())))
            relay.hang()


def _many(url: str, client: httpx.Client, users: int) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=users)
    return httpx.AsyncClient(base_url=f"{url}/api/v1", headers=client.headers, timeout=120, limits=limits)


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.hanging")
    parser.add_argument("--database", required=True, help="a PostgreSQL that may be read")
    parser.add_argument("--users", type=int, default=30, help="of each organisation")
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--rows", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make(folder / "orders.parquet", given.rows)
        with _server(folder, CLARIBI_ALLOWED_NETWORKS='["127.0.0.0/8"]') as (url, _):
            one, other = _client(url, folder), _client(url, folder, "other@example.com")
            board = _board(one, folder / "orders.parquet", given.rows)
            asyncio.run(_run(url, one, other, board, given))


if __name__ == "__main__":
    main()
