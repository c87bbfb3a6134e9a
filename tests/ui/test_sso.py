"""Single sign-on in the browser: to a real OpenID provider and back to where one was."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import node
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from support import Server, free_port, running

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).parents[1] / "oidc"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose operator lets it reach this machine, where the provider runs."""
    folder = tmp_path_factory.mktemp("sso")
    with running(folder, allowed_networks=["127.0.0.0/8", "::1/128"]) as server:
        yield server


@pytest.fixture(scope="module")
def issuer(served: Server) -> Iterator[str]:
    if not (FOLDER / "node_modules" / "oidc-provider").is_dir():
        node.npm(["ci"], FOLDER)
    port = free_port()
    command = [str(node.find()[0] / "node"), "provider.mjs", str(port)]
    process = subprocess.Popen(
        [*command, f"{served.url}/api/v1/auth/sso/callback"],
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    next(line for line in process.stdout if line.startswith("listening"))
    yield f"http://localhost:{port}"
    process.terminate()
    process.wait(20)
    process.stdout.close()


@pytest.fixture
def domain(served: Server, issuer: str) -> str:
    """A domain whose people sign in at the provider, and get an account when they first come."""
    organization = served.organization()
    owner = served.signed_in(served.member(organization))
    body = {"name": "Example ID", "issuer": issuer, "client_id": "claribi", "default_role": "viewer"}
    made = owner.post("/api/v1/identity-providers", json=body | {"client_secret": "a secret of the tests"})
    assert made.status_code == 201, made.text
    name = f"org{organization}.example"
    owner.post(f"/api/v1/identity-providers/{made.json()['id']}/domains", json={"domain": name})
    served.services.account_services.identity_providers.confirm_domain(organization, name)
    return name


def test_it_leads_to_the_provider_and_back_to_the_page_that_was_asked_for(
    context: BrowserContext, served: Server, domain: str
) -> None:
    page = context.new_page()
    page.goto(f"{served.url}/settings/profile")
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
    page.wait_for_url(f"{served.url}/settings/profile")
    expect(page.get_by_role("region", name="You")).to_contain_text(f"ada@{domain}")
    assert all(cookie["httpOnly"] for cookie in context.cookies(served.url))


def test_what_went_wrong_is_said_in_our_own_words(page: Page) -> None:
    page.goto("/sign-in?error=sso_no_seat")
    expect(page.get_by_role("alert")).to_contain_text("no free seat")
    page.goto("/sign-in?error=Call+this+number")
    expect(page.get_by_role("alert")).to_contain_text("did not work")
    expect(page.get_by_text("Call this number")).to_have_count(0)
