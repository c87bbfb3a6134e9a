"""What axe finds in forms that open on a page: nothing, in both themes; of pages see test_everywhere."""

import pytest
from axe import barriers
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_form_of_a_widget(in_shop: Page, shop, scheme: str) -> None:
    in_shop.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    in_shop.goto(f"/dashboards/{shop.dashboard['id']}?edit")
    in_shop.get_by_role("button", name="Add widget").click()
    expect(in_shop.get_by_role("dialog").get_by_role("button", name="Add a measure")).to_be_visible()
    assert barriers(in_shop) == []
