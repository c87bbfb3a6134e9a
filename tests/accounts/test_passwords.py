"""Passwords forgotten, reset and changed; sessions listed and ended (section 2 of the contract)."""

import time

import pytest
from mail_server import MailServer, text_of, token_of
from support import PASSWORD, Server

from claribi.accounts import passwords
from claribi.accounts.models import EmailDomain, IdentityProvider
from claribi.accounts.permissions import Role
from claribi.core.clock import utc_now
from claribi.core.errors import ValidationFailed

NEW = "another long sentence"


@pytest.fixture
def member(mailing: Server):
    return mailing.member(mailing.organization())


def log_in(server: Server, email: str, password: str):
    return server.stranger().post("/api/auth/login/", json={"email": email, "password": password})


def forget(server: Server, mails: MailServer, email: str) -> str:
    answer = server.stranger().post("/api/auth/password/forgot/", json={"email": email})
    assert answer.json() == {"sent": True}
    return token_of(mails.wait(email, "Reset"))


class TestForgotten:
    def test_the_link_of_the_mail_sets_a_new_one_once(self, mailing: Server, mail_server: MailServer, member):
        session = mailing.signed_in(member)
        token = forget(mailing, mail_server, member.email)
        reset = mailing.stranger().post("/api/auth/password/reset/", json={"token": token, "password": NEW})
        assert reset.status_code == 200, reset.text
        assert log_in(mailing, member.email, PASSWORD).status_code == 401
        assert log_in(mailing, member.email, NEW).status_code == 200
        # Every session ended, the token is used up, and the owner of the mailbox is told.
        assert session.get("/api/auth/status/").status_code == 401
        again = mailing.stranger().post("/api/auth/password/reset/", json={"token": token, "password": NEW})
        assert (again.status_code, again.json()["details"][0]["field"]) == (400, "token")
        assert "was changed" in text_of(mail_server.wait(member.email, "password was changed"))

    def test_a_weak_one_is_refused_and_the_link_stays_good(
        self, mailing: Server, mail_server: MailServer, member
    ):
        token = forget(mailing, mail_server, member.email)
        body = {"token": token, "password": "1234567890"}
        weak = mailing.stranger().post("/api/auth/password/reset/", json=body)
        assert weak.json()["details"][0]["field"] == "password"
        body["password"] = NEW
        assert mailing.stranger().post("/api/auth/password/reset/", json=body).status_code == 200

    def test_an_unknown_address_gets_the_same_answer_and_no_mail(
        self, mailing: Server, mail_server: MailServer, member
    ):
        nobody = f"nobody-{member.email}"
        answer = mailing.stranger().post("/api/auth/password/forgot/", json={"email": nobody})
        assert (answer.status_code, answer.json()) == (200, {"sent": True})
        forget(mailing, mail_server, member.email)
        assert mail_server.count(nobody) == 0

    def test_the_link_leads_where_the_operator_says_and_not_the_host_header(
        self, mailing: Server, mail_server: MailServer, member
    ):
        """ASVS 5 13.1: a poisoned Host header must not send the token elsewhere."""
        headers = {"Host": "evil.example"}
        mailing.stranger().post("/api/auth/password/forgot/", json={"email": member.email}, headers=headers)
        text = text_of(mail_server.wait(member.email, "Reset"))
        assert "evil.example" not in text
        assert "http://127.0.0.1" in text

    def test_the_second_factor_stays(self, mailing: Server, mail_server: MailServer, member):
        import pyotp  # noqa: PLC0415 - only here

        client = mailing.signed_in(member)
        secret = client.post("/api/auth/mfa/totp/").json()["secret"]
        client.post("/api/auth/mfa/totp/confirm/", json={"code": pyotp.TOTP(secret).now()})
        token = forget(mailing, mail_server, member.email)
        mailing.stranger().post("/api/auth/password/reset/", json={"token": token, "password": NEW})
        assert log_in(mailing, member.email, NEW).json()["mfa_required"] is True

    def test_it_is_no_way_around_single_sign_on(self, mailing: Server, mail_server: MailServer):
        """CVE-2022-39360: whoever has to use the identity provider gets no password, new or old."""
        organization = mailing.organization()
        member = mailing.member(organization, Role.ANALYST)
        token = forget(mailing, mail_server, member.email)
        with mailing.services.database.write(organization) as session:
            provider = IdentityProvider(
                name="Example ID", issuer="https://id.example", client_id="c", scopes=[], role_of_group={}
            )
            provider.is_required = True
            session.add(provider)
            session.flush()
            domain = member.email.partition("@")[2]
            session.add(EmailDomain(provider_id=provider.id, domain=domain, proof="p", verified_at=utc_now()))
        body = {"token": token, "password": NEW}
        assert mailing.stranger().post("/api/auth/password/reset/", json=body).status_code == 403
        refused = log_in(mailing, member.email, PASSWORD)
        assert (refused.status_code, "Example ID" in refused.json()["message"]) == (403, True)
        mailing.stranger().post("/api/auth/password/forgot/", json={"email": member.email})
        assert "Example ID" in text_of(mail_server.wait(member.email, "not needed"))

    def test_a_mail_server_that_is_away_gets_it_later(self, mailing: Server, mail_server: MailServer, member):
        mail_server.refusing = True
        try:
            mailing.stranger().post("/api/auth/password/forgot/", json={"email": member.email})
            time.sleep(1.5)
            assert mail_server.count(member.email) == 0
        finally:
            mail_server.refusing = False
        assert token_of(mail_server.wait(member.email, "Reset"))


class TestChanged:
    def test_ends_every_other_session_and_tells_the_owner(
        self, mailing: Server, mail_server: MailServer, member
    ):
        one, other = mailing.signed_in(member), mailing.signed_in(member)
        body = {"current_password": PASSWORD, "new_password": NEW}
        assert one.post("/api/auth/password/change/", json=body).status_code == 200
        assert one.get("/api/auth/status/").status_code == 200
        assert other.get("/api/auth/status/").status_code == 401
        assert log_in(mailing, member.email, NEW).status_code == 200
        mail_server.wait(member.email, "password was changed")

    def test_takes_the_current_one(self, mailing: Server, member):
        client = mailing.signed_in(member)
        body = {"current_password": "wrong", "new_password": NEW}
        answer = client.post("/api/auth/password/change/", json=body)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_credentials")

    def test_is_not_for_keys(self, mailing: Server, member):
        client = mailing.api(**{"X-API-Key": member.key})
        body = {"current_password": PASSWORD, "new_password": NEW}
        assert client.post("/api/auth/password/change/", json=body).status_code == 403


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password123",
        "qwertyuiop",
        "1234567890",
        "aaaaaaaaaaaa",
        "abcdefghijkl",
        "a@example.com",
        "x" * 1001,
    ],
)
def test_weak_passwords_are_refused(password: str):
    """ASVS 5 6.2.4: against a list of breached ones that is there without internet."""
    with pytest.raises(ValidationFailed):
        passwords.check_rules(password, "a@example.com")


@pytest.mark.parametrize(
    "password", ["correct horse battery", "x7Kq9mZp2LwR4t", "das ist ein längerer Satz 🎈"]
)
def test_good_passwords_are_taken_whatever_they_are_made_of(password: str):
    passwords.check_rules(password, "a@example.com")


class TestSessions:
    def test_are_listed_with_this_one_marked(self, server: Server):
        member = server.member(server.organization())
        one, other = server.signed_in(member), server.signed_in(member)
        rows = one.get("/api/auth/sessions/").json()["results"]
        assert [row["is_current"] for row in rows] == [False, True]
        assert all(row["address"] == "127.0.0.1" and row["method"] == "password" for row in rows)
        ended = one.delete(f"/api/auth/sessions/{rows[0]['id']}")
        assert ended.json() == {"id": rows[0]["id"]}
        assert other.get("/api/auth/status/").status_code == 401
        assert one.get("/api/auth/sessions/").json()["count"] == 1

    def test_others_can_be_ended_together(self, server: Server):
        member = server.member(server.organization())
        one, *others = (server.signed_in(member) for _ in range(3))
        assert one.post("/api/auth/sessions/end-others/").json() == {"ended": 2}
        assert [client.get("/api/auth/status/").status_code for client in others] == [401, 401]
        assert one.get("/api/auth/status/").status_code == 200

    def test_of_somebody_else_are_not_there(self, server: Server):
        organization = server.organization()
        victim = server.signed_in(server.member(organization))
        row = victim.get("/api/auth/sessions/").json()["results"][0]
        colleague = server.signed_in(server.member(organization))
        answer = colleague.delete(f"/api/auth/sessions/{row['id']}")
        assert answer.json()["message"] == f"Session with ID {row['id']} not found"
        assert victim.get("/api/auth/status/").status_code == 200

    def test_names_are_changed_in_the_profile(self, server: Server):
        client = server.signed_in(server.member(server.organization()))
        body = {"first_name": "Ada", "last_name": " Lovelace "}
        assert client.patch("/api/auth/profile/", json=body).json()["last_name"] == "Lovelace"
        assert client.get("/api/auth/status/").json()["user"]["first_name"] == "Ada"


class TestBrowserSessions:
    @pytest.fixture
    def browser(self, mailing: Server):
        """A client that keeps the cookie of a session, and the token that goes with it."""
        signed_in = mailing.signed_in(mailing.member(mailing.organization("starter")))
        answer = signed_in.post("/api/auth/browser/")
        assert answer.status_code == 200, answer.text
        self.tokens = signed_in
        self.set_cookie = answer.headers["set-cookie"]
        client = mailing.stranger()
        client.cookies = answer.cookies
        client.csrf = answer.json()["csrf_token"]
        return client

    def test_the_cookie_opens_the_api_and_the_tokens_no_more(self, browser):
        assert browser.get("/api/auth/status/").json()["csrf_token"] == browser.csrf
        assert self.tokens.get("/api/auth/status/").status_code == 401

    def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(self, browser):
        """ASVS 5 3.3."""
        assert "HttpOnly" in self.set_cookie
        assert "SameSite=lax" in self.set_cookie
        assert self.set_cookie.startswith("claribi=")

    def test_by_https_it_is_bound_to_the_host(self, mailing: Server):
        signed_in = mailing.signed_in(mailing.member(mailing.organization()))
        answer = signed_in.post("/api/auth/browser/", headers={"X-Forwarded-Proto": "https"})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-claribi=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        value = cookie.partition("=")[2].partition(";")[0]
        secure = {"Cookie": f"__Host-claribi={value}"}
        https = {"X-Forwarded-Proto": "https"}
        assert mailing.stranger().get("/api/auth/status/", headers=secure | https).status_code == 200
        # The name that any page may set is worth nothing by HTTPS.
        weak = {"Cookie": f"claribi={value}"}
        assert mailing.stranger().get("/api/auth/status/", headers=weak | https).status_code == 401

    def test_changes_need_the_csrf_token(self, browser):
        """ASVS 5 3.5.1."""
        body = {"name": "A"}
        refused = browser.post("/api/v1/dashboards", json=body)
        assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")
        wrong = browser.post("/api/v1/dashboards", json=body, headers={"X-CSRF-Token": "0" * 64})
        assert wrong.status_code == 403
        good = browser.post("/api/v1/dashboards", json=body, headers={"X-CSRF-Token": browser.csrf})
        assert good.status_code == 201

    def test_it_has_a_larger_allowance(self, browser):
        """Section 3: 6,000 an hour on every tier."""
        assert browser.get("/api/v1/reports").headers["x-ratelimit-limit"] == "6000"

    def test_signing_out_ends_it(self, browser):
        """Sessions that survive logout: ASVS 5 7.4.1."""
        stolen = dict(browser.cookies)
        done = browser.post("/api/auth/logout/", headers={"X-CSRF-Token": browser.csrf})
        assert done.status_code == 200
        browser.cookies = stolen
        assert browser.get("/api/auth/status/").status_code == 401
