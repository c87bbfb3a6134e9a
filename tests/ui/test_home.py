"""The first page: what there is, and how a file becomes a dashboard."""

import re
from datetime import timedelta
from typing import Any

import pytest
from axe import barriers
from playwright.sync_api import Page, expect
from sqlalchemy import update
from support import Member

from claribi.core.clock import utc_now
from claribi.home.models import UserVisit

pytestmark = pytest.mark.browser


def test_it_shows_dashboards_reports_and_sources(in_shop: Page, shop) -> None:
    shop.api.post("/api/v1/dashboards", json={"name": "The newest"})
    # Of its own, since those of other tests may have pushed the shop's first off the page.
    shop.api.generated(title="The newest report", source_id=shop.source["id"])
    shop.api.upload(b"a,b\n1,2\n", name="newest.csv")
    in_shop.goto("/")
    dashboards, reports, sources = (
        in_shop.get_by_role("region", name=name) for name in ("Dashboards", "Reports", "Data sources")
    )
    expect(dashboards.get_by_role("link", name="The newest")).to_be_visible()
    expect(reports.get_by_role("link", name="The newest report")).to_contain_text("Ready")
    expect(sources.get_by_role("link", name="newest")).to_contain_text("Active")


def test_an_organisation_without_anything_is_told_what_to_do(page: Page, owner: Member, sign_in) -> None:
    sign_in(owner.email)
    expect(page.get_by_text("No dashboards yet")).to_be_visible()
    expect(page.get_by_text("No reports yet")).to_be_visible()


def test_an_uploaded_file_leads_to_its_dashboard(
    page: Page, owner: Member, sign_in, sales_csv: bytes
) -> None:
    sign_in(owner.email)
    files = [{"name": "orders.csv", "mimeType": "text/csv", "buffer": sales_csv}]
    page.locator("input[type=file]").set_input_files(files)
    expect(page.get_by_text("Preparing …")).to_be_visible()
    page.wait_for_url(re.compile(r"/dashboards/\d+$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("orders")
    expect(page.get_by_role("article").first).to_be_visible()


def test_a_dropped_file_is_taken_as_well(page: Page, owner: Member, sign_in) -> None:
    sign_in(owner.email)
    transfer = page.evaluate_handle(
        """() => {
            const transfer = new DataTransfer();
            transfer.items.add(new File(['day,sold\\n2024-01-01,3\\n2024-01-02,5\\n'], 'dropped.csv'));
            return transfer;
        }"""
    )
    page.get_by_role("region", name="Upload a data file").dispatch_event("drop", {"dataTransfer": transfer})
    page.wait_for_url(re.compile(r"/(dashboards|sources)/\d+$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("dropped")


def test_a_file_that_cannot_be_read_is_told(page: Page, owner: Member, sign_in) -> None:
    sign_in(owner.email)
    files = [{"name": "broken.parquet", "mimeType": "application/octet-stream", "buffer": b"no parquet"}]
    page.locator("input[type=file]").set_input_files(files)
    expect(page.get_by_role("alert")).to_contain_text("broken.parquet")


def test_many_dashboards_are_searched_and_paged(page: Page, server, sign_in) -> None:
    member = server.member(server.organization())
    api = server.api(**{"X-API-Key": member.key})
    for number in range(1, 11):
        assert api.post("/api/v1/dashboards", json={"name": f"Board {number}"}).status_code == 201
    sign_in(member.email)
    dashboards = page.get_by_role("region", name="Dashboards")
    expect(dashboards.get_by_role("link")).to_have_count(8)
    dashboards.get_by_role("button", name="2", exact=True).click()
    expect(dashboards.get_by_role("link")).to_have_count(2)
    dashboards.get_by_role("searchbox").fill("board 7")
    expect(dashboards.get_by_role("link")).to_have_count(1)
    expect(dashboards.get_by_role("link")).to_contain_text("Board 7")


def test_a_star_makes_a_favourite_and_what_was_opened_is_remembered(signed_in_as, server, shop) -> None:
    page = signed_in_as(server.member(shop.owner.organization_id))
    name = shop.api.post("/api/v1/dashboards", json={"name": "Starred"}).json()["name"]
    page.goto("/")
    dashboards = page.get_by_role("region", name="Dashboards")
    expect(dashboards.get_by_role("link", name=name)).to_be_visible()
    expect(page.get_by_role("region", name="Favourites")).to_have_count(0)
    star = dashboards.get_by_role("button", name=f"Favourite: {name}")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    favourites = page.get_by_role("region", name="Favourites")
    favourites.get_by_role("link", name=name).click()
    # The head of the page has the same star; by keyboard.
    star = page.get_by_role("button", name=f"Favourite: {name}")
    expect(star).to_have_attribute("aria-pressed", "true")
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        star.press("Enter")
    expect(star).to_have_attribute("aria-pressed", "false")
    page.goto(f"/reports/{shop.report['id']}")
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        page.get_by_role("button", name="Favourite: Sales of two years").click()
    page.get_by_role("link", name="claribi, start").click()
    lately = page.get_by_role("region", name="Opened lately")
    expect(lately.get_by_role("link")).to_have_text(["Sales of two years", name])
    expect(favourites.get_by_role("link")).to_have_text(["Sales of two years"])


def test_it_tells_what_changed_since_the_last_visit(signed_in_as, server, shop) -> None:
    member = server.member(shop.owner.organization_id)
    page = signed_in_as(member)

    def visit_again() -> None:
        with page.expect_response("**/home/visits"):
            page.goto("/")
        expect(page.get_by_role("region", name="Dashboards").get_by_role("link").first).to_be_visible()

    visit_again()
    expect(page.get_by_text("since you were here last")).to_have_count(0)
    let_time_pass(server, member, seen_at=utc_now() - timedelta(hours=2))
    broken = shop.api.upload(b"no parquet", name="gone-wrong.parquet")
    visit_again()
    news = page.get_by_role("region", name="Since you were here last")
    expect(news).to_contain_text(broken["error_message"])
    assert barriers(page) == []
    news.get_by_role("link", name="gone-wrong").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("gone-wrong")
    shop.api.delete(f"/api/v1/data-sources/{broken['id']}")
    let_time_pass(server, member, since=utc_now())
    visit_again()
    expect(page.get_by_text("Nothing has changed since you were here last")).to_be_visible()


def let_time_pass(server, member: Member, **moments: Any) -> None:
    with server.services.database.write(member.organization_id) as session:
        session.execute(update(UserVisit).where(UserVisit.user_id == member.user_id).values(**moments))
