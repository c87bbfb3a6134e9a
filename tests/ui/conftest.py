"""A real Chromium before a real server; every page is watched for errors and for requests to elsewhere."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
)
from support import PASSWORD, Api, Member, Server

from claribi.web import PAGES

PATIENCE_MS = 30_000
# A browser writes every request without success to its console; what the page makes of it is tested.
UNANSWERED = "Failed to load resource"


@dataclass
class Watched:
    """What went wrong on a page."""

    server: str
    problems: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(UNANSWERED):
            self.problems.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.server, "data:", "blob:")):
            self.problems.append(f"request to {request.url}")


@pytest.fixture
def context(chromium: Browser, server: Server) -> Iterator[BrowserContext]:
    if not (PAGES / "index.html").is_file():
        pytest.fail("the web application is not built: run python scripts/ui.py")
    expect.set_options(timeout=PATIENCE_MS)
    context = chromium.new_context(base_url=server.url)
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@contextlib.contextmanager
def watched_page(context: BrowserContext, url: str) -> Iterator[Page]:
    """A page that must not complain, nor ask anybody but the server at `url`."""
    watched = Watched(url)
    page = context.new_page()
    watched.watch(page)
    yield page
    assert watched.problems == []


Watching = Callable[[BrowserContext, str], contextlib.AbstractContextManager[Page]]


@pytest.fixture
def watching() -> Watching:
    """For pages of other browsers, or of other servers."""
    return watched_page


@pytest.fixture
def page(context: BrowserContext, server: Server) -> Iterator[Page]:
    with watched_page(context, server.url) as page:
        yield page


@pytest.fixture
def owner(server: Server) -> Member:
    """The owner of an organisation that has nothing yet."""
    return server.member(server.organization())


@dataclass
class Shop:
    """An organisation with a source, the dashboard it got by itself, and a generated report."""

    owner: Member
    api: Api
    source: dict[str, Any]
    dashboard: dict[str, Any]
    report: dict[str, Any]


@pytest.fixture(scope="session")
def shop(server: Server, sales_csv: bytes) -> Shop:
    owner = server.member(server.organization())
    api = server.api(**{"X-API-Key": owner.key})
    source = api.upload(sales_csv, name="sales.csv")
    report = api.generated(title="Sales of two years", source_id=source["id"], question="What changed?")
    return Shop(owner, api, source, api.dashboard_of(source["id"]), report)


@pytest.fixture(scope="session")
def model(shop: Shop) -> dict[str, Any]:
    """A model of the shop's sales, as it is guessed."""
    guess = {"name": "Shop", "source_ids": [shop.source["id"]]}
    body = shop.api.post("/api/v1/models/guess", json=guess).json()
    return shop.api.post("/api/v1/models", json=body).json()


@pytest.fixture(scope="session")
def forecast(shop: Shop) -> dict[str, Any]:
    """A forecast of the shop's revenue that has run."""
    table = shop.source["tables"][0]["name"]
    body = {"name": "Revenue to come", "source_id": shop.source["id"], "metric_path": f"{table}.revenue"}
    made = shop.api.post("/api/v1/forecasts", json=body | {"granularity": "month", "horizon_days": 90})
    assert made.status_code == 201, made.text
    path = f"/api/v1/forecasts/{made.json()['id']}"
    assert shop.api.post(f"{path}/run").status_code == 201
    return shop.api.until(path, lambda found: found["latest_run"]["status"] == "completed")


SignIn = Callable[..., None]


@pytest.fixture
def sign_in(page: Page) -> SignIn:
    """Fill in the form of the page that is open, or of the first page."""

    def sign_in(email: str, password: str = PASSWORD, path: str | None = "/") -> None:
        if path is not None:
            page.goto(path)
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in", exact=True).click()

    return sign_in


@pytest.fixture
def signed_in(page: Page, shop: Shop, sign_in: SignIn) -> Page:
    """The first page of the shop's owner, who signed in by hand."""
    sign_in(shop.owner.email)
    expect(page.get_by_role("region", name="Dashboards")).to_be_visible()
    return page


def cookie_of(server: Server, member: Member) -> dict[str, Any]:
    """A session of a member, as the browser keeps it."""
    cookies = server.signed_in(member).post("/api/v1/auth/browser").cookies
    return {"name": "claribi", "value": cookies["claribi"], "url": server.url, "httpOnly": True}


@pytest.fixture(scope="session")
def shop_cookie(server: Server, shop: Shop) -> dict[str, Any]:
    return cookie_of(server, shop.owner)


@pytest.fixture
def in_shop(page: Page, shop_cookie: dict[str, Any]) -> Page:
    """A page of a browser that has the session of the shop's owner; nothing is open yet."""
    page.context.add_cookies([shop_cookie])
    return page


SignedInAs = Callable[[Member], Page]


@pytest.fixture
def signed_in_as(page: Page, server: Server) -> SignedInAs:
    """The page of a browser in which a member is signed in; nothing is open yet."""

    def signed_in_as(member: Member) -> Page:
        page.context.add_cookies([cookie_of(server, member)])
        return page

    return signed_in_as
