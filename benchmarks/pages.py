"""`python -m benchmarks.pages`: how fast the web application is for who looks at it.

The demo's server and its data, before a browser of 1280 by 900 pixels with an empty cache. What Lighthouse
counts on loading, then what it does not: a click until charts are drawn, frames of dragging and scrolling.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, Request, StorageState, sync_playwright

CHROMIUM = os.environ.get("CLARIBI_TEST_CHROMIUM", "/usr/bin/chromium-headless-shell")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
ROUNDS = 5
PATIENCE_MS = 60_000
SETTLE_MS = 300
# A task is long where it keeps the page from answering for more than this.
LONG_MS = 50
MANY = 100_000

WATCH = """
window.seen = { fcp: 0, lcp: 0, cls: 0, tbt: 0, shifted: [] };
const observe = (type, tell) => new PerformanceObserver((list) => list.getEntries().forEach(tell))
    .observe({ type, buffered: true });
observe("paint", (entry) => { if (entry.name === "first-contentful-paint") seen.fcp = entry.startTime; });
observe("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
observe("layout-shift", (entry) => {
    if (entry.hadRecentInput) return;
    seen.cls += entry.value;
    seen.shifted.push(...entry.sources.map(({ node }) => (node?.outerHTML ?? "").slice(0, 120)));
});
observe("longtask", (entry) => { seen.tbt += Math.max(entry.duration - LONG, 0); });
""".replace("LONG", str(LONG_MS))
DRAWN = """() => {
    const near = [...document.querySelectorAll("[data-chart]")]
        .filter((chart) => chart.getBoundingClientRect().top < innerHeight);
    return near.every((chart) => chart.querySelector("svg path"));
}"""
# Counted in the page, frame by frame, from the click itself.
CLICKED = """([selector, drawn]) => new Promise((resolve) => {
    const isDrawn = eval(drawn);
    const began = performance.now();
    const isThere = () => document.querySelector("[data-chart]") && isDrawn();
    const look = () => (isThere() ? resolve(performance.now() - began) : requestAnimationFrame(look));
    document.querySelector(selector).click();
    look();
})"""
FRAMES = """() => {
    window.frames_seen = [];
    let last = 0;
    const look = (now) => {
        if (last) frames_seen.push(now - last);
        last = now;
        if (window.frames_seen) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.pages")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--shifts", action="store_true", help="name what moved")
    given = parser.parse_args()
    with _demo() as (url, known), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        board = _board(url, known["api_key"])
        _loading(browser, url, known, given.rounds, shifts=given.shifts)
        _working(browser, url, _signed_in(browser, url, known), board, given.rounds)
        browser.close()


@contextmanager
def _demo() -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a demo that is complete, and how to sign in there."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "claribi.cli", "demo", "--port", "0", "--data-dir", folder]
        environment = {**os.environ, "CLARIBI_LOG_LEVEL": "error"}
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        try:
            assert server.stdout is not None
            url = ""
            for line in server.stdout:
                found = re.search(r"http://\S+", line)
                url = found.group() if found else url
                if "complete" in line:
                    break
            yield url, json.loads(Path(folder, "demo-credentials.json").read_text(encoding="utf-8"))
        finally:
            server.terminate()
            server.wait()


def _board(url: str, key: str) -> int:
    """A dashboard with bars behind each of which are more rows than are ever shown."""
    with httpx.Client(base_url=f"{url}/api/v1", headers={"X-API-Key": key}, timeout=60) as api:
        source = api.get("/data-sources").json()["results"][0]["id"]
        [table] = api.get(f"/data-sources/{source}").json()["tables"]
        query = {"source_id": source, "table": table["name"], "measures": [{"aggregation": "count"}]}
        bars = {"type": "bar", "title": "Bars", "query": query | {"dimensions": [{"column": "origin"}]}}
        return int(api.post("/dashboards", json={"name": "Bench", "widgets": [bars]}).json()["id"])


def _signed_in(browser: Browser, url: str, known: dict[str, str]) -> StorageState:
    with _page(browser, url) as page:
        page.goto("/")
        page.get_by_label("E-mail").fill(known["email"])
        page.get_by_label("Password", exact=True).fill(known["password"])
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("link", name="claribi, start").wait_for()
        return page.context.storage_state()


@contextmanager
def _page(browser: Browser, url: str, state: StorageState | None = None) -> Iterator[Page]:
    viewport = {"width": 1280, "height": 900}
    context: BrowserContext = browser.new_context(base_url=url, storage_state=state, viewport=viewport)
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


def _loading(browser: Browser, url: str, known: dict[str, str], rounds: int, *, shifts: bool) -> None:
    state = _signed_in(browser, url, known)
    pages: list[tuple[str, str, StorageState | None]] = [
        ("sign-in", "/", None),
        ("home", "/", state),
        ("dashboard", "/dashboards/1", state),
        ("report", "/reports/1", state),
        ("ask", "/ask", state),
    ]
    head = ("first paint", "largest paint", "shift", "blocked", "code", "requests")
    print(f"{'loading, empty cache':24}" + "".join(f"{name:>15}" for name in head))
    for name, path, who in pages:
        taken = [_load(browser, url, path, who) for _ in range(rounds)]
        each = {key: statistics.median(one[key] for one in taken) for key in taken[0] if key != "shifted"}
        print(
            f"{name:24}{each['fcp']:12.0f} ms{each['lcp']:12.0f} ms{each['cls']:15.3f}{each['tbt']:12.0f} ms"
            f"{each['code'] / 1024:12.0f} KB{each['requests']:15.0f}"
        )
        if shifts:
            print("\n".join(f"    moved: {moved}" for moved in sorted(set(taken[0]["shifted"]))))


def _load(browser: Browser, url: str, path: str, who: StorageState | None) -> dict[str, Any]:
    with _page(browser, url, who) as page:
        finished: list[Request] = []
        page.on("requestfinished", lambda request: finished.append(request))  # noqa: PLW0108 - no built-in
        page.goto(path)
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_load_state("networkidle")
        if page.locator("[data-chart]").count():
            page.wait_for_function(DRAWN)
        page.wait_for_timeout(SETTLE_MS)
        code = [request for request in finished if re.search(r"\.(js|css)$", request.url)]
        return page.evaluate("seen") | {
            "code": sum(request.sizes()["responseBodySize"] for request in code),
            "requests": len(finished),
        }


def _working(browser: Browser, url: str, state: StorageState, board: int, rounds: int) -> None:
    clicks = [_click(browser, url, state) for _ in range(rounds)]
    first, again = (statistics.median(times) for times in zip(*clicks, strict=True))
    print(f"click until its charts are drawn     {first:8.0f} ms, the second time {again:.0f} ms")
    scroll, fling = partial(_scroll, by=600), partial(_scroll, by=9_000)
    acts = (("dragging a widget", _drag), (f"scrolling {MANY:,} rows", scroll), ("the same, flung", fling))
    for name, act in acts:
        with _page(browser, url, state) as page:
            frames = sorted(act(page, board))
            middle, late = statistics.median(frames), frames[int(0.95 * len(frames))]
            print(f"{name:36} {middle:8.1f} ms a frame, p95 {late:.1f} ms, of {len(frames)}")


def _click(browser: Browser, url: str, state: StorageState) -> tuple[float, float]:
    """From the home page, with an empty cache and once more."""
    with _page(browser, url, state) as page:
        times = []
        for _ in range(2):
            page.goto("/")
            page.locator("a[href='/dashboards/1']").first.wait_for()
            page.wait_for_load_state("networkidle")
            times.append(page.evaluate(CLICKED, ["a[href='/dashboards/1']", DRAWN]))
        return times[0], times[1]


def _drag(page: Page, _board: int) -> list[float]:
    page.goto("/dashboards/1?edit")
    page.wait_for_function(DRAWN)
    handle = page.get_by_role("button", name=re.compile("^Move Average departure delay by day"))
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()

    def move() -> None:
        for step in range(150):
            page.mouse.move(x + 4 * step, y + 120 * (step % 30) / 30)

    frames = _frames(page, move)
    page.mouse.up()
    return frames


def _scroll(page: Page, board: int, by: int) -> list[float]:
    """Down the rows behind a bar, so many pixels with each turn of the wheel."""
    page.goto(f"/dashboards/{board}")
    page.get_by_role("button", name="The data as a table").click()
    page.get_by_role("button", name="More for EWR").click()
    page.get_by_role("menuitem", name="Show the rows").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("row").nth(5).wait_for()
    page.get_by_label("Rows", exact=True).focus()
    page.keyboard.press("End")
    dialog.get_by_text(f"{MANY:,}").wait_for()
    page.keyboard.press("Home")
    dialog.get_by_role("row").nth(5).hover()

    def roll() -> None:
        for _ in range(150):
            page.mouse.wheel(0, by)

    return _frames(page, roll)


def _frames(page: Page, act: Callable[[], None]) -> list[float]:
    """How long each frame took meanwhile."""
    page.evaluate(FRAMES)
    time.sleep(0.1)
    act()
    return page.evaluate("() => { const seen = frames_seen; frames_seen = null; return seen.slice(3); }")


if __name__ == "__main__":
    main()
