"""Settings, Security in the browser: second factors, passkeys, the password, sessions."""

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from support import PASSWORD, Member, Server

from claribi.accounts.permissions import Role

pytestmark = pytest.mark.browser


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def set_up_codes(page: Page) -> list[str]:
    """The secret that the page shows is taken over; the backup codes."""
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    secret = page.locator("code").first.inner_text()
    page.get_by_label("The code that the app shows now").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Turn on").click()
    shown = page.get_by_role("status").filter(has_text="backup codes")
    expect(shown.locator("code")).to_have_count(10)
    return shown.locator("code").all_inner_texts()


def test_codes_are_set_up_and_a_backup_code_signs_in_and_turns_them_off(
    page: Page, owner: Member, sign_in
) -> None:
    sign_in(owner.email, path="/settings/security")
    page.get_by_role("button", name="Set up").click()
    codes = set_up_codes(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.path().read_text().split() == codes
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("10 backup codes left")).to_be_visible()

    sign_out(page)
    sign_in(owner.email, path=None)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("9 backup codes left")).to_be_visible()

    page.get_by_role("button", name="Turn off").click()
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_text("The code is wrong, or was used before")).to_be_visible()
    page.get_by_label("Code").fill(codes[1])
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_role("button", name="Set up")).to_be_visible()


def test_where_everybody_needs_a_second_step_it_comes_before_everything_else(
    page: Page, owner: Member, server: Server, sign_in
) -> None:
    member = server.member(owner.organization_id, Role.ANALYST)
    client = server.signed_in(owner)
    secret = client.post("/api/v1/auth/mfa/totp").json()["secret"]
    client.post("/api/v1/auth/mfa/totp/confirm", json={"code": pyotp.TOTP(secret).now()})
    sign_in(member.email, path="/settings/profile")
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()
    # From the next call on it holds for whoever is signed in already.
    changed = client.patch("/api/v1/security-policy", json={"require_mfa": True})
    assert changed.status_code == 200, changed.text
    page.get_by_role("link", name="Members").click()
    expect(page.get_by_role("heading", name="Two-step sign-in")).to_be_visible()
    set_up_codes(page)
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_role("listitem", name=member.email)).to_contain_text("Two-step sign-in")


def test_a_new_password_ends_the_other_sessions(page: Page, owner: Member, server: Server, sign_in) -> None:
    other = server.signed_in(owner)
    sign_in(owner.email, path="/settings/security")
    page.get_by_label("Current password").fill("not the password")
    page.get_by_label("New password", exact=True).fill("a new one with many words")
    page.get_by_role("button", name="Change the password").click()
    # A wrong password is no reason to end the session.
    expect(page.get_by_role("alert")).to_contain_text("current password is wrong")
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("The password is changed")).to_be_visible()
    assert other.get("/api/v1/auth/status").status_code == 401
    sign_out(page)
    sign_in(owner.email, "a new one with many words", path=None)
    expect(page.get_by_role("heading", name="Security")).to_be_visible()


def test_sessions_are_listed_and_ended(page: Page, owner: Member, server: Server, sign_in) -> None:
    others = [server.signed_in(owner) for _ in range(3)]
    sign_in(owner.email, path="/settings/security")
    sessions = page.get_by_role("region", name="Sessions")
    expect(sessions.get_by_text("This one")).to_have_count(1)
    expect(sessions.get_by_role("button", name="End")).to_have_count(3)
    sessions.get_by_role("button", name="End").first.click()
    page.get_by_role("dialog").get_by_role("button", name="End").click()
    expect(sessions.get_by_role("button", name="End")).to_have_count(2)
    alive = [client.get("/api/v1/auth/status").status_code for client in others]
    assert sorted(alive) == [200, 200, 401]
    sessions.get_by_role("button", name="Sign out everywhere else").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere else").click()
    expect(sessions.get_by_role("button", name="End")).to_have_count(0)
    assert {client.get("/api/v1/auth/status").status_code for client in others} == {401}
    page.reload()
    expect(page.get_by_role("heading", name="Security")).to_be_visible()


@pytest.fixture
def with_passkeys(context: BrowserContext, server: Server, watching) -> Iterator[tuple[Page, str]]:
    """A page under a name, which passkeys need, and an authenticator that says yes."""
    url = server.url.replace("127.0.0.1", "localhost")
    with watching(context, url) as page:
        session = context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        yield page, url


def test_a_passkey_signs_in_alone_and_as_a_second_step(
    with_passkeys: tuple[Page, str], owner: Member
) -> None:
    page, url = with_passkeys
    page.goto(f"{url}/settings/security")
    sign_in_at(page, owner)
    page.get_by_label("Name of the passkey").fill("my laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("group", name="my laptop")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("group", name="my laptop")).to_contain_text("last used")
    sign_out(page)
    sign_in_at(page, owner)
    page.get_by_role("button", name="Use a passkey").click()
    passkey = page.get_by_role("group", name="my laptop")
    passkey.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(passkey).to_have_count(0)
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("not known")


def sign_in_at(page: Page, member: Member) -> None:
    page.get_by_label("E-mail").fill(member.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
