"""Thresholds of a report by form: set where it is made, changed later, refused at their place."""

import pytest
from axe import barriers
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

PRICES = b"sold_on,price,amount\n" + b"".join(b"2024-01-%02d,%d,%d\n" % (d, d, d * 3) for d in range(1, 29))


def chosen(dialog: Locator, what: str, option: str, place: int = 0) -> None:
    dialog.get_by_role("combobox", name=what, exact=True).nth(place).click()
    dialog.page.get_by_role("option", name=option, exact=True).click()


def test_one_is_set_where_a_report_is_made_and_changed_later(in_shop: Page, shop) -> None:
    in_shop.goto(f"/sources/{shop.source['id']}")
    in_shop.get_by_role("button", name="Make a report").click()
    dialog = in_shop.get_by_role("dialog")
    dialog.get_by_role("button", name="Add a threshold").click()
    chosen(dialog, "How", "Number of rows")
    chosen(dialog, "Periods", "By month")
    # A threshold without a number is not sent, nor forgotten.
    dialog.get_by_role("button", name="Generate").click()
    expect(dialog.get_by_label("Threshold", exact=True)).to_be_focused()
    in_shop.keyboard.type("480")
    assert barriers(in_shop) == []
    dialog.get_by_role("button", name="Generate").click()
    expect(in_shop.get_by_text("The number of sales was above the threshold of 480 in").first).to_be_visible()
    expect(in_shop.get_by_text("Thresholds: Number of rows above 480 (month)")).to_be_visible()

    in_shop.get_by_role("button", name="Thresholds", exact=True).click()
    chosen(dialog, "Side of the threshold", "is below")
    limit = dialog.get_by_label("Threshold", exact=True)
    limit.press("ControlOrMeta+a")
    in_shop.keyboard.type("-1.5")
    expect(limit).to_have_value("-1.5")
    dialog.get_by_role("button", name="Add a threshold").click()
    expect(dialog.get_by_role("button", name="Save the thresholds")).to_be_disabled()
    dialog.get_by_role("button", name="Remove the threshold").last.click()
    assert barriers(in_shop) == []
    dialog.get_by_role("button", name="Save the thresholds").click()
    expect(in_shop.get_by_role("status").filter(has_text="from the next generation on")).to_be_visible()
    expect(in_shop.get_by_text("Thresholds: Number of rows below -1.5 (month)")).to_be_visible()


def test_one_that_the_server_refuses_says_so_where_it_stands(in_shop: Page, shop) -> None:
    source = shop.api.upload(PRICES, name="prices.csv")
    body = {"title": "Refused thresholds", "source_id": source["id"]}
    report = shop.api.post("/api/v1/reports", json=body).json()
    in_shop.goto(f"/reports/{report['id']}")
    in_shop.get_by_role("button", name="Thresholds", exact=True).click()
    dialog = in_shop.get_by_role("dialog")
    limits = dialog.get_by_label("Threshold", exact=True)
    for place, (column, limit) in enumerate((("price", "20"), ("amount", "50"))):
        dialog.get_by_role("button", name="Add a threshold").click()
        chosen(dialog, "Of what", column, place)
        limits.nth(place).fill(limit)
    # Meanwhile the file is another one, which lacks the second one's column.
    path = f"/api/v1/data-sources/{source['id']}"
    files = [("file", ("prices.csv", PRICES.replace(b"amount", b"pieces", 1)))]
    assert shop.api.post(f"{path}/versions", files=files).status_code == 201
    shop.api.until(path, lambda found: found["data_version"] != source["data_version"])
    dialog.get_by_role("button", name="Save the thresholds").click()
    expect(dialog.get_by_role("alert")).to_contain_text("no column amount")
    expect(limits.first).not_to_have_attribute("aria-invalid", "true")
    expect(limits.last).to_have_attribute("aria-invalid", "true")
    expect(limits.last).to_have_value("50")
    dialog.get_by_role("button", name="Remove the threshold: Sum of amount").click()
    expect(dialog.get_by_role("alert")).to_have_count(0)
    dialog.get_by_role("button", name="Save the thresholds").click()
    expect(in_shop.get_by_text("Thresholds: Sum of price above 20")).to_be_visible()
