"""Section 2 of the contract: JSON Web Tokens."""

import base64
import json
from datetime import timedelta

import jwt
import pytest
from support import PASSWORD, Member, Server

from claribi.accounts.permissions import Role
from claribi.accounts.tokens import ACCESS_LIFETIME, REFRESH_LIFETIME
from claribi.core.clock import utc_now
from claribi.core.secrets import derive, master_key


@pytest.fixture
def member(server: Server) -> Member:
    return server.member(server.organization(), Role.ANALYST)


@pytest.fixture
def signed_in(server: Server, member: Member) -> dict:
    body = {"email": member.email, "password": PASSWORD}
    return server.api().post("/api/auth/login/", json=body).json()


def status(server: Server, token: str):
    return server.api(Authorization=f"Bearer {token}").get("/api/auth/status/")


def test_login_answers_with_tokens_and_the_user(signed_in: dict, member: Member):
    assert set(signed_in) == {"access", "refresh", "user"}
    user = signed_in["user"]
    assert set(user) == {"id", "email", "first_name", "last_name", "role", "organization"}
    assert (user["email"], user["role"]) == (member.email, "analyst")
    assert user["organization"]["id"] == member.organization_id


def test_login_takes_the_address_in_any_case(server: Server, member: Member):
    body = {"email": f" {member.email.upper()} ", "password": PASSWORD}
    assert server.api().post("/api/auth/login", json=body).status_code == 200


@pytest.mark.parametrize("body", [{"password": "wrong"}, {"email": "nobody@example.com"}])
def test_wrong_address_and_wrong_password_look_alike(server: Server, member: Member, body: dict):
    answer = server.api().post("/api/auth/login/", json={"email": member.email, "password": PASSWORD} | body)
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_credentials"
    assert answer.json()["message"] == "The e-mail address or the password is wrong"


def test_the_access_token_lives_an_hour_and_the_refresh_token_seven_days(signed_in: dict):
    for kind, lifetime in (("access", timedelta(hours=1)), ("refresh", timedelta(days=7))):
        claims = jwt.decode(signed_in[kind], options={"verify_signature": False})
        assert abs(claims["exp"] - claims["iat"] - lifetime.total_seconds()) <= 1
    assert (timedelta(hours=1), timedelta(days=7)) == (ACCESS_LIFETIME, REFRESH_LIFETIME)


def test_the_access_token_opens_the_api(server: Server, signed_in: dict, member: Member):
    body = status(server, signed_in["access"]).json()
    assert body["user"]["email"] == member.email
    assert set(body["organization"]) == {"id", "name", "plan", "ai_credits_remaining", "trial_ends_at"}


def test_the_refresh_token_gives_a_new_access_token_again_and_again(server: Server, signed_in: dict):
    for _ in range(2):
        answer = server.api().post("/api/auth/token/refresh/", json={"refresh": signed_in["refresh"]})
        assert answer.status_code == 200
        assert set(answer.json()) == {"access"}
        assert status(server, answer.json()["access"]).status_code == 200


def test_neither_token_does_the_others_work(server: Server, signed_in: dict):
    assert status(server, signed_in["refresh"]).json()["error"] == "unauthorized"
    answer = server.api().post("/api/auth/token/refresh/", json={"refresh": signed_in["access"]})
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")


def test_logout_ends_both_tokens_at_once(server: Server, signed_in: dict):
    client = server.api(Authorization=f"Bearer {signed_in['access']}")
    assert client.post("/api/auth/logout/").status_code == 200
    assert status(server, signed_in["access"]).status_code == 401
    answer = server.api().post("/api/auth/token/refresh/", json={"refresh": signed_in["refresh"]})
    assert answer.status_code == 401


def test_logging_out_ends_no_other_session(server: Server, signed_in: dict, member: Member):
    other = server.signed_in(member)
    server.api(Authorization=f"Bearer {signed_in['access']}").post("/api/auth/logout/")
    assert other.get("/api/auth/status/").status_code == 200


class TestForgedTokens:
    @pytest.fixture
    def key(self, server: Server) -> bytes:
        return derive(master_key(server.services.settings), "tokens")

    @pytest.fixture
    def claims(self, signed_in: dict) -> dict:
        return jwt.decode(signed_in["access"], options={"verify_signature": False})

    def test_the_real_claims_and_key_do_open(self, server: Server, key: bytes, claims: dict):
        assert status(server, jwt.encode(claims, key, "HS256")).status_code == 200

    def test_an_expired_token_says_so(self, server: Server, key: bytes, claims: dict):
        claims["exp"] = utc_now() - timedelta(seconds=1)
        answer = status(server, jwt.encode(claims, key, "HS256"))
        assert (answer.status_code, answer.json()["error"]) == (401, "token_expired")

    @pytest.mark.parametrize(
        "change",
        [{"iss": "other"}, {"aud": "refresh"}, {"sid": 0}, {"sid": "x"}, {"sub": "0"}, {"exp": None}],
    )
    def test_wrong_claims_open_nothing(self, server: Server, key: bytes, claims: dict, change: dict):
        changed = {name: value for name, value in (claims | change).items() if value is not None}
        assert status(server, jwt.encode(changed, key, "HS256")).status_code == 401

    def test_a_token_not_yet_valid_opens_nothing(self, server: Server, key: bytes, claims: dict):
        claims["nbf"] = utc_now() + timedelta(minutes=5)
        assert status(server, jwt.encode(claims, key, "HS256")).status_code == 401

    def test_another_key_opens_nothing(self, server: Server, claims: dict):
        assert status(server, jwt.encode(claims, "x" * 64, "HS256")).status_code == 401

    def test_no_algorithm_opens_nothing(self, server: Server, claims: dict):
        head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).rstrip(b"=")
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
        assert status(server, f"{head.decode()}.{body.decode()}.").status_code == 401

    def test_another_algorithm_opens_nothing(self, server: Server, key: bytes, claims: dict):
        assert status(server, jwt.encode(claims, key * 2, "HS512")).status_code == 401


def test_too_many_wrong_passwords_are_slowed_down(server: Server, member: Member):
    wrong = {"email": member.email, "password": "wrong"}
    answers = [server.api().post("/api/auth/login/", json=wrong) for _ in range(21)]
    assert [a.status_code for a in answers[:20]] == [401] * 20
    assert answers[20].status_code == 429
    assert int(answers[20].headers["retry-after"]) > 0
