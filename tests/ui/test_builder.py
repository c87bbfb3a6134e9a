"""Dashboards that somebody builds in the browser."""

import re

import pytest
from axe import barriers
from playwright.sync_api import Page, expect
from support import Api

from claribi.accounts.permissions import Role

pytestmark = pytest.mark.browser


def add(page: Page, kind: str, title: str) -> None:
    """A widget of this kind, open in the drawer, with a measure where it takes one."""
    page.get_by_role("button", name="Add widget").click()
    page.get_by_role("radio", name=kind, exact=True).click()
    page.get_by_label("Title").fill(title)
    if kind != "text":
        page.get_by_role("button", name="Add a measure").click()


def finish(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Add to the dashboard").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def places(api: Api, dashboard: int) -> dict[str, dict]:
    widgets = api.get(f"/api/v1/dashboards/{dashboard}").json()["widgets"]
    return {widget["title"]: widget for widget in widgets}


def test_a_dashboard_is_built_moved_by_mouse_and_keys_and_saved(in_shop: Page, shop) -> None:
    page = in_shop
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/")
    page.get_by_role("button", name="New dashboard").click()
    page.get_by_label("Name").fill("Built by hand")
    page.get_by_role("button", name="Create").click()
    page.wait_for_url(re.compile(r"/dashboards/\d+\?edit"))
    dashboard = int(re.findall(r"\d+", page.url.rpartition("/")[2])[0])

    page.get_by_role("button", name="Add widget").click()
    page.get_by_role("combobox", name="Data").click()
    page.get_by_role("option", name="sales", exact=True).click()
    page.get_by_label("Title").fill("By region")
    page.get_by_role("button", name="Add a measure").click()
    page.get_by_role("combobox", name="Of what").click()
    page.get_by_role("option", name="revenue").click()
    page.get_by_role("button", name="Add a split").click()
    preview = page.get_by_role("region", name="Preview")
    expect(preview.locator("[data-chart=drawn] svg path").first).to_be_attached()
    expect(preview).to_contain_text("North")
    finish(page)
    add(page, "text", "Words")
    page.get_by_label("Text", exact=True).fill("Some **strong** words")
    finish(page)
    expect(page.get_by_role("article", name="Words").locator("strong")).to_have_text("strong")

    grip = page.get_by_role("button", name="Move By region").bounding_box()
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(grip["x"] + 640, grip["y"] + 5, steps=6)
    page.mouse.up()
    page.get_by_role("button", name="Move Words").focus()
    page.keyboard.press("ArrowUp")
    place = page.get_by_role("status", name="Place on the grid")
    expect(place).to_have_text("Words: column 1, row 1, 12 of 12 columns wide, 2 rows high")
    page.keyboard.press("Shift+ArrowLeft")
    expect(place).to_contain_text("11 of 12 columns wide")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Refresh")).to_be_visible()

    saved = places(shop.api, dashboard)
    assert saved["Words"]["position"] == {"x": 0, "y": 0, "w": 12, "h": 2}
    assert saved["By region"]["position"] == {"x": 6, "y": 2, "w": 6, "h": 5}
    assert saved["By region"]["query"]["measures"][0]["column"] == "revenue"
    assert len(saved["By region"]["data"]["rows"]) == 3

    page.get_by_role("button", name="More for this dashboard").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("region", name="Dashboards")).to_be_visible()
    assert shop.api.get(f"/api/v1/dashboards/{dashboard}").status_code == 404


def test_two_who_edit_at_once_see_both_versions_and_choose(in_shop: Page, shop) -> None:
    note = {"type": "text", "title": "Note", "options": {"text": "First"}}
    made = shop.api.post("/api/v1/dashboards", json={"name": "Shared", "widgets": [note]}).json()
    path = f"/api/v1/dashboards/{made['id']}"
    in_shop.goto(f"/dashboards/{made['id']}?edit")
    in_shop.get_by_label("Name of the dashboard").fill("Mine")
    shop.api.post(f"{path}/widgets", json=note | {"title": "Of somebody else"})
    in_shop.get_by_role("button", name="Save", exact=True).click()
    dialog = in_shop.get_by_role("dialog", name="Somebody else changed this dashboard")
    theirs = dialog.get_by_role("region", name="Their version")
    expect(theirs).to_contain_text("Of somebody else")
    expect(dialog.get_by_role("region", name="Your version")).not_to_contain_text("Of somebody else")
    assert shop.api.get(path).json()["name"] == "Shared"
    dialog.get_by_role("button", name="Save mine over theirs").click()
    expect(in_shop.get_by_role("heading", name="Mine")).to_be_visible()
    assert [widget["title"] for widget in shop.api.get(path).json()["widgets"]] == ["Note"]


def test_sql_that_is_wrong_says_so_before_it_is_added(in_shop: Page, shop) -> None:
    made = shop.api.post("/api/v1/dashboards", json={"name": "Kept 2"}).json()
    in_shop.goto(f"/dashboards/{made['id']}?edit")
    in_shop.get_by_role("button", name="Add widget").click()
    in_shop.get_by_role("dialog").get_by_text("By SQL").click()
    in_shop.get_by_role("combobox", name="Data source").click()
    in_shop.get_by_role("option", name="sales", exact=True).click()
    table = shop.source["tables"][0]["name"]
    sql = in_shop.get_by_label("SQL", exact=True)
    sql.fill(f"SELECT nowhere FROM {table}")
    preview = in_shop.get_by_role("region", name="Preview")
    expect(preview.get_by_role("alert")).to_contain_text("nowhere")
    expect(sql).to_have_attribute("aria-invalid", "true")
    expect(sql).to_have_accessible_description(re.compile("nowhere"))
    sql.fill(f"SELECT region, count(*) AS orders FROM {table} GROUP BY region")
    expect(preview.locator("[data-chart=drawn]")).to_contain_text("West")
    finish(in_shop)
    expect(in_shop.get_by_role("article")).to_have_count(1)


def test_sql_is_completed_from_what_the_source_has(in_shop: Page, shop) -> None:
    made = shop.api.post("/api/v1/dashboards", json={"name": "Completed"}).json()
    in_shop.emulate_media(color_scheme="dark", reduced_motion="reduce")
    in_shop.goto(f"/dashboards/{made['id']}?edit")
    in_shop.get_by_role("button", name="Add widget").click()
    in_shop.get_by_role("dialog").get_by_text("By SQL").click()
    in_shop.get_by_role("combobox", name="Data source").click()
    in_shop.get_by_role("option", name="sales", exact=True).click()
    table = shop.source["tables"][0]["name"]
    sql = in_shop.get_by_label("SQL", exact=True)
    offered = in_shop.get_by_role("listbox")

    def complete(typed: str, wanted: str) -> None:
        in_shop.keyboard.type(typed)
        option = offered.get_by_role("option", name=wanted).first
        expect(option).to_be_visible()
        for _ in range(20):
            if option.get_attribute("aria-selected") == "true":
                break
            in_shop.keyboard.press("ArrowDown")
        # What is typed too quickly after it opened is text, not a choice.
        in_shop.wait_for_timeout(100)
        in_shop.keyboard.press("Enter")
        expect(offered).to_have_count(0)

    sql.click()
    complete("sel", "SELECT")
    complete(" reg", "region")
    complete(", coun", "count")
    in_shop.keyboard.type("*) AS orders ")
    complete("fr", "FROM")
    complete(f" {table[:3]}", table)
    in_shop.keyboard.type(" GROUP BY region ORDER BY reg")
    expect(offered).to_be_visible()
    assert barriers(in_shop) == []
    # Escape closes what is offered and nothing else; Tab leaves the field.
    in_shop.keyboard.press("Escape")
    expect(offered).to_have_count(0)
    in_shop.keyboard.type("ion")
    expect(sql).to_have_text(
        f"SELECT region, count(*) AS orders FROM {table} GROUP BY region ORDER BY region"
    )
    expect(in_shop.get_by_role("region", name="Preview").locator("[data-chart=drawn]")).to_contain_text(
        "West"
    )
    in_shop.keyboard.press("Tab")
    expect(sql).not_to_be_focused()
    expect(in_shop.get_by_role("dialog")).to_be_visible()


def test_an_answer_is_saved_to_a_new_dashboard(in_shop: Page, shop) -> None:
    in_shop.goto(f"/ask?source={shop.source['id']}")
    in_shop.get_by_label("Question").fill("revenue by region")
    in_shop.keyboard.press("Enter")
    in_shop.get_by_role("button", name="Save to a dashboard").click()
    form = in_shop.get_by_role("dialog")
    form.get_by_role("combobox", name="Dashboard").click()
    in_shop.get_by_role("option", name="A new dashboard").click()
    form.get_by_label("Name of the new dashboard").fill("Kept 1")
    form.get_by_role("button", name="Save", exact=True).click()
    in_shop.get_by_role("link", name="Kept 1").click()
    widget = in_shop.get_by_role("article", name="revenue by region")
    expect(widget.locator("[data-chart=drawn]")).to_contain_text("South")


def test_a_mark_filters_the_others_and_leads_to_its_rows(in_shop: Page, shop) -> None:
    query = {"source_id": shop.source["id"], "table": shop.source["tables"][0]["name"]}
    revenue = {"column": "revenue", "aggregation": "sum", "name": "revenue"}
    by_region = query | {"measures": [revenue], "dimensions": [{"column": "region"}]}
    widgets = [
        {"type": "metric", "title": "Total", "query": query | {"measures": [revenue]}},
        {"type": "bar", "title": "By region", "query": by_region},
    ]
    made = shop.api.post("/api/v1/dashboards", json={"name": "To click", "widgets": widgets}).json()
    in_shop.goto(f"/dashboards/{made['id']}")
    total = in_shop.get_by_role("article", name="Total")
    before = total.inner_text()
    bars = in_shop.get_by_role("article", name="By region").locator("[data-chart=drawn]")
    expect(bars).to_contain_text("North")
    box = bars.bounding_box()
    bars.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.8})
    in_shop.get_by_role("menuitem", name="Only region North").click()
    expect(bars).not_to_contain_text("South")
    expect(total).not_to_contain_text(before.split("\n")[-1])
    in_shop.get_by_role("combobox", name="Period").click()
    in_shop.get_by_role("option", name="Last 90 days").click()
    expect(total).to_contain_text(re.compile("2 Oct 2024 . 30 Dec 2024"))
    in_shop.get_by_role("combobox", name="Compared with").click()
    in_shop.get_by_role("option", name="With the period before").click()
    expect(total).to_contain_text("from")
    narrowed = query | {
        "measures": [revenue],
        "filters": [{"column": "region", "operator": "=", "value": "North"}],
        "period": {"column": "ordered_on", "start": "2024-10-02", "end": "2024-12-31"},
    }
    [[expected]] = shop.api.post("/api/v1/query", json=narrowed).json()["rows"]
    expect(total).to_contain_text(f"{expected:,.0f}")
    in_shop.reload()
    expect(total).to_contain_text(f"{expected:,.0f}")
    # By keyboard the same rows are reached through the widget's data.
    in_shop.get_by_role("article", name="By region").get_by_label("The data as a table").press("Enter")
    in_shop.get_by_role("dialog").get_by_role("button", name="More for North").press("Enter")
    in_shop.get_by_role("menuitem", name="Show the rows").press("Enter")
    rows = in_shop.get_by_role("dialog").locator("tbody tr")
    expect(rows.first).to_be_visible()
    expect(rows.first).to_contain_text("North")


def test_who_may_only_look_is_offered_nothing_else(signed_in_as, shop, server) -> None:
    viewer = server.member(shop.owner.organization_id, Role.VIEWER)
    page = signed_in_as(viewer)
    page.goto(f"/dashboards/{shop.dashboard['id']}?edit")
    expect(page.get_by_role("article").first).to_be_visible()
    for name in ("Edit", "Refresh", "Filter", "Save"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
