"""Signing in and out, and what happens when a session ends on its own."""

import pytest
from playwright.sync_api import Page, expect
from support import Member

pytestmark = pytest.mark.browser


def test_a_wrong_password_is_told_and_the_right_one_lets_in(page: Page, owner: Member, sign_in) -> None:
    sign_in(owner.email, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("password")
    sign_in(owner.email, path=None)
    expect(page.get_by_role("region", name="Dashboards")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_reload_keeps_the_session(signed_in: Page) -> None:
    signed_in.reload()
    expect(signed_in.get_by_role("region", name="Dashboards")).to_be_visible()


def test_signing_out_ends_the_session_on_the_server(signed_in: Page) -> None:
    token = signed_in.evaluate("JSON.parse(sessionStorage.getItem('claribi.session')).access")
    signed_in.get_by_role("button", name="Your account").click()
    signed_in.get_by_role("menuitem", name="Sign out").click()
    expect(signed_in.get_by_role("heading", name="Sign in")).to_be_visible()
    answer = signed_in.request.get("/api/auth/status/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 401
    signed_in.reload()
    expect(signed_in.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_session_that_has_ended_is_begun_again_at_the_same_place(
    signed_in: Page, shop, server, sign_in
) -> None:
    signed_in.get_by_role("link", name=shop.dashboard["name"]).click()
    expect(signed_in.get_by_role("heading", name=shop.dashboard["name"])).to_be_visible()
    place = signed_in.url
    token = signed_in.evaluate("JSON.parse(sessionStorage.getItem('claribi.session')).access")
    signed_in.request.post("/api/auth/logout/", headers={"Authorization": f"Bearer {token}"})
    signed_in.get_by_role("button", name="Refresh").click()
    expect(signed_in.get_by_text("Your session has ended")).to_be_visible()
    sign_in(shop.owner.email, path=None)
    expect(signed_in.get_by_role("heading", name=shop.dashboard["name"])).to_be_visible()
    assert signed_in.url == place


def test_an_access_token_that_is_no_longer_taken_is_renewed_unseen(signed_in: Page) -> None:
    signed_in.evaluate(
        """() => {
            const session = JSON.parse(sessionStorage.getItem('claribi.session'));
            sessionStorage.setItem('claribi.session', JSON.stringify({...session, access: 'worn.out.token'}));
        }"""
    )
    signed_in.reload()
    expect(signed_in.get_by_role("region", name="Dashboards")).to_be_visible()
    assert signed_in.evaluate("JSON.parse(sessionStorage.getItem('claribi.session')).access").startswith("ey")


def test_without_a_connection_it_says_so(page: Page, owner: Member, sign_in) -> None:
    page.goto("/")
    page.route("**/api/v1/auth/login", lambda route: route.abort("internetdisconnected"))
    sign_in(owner.email, path=None)
    expect(page.get_by_role("alert")).to_contain_text("can't be reached")
