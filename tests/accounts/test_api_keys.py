"""Section 2 of the contract: API keys."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from support import Api, Server

from claribi.accounts.models import ApiKey, User
from claribi.accounts.permissions import Role
from claribi.core.clock import utc_now


@pytest.fixture
def created(api: Api) -> dict:
    answer = api.post("/api/v1/api-keys", json={"name": "Nightly", "expires_in_days": 90})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize(
    "headers",
    [
        lambda key: {"X-API-Key": key},
        lambda key: {"Authorization": f"Bearer {key}"},
        lambda key: {"Authorization": f"Api-Key {key}"},
    ],
)
def test_a_key_opens_the_api_in_each_of_its_headers(server: Server, created: dict, headers):
    answer = server.api(**headers(created["key"])).get("/api/v1/auth/verify/")
    assert answer.status_code == 200
    assert answer.json()["valid"] is True
    assert answer.json()["api_key"]["id"] == created["id"]
    assert set(answer.json()["organization"]) == {"id", "name", "tier"}
    assert set(answer.json()["user"]) == {"id", "email"}


def test_the_key_is_shown_once_and_listed_by_its_prefix(api: Api, created: dict):
    assert created["key"].startswith("claribi_key_")
    assert created["key"].startswith(created["prefix"])
    assert len(created["prefix"]) < len(created["key"]) - 20
    listed = api.get("/api/v1/api-keys").text
    assert created["prefix"] in listed
    assert created["key"] not in listed
    assert created["key"] not in api.get(f"/api/v1/api-keys/{created['id']}").text


def test_only_a_hash_is_kept(server: Server, created: dict):
    for file in server.data_dir.glob("claribi.db*"):
        assert created["key"].encode() not in file.read_bytes()
    assert created["key"] not in (server.data_dir / "server.log").read_text()


@pytest.mark.parametrize("days", [30, 90, 365])
def test_a_key_expires_after_the_days_that_were_chosen(api: Api, days: int):
    body = api.post("/api/v1/api-keys", json={"name": "k", "expires_in_days": days}).json()
    lifetime = datetime.fromisoformat(body["expires_at"]) - datetime.fromisoformat(body["created_at"])
    assert abs(lifetime - timedelta(days=days)) < timedelta(seconds=5)


def test_a_key_may_never_expire(api: Api):
    body = api.post("/api/v1/api-keys", json={"name": "k", "expires_in_days": None}).json()
    assert body["expires_at"] is None


def test_other_lifetimes_are_refused(api: Api):
    answer = api.post("/api/v1/api-keys", json={"name": "k", "expires_in_days": 31})
    assert answer.json()["error"] == "validation_error"


def test_an_expired_key_opens_nothing(server: Server, created: dict):
    database = server.services.database
    caller = server.services.account_services.authenticator.authenticate({"x-api-key": created["key"]})
    with database.write(caller.organization_id) as session:
        session.execute(
            update(ApiKey)
            .where(ApiKey.id == created["id"])
            .values(expires_at=utc_now() - timedelta(seconds=1))
        )
    answer = server.api(**{"X-API-Key": created["key"]}).get("/api/v1/reports")
    assert (answer.status_code, answer.json()["error"]) == (401, "token_expired")


def test_a_revoked_key_ends_at_once(server: Server, api: Api, created: dict):
    client = server.api(**{"X-API-Key": created["key"]})
    assert client.get("/api/v1/reports").status_code == 200
    assert api.delete(f"/api/v1/api-keys/{created['id']}").json() == {"id": created["id"]}
    answer = client.get("/api/v1/reports")
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")


def test_a_narrowed_key_may_do_that_and_no_more(server: Server, api: Api):
    key = api.post("/api/v1/api-keys", json={"name": "k", "permissions": ["reports:read"]}).json()["key"]
    client = server.api(**{"X-API-Key": key})
    assert client.get("/api/v1/reports").status_code == 200
    refused = client.get("/api/v1/dashboards")
    assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")
    assert "dashboards:read" in refused.json()["message"]


def test_a_narrowed_key_makes_no_wider_one(server: Server, api: Api):
    body = {"name": "k", "permissions": ["api_keys:manage", "reports:read"]}
    client = server.api(**{"X-API-Key": api.post("/api/v1/api-keys", json=body).json()["key"]})
    assert client.post("/api/v1/api-keys", json={"name": "x", "permissions": ["dashboards:read"]}).is_error
    made = client.post("/api/v1/api-keys", json={"name": "x"}).json()
    assert made["permissions"] == ["api_keys:manage", "reports:read"]


def test_an_unknown_permission_is_refused(api: Api):
    answer = api.post("/api/v1/api-keys", json={"name": "k", "permissions": ["reports:fly"]})
    assert answer.status_code == 400
    assert "reports:fly" in answer.json()["message"]


def test_a_key_has_the_permissions_of_its_user_now_not_then(server: Server):
    member = server.member(server.organization(), Role.ANALYST)
    client = server.api(**{"X-API-Key": member.key})
    assert client.post("/api/v1/dashboards", json={"name": "A"}).status_code == 201
    with server.services.database.write(member.organization_id) as session:
        session.get_one(User, member.user_id).role = Role.VIEWER.value
    assert client.post("/api/v1/dashboards", json={"name": "B"}).status_code == 403
    assert client.get("/api/v1/dashboards").status_code == 200


def test_disabling_the_user_ends_the_key(server: Server):
    member = server.member(server.organization())
    with server.services.database.write(member.organization_id) as session:
        session.get_one(User, member.user_id).is_active = False
    assert server.api(**{"X-API-Key": member.key}).get("/api/v1/reports").status_code == 401


def test_people_see_their_own_keys_and_administrators_all(server: Server):
    organization = server.organization()
    analyst = server.member(organization, Role.ANALYST)
    other = server.member(organization, Role.ANALYST)
    owner = server.member(organization)
    own = server.api(**{"X-API-Key": analyst.key})
    assert [k["id"] for k in own.get("/api/v1/api-keys").json()["results"]] == [analyst.key_id]
    assert own.delete(f"/api/v1/api-keys/{other.key_id}").status_code == 404
    assert server.api(**{"X-API-Key": owner.key}).get("/api/v1/api-keys").json()["count"] == 3


def test_the_last_use_is_noted(server: Server, api: Api, created: dict):
    assert created["last_used_at"] is None
    server.api(**{"X-API-Key": created["key"]}).get("/api/v1/reports")
    assert api.get(f"/api/v1/api-keys/{created['id']}").json()["last_used_at"] is not None
