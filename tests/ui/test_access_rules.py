"""Access rules in the browser: made, read, changed and deleted on the page of their source."""

import pytest
from axe import barriers
from playwright.sync_api import Page, expect
from support import Api

from claribi.accounts.permissions import Role

pytestmark = pytest.mark.browser


def rows(api: Api, source: int) -> int:
    query = {"source_id": source, "table": "sales", "measures": [{"aggregation": "count"}]}
    return api.post("/api/v1/query", json=query).json()["rows"][0][0]


def test_a_rule_says_whom_it_binds_and_binds_them_until_it_is_deleted(
    signed_in_as, owner, server, sales_csv: bytes
) -> None:
    api = server.api(**{"X-API-Key": owner.key})
    source = api.upload(sales_csv, name="sales.csv")
    member = server.member(owner.organization_id, Role.MEMBER)
    bound = server.api(**{"X-API-Key": member.key})
    everything = rows(api, source["id"])
    page: Page = signed_in_as(owner)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/sources/{source['id']}")
    expect(page.get_by_text("No access rules")).to_be_visible()
    page.get_by_role("button", name="New access rule").click()
    form = page.get_by_role("dialog", name="New access rule")
    form.get_by_label("Name").fill("North only")
    form.get_by_role("combobox", name="Whom it binds").click()
    page.get_by_role("option", name="member").click()
    page.keyboard.press("Escape")
    expect(form.get_by_role("button", name="Create")).to_be_disabled()
    form.get_by_role("button", name="Add a condition").click()
    form.get_by_role("combobox", name="Column", exact=True).click()
    page.get_by_role("option", name="region").click()
    form.get_by_label("Value", exact=True).fill("North")
    form.get_by_role("button", name="Add a column").click()
    form.get_by_role("combobox", name="Column", exact=True).last.click()
    page.get_by_role("option", name="product").click()
    says = form.get_by_role("alert", name="What it does")
    expect(says).to_contain_text("It binds everybody whose role is viewer, member.")
    expect(says).to_contain_text("Of sales they see only these rows: region is North.")
    expect(says).to_contain_text("To them product is not there at all.")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert barriers(page) == [], scheme
    form.get_by_role("button", name="Create").click()
    rule = page.get_by_role("article", name="North only")
    expect(rule).to_contain_text("region is North")
    assert 0 < rows(bound, source["id"]) < everything

    rule.get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog", name="Edit access rule")
    [kept] = api.get(f"/api/v1/access-rules?source_id={source['id']}").json()["results"]
    theirs = {name: kept[name] for name in ("source_id", "table", "roles", "rows", "masks")}
    assert api.put(f"/api/v1/access-rules/{kept['id']}", json=theirs | {"name": "Theirs"}).status_code == 200
    form.get_by_label("Name").fill("Northern")
    form.get_by_role("button", name="Save").click()
    form.get_by_role("button", name="Save mine over theirs").click()
    rule = page.get_by_role("article", name="Northern")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect(rule).to_be_visible()
        assert barriers(page) == [], scheme
    rule.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(rule).to_have_count(0)
    assert rows(bound, source["id"]) == everything


def test_who_may_not_manage_people_sees_no_rules(signed_in_as, shop, server) -> None:
    page = signed_in_as(server.member(shop.owner.organization_id, Role.VIEWER))
    page.goto(f"/sources/{shop.source['id']}")
    expect(page.get_by_role("region", name="First rows")).to_be_visible()
    expect(page.get_by_role("region", name="Access rules")).to_have_count(0)
