"""`python -m benchmarks.load`: many people at once, and whether the server tells them the truth.

Each of the users reads dashboards, asks, uploads and generates reports, with pauses as people make them. At
the end every upload and generation that was accepted is looked up: it has to have come to a true end.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import httpx

from benchmarks.__main__ import _board, _client, _make, _server

PAUSE_SECONDS = 3.0
DRAIN_SECONDS = 600
REFUSALS = {429, 503}
WEIGHTS = {
    "read a dashboard": 45,
    "list dashboards": 15,
    "read a report list": 10,
    "ask": 20,
    "refresh": 5,
    "upload": 3,
    "generate": 2,
}


class Load:
    """What the users do and what comes of it."""

    def __init__(self, api: httpx.AsyncClient, board: dict[str, Any], chance: random.Random) -> None:
        self.api, self.board, self.chance = api, board, chance
        self.source = board["widgets"][0]["query"]["source_id"]
        self.taken: dict[str, list[float]] = defaultdict(list)
        self.answers: dict[str, Counter[int]] = defaultdict(Counter)
        self.untold = 0
        self.uploads: list[int] = []
        self.runs: list[tuple[int, int]] = []

    async def user(self, until: float) -> None:
        await asyncio.sleep(self.chance.random() * PAUSE_SECONDS)
        while time.monotonic() < until:
            name = self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            started = time.perf_counter()
            try:
                answer = await self._do(name)
            except httpx.HTTPError:
                self.answers[name][0] += 1
            else:
                self.taken[name].append(time.perf_counter() - started)
                self.answers[name][answer.status_code] += 1
                if answer.status_code in REFUSALS and "retry-after" not in answer.headers:
                    self.untold += 1
            await asyncio.sleep(self.chance.expovariate(1 / PAUSE_SECONDS))

    async def _do(self, name: str) -> httpx.Response:
        paths = {
            "read a dashboard": f"/dashboards/{self.board['id']}",
            "list dashboards": "/dashboards",
            "read a report list": "/reports",
        }
        if name in paths:
            return await self.api.get(paths[name])
        if name == "ask":
            region = f"R{self.chance.randrange(8)}"
            day = f"2023-{self.chance.randrange(1, 13):02}-01"
            query = {
                "source_id": self.source,
                "table": "orders",
                "measures": [{"column": "revenue", "aggregation": "sum"}],
                "dimensions": [{"column": "product"}],
                "filters": [
                    {"column": "region", "operator": "=", "value": region},
                    {"column": "ordered_at", "operator": ">=", "value": day},
                ],
                "limit": 20,
            }
            return await self.api.post("/query", json=query)
        if name == "refresh":
            return await self.api.post(f"/dashboards/{self.board['id']}/refresh")
        if name == "upload":
            rows = "\n".join(f"{n},{self.chance.choice('ABC')},{self.chance.random()}" for n in range(2000))
            content = f"id,kind,amount\n{rows}\n".encode()
            answer = await self.api.post("/data-sources", files={"file": ("small.csv", content)})
            if answer.status_code == httpx.codes.CREATED:
                self.uploads.append(answer.json()["id"])
            return answer
        report = {"title": f"Load {self.chance.random()}", "source_id": self.source}
        answer = await self.api.post("/reports/generate", json=report)
        if answer.is_success:
            run = answer.json()
            self.runs.append((run["report_id"], run["id"]))
        return answer

    async def settled(self) -> dict[str, Counter[str]]:
        """The end that each accepted upload and generation has come to."""
        until = time.monotonic() + DRAIN_SECONDS
        ends: dict[str, Counter[str]] = {"upload": Counter(), "generate": Counter()}
        paths = [("upload", f"/data-sources/{i}") for i in self.uploads]
        paths += [("generate", f"/reports/{report}/runs/{run}") for report, run in self.runs]
        for name, path in paths:
            status = "?"
            while time.monotonic() < until:
                status = (await self.api.get(path)).json()["status"]
                if status not in {"preprocessing", "pending", "generating"}:
                    break
                await asyncio.sleep(0.2)
            ends[name][status] += 1
        return ends


async def _run(url: str, headers: dict[str, str], board: dict[str, Any], users: int, seconds: float) -> None:
    limits = httpx.Limits(max_connections=users)
    async with httpx.AsyncClient(
        base_url=f"{url}/api/v1", headers=headers, timeout=120, limits=limits
    ) as api:
        load = Load(api, board, random.Random(1))  # noqa: S311 - no secret
        until = time.monotonic() + seconds
        await asyncio.gather(*(load.user(until) for _ in range(users)))
        print(f"{users} users, {seconds:.0f} s")
        for name in WEIGHTS:
            taken = sorted(load.taken[name]) or [0.0]
            p95 = taken[int(len(taken) * 0.95) - 1] if len(taken) > 1 else taken[0]
            median = statistics.median(taken)
            told = ", ".join(f"{count} of {code}" for code, count in sorted(load.answers[name].items()))
            print(f"  {name:20} p50 {median * 1000:7.1f} ms  p95 {p95 * 1000:7.1f} ms   {told}")
        print(f"  refused without Retry-After: {load.untold}")
        started = time.monotonic()
        for name, ends in (await load.settled()).items():
            print(f"  accepted, {name}: " + ", ".join(f"{n} {status}" for status, n in ends.items()))
        print(f"  all had come to their end after {time.monotonic() - started:.0f} s more")


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.load")
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--rows", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make(folder / "orders.parquet", given.rows)
        with _server(folder) as (url, _):
            api = _client(url, folder)
            board = _board(api, folder / "orders.parquet", given.rows)
            asyncio.run(_run(url, dict(api.headers), board, given.users, given.seconds))


if __name__ == "__main__":
    main()
