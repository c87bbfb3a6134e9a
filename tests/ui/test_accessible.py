"""What axe finds on the pages: nothing, in both themes."""

import pytest
from axe import barriers
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(in_shop: Page, shop, model, scheme: str) -> None:
    in_shop.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    board = f"/dashboards/{shop.dashboard['id']}"
    paths = ("/", board, f"{board}?edit", f"/models/{model['id']}", "/forecasts", "/settings/developer")
    for path in paths:
        in_shop.goto(path)
        expect(in_shop.get_by_role("heading", level=1)).to_be_attached()
        in_shop.wait_for_load_state("networkidle")
        assert barriers(in_shop) == [], path
    in_shop.goto(f"{board}?edit")
    in_shop.get_by_role("button", name="Add widget").click()
    expect(in_shop.get_by_role("dialog").get_by_role("button", name="Add a measure")).to_be_visible()
    assert barriers(in_shop) == []
