"""What holds for every page: it fits a small screen, works by keyboard, and asks nobody else."""

from typing import Literal

import pytest
from axe import barriers
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SHOWN_IN = "scheme => document.documentElement.dataset.mantineColorScheme === scheme"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (360, 800, 1280, 3840)
AREAS = ("profile", "security", "developer", "reports", "members", "roles", "organization", "audit-log")


def test_every_page_fits_and_has_no_barriers(in_shop: Page, shop, model, forecast) -> None:
    board = f"/dashboards/{shop.dashboard['id']}"
    for path in (
        "/",
        board,
        f"{board}?edit",
        "/forecasts",
        f"/forecasts/{forecast['id']}",
        f"/reports/{shop.report['id']}",
        f"/sources/{shop.source['id']}",
        f"/models/{model['id']}",
        f"/ask?source={shop.source['id']}",
        *(f"/settings/{area}" for area in AREAS),
        "/nowhere",
        "/register",
        "/forgot-password",
        "/api/v1/docs",
    ):
        in_shop.set_viewport_size({"width": WIDTHS[0], "height": 740})
        in_shop.goto(path)
        expect(in_shop.get_by_role("heading", level=1), path).to_be_visible()
        in_shop.wait_for_load_state("networkidle")
        for width in WIDTHS:
            in_shop.set_viewport_size({"width": width, "height": 740})
            # What listens to the size has answered after the second frame.
            needed = in_shop.evaluate(
                """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
                    () => done(document.documentElement.scrollWidth))))"""
            )
            assert needed <= width, (path, width)
        in_shop.set_viewport_size({"width": 1280, "height": 740})
        for scheme in SCHEMES:
            in_shop.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            in_shop.wait_for_function(SHOWN_IN, arg=scheme)
            assert barriers(in_shop) == [], (path, scheme)


def test_the_keyboard_reaches_the_content_and_shows_where_it_is(in_shop: Page, shop) -> None:
    # The newest is on the first page of the list, however many others there are.
    name = shop.api.post("/api/v1/dashboards", json={"name": "Reached by keyboard"}).json()["name"]
    in_shop.goto("/")
    link = in_shop.get_by_role("region", name="Dashboards").get_by_role("link", name=name)
    expect(link).to_be_visible()
    in_shop.keyboard.press("Tab")
    expect(in_shop.get_by_text("Skip to the content")).to_be_focused()
    for _ in range(50):
        in_shop.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    expect(link).to_be_focused()
    assert link.evaluate("link => getComputedStyle(link).outlineStyle") != "none"
    in_shop.keyboard.press("Enter")
    expect(in_shop.get_by_role("heading", name=name)).to_be_visible()


def test_too_many_requests_are_told_with_the_time_to_wait(in_shop: Page, shop) -> None:
    body = '{"error": "rate_limited", "message": "Over the limit", "status": 429}'
    in_shop.route(
        "**/refresh",
        lambda route: route.fulfill(status=429, body=body, headers={"Retry-After": "40"}),
    )
    in_shop.goto(f"/dashboards/{shop.dashboard['id']}")
    in_shop.get_by_role("button", name="Refresh").click()
    expect(in_shop.get_by_role("alert")).to_contain_text("Try again in 40 seconds")


def test_who_is_offline_is_told_and_goes_on_afterwards(in_shop: Page, shop) -> None:
    in_shop.goto("/")
    expect(in_shop.get_by_role("region", name="Dashboards").get_by_role("link").first).to_be_visible()
    in_shop.context.set_offline(True)
    told = in_shop.get_by_role("status").filter(has_text="You are offline")
    expect(told).to_contain_text("What is shown may be old")
    expect(in_shop.get_by_role("region", name="Dashboards").get_by_role("link").first).to_be_visible()
    in_shop.context.set_offline(False)
    expect(told).to_have_count(0)


def test_an_api_key_is_shown_once_and_can_be_revoked(page: Page, owner, server, sign_in) -> None:
    sign_in(owner.email, path="/settings/developer")
    page.get_by_label("New API key").fill("nightly script")
    page.get_by_role("button", name="Create").click()
    key = page.get_by_role("status").locator("code").inner_text()
    assert server.api(**{"X-API-Key": key}).get("/api/v1/auth/verify/").json()["valid"]
    row = page.get_by_role("row", name="nightly script")
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("Revoked")
    assert server.api(**{"X-API-Key": key}).get("/api/v1/auth/verify/").status_code == 401
    expect(page.get_by_role("region", name="Limits")).to_contain_text("Requests per hour")


def test_a_source_shows_its_columns_and_first_rows(in_shop: Page, shop) -> None:
    in_shop.goto(f"/sources/{shop.source['id']}")
    columns = in_shop.get_by_role("region", name="Columns", exact=True).first
    for column in shop.source["tables"][0]["columns"]:
        expect(columns).to_contain_text(column["name"])
    expect(in_shop.get_by_role("region", name="First rows").first.locator("tbody tr")).to_have_count(20)


def test_a_source_is_deleted_after_a_question(page: Page, owner, server, sign_in) -> None:
    source = server.api(**{"X-API-Key": owner.key}).upload(b"no parquet", name="broken.parquet")
    sign_in(owner.email, path=f"/sources/{source['id']}")
    expect(page.get_by_role("alert")).to_contain_text(source["error_message"])
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No dashboards yet")).to_be_visible()
    gone = server.api(**{"X-API-Key": owner.key}).get(f"/api/v1/data-sources/{source['id']}")
    assert gone.status_code == 404
