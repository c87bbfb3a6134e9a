"""States that people meet, on every page: told in words, without barriers in both themes, at any width."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from axe import barriers
from playwright.sync_api import Locator, Page, Route, expect
from support import Member, Server

from claribi.accounts.permissions import Role

pytestmark = pytest.mark.browser

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (360, 1280, 3840)
SHOWN_IN = "scheme => document.documentElement.dataset.mantineColorScheme === scheme"
# What listens to the size has answered after the second frame.
NEEDED = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
    () => done(document.documentElement.scrollWidth))))"""
# How far what was there already has moved; up to 0.1 counts as good.
OBSERVE = """() => { window.moved = 0; new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.moved += entry.value;
}).observe({ type: "layout-shift" }) }"""
GOOD = 0.1

# Each page, and what it asks the server for and can't be shown without.
PAGES = {
    "/": "home",
    "/dashboards/{dashboard}": "dashboards/{dashboard}",
    "/reports/{report}": "reports/{report}",
    "/sources/{source}": "data-sources/{source}",
    "/ask": "models",
    "/forecasts": "forecasts",
    "/forecasts/{forecast}": "forecasts/{forecast}",
    "/models/{model}": "models/{model}",
    "/settings/security": "auth/sessions",
    "/settings/developer": "usage",
    "/settings/reports": "report-settings",
    "/settings/members": "members",
    "/settings/roles": "permissions",
    "/settings/organization": "organization",
    "/settings/audit-log": "audit-logs",
}
# Whoever is signed in may see these, whatever their role.
OPEN = {"/", *(f"/settings/{area}" for area in ("security", "developer", "roles", "organization"))}


@dataclass(frozen=True)
class Place:
    """A page, and the requests that it can't do without."""

    path: str
    asks: re.Pattern[str]


@pytest.fixture(params=["content", "settings"])
def places(request: pytest.FixtureRequest, shop, model, forecast) -> list[Place]:
    ids = {
        "dashboard": shop.dashboard["id"],
        "report": shop.report["id"],
        "source": shop.source["id"],
        "model": model["id"],
        "forecast": forecast["id"],
    }
    return [
        Place(path.format(**ids), re.compile(rf"/api/v1/{asks.format(**ids)}(\?|$)"))
        for path, asks in PAGES.items()
        if path.startswith("/settings") == (request.param == "settings")
    ]


def answering(status: int, error: str, message: str, **headers: str) -> Callable[[Route], None]:
    body = {"error": error, "message": message, "status": status}
    return lambda route: route.fulfill(status=status, json=body, headers=headers)


def kept_in(held: list[Route]) -> Callable[[Route], None]:
    """Answers nothing yet."""
    return lambda route: held.append(route)  # noqa: PLW0108 - a handler's arguments are counted


def fits(page: Page, where: str) -> None:
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_function(SHOWN_IN, arg=scheme)
        assert barriers(page) == [], (where, scheme)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate(NEEDED) <= width, (where, width)
    page.set_viewport_size({"width": 1280, "height": 740})
    page.evaluate(NEEDED)


def whole(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_while_a_page_loads_its_outline_is_there_and_nothing_jumps(
    in_shop: Page, places: list[Place]
) -> None:
    for place in places:
        held: list[Route] = []
        in_shop.route(place.asks, kept_in(held))
        in_shop.goto(place.path)
        expect(in_shop.locator("[aria-busy=true]").first, place.path).to_be_visible()
        fits(in_shop, place.path)
        in_shop.evaluate(OBSERVE)
        for route in held:
            route.continue_()
        in_shop.unroute_all()
        whole(in_shop)
        assert in_shop.evaluate("window.moved") < GOOD, place.path


def test_what_failed_says_so_and_works_when_it_is_tried_again(in_shop: Page, places: list[Place]) -> None:
    broken = answering(500, "internal_error", "Something went wrong; it is logged under request 4711")
    for place in places:
        in_shop.route(place.asks, broken)
        in_shop.goto(place.path)
        told = in_shop.get_by_role("alert").first
        expect(told, place.path).to_contain_text("request 4711")
        expect(told).to_contain_text("If it goes on, tell whoever runs this server.")
        fits(in_shop, place.path)
        in_shop.unroute_all()
        for again in in_shop.get_by_role("button", name="Try again").all():
            again.click()
        whole(in_shop)


def test_too_many_requests_say_when_it_works_again(in_shop: Page, places: list[Place]) -> None:
    limited = answering(429, "rate_limited", "Over the limit", **{"Retry-After": "40"})
    for place in places:
        in_shop.route(place.asks, limited)
        in_shop.goto(place.path)
        expect(in_shop.get_by_role("alert").first, place.path).to_contain_text("Try again in 40 seconds")
        fits(in_shop, place.path)
        in_shop.unroute_all()


@pytest.fixture(scope="module")
def outsider(server: Server, shop) -> Member:
    """A member of the shop whose role allows next to nothing."""
    role = {"name": "doorkeeper", "permissions": ["audit_logs:read"]}
    assert shop.api.post("/api/v1/roles", json=role).status_code == 201
    member = server.member(shop.owner.organization_id, Role.VIEWER)
    changed = shop.api.patch(f"/api/v1/members/{member.user_id}", json={"role": "doorkeeper"})
    assert changed.status_code == 200, changed.text
    return member


def test_who_lacks_a_permission_is_told_which_and_whom_to_ask(
    signed_in_as: Callable[[Member], Page], outsider: Member, places: list[Place]
) -> None:
    page = signed_in_as(outsider)
    for place in places:
        if place.path in OPEN | {"/settings/audit-log"}:
            continue
        page.goto(place.path)
        told = page.get_by_role("alert").first
        expect(told, place.path).to_contain_text("which the role doorkeeper does not have")
        expect(told).to_contain_text(
            "Whoever manages the members of your organisation can give you the right."
        )
        expect(told.get_by_role("button")).to_have_count(0)
        fits(page, place.path)


def test_who_is_offline_is_told_and_what_is_shown_stays(in_shop: Page, places: list[Place]) -> None:
    for place in places:
        in_shop.goto(place.path)
        whole(in_shop)
        title = in_shop.get_by_role("heading", level=1).inner_text()
        in_shop.context.set_offline(True)
        told = in_shop.get_by_role("status").filter(has_text="You are offline")
        expect(told, place.path).to_contain_text("It goes on by itself")
        expect(in_shop.get_by_role("heading", level=1)).to_have_text(title)
        fits(in_shop, place.path)
        in_shop.context.set_offline(False)
        expect(told).to_have_count(0)


EMPTY = {
    "/": "No dashboards yet",
    "/ask": "There is nothing to ask yet",
    "/forecasts": "No forecasts yet",
    "/settings/developer": "New API key",
    "/settings/reports": "Templates",
    "/settings/members": "You",
    "/settings/roles": "Roles",
    "/settings/organization": "Organisation",
    "/settings/audit-log": "Audit log",
    "/settings/security": "Security",
}


def test_an_empty_organisation_says_what_comes_next(
    signed_in_as: Callable[[Member], Page], owner: Member
) -> None:
    page = signed_in_as(owner)
    for path, words in EMPTY.items():
        page.goto(path)
        expect(page.get_by_role("main").get_by_text(words).first, path).to_be_visible()
        whole(page)
        fits(page, path)


@dataclass(frozen=True)
class Form:
    """Something that is edited over one version of it.

    Attributes:
        opened: The button behind which the form is, if any.
        change: What somebody else does to it meanwhile.
    """

    path: str
    api: str
    opened: str
    field: str
    save: str
    change: dict[str, Any]
    method: str = "PATCH"


@pytest.fixture
def forms(shop, request: pytest.FixtureRequest) -> Iterator[list[Form]]:
    board = shop.api.post("/api/v1/dashboards", json={"name": "Of two people"}).json()["id"]
    body = {"title": "Of two people", "source_id": shop.source["id"]}
    report = shop.api.post("/api/v1/reports", json=body).json()["id"]
    # No two models have one name.
    guess = {"name": f"Of {request.node.name}", "source_ids": [shop.source["id"]]}
    model = shop.api.post("/api/v1/models/guess", json=guess).json()
    model_id = shop.api.post("/api/v1/models", json=model).json()["id"]
    look = shop.api.get("/api/v1/report-settings").json()["accent"]
    yield [
        Form(
            f"/dashboards/{board}?edit",
            f"dashboards/{board}",
            "",
            "Name of the dashboard",
            "Save",
            {"name": "Theirs"},
        ),
        Form(
            f"/reports/{report}",
            f"reports/{report}",
            "Notes",
            "The whole report",
            "Save the notes",
            {"notes": {"report": "Theirs"}},
        ),
        Form(
            f"/models/{model_id}",
            f"models/{model_id}",
            "Settings",
            "Description",
            "Save",
            model | {"description": "Theirs"},
            "PUT",
        ),
        Form("/settings/reports", "report-settings", "", "Accent colour", "Save", {"accent": "#0b6e4f"}),
    ]
    shop.api.patch("/api/v1/report-settings", json={"accent": look})


MINE = "#3d3d8f"


def filled_in(page: Page, form: Form) -> Locator:
    """The field of the form with words of ours in it, a colour wherever it stands."""
    page.goto(form.path)
    if form.opened:
        page.get_by_role(
            "tab" if form.opened == "Settings" else "button", name=form.opened, exact=True
        ).click()
    field = page.get_by_label(form.field, exact=True)
    field.fill(MINE)
    return field


def test_a_session_that_has_run_out_costs_nothing_that_was_typed(
    in_shop: Page, shop, sign_in, forms: list[Form], shop_cookie: dict[str, Any]
) -> None:
    for form in forms:
        field = filled_in(in_shop, form)
        in_shop.context.clear_cookies()
        in_shop.get_by_role("button", name=form.save, exact=True).click()
        expect(in_shop.get_by_text("Your session has ended"), form.path).to_be_visible()
        fits(in_shop, form.path)
        in_shop.keyboard.press("Escape")
        sign_in(shop.owner.email, path=None)
        expect(in_shop.get_by_role("dialog", name="Sign in again")).to_have_count(0)
        expect(field).to_have_value(MINE)
        with in_shop.expect_response(re.compile(form.api)) as saved:
            in_shop.get_by_role("button", name=form.save, exact=True).click()
        assert saved.value.ok, form.path


def test_what_somebody_else_saved_meanwhile_stands_beside(in_shop: Page, shop, forms: list[Form]) -> None:
    for form in forms:
        field = filled_in(in_shop, form)
        assert shop.api.request(form.method, f"/api/v1/{form.api}", json=form.change).status_code == 200
        in_shop.get_by_role("button", name=form.save, exact=True).click()
        expect(in_shop.get_by_text("Somebody else changed this"), form.path).to_be_visible()
        fits(in_shop, form.path)
        expect(field).to_have_value(MINE)
        in_shop.get_by_role("button", name="Take theirs, drop mine").click()
        expect(field).not_to_have_value(MINE)
