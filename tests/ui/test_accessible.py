"""What axe finds on the pages: nothing, in both themes."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 up to AA.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async rules => (await axe.run(document, { runOnly: rules })).violations.flatMap(
    violation => violation.nodes.map(node => `${violation.id}: ${node.html.slice(0, 160)}`))"""


def found(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(RUN, RULES)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(in_shop: Page, shop, scheme: str) -> None:
    in_shop.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    board = f"/dashboards/{shop.dashboard['id']}"
    for path in ("/", board, f"{board}?edit", "/forecasts", "/settings/developer"):
        in_shop.goto(path)
        expect(in_shop.get_by_role("heading", level=1)).to_be_attached()
        in_shop.wait_for_load_state("networkidle")
        assert found(in_shop) == [], path
    in_shop.goto(f"{board}?edit")
    in_shop.get_by_role("button", name="Add widget").click()
    expect(in_shop.get_by_role("dialog").get_by_role("button", name="Add a measure")).to_be_visible()
    assert found(in_shop) == []
