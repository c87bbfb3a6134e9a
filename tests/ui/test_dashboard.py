"""A dashboard in the browser: every kind of widget, its proof, and a refresh."""

import io
import itertools
import json
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pypdf
import pytest
from axe import barriers
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

# What counts as drawn: marks of the data, not only axes.
MARKS = "[data-chart=drawn] svg path"
CHARTS = ("line", "area", "bar", "pie", "scatter", "funnel", "gauge", "heatmap")


ONE_PLACE = {"position": {"x": 0, "y": 0, "w": 6, "h": 4}}


@pytest.fixture(scope="module")
def every_kind(shop) -> dict[str, Any]:
    """A dashboard with a widget of each type, and one that can't be answered."""
    query = {"source_id": shop.source["id"], "table": shop.source["tables"][0]["name"]}
    revenue = {"column": "revenue", "aggregation": "sum", "name": "revenue"}
    orders = {"aggregation": "count", "name": "orders"}
    by_region = query | {"measures": [revenue], "dimensions": [{"column": "region"}]}
    by_month = query | {"measures": [revenue], "dimensions": [{"column": "ordered_on", "grain": "month"}]}
    queries = dict.fromkeys(CHARTS, by_region) | {
        "line": by_month,
        "area": by_month,
        "scatter": by_region | {"measures": [revenue, orders]},
        "gauge": query | {"measures": [revenue]},
        "heatmap": query
        | {
            "measures": [revenue],
            "dimensions": [{"column": "ordered_on", "grain": "quarter"}, {"column": "region"}],
        },
        "metric": query | {"measures": [revenue]},
        "table": by_region,
    }
    options = {"gauge": {"maximum": 5_000_000}, "heatmap": {"x": "ordered_on", "series": "region"}}
    widgets = [
        {"type": kind, "title": f"The {kind}", "query": asked, "options": options.get(kind, {})} | ONE_PLACE
        for kind, asked in queries.items()
    ]
    words = {"type": "text", "title": "Words", "options": {"text": "Some **strong** words"}} | ONE_PLACE
    made = shop.api.post("/api/v1/dashboards", json={"name": "Every kind", "widgets": [*widgets, words]})
    assert made.status_code == 201, made.text
    return made.json()


def test_every_chart_is_drawn(in_shop: Page, every_kind: dict[str, Any]) -> None:
    in_shop.set_viewport_size({"width": 1280, "height": 4000})
    in_shop.goto(f"/dashboards/{every_kind['id']}")
    for kind in CHARTS:
        widget = in_shop.get_by_role("article", name=f"The {kind}", exact=True)
        expect(widget.locator(MARKS).first).to_be_attached()
        assert widget.locator(MARKS).count() > 1, kind
    expect(in_shop.locator("[data-chart=drawn]")).to_have_count(len(CHARTS))


def test_widgets_at_one_place_do_not_cover_each_other(in_shop: Page, every_kind: dict[str, Any]) -> None:
    in_shop.goto(f"/dashboards/{every_kind['id']}")
    expect(in_shop.get_by_role("article")).to_have_count(len(every_kind["widgets"]))
    boxes = [widget.bounding_box() for widget in in_shop.get_by_role("article").all()]
    tops = [(box["y"], box["y"] + box["height"]) for box in boxes if box]
    assert all(bottom <= top for (_, bottom), (top, _) in itertools.pairwise(sorted(tops)))


def test_numbers_tables_and_words_are_shown(in_shop: Page, shop, every_kind: dict[str, Any]) -> None:
    in_shop.goto(f"/dashboards/{every_kind['id']}")
    shown = {widget["type"]: widget["chart"] for widget in every_kind["widgets"]}
    expect(in_shop.get_by_role("article", name="The metric")).to_contain_text(
        shown["metric"]["metric"]["text"]
    )
    table = in_shop.get_by_role("article", name="The table")
    for cell in shown["table"]["table"]["rows"][0]:
        expect(table.get_by_role("cell", name=cell, exact=True)).to_be_visible()
    expect(table.locator("td").last).to_have_css("text-align", "right")
    expect(in_shop.get_by_role("article", name="Words").locator("strong")).to_have_text("strong")


def test_the_automatic_dashboard_has_all_its_widgets(in_shop: Page, shop) -> None:
    in_shop.goto(f"/dashboards/{shop.dashboard['id']}")
    expect(in_shop.get_by_role("article")).to_have_count(len(shop.dashboard["widgets"]))


def test_a_widget_shows_where_its_numbers_come_from(in_shop: Page, every_kind: dict[str, Any]) -> None:
    in_shop.goto(f"/dashboards/{every_kind['id']}")
    widget = in_shop.get_by_role("article", name="The metric")
    widget.get_by_role("button", name="Where this comes from").click()
    expect(in_shop.get_by_role("dialog")).to_contain_text("SELECT SUM")
    expect(in_shop.get_by_role("dialog")).to_contain_text("Data version")
    in_shop.keyboard.press("Escape")
    expect(in_shop.get_by_role("dialog")).to_have_count(0)


def test_a_refresh_tells_what_became_of_each_widget(in_shop: Page, shop) -> None:
    table = shop.source["tables"][0]["name"]
    query = {"source_id": shop.source["id"], "table": table, "measures": [{"aggregation": "count"}]}
    broken = {"source_id": shop.source["id"], "sql": f"SELECT 1 / 0 AS a, error('x') FROM \"{table}\""}
    made = shop.api.post(
        "/api/v1/dashboards",
        json={
            "name": "Half broken",
            "widgets": [
                {"type": "metric", "title": "Good", "query": query},
                {"type": "table", "title": "Broken", "query": broken},
            ],
        },
    )
    assert made.status_code == 201, made.text
    in_shop.goto(f"/dashboards/{made.json()['id']}")
    expect(in_shop.get_by_role("article", name="Broken").get_by_role("alert")).to_be_visible()
    in_shop.get_by_role("button", name="Refresh").click()
    expect(in_shop.get_by_role("status")).to_contain_text("1 widget refreshed, 1 failed")
    expect(in_shop.get_by_role("article", name="Good").get_by_label("Refreshed in")).to_be_visible()
    expect(in_shop.get_by_role("article", name="Broken").get_by_label("Failed:")).to_be_visible()


def test_dark_charts_keep_their_contrast(in_shop: Page, every_kind: dict[str, Any]) -> None:
    in_shop.emulate_media(color_scheme="dark")
    in_shop.goto(f"/dashboards/{every_kind['id']}")
    label = in_shop.get_by_role("article", name="The bar").locator("svg text").first
    expect(label).to_have_attribute("fill", "#a6a9ae")
    in_shop.get_by_role("button", name="Switch to light colours").click()
    expect(label).to_have_attribute("fill", "#5c636b")


def test_a_mark_leads_deeper_and_back(in_shop: Page, shop) -> None:
    query = {"source_id": shop.source["id"], "table": shop.source["tables"][0]["name"]}
    revenue = {"column": "revenue", "aggregation": "sum", "name": "revenue"}
    by_year = query | {"measures": [revenue], "dimensions": [{"column": "ordered_on", "grain": "year"}]}
    made = shop.api.post(
        "/api/v1/dashboards",
        json={"name": "Deep", "widgets": [{"type": "bar", "title": "Revenue over time", "query": by_year}]},
    ).json()
    in_shop.goto(f"/dashboards/{made['id']}")
    card = in_shop.get_by_role("article", name="Revenue over time")
    drawn = card.locator("[data-chart=drawn]")
    expect(drawn).to_contain_text("2024")
    box = drawn.bounding_box()
    drawn.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.7})
    in_shop.get_by_role("menuitem", name="By quarter").click()
    expect(drawn).to_contain_text("Q3 2024")
    expect(drawn).not_to_contain_text("2023")
    way_back = card.get_by_role("navigation", name="The way back")
    expect(way_back).to_contain_text("2024, by quarter")
    # By keyboard, through the data: into a month, and into something else than time.
    for row, way in (("Q3 2024", "By month"), ("Aug 2024", "By region")):
        expect(drawn).to_contain_text(row)
        card.get_by_role("button", name="The data as a table").press("Enter")
        in_shop.get_by_role("dialog").get_by_role("button", name=f"More for {row}").press("Enter")
        in_shop.get_by_role("menuitem", name=way).press("Enter")
    expect(drawn).to_contain_text("North")
    august = [("ordered_on", ">=", "2024-08-01"), ("ordered_on", "<", "2024-09-01")]
    filters = [dict(zip(("column", "operator", "value"), one, strict=True)) for one in august]
    asked = query | {"measures": [revenue], "dimensions": [{"column": "region"}], "filters": filters}
    expected = dict(shop.api.post("/api/v1/query", json=asked).json()["rows"])
    card.get_by_role("button", name="The data as a table").click()
    north = in_shop.get_by_role("dialog").get_by_role("row", name="North")
    expect(north).to_contain_text(f"{expected['North']:,.0f}"[:-1])
    in_shop.keyboard.press("Escape")
    assert barriers(in_shop) == []
    in_shop.set_viewport_size({"width": 360, "height": 740})
    in_shop.wait_for_function("document.documentElement.scrollWidth <= 360")
    # The address keeps it, and the browser's Back goes up a level.
    in_shop.reload()
    expect(drawn).to_contain_text("North")
    expect(way_back).to_contain_text("2024, by quarter")
    for found, gone in (("Aug", "North"), ("Q3 2024", "Aug")):
        in_shop.go_back()
        expect(drawn).to_contain_text(found)
        expect(drawn).not_to_contain_text(gone)
    in_shop.go_forward()
    expect(drawn).to_contain_text("Aug")
    way_back.get_by_role("button", name="2024, by quarter").click()
    expect(drawn).to_contain_text("Q3 2024")
    way_back.get_by_role("button", name="Everything").press("Enter")
    expect(drawn).to_contain_text("2023")
    expect(way_back).to_have_count(0)
    for nonsense in ("[", "[1]", '{"1": 2}', f'{{"{made["widgets"][0]["id"]}": [{{"parts": 1}}]}}'):
        in_shop.goto(f"/dashboards/{made['id']}?deeper={quote(nonsense)}")
        expect(drawn).to_contain_text("2023")
        expect(way_back).to_have_count(0)


def test_on_paper_it_is_light_and_whole(in_shop: Page, every_kind: dict[str, Any]) -> None:
    in_shop.emulate_media(color_scheme="dark")
    filters = [{"column": "region", "operator": "in", "value": ["North", "West"]}]
    view = {"filters": filters, "period": {"start": "2024-01-01T00:00:00", "end": "2025-01-01T00:00:00"}}
    in_shop.goto(f"/dashboards/{every_kind['id']}?view={quote(json.dumps(view))}")
    bar = in_shop.get_by_role("article", name="The bar")
    bar.scroll_into_view_if_needed()
    expect(bar.locator("[data-chart=drawn]")).to_contain_text("West")
    expect(bar.locator("[data-chart=drawn]")).not_to_contain_text("South")
    in_shop.evaluate("""() => addEventListener("beforeprint", () => { window.printed = {
        drawn: document.querySelectorAll("[data-chart=drawn] svg path").length,
        ink: getComputedStyle(document.body).color,
        widths: [...document.querySelectorAll("[data-chart=drawn] svg")].map(one => one.clientWidth),
    }})""")
    pages = pypdf.PdfReader(io.BytesIO(in_shop.pdf(format="A4"))).pages
    texts = [page.extract_text() for page in pages]
    assert texts[0].startswith("Every kind")
    assert "region is North, West" in texts[0]
    assert "2024" in texts[0].splitlines()[2]
    assert not any("Skip to the content" in text or "Forecasts" in text for text in texts)
    assert 1 < len(texts) < 9
    # Also those that nobody had scrolled to: what each shows stands on the page of its title.
    for widget in every_kind["widgets"]:
        [page] = [text for text in texts if f"{widget['title']}\n" in text]
        if widget["type"] in {"line", "area", "bar", "pie", "funnel", "table"}:
            assert "2024" in page if widget["type"] in {"line", "area"} else "North" in page
    printed = in_shop.evaluate("window.printed")
    assert printed["ink"] == "rgb(0, 0, 0)"
    assert len(printed["widths"]) == len(CHARTS)
    assert all(600 < width <= 700 for width in printed["widths"]), printed["widths"]
    # Afterwards the page is as it was.
    expect(in_shop.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    expect(bar.locator("svg text").first).to_have_attribute("fill", "#a6a9ae")


def test_editing_it_leaves_how_it_is_looked_at(in_shop: Page, every_kind: dict[str, Any]) -> None:
    view = {"filters": [{"column": "region", "operator": "in", "value": ["North", "West"]}], "period": None}
    in_shop.goto(f"/dashboards/{every_kind['id']}?view={quote(json.dumps(view))}&deeper=%7B%7D")
    drawn = in_shop.get_by_role("article", name="The bar").locator("[data-chart=drawn]")
    expect(drawn).to_contain_text("West")
    before = in_shop.url
    in_shop.get_by_role("button", name="Edit", exact=True).click()
    in_shop.get_by_role("region", name="Edit the dashboard").get_by_role("button", name="Cancel").click()
    expect(drawn).to_contain_text("West")
    expect(drawn).not_to_contain_text("South")
    assert parse_qs(urlsplit(in_shop.url).query) == parse_qs(urlsplit(before).query)


def test_its_menu_prints_fills_the_screen_refreshes_and_deletes(in_shop: Page, shop) -> None:
    query = {"source_id": shop.source["id"], "table": shop.source["tables"][0]["name"]}
    widget = {"type": "metric", "title": "Orders", "query": query | {"measures": [{"aggregation": "count"}]}}
    made = shop.api.post("/api/v1/dashboards", json={"name": "To be deleted", "widgets": [widget]}).json()
    in_shop.clock.install()
    in_shop.goto(f"/dashboards/{made['id']}")
    expect(in_shop.get_by_role("article", name="Orders")).to_be_visible()
    in_shop.evaluate("window.print = () => { window.asked = true }")

    def choose(role: str, name: str) -> None:
        in_shop.get_by_role("button", name="More for this dashboard").press("Enter")
        in_shop.get_by_role(role, name=name).click()
        expect(in_shop.get_by_role("menu")).to_have_count(0)

    choose("menuitem", "Print")
    in_shop.wait_for_function("window.asked === true")
    choose("menuitem", "Full screen")
    expect(in_shop.get_by_role("banner")).to_be_hidden()
    choose("menuitem", "Leave the full screen")
    expect(in_shop.get_by_role("banner")).to_be_visible()
    choose("menuitemradio", "Every 5 minutes")
    expect(in_shop.get_by_text("by itself every 5 minutes")).to_be_visible()
    with in_shop.expect_response("**/refresh") as refreshed:
        in_shop.clock.fast_forward("05:01")
    assert refreshed.value.status == 201
    choose("menuitem", "Delete")
    dialog = in_shop.get_by_role("dialog")
    expect(dialog).to_contain_text("To be deleted")
    dialog.get_by_role("button", name="Delete").click()
    expect(in_shop.get_by_role("region", name="Dashboards")).to_be_visible()
    assert shop.api.get(f"/api/v1/dashboards/{made['id']}").status_code == 404


def test_another_organisations_dashboard_is_not_there(page: Page, owner, every_kind, sign_in) -> None:
    sign_in(owner.email, path=f"/dashboards/{every_kind['id']}")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
