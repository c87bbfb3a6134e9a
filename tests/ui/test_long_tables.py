"""Tables of very many rows: only those in view are drawn, and every one can be reached."""

import pytest
from axe import barriers
from playwright.sync_api import Page, expect
from support import Member

pytestmark = pytest.mark.browser

ROWS = 100_000


@pytest.fixture(scope="module")
def many(server) -> tuple[Member, int]:
    """A dashboard with one bar, behind which all rows of a large table are."""
    owner = server.member(server.organization())
    api = server.api(**{"X-API-Key": owner.key})
    lines = "\n".join(f"{number},everything,{number % 977}.5,line {number}" for number in range(1, ROWS + 1))
    source = api.upload(f"number,kind,amount,words\n{lines}\n".encode(), name="many.csv")
    query = {
        "source_id": source["id"],
        "table": source["tables"][0]["name"],
        "measures": [{"aggregation": "count"}],
        "dimensions": [{"column": "kind"}],
    }
    each = query | {"dimensions": [{"column": "words"}], "limit": 3000}
    widgets = [
        {"type": "bar", "title": "All", "query": query},
        {"type": "table", "title": "Each", "query": each},
    ]
    board = api.post("/api/v1/dashboards", json={"name": "Many", "widgets": widgets})
    assert board.status_code == 201, board.text
    return owner, board.json()["id"]


def test_a_hundred_thousand_rows_scroll_to_the_last(signed_in_as, many: tuple[Member, int]) -> None:
    owner, board = many
    page: Page = signed_in_as(owner)
    page.goto(f"/dashboards/{board}")
    page.get_by_role("article", name="All").get_by_role("button", name="The data as a table").click()
    page.get_by_role("button", name="More for everything").click()
    page.get_by_role("menuitem", name="Show the rows").click()
    table = page.get_by_role("dialog").get_by_role("table")
    rows = table.locator("tbody tr[aria-rowindex]")
    expect(rows.first).to_have_attribute("aria-rowindex", "2")
    # The first rows are there at once, all others once their end is reached.
    expect(table).to_have_attribute("aria-rowcount", "-1")
    assert rows.count() < 100
    assert barriers(page) == []
    scroller = page.get_by_label("Rows", exact=True)
    scroller.focus()
    page.keyboard.press("End")
    expect(table).to_have_attribute("aria-rowcount", str(ROWS + 1))
    page.keyboard.press("End")
    last = table.get_by_role("row", name=f"line {ROWS}", exact=False)
    expect(last).to_be_in_viewport()
    expect(last).to_have_attribute("aria-rowindex", str(ROWS + 1))
    assert rows.count() < 100
    height = last.evaluate("row => row.getBoundingClientRect().height")
    assert height == pytest.approx(29, abs=0.1), "as high as the room that is kept for it"
    head = table.get_by_role("columnheader").first
    expect(head).to_be_in_viewport()
    page.keyboard.press("PageUp")
    expect(last).not_to_be_in_viewport()
    page.keyboard.press("Home")
    expect(table.get_by_role("row").nth(1)).to_have_attribute("aria-rowindex", "2")


def test_all_rows_of_a_widget_are_in_its_table(signed_in_as, many: tuple[Member, int]) -> None:
    owner, board = many
    page: Page = signed_in_as(owner)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/dashboards/{board}")
    page.get_by_role("article", name="Each").get_by_role("button", name="The data as a table").click()
    dialog = page.get_by_role("dialog")
    table = dialog.get_by_role("table")
    expect(table).to_have_attribute("aria-rowcount", "3001")
    page.get_by_label("Rows", exact=True).focus()
    page.keyboard.press("End")
    expect(table.locator("tr[aria-rowindex='3001']")).to_be_in_viewport()
    # The actions of a row are reached as in a short table.
    table.locator("tr[aria-rowindex='3001']").get_by_role("button").click()
    expect(page.get_by_role("menuitem").first).to_be_visible()
    page.wait_for_function("document.documentElement.scrollWidth <= 360")


def test_a_focused_button_keeps_the_focus_while_its_row_is_out_of_view(
    signed_in_as, many: tuple[Member, int]
) -> None:
    owner, board = many
    page: Page = signed_in_as(owner)
    page.goto(f"/dashboards/{board}")
    page.get_by_role("article", name="Each").get_by_role("button", name="The data as a table").click()
    table = page.get_by_role("dialog").get_by_role("table")
    button = table.locator("tr[aria-rowindex='3']").get_by_role("button")
    button.focus()
    scroller = page.get_by_label("Rows", exact=True)
    for place, row in ((1, 3001), (0.5, 1502), (0, 2)):
        scroller.evaluate(f"one => {{ one.scrollTop = one.scrollHeight * {place} }}")
        expect(table.locator(f"tr[aria-rowindex='{row}']")).to_be_visible()
        expect(button).to_be_focused()
        assert table.locator("tbody tr[aria-rowindex]").count() < 100
        height = table.locator("tbody").evaluate("body => body.getBoundingClientRect().height")
        assert height == pytest.approx(3000 * 29, abs=60), "as high as all its rows"
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
