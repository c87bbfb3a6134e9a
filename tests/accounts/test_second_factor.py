"""Section 2 of the contract: codes of an authenticator, backup codes, organisations that ask for them."""

import time
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import update
from support import PASSWORD, Api, Member, Server, Team

from claribi.accounts.models import User
from claribi.accounts.permissions import Role
from claribi.core.database import unscoped


class Person:
    """A member with an authenticator."""

    def __init__(self, server: Server, member: Member) -> None:
        self.server, self.member = server, member
        self.client = server.signed_in(member)
        self.secret = ""
        self.backup_codes: list[str] = []

    def set_up(self) -> None:
        made = self.client.post("/api/auth/mfa/totp/")
        assert made.status_code == 201, made.text
        self.secret = made.json()["secret"]
        done = self.client.post("/api/auth/mfa/totp/confirm/", json={"code": self.code()})
        assert done.status_code == 200, done.text
        self.backup_codes = done.json()["backup_codes"]
        self.forget_step()

    def code(self) -> str:
        return pyotp.TOTP(self.secret).now()

    def forget_step(self) -> None:
        """Let this half minute's code work again, so that no test has to wait for the next one."""
        with self.server.services.database.write(None) as session:
            unscoped(session).execute(
                update(User).where(User.id == self.member.user_id).values(totp_last_step=0)
            )

    def first_step(self) -> dict:
        body = {"email": self.member.email, "password": PASSWORD}
        answer = self.server.api().post("/api/auth/login/", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def second_step(self, token: str, code: str):
        return self.server.api().post("/api/auth/mfa/verify/", json={"mfa_token": token, "code": code})


@pytest.fixture
def person(server: Server) -> Person:
    made = Person(server, server.member(server.organization()))
    made.set_up()
    return made


def test_the_picture_says_what_the_authenticator_needs(server: Server):
    client = server.signed_in(server.member(server.organization()))
    made = client.post("/api/auth/mfa/totp/").json()
    assert made["qr_svg"].startswith("<svg")
    assert made["url"].startswith("otpauth://totp/claribi")
    assert pyotp.parse_uri(made["url"]).secret == made["secret"]


def test_signing_in_takes_two_steps(person: Person):
    first = person.first_step()
    assert set(first) == {"mfa_required", "mfa_token", "methods"}
    assert (first["mfa_required"], first["methods"]) == (True, ["totp"])
    done = person.second_step(first["mfa_token"], person.code())
    assert set(done.json()) == {"access", "refresh", "user"}


def test_the_token_of_the_first_step_opens_nothing(person: Person):
    token = person.first_step()["mfa_token"]
    assert person.server.api(Authorization=f"Bearer {token}").get("/api/auth/status/").status_code == 401
    assert person.server.api().post("/api/auth/token/refresh/", json={"refresh": token}).status_code == 401


def test_no_code_works_twice(person: Person):
    """ASVS 5 6.5.1."""
    code = person.code()
    assert person.second_step(person.first_step()["mfa_token"], code).status_code == 200
    again = person.second_step(person.first_step()["mfa_token"], code)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_credentials")


def test_a_sign_in_is_finished_once(person: Person):
    token = person.first_step()["mfa_token"]
    assert person.second_step(token, person.code()).status_code == 200
    person.forget_step()
    assert person.second_step(token, person.code()).status_code == 401


def test_of_two_with_the_same_code_at_the_same_moment_one_gets_in(person: Person):
    tokens = [person.first_step()["mfa_token"] for _ in range(8)]
    code = person.code()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda token: person.second_step(token, code).status_code, tokens))
    assert sorted(answers) == [200] + [401] * 7


def test_a_backup_code_works_once(person: Person):
    assert len(set(person.backup_codes)) == 10
    for code, expected in ((person.backup_codes[0], 200), (person.backup_codes[0], 401)):
        assert person.second_step(person.first_step()["mfa_token"], code).status_code == expected
    # As people type it.
    typed = person.backup_codes[1].upper().replace("-", " ")
    assert person.second_step(person.first_step()["mfa_token"], typed).status_code == 200
    assert person.client.get("/api/auth/mfa/").json()["backup_codes_left"] == 8


def test_only_hashes_of_backup_codes_and_a_sealed_secret_are_kept(person: Person):
    stored = b"".join(file.read_bytes() for file in person.server.data_dir.glob("claribi.db*"))
    assert person.secret.encode() not in stored
    for code in person.backup_codes:
        assert code.encode() not in stored
        assert code.replace("-", "").encode() not in stored


def test_five_wrong_codes_end_the_sign_in(person: Person):
    """ASVS 5 6.3.1. The owner signs in again and is not locked out."""
    token = person.first_step()["mfa_token"]
    wrong = f"{(int(person.code()) + 111111) % 10**6:06}"
    for _ in range(5):
        assert person.second_step(token, wrong).json()["error"] == "invalid_credentials"
    assert person.second_step(token, person.code()).json()["error"] == "unauthorized"
    assert person.second_step(person.first_step()["mfa_token"], person.code()).status_code == 200


@pytest.mark.parametrize("code", ["", "x" * 50, "\uff11\uff12\uff13\uff14\uff15\uff16", "123456\n", "None"])
def test_odd_codes_are_wrong_codes(person: Person, code: str):
    answer = person.second_step(person.first_step()["mfa_token"], code)
    assert answer.status_code in {400, 401}


def test_an_attacker_elsewhere_slows_himself_down_and_not_the_owner(mailing: Server):
    """ASVS 5 6.3.2: the owner's own address has tries of its own."""
    member = mailing.member(mailing.organization())
    at_home = mailing.stranger()
    body = {"email": member.email, "password": PASSWORD}
    assert at_home.post("/api/auth/login/", json=body).status_code == 200
    attacker = mailing.stranger()
    wrong = {"email": member.email, "password": "wrong"}
    answers = [attacker.post("/api/auth/login/", json=wrong).status_code for _ in range(21)]
    assert answers == [401] * 20 + [429]
    # From other addresses neither, even with the right password.
    assert mailing.stranger().post("/api/auth/login/", json=body).status_code == 429
    assert at_home.post("/api/auth/login/", json=body).status_code == 200


def test_it_is_taken_off_with_a_code_only(person: Person):
    wrong = f"{(int(person.code()) + 111111) % 10**6:06}"
    assert person.client.post("/api/auth/mfa/totp/disable/", json={"code": wrong}).status_code == 400
    done = person.client.post("/api/auth/mfa/totp/disable/", json={"code": person.code()})
    assert done.status_code == 200
    assert set(person.first_step()) == {"access", "refresh", "user"}
    assert person.client.get("/api/auth/mfa/").json()["backup_codes_left"] == 0


def test_new_backup_codes_make_the_old_ones_void(person: Person):
    fresh = person.client.post("/api/auth/mfa/backup-codes/", json={"code": person.backup_codes[0]})
    assert fresh.status_code == 201
    assert person.second_step(person.first_step()["mfa_token"], person.backup_codes[1]).status_code == 401
    code = fresh.json()["backup_codes"][0]
    assert person.second_step(person.first_step()["mfa_token"], code).status_code == 200


def test_set_up_but_not_confirmed_it_asks_for_nothing(server: Server):
    person = Person(server, server.member(server.organization()))
    person.client.post("/api/auth/mfa/totp/")
    assert person.client.post("/api/auth/mfa/totp/confirm/", json={"code": "000000"}).status_code == 400
    assert "access" in person.first_step()


def test_no_api_key_changes_the_second_factor(server: Server):
    by_key = server.owner()
    assert by_key.post("/api/auth/mfa/totp/").status_code == 403
    assert by_key.get("/api/auth/sessions/").status_code == 403


class TestAnOrganisationThatAsksForIt:
    @pytest.fixture
    def team(self, server: Server) -> Team:
        made = Team(server)
        made.client(Role.ANALYST)
        owner = Person(server, made.member(Role.OWNER))
        owner.set_up()
        self.owner = owner.client
        asked = owner.client.patch("/api/v1/security-policy", json={"require_mfa": True})
        assert asked.status_code == 200, asked.text
        return made

    def test_lets_nobody_work_without(self, team: Team):
        analyst = team.client(Role.ANALYST)
        refused = analyst.get("/api/v1/reports")
        assert (refused.status_code, refused.json()["error"]) == (401, "mfa_required")
        assert analyst.get("/api/auth/status/").json()["mfa_required"] is True
        # Nor by key: it has the permissions of its user, now.
        by_key = team.server.api(**{"X-API-Key": team.member(Role.ANALYST).key})
        assert by_key.get("/api/v1/reports").json()["error"] == "mfa_required"

    def test_lets_who_sets_it_up_work_at_once(self, team: Team):
        person = Person(team.server, team.member(Role.ANALYST))
        person.set_up()
        assert person.client.get("/api/v1/reports").status_code == 200
        by_key = team.server.api(**{"X-API-Key": team.member(Role.ANALYST).key})
        assert by_key.get("/api/v1/reports").status_code == 200
        refused = person.client.post("/api/auth/mfa/totp/disable/", json={"code": person.code()})
        assert refused.status_code == 409

    def test_works_on_for_who_has_it(self, team: Team):
        assert self.owner.get("/api/v1/reports").status_code == 200

    def test_is_asked_for_by_no_owner_without_one(self, server: Server):
        owner: Api = server.signed_in(server.member(server.organization()))
        assert owner.patch("/api/v1/security-policy", json={"require_mfa": True}).status_code == 409


def test_the_clock_may_be_half_a_minute_off(person: Person):
    earlier = pyotp.TOTP(person.secret).at(int(time.time()) - 30)
    assert person.second_step(person.first_step()["mfa_token"], earlier).status_code == 200
    person.forget_step()
    long_ago = pyotp.TOTP(person.secret).at(int(time.time()) - 120)
    assert person.second_step(person.first_step()["mfa_token"], long_ago).status_code == 401
