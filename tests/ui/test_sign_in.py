"""Signing in and out, and what happens when a session ends on its own."""

import re
import time

import pyotp
import pytest
from playwright.sync_api import Page, expect
from support import Member, Server

pytestmark = pytest.mark.browser

KEPT = "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state])"


def test_a_wrong_password_is_told_and_the_right_one_lets_in(page: Page, owner: Member, sign_in) -> None:
    sign_in(owner.email, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("password")
    sign_in(owner.email, path=None)
    expect(page.get_by_role("region", name="Dashboards")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_session_is_a_cookie_that_no_script_can_read(signed_in: Page) -> None:
    [cookie] = signed_in.context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    kept = signed_in.evaluate(KEPT)
    assert cookie["value"] not in kept
    assert not re.search(r"eyJ|token|refresh|access", kept), kept
    signed_in.reload()
    expect(signed_in.get_by_role("region", name="Dashboards")).to_be_visible()


def test_a_second_step_takes_a_code_and_its_back_leads_back(
    page: Page, owner: Member, server: Server, sign_in
) -> None:
    secret = totp_of(server, owner)
    sign_in(owner.email, path="/settings/profile")
    code = page.get_by_label("Code")
    expect(code).to_have_attribute("autocomplete", "one-time-code")
    code.fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    page.get_by_role("button", name="Back").click()
    sign_in(owner.email, path=None)
    page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()


def test_a_second_step_that_saw_too_many_wrong_codes_begins_again(
    page: Page, owner: Member, server: Server, sign_in
) -> None:
    totp_of(server, owner)
    sign_in(owner.email)
    for wrong in range(6):
        page.get_by_label("Code").fill(f"00000{wrong}")
        with page.expect_response("**/mfa/verify"):
            page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Begin again")


def test_signing_out_ends_the_session_on_the_server_and_in_every_tab(signed_in: Page) -> None:
    other = signed_in.context.new_page()
    other.goto("/settings/profile")
    expect(other.get_by_role("heading", name="Profile")).to_be_visible()
    [cookie] = signed_in.context.cookies()
    signed_in.get_by_role("button", name="Your account").click()
    signed_in.get_by_role("menuitem", name="Sign out").click()
    expect(signed_in.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    assert signed_in.context.cookies() == []
    answer = signed_in.request.get("/api/auth/status/", headers={"Cookie": f"claribi={cookie['value']}"})
    assert answer.status == 401
    signed_in.reload()
    expect(signed_in.get_by_role("heading", name="Sign in")).to_be_visible()


def test_signing_in_in_one_tab_is_enough_for_all(page: Page, owner: Member, sign_in) -> None:
    other = page.context.new_page()
    other.goto("/settings/security")
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(owner.email)
    expect(other.get_by_role("heading", name="Security")).to_be_visible()


def test_a_sign_out_that_does_not_arrive_is_told(signed_in: Page) -> None:
    signed_in.route("**/api/v1/auth/logout", lambda route: route.abort("internetdisconnected"))
    signed_in.get_by_role("button", name="Your account").click()
    signed_in.get_by_role("menuitem", name="Sign out").click()
    expect(signed_in.get_by_role("alert")).to_contain_text("You are still signed in")


def test_a_session_that_has_ended_is_begun_again_at_the_same_place(
    signed_in: Page, shop, server: Server, sign_in
) -> None:
    signed_in.goto(f"/dashboards/{shop.dashboard['id']}")
    expect(signed_in.get_by_role("heading", name=shop.dashboard["name"])).to_be_visible()
    place = signed_in.url
    signed_in.context.clear_cookies()
    signed_in.get_by_role("button", name="Refresh").click()
    expect(signed_in.get_by_text("Your session has ended")).to_be_visible()
    sign_in(shop.owner.email, path=None)
    expect(signed_in.get_by_role("heading", name=shop.dashboard["name"])).to_be_visible()
    assert signed_in.url == place


def test_without_a_connection_it_says_so(page: Page, owner: Member, sign_in) -> None:
    page.goto("/")
    page.route("**/api/v1/auth/login", lambda route: route.abort("internetdisconnected"))
    sign_in(owner.email, path=None)
    expect(page.get_by_role("alert")).to_contain_text("can't be reached")


def totp_of(server: Server, member: Member) -> str:
    """Set up codes for a member, whose password alone is not enough from then on."""
    client = server.signed_in(member)
    secret: str = client.post("/api/v1/auth/mfa/totp").json()["secret"]
    # The code of the step before, so that the one that is shown now is still unused.
    code = pyotp.TOTP(secret).at(int(time.time()) - 30)
    assert client.post("/api/v1/auth/mfa/totp/confirm", json={"code": code}).status_code == 200
    return secret
