"""Another file in the place of a source's, on the source's page."""

from typing import Any

import pytest
from axe import barriers
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

PRICES = b"item,price\nbolt,1.50\nnut,0.25\n"


@pytest.fixture
def prices(shop) -> dict[str, Any]:
    return shop.api.upload(PRICES, name="prices.csv")


def chosen(page: Page, content: bytes, name: str = "prices.csv") -> None:
    page.get_by_role("button", name="Replace the file…").click()
    expect(page.get_by_role("dialog")).to_contain_text("goes on answering")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("dialog").get_by_role("button", name="Choose a file").click()
    chooser.value.set_files({"name": name, "mimeType": "text/csv", "buffer": content})


def test_a_new_file_takes_the_place_and_the_page_shows_it(in_shop: Page, prices: dict[str, Any]) -> None:
    in_shop.goto(f"/sources/{prices['id']}")
    held: list[Route] = []
    in_shop.route("**/versions", lambda route: held.append(route))  # noqa: PLW0108 - it counts arguments
    chosen(in_shop, PRICES + b"screw,0.10\n")
    expect(in_shop.get_by_role("progressbar", name="Progress of prices.csv")).to_be_attached()
    expect(in_shop.get_by_text("0 % of 41 bytes")).to_be_visible()
    expect(in_shop.get_by_role("region", name="First rows").locator("tbody tr")).to_have_count(2)
    assert barriers(in_shop) == []
    held[0].continue_()
    expect(in_shop.get_by_role("status").filter(has_text="The new file is there: 3 rows.")).to_be_visible()
    expect(in_shop.get_by_role("region", name="First rows").locator("tbody tr")).to_have_count(3)
    newest = in_shop.get_by_role("region", name="History").get_by_role("listitem").first
    expect(newest).to_contain_text("3 rows+1")


def test_what_can_not_be_read_is_told_and_the_old_data_stay(
    in_shop: Page, shop, prices: dict[str, Any]
) -> None:
    in_shop.goto(f"/sources/{prices['id']}")
    chosen(in_shop, b"%PDF-1.7 ...")
    failed = in_shop.get_by_role("alert").filter(has_text="The last attempt failed")
    expect(failed).to_contain_text("PDF")
    expect(failed).to_contain_text("What was there before goes on answering.")
    expect(in_shop.get_by_role("region", name="First rows").locator("tbody tr")).to_have_count(2)
    # One that is refused at once is told with its name.
    chosen(in_shop, b"no table", name="notes.docx")
    refused = in_shop.get_by_role("alert").filter(has_text="notes.docx")
    expect(refused).to_be_visible()
    assert barriers(in_shop) == []
    refused.get_by_role("button", name="Dismiss").click()
    chosen(in_shop, PRICES + b"screw,0.10\n")
    expect(in_shop.get_by_role("status").filter(has_text="3 rows")).to_be_visible()
    expect(failed).to_have_count(0)


def test_an_upload_can_be_stopped(in_shop: Page, shop, prices: dict[str, Any]) -> None:
    in_shop.goto(f"/sources/{prices['id']}")
    in_shop.route("**/versions", lambda _: None)
    chosen(in_shop, PRICES)
    in_shop.get_by_role("button", name="Stop the upload").click()
    expect(in_shop.get_by_role("progressbar")).to_have_count(0)
    expect(in_shop.get_by_role("alert")).to_have_count(0)
    expect(in_shop.get_by_role("button", name="Replace the file…")).to_be_enabled()
    assert shop.api.get(f"/api/v1/data-sources/{prices['id']}/syncs").json()["count"] == 1
