"""Single sign-on against a certified OpenID provider in a process of its own.

ASVS 5 10 (OAuth and OpenID Connect), OWASP API2:2023.
"""

import html
import re
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from openid_provider import CALLBACK, SECRET
from sqlalchemy import select
from support import PASSWORD, Api, Server, Team

from claribi.accounts.models import IdentityProvider, User
from claribi.accounts.permissions import Role
from claribi.accounts.sso.oidc import Client, SignInFailed, read_id_token
from claribi.accounts.sso.providers import IdentityProviders
from claribi.core.database import unscoped


class Organization(Team):
    """One with the provider set up for a domain of its own."""

    def __init__(self, server: Server, issuer: str, *, tier: str = "self_hosted", **changes: Any) -> None:
        super().__init__(server, tier)
        self.owner = self.client(Role.OWNER)
        self.domain = f"org{self.organization}.example"
        body = {
            "name": "Example ID",
            "issuer": issuer,
            "client_id": "claribi",
            "client_secret": SECRET,
            "default_role": "viewer",
        }
        made = self.owner.post("/api/v1/identity-providers", json=body | changes)
        assert made.status_code == 201, made.text
        self.provider = made.json()
        self.provider_path = f"/api/v1/identity-providers/{self.provider['id']}"
        self.claimed = self.owner.post(f"{self.provider_path}/domains", json={"domain": self.domain}).json()
        server.services.account_services.identity_providers.confirm_domain(self.organization, self.domain)

    def browser(self) -> httpx.Client:
        client = Api(timeout=30)
        self.server._open.append(client)  # closed with the server
        return client

    def start(self, browser: httpx.Client, next_path: str = "/dashboards/1") -> str:
        """Where the provider wants the browser."""
        body = {"email": f"somebody@{self.domain}", "next": next_path}
        answer = self.server.api().post("/api/v1/auth/sso", json=body)
        assert answer.status_code == 200, answer.text
        away = browser.get(answer.json()["authorization_url"])
        assert away.status_code == 302, away.text
        return away.headers["location"]

    def sign_in(self, login: str, browser: httpx.Client | None = None, next_path: str = "/dashboards/1"):
        """Go through the provider's pages: the answer of our callback."""
        browser = browser or self.browser()
        return browser.get(self.to_callback(login, browser, next_path))

    def to_callback(self, login: str, browser: httpx.Client, next_path: str = "/dashboards/1") -> str:
        answer = browser.get(self.start(browser, next_path))
        for _ in range(12):
            if answer.is_redirect:
                where = str(answer.next_request.url)
                if urlsplit(where).path == CALLBACK:
                    return where
                answer = browser.get(where)
                continue
            # The provider's pages: one to sign in, one to consent.
            action = html.unescape(re.search(r'action="([^"]+)"', answer.text)[1])
            fields = dict(re.findall(r'name="(\w+)" value="(\w+)"', answer.text))
            answer = browser.post(action, data=fields | {"login": login, "password": "any"})
        raise AssertionError(answer.text[:2000])

    def status(self, browser: httpx.Client) -> dict[str, Any]:
        return browser.get(f"{self.server.url}/api/auth/status/").json()


@pytest.fixture
def organization(near: Server, issuer: str) -> Organization:
    return Organization(near, issuer)


def error_of(answer: httpx.Response) -> str:
    assert answer.status_code == 302, answer.text
    return parse_qs(urlsplit(answer.headers["location"]).query)["error"][0]


class TestSigningIn:
    def test_somebody_new_gets_an_account_with_the_default_role(self, organization: Organization):
        browser = organization.browser()
        answer = organization.sign_in(f"ada@{organization.domain}", browser)
        assert (answer.status_code, answer.headers["location"]) == (302, "/dashboards/1")
        cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("claribi="))
        assert "HttpOnly" in cookie
        user = organization.status(browser)["user"]
        assert (user["email"], user["role"]) == (f"ada@{organization.domain}", "viewer")
        assert (user["first_name"], user["last_name"]) == ("Ada", "Lovelace")
        # Again, it is the same user.
        again = organization.browser()
        organization.sign_in(f"ada@{organization.domain}", again)
        assert organization.status(again)["user"]["id"] == user["id"]

    def test_a_member_is_known_by_the_verified_address(self, organization: Organization):
        email = f"member@{organization.domain}"
        accounts = organization.server.services.accounts
        user_id = accounts.create_user(organization.organization, email, PASSWORD, Role.ANALYST)
        browser = organization.browser()
        organization.sign_in(email, browser)
        assert organization.status(browser)["user"]["id"] == user_id
        assert organization.status(browser)["user"]["role"] == "analyst"

    def test_groups_give_roles_on_each_sign_in(self, organization: Organization):
        mapping = {"sales": "analyst", "everybody": "member"}
        answer = organization.owner.patch(organization.provider_path, json={"role_of_group": mapping})
        assert answer.status_code == 200, answer.text
        for login, role in (
            (f"bo+sales@{organization.domain}", "analyst"),
            (f"bo@{organization.domain}", "member"),
        ):
            browser = organization.browser()
            organization.sign_in(login, browser)
            assert organization.status(browser)["user"]["role"] == role

    def test_a_session_by_sso_counts_as_strong(self, organization: Organization):
        browser = organization.browser()
        organization.sign_in(f"strong@{organization.domain}", browser)
        rows = browser.get(f"{organization.server.url}/api/auth/sessions/").json()["results"]
        assert (rows[0]["method"], rows[0]["is_browser"]) == ("sso", True)

    def test_no_account_is_made_where_that_is_not_wanted(self, near: Server, issuer: str):
        organization = Organization(near, issuer, default_role=None)
        assert error_of(organization.sign_in(f"new@{organization.domain}")) == "sso_no_account"

    def test_seats_of_the_plan_count(self, near: Server, issuer: str):
        organization = Organization(near, issuer, tier="trial")
        assert error_of(organization.sign_in(f"second@{organization.domain}")) == "sso_no_seat"

    def test_required_it_ends_passwords_but_for_the_owner(self, organization: Organization):
        """CVE-2022-39360 and its kin: no way around single sign-on."""
        email = f"strict@{organization.domain}"
        accounts = organization.server.services.accounts
        accounts.create_user(organization.organization, email, PASSWORD, Role.ANALYST)
        body = {"email": email, "password": PASSWORD}
        assert organization.server.api().post("/api/auth/login/", json=body).status_code == 200
        organization.owner.patch(organization.provider_path, json={"is_required": True})
        refused = organization.server.api().post("/api/auth/login/", json=body)
        assert (refused.status_code, "Example ID" in refused.text) == (403, True)
        body["email"] = organization.member(Role.OWNER).email
        assert organization.server.api().post("/api/auth/login/", json=body).status_code == 200


class TestWhoDoesNotGetIn:
    def test_an_address_that_was_not_verified(self, organization: Organization):
        assert error_of(organization.sign_in(f"x+unverified@{organization.domain}")) == "sso_no_account"

    def test_an_address_of_another_domain(self, organization: Organization):
        assert error_of(organization.sign_in("ada@elsewhere.example")) == "sso_no_account"

    def test_somebody_of_another_organisation(self, organization: Organization, near: Server, issuer: str):
        """A provider vouches for its own organisation's people only."""
        other = Organization(near, issuer)
        email = f"theirs@{other.domain}"
        near.services.accounts.create_user(other.organization, email, PASSWORD, Role.OWNER)
        assert error_of(organization.sign_in(email)) == "sso_no_account"

    def test_a_disabled_member(self, organization: Organization):
        browser = organization.browser()
        organization.sign_in(f"gone@{organization.domain}", browser)
        user_id = organization.status(browser)["user"]["id"]
        organization.owner.patch(f"/api/v1/members/{user_id}", json={"is_active": False})
        assert error_of(organization.sign_in(f"gone@{organization.domain}")) == "sso_disabled"

    def test_anybody_once_the_provider_is_switched_off(self, organization: Organization):
        organization.owner.patch(organization.provider_path, json={"is_active": False})
        body = {"email": f"a@{organization.domain}"}
        assert organization.server.api().post("/api/v1/auth/sso", json=body).status_code == 404

    def test_a_browser_that_did_not_begin(self, organization: Organization):
        """Login CSRF: ASVS 5 10.1.2."""
        url = organization.to_callback(f"ada@{organization.domain}", organization.browser())
        assert error_of(organization.browser().get(url)) == "sso_expired"

    def test_a_callback_twice(self, organization: Organization):
        browser = organization.browser()
        url = organization.to_callback(f"ada@{organization.domain}", browser)
        attempt = browser.cookies["claribi-sso"]
        assert browser.get(url).headers["location"] == "/dashboards/1"
        replay = organization.browser()
        assert error_of(replay.get(url, headers={"Cookie": f"claribi-sso={attempt}"})) == "sso_expired"

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"state": "made-up"}, "sso_expired"),
            ({"code": "made-up"}, "sso_failed"),
            ({"iss": "https://evil.example"}, "sso_failed"),
        ],
    )
    def test_an_answer_that_was_changed_on_the_way(
        self, organization: Organization, change: dict, error: str
    ):
        browser = organization.browser()
        url = httpx.URL(organization.to_callback(f"ada@{organization.domain}", browser))
        assert error_of(browser.get(url.copy_merge_params(change))) == error

    @pytest.mark.parametrize("path", ["https://evil.example", "//evil.example", "/\\evil.example", "evil"])
    def test_nobody_is_led_on_to_elsewhere(self, organization: Organization, path: str):
        """Open redirect: ASVS 5 3.7.2."""
        answer = organization.sign_in(f"ada@{organization.domain}", next_path=path)
        assert answer.headers["location"] == "/"


class TestTheIdToken:
    """What a token must say; each with a real signature."""

    CLIENT = Client("https://id.example", "claribi", None, ("openid",), "https://here.example/callback")
    PROVIDER = {"id_token_signing_alg_values_supported": ["RS256", "HS256", "none"]}  # noqa: RUF012 - a constant

    @pytest.fixture(scope="class")
    @classmethod
    def keys(cls):
        return [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]

    def read(self, keys: list, key: Any = None, algorithm: str = "RS256", **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        claims = {"iss": "https://id.example", "aud": "claribi", "sub": "1", "iat": now, "exp": now + 60}
        claims = {k: v for k, v in (claims | {"nonce": "n"} | changes).items() if v is not None}
        token = jwt.encode(claims, key or keys[0], algorithm, headers={"kid": "k"})
        public = jwt.algorithms.RSAAlgorithm.to_jwk(keys[0].public_key(), as_dict=True)
        return read_id_token(token, {"keys": [public | {"kid": "k"}]}, self.PROVIDER, self.CLIENT, "n")

    def test_a_good_one_is_read(self, keys: list):
        assert self.read(keys)["sub"] == "1"

    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": "https://evil.example"},
            {"aud": "another"},
            {"aud": ["claribi", "another"], "azp": "another"},
            {"nonce": "other"},
            {"nonce": None},
            {"exp": int(time.time()) - 3600},
            {"iat": None},
            {"sub": None},
        ],
    )
    def test_one_that_is_not_for_us_now_is_refused(self, keys: list, changes: dict):
        with pytest.raises(SignInFailed):
            self.read(keys, **changes)

    def test_another_key_is_refused(self, keys: list):
        with pytest.raises(SignInFailed):
            self.read(keys, key=keys[1])

    def test_no_signature_and_a_shared_secret_are_refused(self, keys: list):
        with pytest.raises(SignInFailed):
            self.read(keys, key=SECRET * 2, algorithm="HS256")
        with pytest.raises(SignInFailed):
            read_id_token("e30.e30.", {"keys": []}, self.PROVIDER, self.CLIENT, "n")


class TestSettingUp:
    def test_the_secret_is_sealed_and_never_shown(self, organization: Organization):
        """OWASP API3:2023."""
        assert organization.provider["has_client_secret"] is True
        assert SECRET not in organization.owner.get(organization.provider_path).text
        assert SECRET not in organization.owner.get("/api/v1/audit-logs?page_size=100").text
        with organization.server.services.database.read(None) as session:
            rows = unscoped(session).scalars(select(IdentityProvider)).all()
        assert all(SECRET not in (row.client_secret or "") for row in rows)

    def test_what_is_no_provider_is_refused(self, organization: Organization):
        body = {"name": "x", "client_id": "c", "issuer": organization.server.url}
        assert organization.owner.post("/api/v1/identity-providers", json=body).status_code == 400
        stale = organization.owner.patch(
            organization.provider_path, json={"name": "y"}, headers={"If-Match": '"old"'}
        )
        assert stale.status_code == 412

    def test_no_provider_makes_owners(self, organization: Organization):
        for change in ({"default_role": "owner"}, {"role_of_group": {"a": "owner"}}):
            assert organization.owner.patch(organization.provider_path, json=change).status_code == 403
        change = {"default_role": "king"}
        assert organization.owner.patch(organization.provider_path, json=change).status_code == 400

    def test_private_networks_are_out_of_reach_by_default(self, server: Server):
        """SSRF through the settings: OWASP API7:2023."""
        owner = server.signed_in(server.member(server.organization()))
        for issuer in ("http://127.0.0.1:1", "http://localhost", "http://169.254.169.254", "http://[::1]"):
            body = {"name": "x", "client_id": "c", "issuer": issuer}
            answer = owner.post("/api/v1/identity-providers", json=body)
            assert (answer.status_code, answer.json()["error"]) == (400, "validation_error"), issuer
            assert "private network" in answer.json()["message"]

    def test_a_domain_counts_once_its_record_is_found(self, organization: Organization, near: Server):
        path = f"{organization.provider_path}/domains"
        claimed = organization.owner.post(path, json={"domain": "fresh.example"}).json()
        body = {"email": "a@fresh.example"}
        assert near.api().post("/api/v1/auth/sso", json=body).status_code == 404
        # There is no such zone, so the record can't be there.
        missing = organization.owner.post(f"{path}/{claimed['id']}/verify")
        assert (missing.status_code, "_claribi.fresh.example" in missing.text) == (409, True)
        services = near.services
        zone = {claimed["txt_record"]["name"]: [claimed["txt_record"]["value"]]}
        wing = services.account_services
        looking = IdentityProviders(services.database, wing.vault, None, lambda name: zone.get(name, []))
        caller = services.accounts.principal(organization.member(Role.OWNER).email)
        assert looking.verify_domain(caller, str(organization.provider["id"]), str(claimed["id"])).verified_at
        assert near.api().post("/api/v1/auth/sso", json=body).status_code == 200

    def test_a_proven_domain_is_nobody_elses_and_public_ones_are_nobodys(
        self, organization: Organization, near: Server, issuer: str
    ):
        other = Organization(near, issuer)
        path = f"{other.provider_path}/domains"
        claimed = other.owner.post(path, json={"domain": organization.domain})
        assert claimed.status_code == 201
        from claribi.core.errors import Conflict  # noqa: PLC0415 - only here

        with pytest.raises(Conflict):
            near.services.account_services.identity_providers.confirm_domain(
                other.organization, organization.domain
            )
        assert other.owner.post(path, json={"domain": "gmail.com"}).status_code == 400

    def test_no_account_of_sso_has_a_password(self, organization: Organization):
        organization.sign_in(f"nopass@{organization.domain}")
        with organization.server.services.database.read(None) as session:
            user = (
                unscoped(session)
                .scalars(select(User).where(User.email == f"nopass@{organization.domain}"))
                .one()
            )
        assert user.password_hash is None
        body = {"email": user.email, "password": ""}
        client: Api = organization.server.api()
        assert client.post("/api/auth/login/", json=body).status_code == 401
