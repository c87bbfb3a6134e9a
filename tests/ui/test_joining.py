"""The pages that are there without signing in: registering, joining, choosing a new password."""

from collections.abc import Iterator

import pytest
from mail_server import MailServer, code_of, token_of
from playwright.sync_api import BrowserContext, Page, expect
from support import PASSWORD, Member, Server, running

pytestmark = pytest.mark.browser

WEAK = "aaaaaaaaaaaa"


@pytest.fixture(scope="module")
def mails() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def mailing(mails: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that sends its mail to `mails`."""
    with running(tmp_path_factory.mktemp("mailing"), smtp_url=f"smtp://127.0.0.1:{mails.port}") as server:
        yield server


@pytest.fixture
def there(context: BrowserContext, mailing: Server, watching) -> Iterator[Page]:
    """A page of the server that sends mail."""
    with watching(context, mailing.url) as page:
        yield page


def register(page: Page, email: str, password: str) -> None:
    page.get_by_label("Organisation").fill("Example Ltd")
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("I accept the terms").check()
    page.get_by_role("button", name="Register").click()


def test_a_registration_ends_on_the_home_page_of_its_organisation(
    there: Page, mailing: Server, mails: MailServer
) -> None:
    there.goto(mailing.url)
    there.get_by_role("link", name="Register").click()
    expect(there.get_by_label("Password", exact=True)).to_have_attribute("autocomplete", "new-password")
    register(there, "ada@example.org", WEAK)
    expect(there.get_by_text("easily guessed;")).to_be_visible()
    there.get_by_label("Password", exact=True).fill(PASSWORD)
    there.get_by_role("button", name="Register").click()
    code = code_of(mails.wait("ada@example.org"))
    there.get_by_label("Code").fill("12")
    there.get_by_role("button", name="Go on").click()
    expect(there.get_by_text("wrong or no longer valid")).to_be_visible()
    # The code may be read on another device meanwhile; a reload does not lose the place.
    there.reload()
    there.get_by_label("Code").fill(code)
    there.get_by_role("button", name="Go on").click()
    expect(there.get_by_role("heading", name="Example Ltd")).to_be_visible()


def test_another_code_voids_the_first(there: Page, mailing: Server, mails: MailServer) -> None:
    there.goto(f"{mailing.url}/register")
    register(there, "bob@example.org", PASSWORD)
    first = code_of(mails.wait("bob@example.org"))
    there.get_by_role("button", name="Send another code").click()
    expect(there.get_by_role("status")).to_contain_text("Another code is on its way")
    while (second := code_of(mails.wait("bob@example.org"))) == first:
        there.wait_for_timeout(50)
    there.get_by_label("Code").fill(first)
    there.get_by_role("button", name="Go on").click()
    expect(there.get_by_text("wrong or no longer valid")).to_be_visible()
    there.get_by_label("Code").fill(second)
    there.get_by_role("button", name="Go on").click()
    expect(there.get_by_role("heading", name="Example Ltd")).to_be_visible()


def test_a_forgotten_password_is_replaced_by_the_link_of_the_mail(
    there: Page, mailing: Server, mails: MailServer
) -> None:
    member = mailing.member(mailing.organization())
    there.goto(mailing.url)
    there.get_by_role("link", name="Forgot your password?").click()
    there.get_by_label("E-mail").fill(member.email)
    there.get_by_role("button", name="Send the link").click()
    expect(there.get_by_role("status")).to_contain_text("Look into your mail")
    there.goto(f"{mailing.url}/reset-password#token={token_of(mails.wait(member.email))}")
    there.get_by_label("New password", exact=True).fill(WEAK)
    there.get_by_role("button", name="Set the password").click()
    expect(there.get_by_text("easily guessed;")).to_be_visible()
    there.get_by_label("New password", exact=True).fill("another long password of mine")
    there.get_by_role("button", name="Set the password").click()
    there.get_by_role("link", name="Sign in").click()
    there.get_by_label("E-mail").fill(member.email)
    there.get_by_label("Password", exact=True).fill("another long password of mine")
    there.get_by_role("button", name="Sign in", exact=True).click()
    expect(there.get_by_text("No dashboards yet")).to_be_visible()


def test_an_invitation_is_passed_on_and_accepted(
    page: Page, owner: Member, server: Server, sign_in, chromium, watching
) -> None:
    sign_in(owner.email, path="/settings/members")
    page.get_by_label("Invite by e-mail").fill("carol@example.org")
    page.get_by_role("combobox", name="Role", exact=True).click()
    page.get_by_role("option", name="viewer").click()
    page.get_by_role("button", name="Invite").click()
    link = page.get_by_role("status").locator("code").inner_text()
    expect(page.get_by_role("region", name="Invitations")).to_contain_text("carol@example.org")

    elsewhere = chromium.new_context(base_url=server.url)
    with watching(elsewhere, server.url) as guest:
        guest.goto(f"/invitation#{link.partition('#')[2]}")
        expect(guest.get_by_role("heading", level=1)).to_contain_text("Join Organisation")
        expect(guest.get_by_text("You are invited as viewer")).to_be_visible()
        guest.get_by_label("First name").fill("Carol")
        guest.get_by_label("Password", exact=True).fill(PASSWORD)
        guest.get_by_role("button", name="Join").click()
        expect(guest.get_by_text("No dashboards yet")).to_be_visible()
        guest.reload()
        guest.get_by_role("button", name="Your account").click()
        expect(guest.get_by_role("menu")).to_contain_text("Carol")
    elsewhere.close()

    page.reload()
    expect(page.get_by_role("listitem", name="carol@example.org")).to_contain_text("Carol")
    expect(page.get_by_text("No invitation is open")).to_be_visible()


def test_a_server_without_mail_says_what_it_can_not_do(page: Page) -> None:
    page.goto("/register")
    register(page, "dora@example.org", PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("mail")
    page.goto("/forgot-password")
    page.get_by_label("E-mail").fill("dora@example.org")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("alert")).to_contain_text("mail")


def test_a_link_that_is_no_good_says_what_to_do(page: Page) -> None:
    page.goto("/invitation#token=nothing")
    expect(page.get_by_role("alert")).to_contain_text("ask for another one")
    page.goto("/reset-password")
    expect(page.get_by_role("alert")).to_contain_text("This link is not complete")
    page.goto("/reset-password#token=nothing")
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("alert")).to_contain_text("ask for a new one")
