"""How reports look, their templates, and people's notes in them, in the browser."""

import base64
import re

import pytest
from axe import barriers
from playwright.sync_api import Page, expect

from claribi.accounts.permissions import Role

pytestmark = pytest.mark.browser

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40">'
    b'<rect width="80" height="40" fill="#036"/></svg>'
)


def test_the_look_of_reports_is_set_with_a_logo_and_a_legible_colour(signed_in_as, owner, server) -> None:
    api = server.api(**{"X-API-Key": owner.key})
    page = signed_in_as(owner)
    page.goto("/settings/reports")
    look = page.get_by_role("region", name="Look")
    with page.expect_file_chooser() as chooser:
        look.get_by_role("button", name="Choose a logo").click()
    chooser.value.set_files({"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": SVG})
    expect(look.get_by_role("img", name="The logo")).to_be_visible()
    colour = look.get_by_role("textbox", name="Accent colour")
    colour.fill("#ffcc00")
    expect(look).to_contain_text("Too pale for paper: its contrast is 1.5 : 1")
    expect(look.get_by_role("button", name="Save")).to_be_disabled()
    colour.fill("#7a1f5c")
    colour.press("Tab")
    look.get_by_text("Serif", exact=True).click()
    look.get_by_role("combobox", name="Language of the reports").click()
    page.get_by_role("option", name="Deutsch").click()
    look.get_by_role("button", name="Save").click()
    expect(look.get_by_role("status")).to_have_text("Saved")
    kept = api.get("/api/v1/report-settings").json()
    assert (kept["accent"], kept["font"], kept["language"]) == ("#7a1f5c", "serif", "de")
    assert base64.b64decode(kept["logo"]).startswith(b"\x89PNG")

    api.patch("/api/v1/report-settings", json={"font": "sans"})
    colour.fill("#1f4e8c")
    look.get_by_role("button", name="Save").click()
    expect(look.get_by_role("alert")).to_contain_text("Somebody else changed this")
    look.get_by_role("button", name="Save mine over theirs").click()
    expect(look.get_by_role("status")).to_have_text("Saved")
    assert api.get("/api/v1/report-settings").json()["accent"] == "#1f4e8c"


def test_who_may_not_set_the_look_sees_it(signed_in_as, owner, server) -> None:
    page = signed_in_as(server.member(owner.organization_id, Role.VIEWER))
    page.goto("/settings/reports")
    look = page.get_by_role("region", name="Look")
    expect(look).to_contain_text("Administrators can change it")
    expect(look.get_by_role("figure")).to_be_visible()
    expect(look.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("article").first).to_contain_text("Built in")
    expect(page.get_by_role("button", name="New template")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_template_is_made_changed_offered_and_deleted(in_shop: Page, shop, scheme: str) -> None:
    name = f"Board, {scheme}"
    in_shop.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    in_shop.goto("/settings/reports")
    in_shop.get_by_role("button", name="New template").click()
    form = in_shop.get_by_role("dialog", name="New template")
    form.get_by_label("Name").fill(name)
    for section in ("Recommendations", "Data quality", "Methodology", "Appendix"):
        form.get_by_role("checkbox", name=section).uncheck()
    form.get_by_role("button", name="Findings further up").press("Enter")
    assert barriers(in_shop) == []
    form.get_by_role("button", name="Create").click()
    expect(form).to_have_count(0)
    row = in_shop.get_by_role("article", name=name)
    expect(row).to_contain_text("Executive summary, Findings, Key metrics · PDF")
    row.get_by_role("button", name="Edit").click()
    form = in_shop.get_by_role("dialog", name="Edit template")
    form.get_by_label("Description").fill("What the board reads")
    form.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("What the board reads")
    assert barriers(in_shop) == []

    in_shop.goto(f"/sources/{shop.source['id']}")
    in_shop.get_by_role("button", name="Make a report").click()
    form = in_shop.get_by_role("dialog", name="New report")
    form.get_by_role("combobox", name="Template").click()
    in_shop.get_by_role("option", name=name).click()
    expect(form).to_contain_text("What the board reads")
    form.get_by_label("Title").fill(f"For the {scheme} board")
    form.get_by_role("button", name="Generate").click()
    expect(in_shop.get_by_role("heading", level=2).first).to_be_visible()
    titles = in_shop.get_by_role("article").get_by_role("heading", level=2)
    expect(titles).to_have_text(["Executive summary", "Findings", "Key metrics"])

    in_shop.goto("/settings/reports")
    row.get_by_role("button", name="Delete").click()
    in_shop.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)


def test_notes_are_written_conflicts_are_shown_and_the_report_has_them(in_shop: Page, shop) -> None:
    body = {"title": "With notes", "source_id": shop.source["id"]}
    report = shop.api.generated(**body)
    path = f"/api/v1/reports/{report['id']}"
    in_shop.goto(f"/reports/{report['id']}")
    in_shop.get_by_role("button", name="Notes", exact=True).click()
    form = in_shop.get_by_role("dialog", name="Notes")
    form.get_by_label("Findings").fill("The fair moved to May.")
    shop.api.patch(path, json={"notes": {"findings": "Their own words.", "report": "Read by Friday."}})
    form.get_by_role("button", name="Save the notes").click()
    conflict = form.get_by_role("alert")
    expect(conflict).to_contain_text("Their own words.")
    expect(form.get_by_label("Findings")).to_have_value("The fair moved to May.")
    conflict.get_by_role("button", name="Save mine over theirs").click()
    expect(in_shop.get_by_role("status").first).to_contain_text("from the next generation on")
    notes = {"findings": "The fair moved to May.", "report": "Read by Friday."}
    assert shop.api.get(path).json()["notes"] == notes
    in_shop.get_by_role("button", name="Generate again").click()
    expect(in_shop.get_by_role("complementary").filter(has_text="The fair moved to May.")).to_be_visible()
    expect(in_shop.get_by_role("complementary").filter(has_text=re.compile("Read by Friday"))).to_be_visible()
