"""The security policy: how long keys live, which pages may call the API; keys that soon expire."""

from datetime import datetime, timedelta

import pytest
from mail_server import MailServer, text_of
from sqlalchemy import update
from support import Api, Server, Team

from claribi.accounts.models import ApiKey
from claribi.accounts.permissions import Role
from claribi.core.clock import utc_now

PAGE = "https://app.example.com"


@pytest.fixture
def team(server: Server) -> Team:
    return Team(server)


@pytest.fixture
def owner(team: Team) -> Api:
    return team.client(Role.OWNER)


class TestKeys:
    def test_live_no_longer_than_the_policy_says_old_ones_neither(self, team: Team, owner: Api):
        """CVE-2026-23982: a rule that holds on creation holds for what was there before as well."""
        eternal = owner.post("/api/v1/api-keys", json={"name": "eternal"}).json()
        assert eternal["expires_at"] is None
        assert owner.patch("/api/v1/security-policy", json={"max_key_days": 90}).status_code == 200
        shortened = owner.get(f"/api/v1/api-keys/{eternal['id']}").json()["expires_at"]
        left = datetime.fromisoformat(shortened) - utc_now()
        assert timedelta(days=89) < left <= timedelta(days=90)
        for days, status in ((None, 400), (365, 400), (90, 201), (30, 201)):
            made = owner.post("/api/v1/api-keys", json={"name": "k", "expires_in_days": days})
            assert made.status_code == status, days

    def test_are_only_ever_narrowed(self, owner: Api, server: Server):
        made = owner.post(
            "/api/v1/api-keys", json={"name": "n", "permissions": ["reports:read", "dashboards:read"]}
        ).json()
        path = f"/api/v1/api-keys/{made['id']}"
        wider = owner.patch(path, json={"permissions": ["reports:read", "users:manage"]})
        assert wider.status_code == 403
        assert owner.patch(path, json={"permissions": ["reports:read"]}).status_code == 200
        by_key = server.api(**{"X-API-Key": made["key"]})
        assert by_key.get("/api/v1/dashboards").status_code == 403
        assert by_key.get("/api/v1/reports").status_code == 200

    def test_are_filtered_by_state_and_user(self, team: Team, owner: Api):
        ids = [owner.post("/api/v1/api-keys", json={"name": f"k{n}"}).json()["id"] for n in range(3)]
        owner.delete(f"/api/v1/api-keys/{ids[0]}")
        with team.server.services.database.write(team.organization) as session:
            session.execute(update(ApiKey).where(ApiKey.id == ids[1]).values(expires_at=utc_now()))

        def found(query: str) -> set[int]:
            return {row["id"] for row in owner.get(f"/api/v1/api-keys?{query}").json()["results"]} & set(ids)

        assert found("status=revoked") == {ids[0]}
        assert found("status=expired") == {ids[1]}
        assert found("status=active") == {ids[2]}
        assert found(f"user_id={team.member(Role.OWNER).user_id}") == set(ids)
        assert found(f"user_id={team.member(Role.MEMBER).user_id}") == set()

    def test_are_fifty_at_most(self, owner: Api):
        answers = {owner.post("/api/v1/api-keys", json={"name": "k"}).status_code for _ in range(49)}
        assert answers == {201}
        assert owner.post("/api/v1/api-keys", json={"name": "one more"}).status_code == 409

    def test_a_stale_change_is_refused(self, owner: Api):
        made = owner.post("/api/v1/api-keys", json={"name": "k"}).json()
        path = f"/api/v1/api-keys/{made['id']}"
        tag = owner.get(path).headers["etag"]
        assert owner.patch(path, json={"name": "l"}, headers={"If-Match": tag}).status_code == 200
        assert owner.patch(path, json={"name": "m"}, headers={"If-Match": tag}).status_code == 412
        assert owner.delete(path, headers={"If-Match": tag}).status_code == 412

    def test_a_mail_warns_before_one_expires_once(self, mailing: Server, mail_server: MailServer):
        organization = mailing.organization()
        member = mailing.member(organization)
        with mailing.services.database.write(organization) as session:
            session.execute(
                update(ApiKey)
                .where(ApiKey.id == member.key_id)
                .values(expires_at=utc_now() + timedelta(days=6, hours=23))
            )
        housekeeping = mailing.services.account_services.housekeeping
        assert housekeeping.warn_of_expiring_keys() == 1
        assert housekeeping.warn_of_expiring_keys() == 0
        mail = mail_server.wait(member.email, "expires")
        assert member.key not in text_of(mail)
        assert member.key[:18] in text_of(mail)


class TestOtherPages:
    """CORS, by organisation. OWASP API8:2023."""

    @pytest.fixture
    def key(self, team: Team, owner: Api) -> str:
        answer = owner.patch("/api/v1/security-policy", json={"cors_origins": [PAGE.upper() + "/"]})
        assert answer.json()["cors_origins"] == [PAGE]
        return team.member(Role.OWNER).key

    def preflight(self, server: Server, origin: str):
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        return server.api().options("/api/v1/reports", headers=headers)

    def test_of_an_allowed_origin_may_call(self, server: Server, key: str):
        asked = self.preflight(server, PAGE)
        assert asked.status_code == 200
        assert asked.headers["access-control-allow-origin"] == PAGE
        assert "X-API-Key" in asked.headers["access-control-allow-headers"]
        called = server.api(**{"X-API-Key": key}).get("/api/v1/reports", headers={"Origin": PAGE})
        assert called.headers["access-control-allow-origin"] == PAGE
        assert "Origin" in called.headers["vary"]
        assert "X-RateLimit-Remaining" in called.headers["access-control-expose-headers"]
        # Never with cookies.
        assert "access-control-allow-credentials" not in called.headers

    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "null", PAGE + ".evil.example", "http://app.example.com"]
    )
    def test_of_another_origin_may_not(self, server: Server, key: str, origin: str):
        asked = self.preflight(server, origin)
        assert (asked.status_code, asked.json()["error"]) == (403, "forbidden")
        called = server.api(**{"X-API-Key": key}).get("/api/v1/reports", headers={"Origin": origin})
        assert "access-control-allow-origin" not in called.headers

    def test_one_organisations_origins_are_not_anothers(self, server: Server, key: str):
        other = server.owner()
        called = other.get("/api/v1/reports", headers={"Origin": PAGE})
        assert called.status_code == 200
        assert "access-control-allow-origin" not in called.headers

    def test_an_origin_that_goes_is_gone(self, owner: Api, server: Server, key: str):
        owner.patch("/api/v1/security-policy", json={"cors_origins": []})
        called = server.api(**{"X-API-Key": key}).get("/api/v1/reports", headers={"Origin": PAGE})
        assert "access-control-allow-origin" not in called.headers

    @pytest.mark.parametrize(
        "origin", ["*", "https://*.example.com", "example.com", "ftp://a.b", "https://a.b/path", "http://a.b"]
    )
    def test_what_is_no_origin_is_refused(self, owner: Api, origin: str):
        answer = owner.patch("/api/v1/security-policy", json={"cors_origins": [origin]})
        assert answer.json()["details"][0]["field"] == "cors_origins"

    def test_the_servers_own_pages_are_not_concerned(self, server: Server):
        answer = server.api().get("/api/v1/reports", headers={"Origin": server.url})
        assert answer.status_code == 401
        assert "access-control-allow-origin" not in answer.headers
