"""Semantic models in the browser: guessed, looked over, checked, saved, exported and imported."""

from pathlib import Path

import pytest
from axe import barriers
from playwright.sync_api import Locator, Page, expect

from claribi.accounts.permissions import Role

pytestmark = pytest.mark.browser


def choose(page: Page, inside: Locator | Page, field: str, option: str) -> None:
    inside.get_by_role("combobox", name=field).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_model_is_guessed_gets_a_metric_and_is_deleted(in_shop: Page, shop) -> None:
    in_shop.goto("/")
    in_shop.get_by_role("button", name="New model").click()
    form = in_shop.get_by_role("dialog", name="New model")
    form.get_by_label("Name").fill("Guessed")
    choose(in_shop, form, "Data sources", "sales")
    in_shop.keyboard.press("Escape")
    form.get_by_role("button", name="Guess a model").click()
    expect(in_shop.get_by_role("heading", name="Guessed", level=1)).to_be_visible()
    page = in_shop.url
    path = f"/api/v1/models/{page.rpartition('/')[2]}"

    in_shop.get_by_role("tab", name="Metrics").click()
    in_shop.get_by_role("button", name="Add a metric").click()
    form = in_shop.get_by_role("dialog", name="New metric")
    form.get_by_label("Name").fill("dearest")
    form.get_by_label("Title").fill("Dearest sale")
    choose(in_shop, form, "Computed as", "Most")
    table = shop.api.get(path).json()["model"]["tables"][0]["name"]
    choose(in_shop, form, "Of which column", f"{table}.revenue")
    form.get_by_role("button", name="Done").click()
    in_shop.get_by_role("button", name="Add a metric").click()
    form = in_shop.get_by_role("dialog", name="New metric")
    form.get_by_label("Name").fill("wrong")
    form.get_by_text("A formula").click()
    form.get_by_role("textbox", name="Formula").fill("dearest / nowhere")
    form.get_by_role("button", name="Done").click()
    in_shop.get_by_role("button", name="Save").click()
    expect(in_shop.get_by_role("alert")).to_be_visible()
    in_shop.get_by_role("button", name="Remove wrong").click()
    in_shop.get_by_role("button", name="Check against the data").click()
    expect(in_shop.get_by_text("Everything fits the data.")).to_be_visible()
    in_shop.get_by_role("button", name="Save").click()
    expect(in_shop.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    kept = shop.api.get(path).json()["model"]["metrics"][-1]
    assert (kept["title"], kept["aggregation"], kept["column"]) == ("Dearest sale", "max", f"{table}.revenue")

    in_shop.get_by_role("main").get_by_role("link", name="Ask").click()
    expect(in_shop.get_by_role("combobox", name="About")).to_have_value("Guessed")
    in_shop.goto(page)
    in_shop.get_by_role("button", name="New forecast").click()
    expect(in_shop.get_by_role("dialog").get_by_role("combobox", name="Data")).to_have_value(
        "Guessed (model)"
    )
    in_shop.goto(page)
    in_shop.get_by_role("button", name="Delete").click()
    in_shop.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(in_shop.get_by_role("heading", name="Dashboards", level=2)).to_be_visible()
    assert shop.api.get(path).status_code == 404


def test_what_is_wrong_stands_at_its_place_and_yaml_says_everything(in_shop: Page, shop, model) -> None:
    in_shop.goto(f"/models/{model['id']}")
    in_shop.get_by_role("tab", name="YAML").click()
    text = in_shop.get_by_label("The model as YAML")
    yaml = text.input_value()
    text.fill("tables: [")
    expect(text).to_have_attribute("aria-invalid", "true")
    text.fill(yaml.replace("- order_id\n", "- product\n", 1))
    in_shop.get_by_role("button", name="Check against the data").click()
    expect(in_shop.get_by_role("tab", name="Tables")).to_contain_text("1")
    in_shop.get_by_role("tab", name="Tables").click()
    expect(in_shop.get_by_role("tabpanel")).to_contain_text("holds a value several times")
    asked: list[str] = []
    in_shop.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    in_shop.get_by_role("main").get_by_role("link", name="Ask").click()
    expect(in_shop.get_by_role("combobox", name="About")).to_be_visible()
    assert asked == ["Leave without saving what you changed?"]


def test_filters_and_keys_have_forms_that_agree_with_the_yaml(in_shop: Page, shop) -> None:
    guess = {"name": "Filtered", "source_ids": [shop.source["id"]]}
    body = shop.api.post("/api/v1/models/guess", json=guess).json()
    table = body["tables"][0]["name"]
    metric = {
        "name": "north",
        "column": f"{table}.revenue",
        "aggregation": "sum",
        "filters": [{"column": f"{table}.revenue", "operator": ">", "value": "much"}],
    }
    created = shop.api.post("/api/v1/models", json=body | {"metrics": [metric]}).json()
    in_shop.goto(f"/models/{created['id']}")

    # A key that is none is told beside its field.
    in_shop.get_by_role("tab", name="Tables").click()
    key = in_shop.get_by_role("combobox", name="Key")
    key.press("Backspace")
    key.click()
    in_shop.get_by_role("option", name="region", exact=True).click()
    in_shop.keyboard.press("Escape")
    in_shop.get_by_role("button", name="Check against the data").click()
    expect(in_shop.get_by_text("region holds a value several times").last).to_be_visible()
    expect(key).to_have_attribute("aria-invalid", "true")

    # The filter that is wrong says so in its own form.
    in_shop.get_by_role("tab", name="Metrics").click()
    in_shop.get_by_role("button", name="Edit north").click()
    form = in_shop.get_by_role("dialog", name="Metric north")
    filters = form.get_by_role("group", name="Filters")
    expect(filters.get_by_role("img", name="Error")).to_be_visible()
    choose(in_shop, filters, "Column to filter by", f"{table}.region")
    expect(filters.get_by_role("img", name="Error")).to_have_count(0)
    expect(form.get_by_role("button", name="Done")).to_be_disabled()
    filters.get_by_role("combobox", name="Value of").click()
    in_shop.get_by_role("option", name="North", exact=True).click()
    in_shop.keyboard.press("Escape")
    assert barriers(in_shop) == []
    form.get_by_role("button", name="Done").click()
    expect(in_shop.get_by_role("article", name="north")).to_contain_text("where")

    # What the forms say is in the text, and what the text says is in the forms.
    in_shop.get_by_role("tab", name="YAML").click()
    text = in_shop.get_by_label("The model as YAML")
    assert "operator: in" in text.input_value()
    text.fill(text.input_value().replace("- North\n", "- South\n"))
    in_shop.get_by_role("tab", name="Metrics").click()
    in_shop.get_by_role("button", name="Edit north").click()
    expect(filters.get_by_text("South")).to_be_visible()
    form.get_by_role("button", name="Done").click()
    in_shop.get_by_role("tab", name="Tables").click()
    in_shop.get_by_role("combobox", name="Key").press("Backspace")
    in_shop.get_by_role("button", name="Save", exact=True).click()
    expect(in_shop.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    kept = shop.api.get(f"/api/v1/models/{created['id']}").json()["model"]
    assert kept["tables"][0]["primary_key"] == []
    [condition] = kept["metrics"][0]["filters"]
    assert (condition["column"], condition["operator"], condition["value"]) == (
        f"{table}.region",
        "in",
        ["South"],
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_saves_second_is_asked_and_axe_finds_nothing(in_shop: Page, shop, model, scheme: str) -> None:
    in_shop.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    path = f"/api/v1/models/{model['id']}"
    in_shop.goto(f"/models/{model['id']}")
    for tab in ("Joins", "Metrics", "YAML", "Tables", "Settings"):
        in_shop.get_by_role("tab", name=tab).click()
        assert barriers(in_shop) == [], tab
    in_shop.get_by_label("Description").fill(f"Mine, {scheme}")
    theirs = shop.api.get(path).json()["model"] | {"currency": "CHF"}
    assert shop.api.put(path, json=theirs).status_code == 200
    in_shop.get_by_role("button", name="Save", exact=True).click()
    conflict = in_shop.get_by_role("alert")
    expect(conflict).to_contain_text("Their settings are other ones")
    assert barriers(in_shop) == []
    conflict.get_by_role("button", name="Save mine over theirs").click()
    expect(conflict).to_have_count(0)
    assert shop.api.get(path).json()["model"]["description"] == f"Mine, {scheme}"


def test_a_model_that_was_exported_is_imported_again(in_shop: Page, shop, model) -> None:
    in_shop.goto(f"/models/{model['id']}")
    in_shop.get_by_role("button", name="Export").click()
    with in_shop.expect_download() as download:
        in_shop.get_by_role("menuitem", name="Apache Ossie").click()
    document = Path(download.value.path()).read_text()
    in_shop.goto("/")
    in_shop.get_by_role("button", name="New model").click()
    form = in_shop.get_by_role("dialog", name="New model")
    form.get_by_role("tab", name="From a file").click()
    form.get_by_label("Model").fill("tables: []")
    form.get_by_role("button", name="Import").click()
    expect(form.get_by_role("alert").or_(form.locator("[class*=Input-error]")).first).to_be_visible()
    form.get_by_label("Model").fill(document.replace("Shop", "Shop again"))
    choose(in_shop, form, "Data source", "sales")
    form.get_by_role("button", name="Import").click()
    expect(in_shop.get_by_role("heading", level=1, name="Shop again")).to_be_visible()


def test_who_may_only_look_cannot_change_it(signed_in_as, shop, model, server) -> None:
    page = signed_in_as(server.member(shop.owner.organization_id, Role.VIEWER))
    page.goto("/")
    expect(page.get_by_role("region", name="Models")).to_contain_text("Shop")
    expect(page.get_by_role("button", name="New model")).to_have_count(0)
    page.goto(f"/models/{model['id']}")
    page.get_by_role("tab", name="Settings").click()
    expect(page.get_by_label("Name")).to_be_disabled()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
