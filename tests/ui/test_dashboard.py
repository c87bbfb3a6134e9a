"""A dashboard in the browser: every kind of widget, its proof, and a refresh."""

import itertools
from typing import Any

import pytest
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


def test_another_organisations_dashboard_is_not_there(page: Page, owner, every_kind, sign_in) -> None:
    sign_in(owner.email, path=f"/dashboards/{every_kind['id']}")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
