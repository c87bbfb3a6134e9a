"""A report in the browser: made, read, proven, verified, downloaded."""

from pathlib import Path

import pytest
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
