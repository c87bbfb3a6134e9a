"""Going anywhere by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_everything_with_a_name_is_found_and_opened_by_keys_alone(in_shop: Page, shop) -> None:
    in_shop.goto("/settings/profile")
    expect(in_shop.get_by_role("heading", level=1)).to_be_visible()
    in_shop.keyboard.press("Control+k")
    search = in_shop.get_by_role("combobox", name="Search and go anywhere")
    expect(search).to_be_focused()
    in_shop.keyboard.type("sales of two")
    expect(in_shop.get_by_role("option")).to_have_count(1)
    expect(in_shop.get_by_role("option")).to_contain_text("Report")
    in_shop.keyboard.press("Enter")
    in_shop.wait_for_url(f"**/reports/{shop.report['id']}")
    in_shop.keyboard.press("?")
    expect(in_shop.get_by_role("dialog", name="Keys")).to_contain_text("Search and go anywhere")
    in_shop.keyboard.press("Escape")
    expect(in_shop.get_by_role("dialog")).to_have_count(0)
    in_shop.keyboard.press("g")
    in_shop.keyboard.press("f")
    in_shop.wait_for_url(re.compile("/forecasts$"))
