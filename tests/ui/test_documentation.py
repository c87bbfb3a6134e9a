"""The API's documentation page: complete, readable without an account, and able to try requests."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def specification(server: Server) -> dict[str, Any]:
    return server.api().get("/api/v1/openapi.json").json()


def test_every_endpoint_is_listed_without_signing_in(page: Page, specification: dict[str, Any]) -> None:
    page.goto("/api/v1/docs/")
    operations = [(method, path) for path, found in specification["paths"].items() for method in found]
    cards = page.locator("section [aria-expanded]")
    expect(cards).to_have_count(len(operations))
    shown = {" ".join(card.split()[:2]).lower() for card in cards.all_inner_texts()}
    assert shown == {f"{method} {path}".lower() for method, path in operations}


def test_an_endpoint_tells_its_permission_fields_answers_and_a_line_of_curl(
    page: Page, server: Server
) -> None:
    page.goto("/api/v1/docs#post-api-v1-reports")
    card = page.locator("#post-api-v1-reports")
    expect(card).to_contain_text("Permission: reports:create")
    expect(card).to_contain_text("source_id")
    expect(card).to_contain_text("201")
    expect(card).to_contain_text(f"curl -X POST '{server.url}/api/v1/reports'")
    expect(card).to_contain_text('-H "X-API-Key: $CLARIBI_KEY"')


def test_a_request_can_be_tried_with_an_api_key(page: Page, shop) -> None:
    page.goto("/api/v1/docs#get-api-v1-dashboards-dashboard_id-")
    page.get_by_label("API key for").fill(shop.owner.key)
    page.get_by_label("Search the endpoints").fill("/dashboards/{dashboard_id}")
    card = page.locator("[id='get-api-v1-dashboards-dashboard-id-']")
    card.get_by_role("button", expanded=False).click()
    card.get_by_label("dashboard_id").fill(str(shop.dashboard["id"]))
    card.get_by_role("button", name="Try it").click()
    expect(card.get_by_role("status")).to_contain_text("200")
    expect(card.get_by_role("status")).to_contain_text(shop.dashboard["name"])
