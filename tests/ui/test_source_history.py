"""The history of a source's loads on its page."""

import pytest
from axe import barriers
from playwright.sync_api import Page, expect
from support import Api

from claribi.sources.models import SourceSync

pytestmark = pytest.mark.browser

PRICES = b"item,price\nbolt,1.50\nnut,0.25\n"


@pytest.fixture
def page_of_prices(in_shop: Page, shop) -> str:
    """The path of a source with a load that went well, one with a row more, and one that failed."""
    api: Api = shop.api
    source = api.upload(PRICES, name="prices.csv")
    path = f"/api/v1/data-sources/{source['id']}"
    for number, content in enumerate((PRICES + b"screw,0.10\n", b"%PDF-1.7 ..."), start=2):
        assert api.post(f"{path}/versions", files=[("file", ("prices.csv", content))]).status_code == 201
        api.until(
            f"{path}/syncs",
            lambda page, number=number: (
                page["count"] == number
                and {load["status"] for load in page["results"]} <= {"completed", "failed"}
            ),
        )
    return f"/sources/{source['id']}"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_each_load_tells_what_it_brought_or_why_it_failed(
    in_shop: Page, shop, page_of_prices: str, scheme: str, width: int
) -> None:
    in_shop.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    in_shop.set_viewport_size({"width": width, "height": 800})
    in_shop.goto(page_of_prices)
    history = in_shop.get_by_role("region", name="History")
    failed, second, first = (history.get_by_role("listitem").nth(place) for place in range(3))
    expect(history.get_by_role("listitem")).to_have_count(3)
    expect(failed).to_contain_text("PDF")
    expect(failed).to_contain_text("upload it once more")
    expect(second).to_contain_text("3 rows+1")
    expect(first).to_contain_text("2 rows")
    expect(first).to_contain_text(f"Upload · {shop.owner.email}")
    in_shop.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    assert barriers(in_shop) == []


def test_many_loads_come_in_pages(in_shop: Page, shop, server, page_of_prices: str) -> None:
    with server.services.database.write(shop.owner.organization_id) as session:
        session.add_all(
            SourceSync(
                source_id=int(page_of_prices.rpartition("/")[2]),
                trigger="schedule",
                status="unchanged",
                row_count=3,
            )
            for _ in range(9)
        )
    in_shop.goto(page_of_prices)
    history = in_shop.get_by_role("region", name="History")
    expect(history.get_by_role("listitem").first).to_contain_text("By schedule")
    history.get_by_role("button", name="Next page of History").click()
    expect(history.get_by_role("listitem").last).to_contain_text("2 rows")
    expect(history.get_by_role("listitem")).to_have_count(4)
