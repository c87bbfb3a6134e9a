"""Data on the web as sources, in the browser: tried out, added, copied again, and what fails is explained."""

import json
import re
from collections.abc import Iterator

import pytest
from axe import barriers
from playwright.sync_api import Page, expect
from support import Member, Server
from web_server import Host, hosting

pytestmark = pytest.mark.browser


@pytest.fixture
def server(near: Server) -> Server:
    """The pages of these tests are those of this server."""
    return near


@pytest.fixture
def host() -> Iterator[Host]:
    with hosting() as running:
        yield running


@pytest.fixture
def opened(signed_in_as, owner: Member) -> Page:
    page = signed_in_as(owner)
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    page.get_by_role("button", name="Add from the web").click()
    expect(page.get_by_label("Address of the file")).to_be_visible()
    return page


def test_a_file_is_tried_out_added_and_copied_again(opened: Page, host: Host) -> None:
    form = opened.get_by_role("dialog", name="Add from the web")
    form.get_by_label("Address of the file").fill(f"{host.url}/nowhere.csv")
    form.get_by_role("button", name="Try it out").click()
    expect(form.get_by_role("alert").or_(form.locator("[class*=Input-error]")).first).to_contain_text("404")
    for scheme in ("light", "dark"):
        opened.emulate_media(color_scheme=scheme)
        assert barriers(opened) == [], scheme
    address = host.serve("/prices.csv", "item,price\nbolt,1.50\nnut,0.25\n")
    form.get_by_label("Address of the file").fill(address)
    form.get_by_role("button", name="Try it out").click()
    expect(form.get_by_role("status")).to_contain_text("It answers")
    form.get_by_label("Name", exact=True).fill("Prices")
    form.get_by_role("combobox", name="A new copy is made").click()
    opened.get_by_role("option", name="Every day").click()
    form.get_by_role("button", name="Add", exact=True).click()
    connection = opened.get_by_role("region", name="Connection")
    expect(connection).to_contain_text(address)
    expect(connection).to_contain_text("The next one is due")
    expect(opened.get_by_role("region", name="First rows")).to_contain_text("bolt")
    assert barriers(opened) == []
    host.serve("/prices.csv", "item,price\nbolt,1.50\nnut,0.25\nwasher,0.10\n")
    connection.get_by_role("button", name="Copy now").click()
    expect(opened.get_by_role("region", name="First rows")).to_contain_text("washer")
    connection.get_by_role("button", name="How it is read").click()
    form = opened.get_by_role("dialog", name="How it is read")
    form.get_by_role("combobox", name="A new copy is made").click()
    opened.get_by_role("option", name="Every week").click()
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)


def test_a_rest_api_is_read_page_by_page_with_its_token(opened: Page, host: Host, owner, server) -> None:
    def orders(request) -> tuple[int, dict[str, str], bytes]:
        page = int(request.path.rpartition("page=")[2] or 1)
        rows = [{"id": 10 * page + n, "total": n} for n in range(5)] if page < 3 else []
        return 200, {"Content-Type": "application/json"}, json.dumps({"data": {"items": rows}}).encode()

    host.answers["/v1/orders"] = orders
    form = opened.get_by_role("dialog", name="Add from the web")
    form.get_by_text("REST API", exact=True).click()
    form.get_by_label("Address", exact=True).fill(f"{host.url}/v1/orders")
    form.get_by_label("Path to the records").fill("data.items")
    form.get_by_role("combobox", name="Pages").click()
    opened.get_by_role("option", name="Numbered pages").click()
    form.get_by_role("combobox", name="Authentication").click()
    opened.get_by_role("option", name="Token").click()
    form.get_by_label("Token", exact=True).fill("an-unusual-secret")
    form.get_by_label("Name", exact=True).fill("Orders")
    form.get_by_role("button", name="Add", exact=True).click()
    expect(opened.get_by_role("region", name="Columns")).to_contain_text("10 rows")
    assert host.heard("/v1/orders")[0]["authorization"] == "Bearer an-unusual-secret"
    assert "an-unusual-secret" not in opened.content()

    edit = opened.get_by_role("region", name="Connection").get_by_role("button", name="Edit connection")
    edit.click()
    form = opened.get_by_role("dialog", name="Edit connection")
    expect(form.get_by_label("Path to the records")).to_have_value("data.items")
    assert barriers(opened) == []
    host.answers["/v2/orders"] = orders
    form.get_by_label("Address", exact=True).fill(f"{host.url}/v2/orders")
    form.get_by_role("button", name="Test and save").click()
    expect(form).to_have_count(0)
    expect(opened.get_by_role("region", name="Connection")).to_contain_text("/v2/orders")
    assert {asked["authorization"] for asked in host.heard("/v2/orders")} == {"Bearer an-unusual-secret"}
    with hosting() as stranger:
        stranger.answers["/v1/orders"] = orders
        edit.click()
        form.get_by_label("Address", exact=True).fill(f"{stranger.url}/v1/orders")
        expect(form).to_contain_text("it has to be given anew")
        form.get_by_role("button", name="Test and save").click()
        expect(form.get_by_label("Token", exact=True)).to_be_focused()
        form.get_by_label("Token", exact=True).fill("of-the-stranger")
        form.get_by_role("button", name="Test and save").click()
        expect(form).to_have_count(0)
        assert {asked["authorization"] for asked in stranger.heard("/v1/orders")} == {
            "Bearer of-the-stranger"
        }


def test_a_google_sheet_is_named_by_its_link_alone(opened: Page) -> None:
    form = opened.get_by_role("dialog", name="Add from the web")
    form.get_by_text("Google sheet", exact=True).click()
    expect(form.get_by_role("combobox", name="Authentication")).to_have_count(0)
    form.get_by_label("Link to the sheet").fill("https://example.com/spreadsheets/d/1AbC/edit")
    form.get_by_role("button", name="Try it out").click()
    expect(form).to_contain_text("is no link to a Google sheet; copy it from the browser")
    expect(form.get_by_label("Link to the sheet")).to_have_value(re.compile("1AbC"))
    assert barriers(opened) == []
