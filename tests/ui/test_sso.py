"""Single sign-on in the browser: to a real OpenID provider and back to where one was."""

import pytest
from openid_provider import SECRET
from playwright.sync_api import BrowserContext, Page, expect
from support import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def domain(near: Server, issuer: str) -> str:
    """A domain whose people sign in at the provider, and get an account when they first come."""
    organization = near.organization()
    owner = near.signed_in(near.member(organization))
    body = {"name": "Example ID", "issuer": issuer, "client_id": "claribi", "default_role": "viewer"}
    made = owner.post("/api/v1/identity-providers", json=body | {"client_secret": SECRET})
    assert made.status_code == 201, made.text
    name = f"org{organization}.example"
    owner.post(f"/api/v1/identity-providers/{made.json()['id']}/domains", json={"domain": name})
    near.services.account_services.identity_providers.confirm_domain(organization, name)
    return name


def test_it_leads_to_the_provider_and_back_to_the_page_that_was_asked_for(
    context: BrowserContext, near: Server, domain: str
) -> None:
    page = context.new_page()
    page.goto(f"{near.url}/settings/profile")
    page.get_by_role("button", name="Single sign-on").click()
    page.get_by_label("E-mail").fill("somebody@nowhere.example")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("No identity provider is set up")
    page.get_by_label("E-mail").fill(f"ada@{domain}")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/interaction/**")
    page.locator("[name=login]").fill(f"ada@{domain}")
    page.locator("[name=password]").fill("any")
    page.locator("[type=submit]").click()
    page.locator("[type=submit]").click()
    page.wait_for_url(f"{near.url}/settings/profile")
    expect(page.get_by_role("region", name="You")).to_contain_text(f"ada@{domain}")
    assert all(cookie["httpOnly"] for cookie in context.cookies(near.url))


def test_what_went_wrong_is_said_in_our_own_words(page: Page) -> None:
    page.goto("/sign-in?error=sso_no_seat")
    expect(page.get_by_role("alert")).to_contain_text("no free seat")
    page.goto("/sign-in?error=Call+this+number")
    expect(page.get_by_role("alert")).to_contain_text("did not work")
    expect(page.get_by_text("Call this number")).to_have_count(0)
