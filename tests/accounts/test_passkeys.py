"""Passkeys with a real browser and its virtual authenticator (WebAuthn). ASVS 5 6.5 and 6.6."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import CDPSession, Page
from support import PASSWORD, Member, Server

from claribi.accounts.permissions import Role

pytestmark = pytest.mark.browser
CREATE = """async options => (await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options)})).toJSON()"""
GET = """async options => (await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options)})).toJSON()"""


class Browser:
    """A page of the server, with an authenticator that says yes."""

    def __init__(self, page: Page, session: CDPSession, server: Server) -> None:
        self.page, self.session, self.server = page, session, server
        self.url = server.url.replace("127.0.0.1", "localhost")
        page.goto(f"{self.url}/healthz")
        session.send("WebAuthn.enable")
        self.options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        self.authenticator = self._add()

    def _add(self) -> str:
        made = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": self.options})
        return str(made["authenticatorId"])

    def without_verification(self) -> None:
        """From now on the authenticator does not ask who is there."""
        self.session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self.authenticator, "isUserVerified": False}
        )

    def member(self, organization: int | None = None) -> Member:
        return self.server.member(organization or self.server.organization(), Role.ANALYST)

    def client(self, **headers: str):
        client = self.server.api(**headers)
        client.base_url = self.url
        return client

    def signed_in(self, member: Member):
        client = self.server.signed_in(member)
        client.base_url = self.url
        return client

    def make(self, client: Any, name: str = "Laptop") -> dict[str, Any]:
        begun = client.post("/api/v1/auth/passkeys/options").json()
        credential = self.page.evaluate(CREATE, begun["options"])
        body = {"name": name, "token": begun["token"], "credential": credential}
        self.body = body
        answer = client.post("/api/v1/auth/passkeys", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def answer(self, mfa_token: str | None = None) -> dict[str, Any]:
        """What the browser sends to sign in."""
        begun = self.client().post("/api/v1/auth/passkeys/sign-in/options", json={"mfa_token": mfa_token})
        assert begun.status_code == 200, begun.text
        credential = self.page.evaluate(GET, begun.json()["options"])
        return {"token": begun.json()["token"], "credential": credential, "mfa_token": mfa_token}

    def sign_in(self, body: dict[str, Any]):
        return self.client().post("/api/v1/auth/passkeys/sign-in", json=body)


@pytest.fixture
def browser(chromium: Chromium, server: Server) -> Iterator[Browser]:
    context = chromium.new_context()
    page = context.new_page()
    yield Browser(page, context.new_cdp_session(page), server)
    context.close()


def test_a_passkey_stands_in_for_the_password(browser: Browser):
    member = browser.member()
    owner = browser.signed_in(member)
    made = browser.make(owner)
    assert owner.get("/api/v1/auth/passkeys").json()["results"] == [made | {"last_used_at": None}]
    answer = browser.sign_in(browser.answer())
    assert answer.status_code == 200, answer.text
    assert answer.json()["user"]["email"] == member.email
    client = browser.client(Authorization=f"Bearer {answer.json()['access']}")
    assert client.get("/api/auth/status/").status_code == 200
    assert owner.get("/api/v1/auth/passkeys").json()["results"][0]["last_used_at"] is not None


def test_it_is_the_second_step_after_the_password(browser: Browser):
    member = browser.member()
    browser.make(browser.signed_in(member))
    body = {"email": member.email, "password": PASSWORD}
    first = browser.client().post("/api/auth/login/", json=body).json()
    assert (first["mfa_required"], first["methods"]) == (True, ["passkey"])
    answer = browser.answer(first["mfa_token"])
    assert browser.sign_in(answer).status_code == 200
    # The first step is used up.
    begun = browser.client().post(
        "/api/v1/auth/passkeys/sign-in/options", json={"mfa_token": first["mfa_token"]}
    )
    assert begun.status_code == 401


def test_an_answer_works_once(browser: Browser):
    browser.make(browser.signed_in(browser.member()))
    answer = browser.answer()
    assert browser.sign_in(answer).status_code == 200
    assert browser.sign_in(answer).status_code == 401


def test_a_made_passkey_is_taken_once(browser: Browser):
    client = browser.signed_in(browser.member())
    browser.make(client)
    assert client.post("/api/v1/auth/passkeys", json=browser.body).status_code == 400


def test_another_site_gets_nothing_that_works_here(browser: Browser, server: Server):
    """Phishing: an answer for one origin is none for another."""
    browser.make(browser.signed_in(browser.member()))
    answer = browser.answer()
    elsewhere = server.api().post("/api/v1/auth/passkeys/sign-in", json=answer)
    assert (elsewhere.status_code, elsewhere.json()["error"]) == (401, "invalid_credentials")


def test_alone_it_has_to_know_its_owner(browser: Browser):
    browser.make(browser.signed_in(browser.member()))
    begun = browser.client().post("/api/v1/auth/passkeys/sign-in/options", json={}).json()
    assert begun["options"]["userVerification"] == "required"
    # A page that asks for less than the server does.
    browser.without_verification()
    credential = browser.page.evaluate(GET, begun["options"] | {"userVerification": "discouraged"})
    answer = browser.sign_in({"token": begun["token"], "credential": credential})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_credentials")


def test_it_is_no_second_step_for_somebody_else(browser: Browser):
    thief, victim = browser.member(), browser.member()
    browser.make(browser.signed_in(thief), "Thief")
    import pyotp  # noqa: PLC0415 - only here

    client = browser.signed_in(victim)
    secret = client.post("/api/auth/mfa/totp/").json()["secret"]
    client.post("/api/auth/mfa/totp/confirm/", json={"code": pyotp.TOTP(secret).now()})
    body = {"email": victim.email, "password": PASSWORD}
    first = browser.client().post("/api/auth/login/", json=body).json()
    answer = browser.answer() | {"mfa_token": first["mfa_token"]}
    assert browser.sign_in(answer).status_code == 401


@pytest.mark.parametrize("part", ["signature", "clientDataJSON", "authenticatorData"])
def test_a_forged_answer_is_refused(browser: Browser, part: str):
    browser.make(browser.signed_in(browser.member()))
    forged = copy.deepcopy(browser.answer())
    text = forged["credential"]["response"][part]
    forged["credential"]["response"][part] = ("B" if text[0] != "B" else "C") + text[1:]
    assert browser.sign_in(forged).json()["error"] == "invalid_credentials"


@pytest.mark.parametrize(
    "credential", [{}, {"rawId": 1}, {"rawId": "AAAA", "response": None}, {"rawId": "ä"}]
)
def test_nonsense_is_refused(server: Server, credential: dict):
    begun = server.api().post("/api/v1/auth/passkeys/sign-in/options", json={}).json()
    body = {"token": begun["token"], "credential": credential}
    assert server.api().post("/api/v1/auth/passkeys/sign-in", json=body).status_code == 401


def test_a_removed_one_opens_nothing_and_is_ones_own_to_remove(browser: Browser, server: Server):
    organization = server.organization()
    client = browser.signed_in(browser.member(organization))
    path = f"/api/v1/auth/passkeys/{browser.make(client)['id']}"
    colleague = browser.signed_in(browser.member(organization))
    assert colleague.delete(path).status_code == 404
    assert colleague.patch(path, json={"name": "Mine"}).status_code == 404
    assert client.patch(path, json={"name": "Phone"}).json()["name"] == "Phone"
    assert client.delete(path).status_code == 200
    assert browser.sign_in(browser.answer()).json()["error"] == "invalid_credentials"
