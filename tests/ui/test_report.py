"""A report in the browser: made, read, proven, verified, downloaded."""

from pathlib import Path

import pytest
from axe import barriers
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_new_report_is_generated_and_downloaded_as_pdf(in_shop: Page) -> None:
    in_shop.goto("/")
    in_shop.get_by_role("button", name="New report").click()
    dialog = in_shop.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Data source").click()
    in_shop.get_by_role("option", name="sales").click()
    dialog.get_by_label("Title").fill("What sells")
    dialog.get_by_role("button", name="Generate").click()
    expect(in_shop.get_by_role("heading", name="What sells")).to_be_visible()
    expect(in_shop.get_by_role("heading", name="Executive summary")).to_be_visible()
    assert downloaded(in_shop, "PDF").read_bytes().startswith(b"%PDF")


def test_it_downloads_as_every_other_format(in_shop: Page, shop) -> None:
    in_shop.goto(f"/reports/{shop.report['id']}")
    starts = {"Web page": b"<!doctype html>", "Figures": b"id,", "Data": b"{", "Markdown": b"# "}
    for name, start in starts.items():
        assert downloaded(in_shop, name).read_bytes().startswith(start), name


def test_a_figure_shows_its_evidence(in_shop: Page, shop) -> None:
    in_shop.goto(f"/reports/{shop.report['id']}")
    block = next(b for b in shop.report["sections"][0]["blocks"] if b["kind"] == "paragraph")
    name = next(span["figure"] for sentence in block["sentences"] for span in sentence if "figure" in span)
    figure = shop.report["figures"][name]
    shown = in_shop.get_by_role("button", name=figure["text"], exact=True).first
    shown.focus()
    in_shop.keyboard.press("Enter")
    proof = in_shop.get_by_role("dialog")
    expect(proof).to_contain_text(str(figure["value"]))
    expect(proof).to_contain_text(f"query {figure['evidence_id']}")
    expect(proof).to_contain_text("SELECT")


def test_every_section_and_chart_of_the_report_is_shown(in_shop: Page, shop) -> None:
    in_shop.set_viewport_size({"width": 1280, "height": 12_000})
    in_shop.goto(f"/reports/{shop.report['id']}")
    for section in shop.report["sections"]:
        expect(in_shop.get_by_role("heading", name=section["title"], exact=True, level=2)).to_be_visible()
    blocks = [block for section in shop.report["sections"] for block in section["blocks"]]
    charts = [block for block in blocks if block["kind"] == "chart"]
    assert charts
    expect(in_shop.locator("figure [data-chart=drawn] svg")).to_have_count(len(charts))


def test_what_people_wrote_is_shown_and_marked(in_shop: Page, shop) -> None:
    report = shop.api.generated(title="Edited", source_id=shop.source["id"])
    findings = next(s for s in report["sections"] if s["key"] == "findings")
    key = next(k for block in findings["blocks"] if block["kind"] == "paragraph" for k in block["keys"])
    path = f"/api/v1/reports/{report['id']}"
    written = {"notes": {"report": "Read by <b>all</b>."}, "edits": {key: "Our *own* words."}}
    assert shop.api.patch(path, json=written).status_code == 200
    assert shop.api.post(f"{path}/generate", json={"wait": 60}).json()["status"] == "completed"
    in_shop.goto(f"/reports/{report['id']}")
    note = in_shop.get_by_role("complementary").filter(has_text="Read by <b>all</b>.")
    expect(note).to_contain_text("Note")
    edit = in_shop.get_by_role("complementary").filter(has_text="Our *own* words.").first
    expect(edit).to_contain_text("Edited by people")


def test_an_author_rewrites_a_sentence_by_keyboard_and_takes_it_back(in_shop: Page, shop) -> None:
    report = shop.api.generated(title="Rewritten", source_id=shop.source["id"], sections=["findings"])
    in_shop.goto(f"/reports/{report['id']}")
    button = in_shop.get_by_role("button", name="Rewrite:").first
    generated = button.get_attribute("aria-label").removeprefix("Rewrite: ")
    button.focus()
    in_shop.keyboard.press("Enter")
    words = in_shop.get_by_label("In your words")
    expect(words).to_be_focused()
    expect(words).to_have_value(generated)
    expect(in_shop.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    words.fill("Our own words.")
    assert barriers(in_shop) == []
    in_shop.keyboard.press("Tab")
    in_shop.keyboard.press("Enter")
    expect(in_shop.get_by_text("(edited; in the report from its next generation on)")).to_be_visible()
    expect(in_shop.get_by_role("button", name="Rewrite: Our own words.")).to_be_focused()
    in_shop.get_by_role("button", name="Generate again").click()
    note = in_shop.get_by_role("complementary").filter(has_text="Our own words.")
    expect(note).to_contain_text("Edited by people")
    note.get_by_role("button", name="Rewrite").click()
    in_shop.get_by_role("button", name="Back to the generated text").click()
    expect(note).to_contain_text("Taken back")
    in_shop.get_by_role("button", name="Generate again").click()
    expect(note).to_have_count(0)
    expect(in_shop.get_by_role("button", name=f"Rewrite: {generated}")).to_be_attached()


def test_a_generation_can_be_stopped(in_shop: Page, shop) -> None:
    # Two of an organisation run at once, so that a later one waits.
    made = [
        shop.api.post("/api/v1/reports", json={"title": f"Stop {n}", "source_id": shop.source["id"]}).json()
        for n in range(4)
    ]
    for report in made[:-1]:
        assert shop.api.post(f"/api/v1/reports/{report['id']}/generate").status_code == 201
    in_shop.goto(f"/reports/{made[-1]['id']}")
    in_shop.get_by_role("button", name="Generate", exact=True).click()
    in_shop.get_by_role("button", name="Stop", exact=True).click()
    expect(in_shop.get_by_role("status").filter(has_text="The generation was stopped")).to_be_visible()
    assert shop.api.get(f"/api/v1/reports/{made[-1]['id']}").json()["status"] == "cancelled"


def test_what_the_server_refuses_is_told_and_nothing_typed_is_lost(in_shop: Page, shop) -> None:
    report = shop.api.generated(title="Refused", source_id=shop.source["id"], sections=["findings"])
    path = f"/api/v1/reports/{report['id']}"
    in_shop.goto(f"/reports/{report['id']}")
    sentence = in_shop.get_by_title("Click to rewrite this sentence").first
    sentence.click(position={"x": 2, "y": 4})
    in_shop.get_by_label("In your words").fill("Mine.")
    # Meanwhile somebody narrows it to rows that say nothing, so the sentence is gone.
    nowhere = [{"column": "region", "operator": "=", "value": "Nowhere"}]
    assert shop.api.patch(path, json={"filters": nowhere}).status_code == 200
    assert shop.api.post(f"{path}/generate", json={"wait": 60}).json()["status"] == "completed"
    in_shop.get_by_role("button", name="Save", exact=True).click()
    expect(in_shop.get_by_role("alert")).to_contain_text("has no such sentence")
    expect(in_shop.get_by_label("In your words")).to_have_value("Mine.")


def test_a_report_is_narrowed_by_filters_when_it_is_made_and_later(in_shop: Page, shop) -> None:
    in_shop.goto(f"/dashboards/{shop.dashboard['id']}")
    in_shop.get_by_role("button", name="Make a report").click()
    dialog = in_shop.get_by_role("dialog")
    expect(dialog.get_by_label("Title")).to_have_value(shop.dashboard["name"])
    narrowed(in_shop, "North")
    dialog.get_by_role("button", name="Generate").click()
    expect(in_shop.get_by_text("Filters: region is North")).to_be_visible()
    expect(in_shop.get_by_role("heading", name="Executive summary")).to_be_visible()
    in_shop.get_by_role("button", name="Filters").click()
    dialog.get_by_role("button", name="Remove the filter on region").click()
    narrowed(in_shop, "South")
    assert barriers(in_shop) == []
    dialog.get_by_role("button", name="Save the filters").click()
    expect(in_shop.get_by_role("status").filter(has_text="from the next generation on")).to_be_visible()
    expect(in_shop.get_by_text("Filters: region is South")).to_be_visible()


def test_a_filter_that_compares_columns_is_shown_and_kept(in_shop: Page, shop) -> None:
    """It has no form of its own: it stands there in words, and leaves with its operator."""
    beside = {"column": "revenue", "operator": ">", "other": "quantity"}
    report = shop.api.generated(title="Beside", source_id=shop.source["id"], filters=[beside])
    path = f"/api/v1/reports/{report['id']}"
    in_shop.goto(f"/reports/{report['id']}")
    expect(in_shop.get_by_text("Filters: revenue > quantity")).to_be_visible()
    in_shop.get_by_role("button", name="Filters").click()
    dialog = in_shop.get_by_role("dialog")
    expect(dialog.get_by_text("quantity", exact=True)).to_be_visible()
    assert barriers(in_shop) == []
    dialog.get_by_role("combobox", name="Condition").click()
    in_shop.get_by_role("option", name="≥", exact=True).click()
    dialog.get_by_role("button", name="Save the filters").click()
    expect(in_shop.get_by_text("Filters: revenue ≥ quantity")).to_be_visible()
    [kept] = shop.api.get(path).json()["filters"]
    assert (kept["operator"], kept["other"], kept["value"]) == (">=", "quantity", None)
    in_shop.get_by_role("button", name="Filters").click()
    dialog.get_by_role("combobox", name="Condition").click()
    in_shop.get_by_role("option", name="is not empty").click()
    dialog.get_by_role("button", name="Save the filters").click()
    expect(in_shop.get_by_text("Filters: revenue is not empty")).to_be_visible()
    assert shop.api.get(path).json()["filters"][0]["other"] is None


def narrowed(page: Page, value: str) -> None:
    """Fill in a filter of the form that is open, by a value that the server finds."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Add a filter").click()
    dialog.get_by_label("Value of region").fill(value[:3].lower())
    page.get_by_role("option", name=value).click()
    page.keyboard.press("Escape")


def test_verify_computes_every_number_again(in_shop: Page, shop) -> None:
    in_shop.goto(f"/reports/{shop.report['id']}")
    in_shop.get_by_role("button", name="Verify").click()
    expect(in_shop.get_by_role("status")).to_contain_text(f"All {len(shop.report['figures'])} numbers hold")


def test_a_report_is_generated_again_from_its_page(in_shop: Page, shop) -> None:
    body = {"title": "Not yet", "source_id": shop.source["id"]}
    report = shop.api.post("/api/v1/reports", json=body).json()
    in_shop.goto(f"/reports/{report['id']}")
    expect(in_shop.get_by_text("Not generated yet")).to_be_visible()
    in_shop.get_by_role("button", name="Generate").click()
    expect(in_shop.get_by_role("progressbar", name="Progress of the generation")).to_be_visible()
    expect(in_shop.get_by_role("heading", name="Executive summary")).to_be_visible()
    expect(in_shop.get_by_role("button", name="Download")).to_be_visible()


def downloaded(page: Page, name: str) -> Path:
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=name).click()
    return Path(download.value.path())
