"""SCIM 2.0 provisioning: what an organisation's directory does, by HTTP, and the protocol's own checker."""

from typing import Any

import httpx
import httpx2
import pytest
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server
from support import PASSWORD, Api, Server, Team

from claribi.accounts.models import EmailDomain
from claribi.accounts.permissions import Role

SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@pytest.fixture
def team(server: Server) -> Team:
    return Team(server)


@pytest.fixture
def directory(team: Team) -> Api:
    """What a directory calls with: a key of the owner that may manage users and nothing else."""
    team.server.proven_domain(team.organization, domain_of(team))
    body = {"name": "Directory", "permissions": ["users:manage"]}
    key = team.client(Role.OWNER).post("/api/v1/api-keys", json=body).json()["key"]
    client = team.server.api(Authorization=f"Bearer {key}")
    client.headers["Content-Type"] = "application/scim+json"
    return client


def domain_of(team: Team) -> str:
    return f"scim{team.organization}.example"


def new(directory: Api, name: str, **changes: Any) -> httpx.Response:
    body = {"schemas": [SCHEMA], "userName": name, "name": {"givenName": "Ada"}, "active": True}
    return directory.post("/scim/v2/Users", json=body | changes)


def patch(directory: Api, user_id: str, *operations: dict[str, Any]) -> httpx.Response:
    return directory.patch(f"/scim/v2/Users/{user_id}", json={"schemas": [PATCH], "Operations": operations})


def test_a_user_is_made_found_changed_and_removed(directory: Api, team: Team):
    email = f"ada@{domain_of(team)}"
    made = new(directory, email, externalId="ext-1")
    assert made.status_code == 201, made.text
    assert made.headers["content-type"].startswith("application/scim+json")
    user = made.json()
    assert made.headers["location"] == f"{team.server.url}/scim/v2/Users/{user['id']}"
    for wanted in (f'userName eq "{email}"', 'externalId eq "ext-1"'):
        found = directory.get("/scim/v2/Users", params={"filter": wanted}).json()
        assert [row["id"] for row in found["Resources"]] == [user["id"]], wanted
    assert (
        directory.get("/scim/v2/Users", params={"filter": 'userName eq "x@y.z"'}).json()["totalResults"] == 0
    )
    body = user | {"name": {"givenName": "Grace", "familyName": "Hopper"}}
    assert directory.put(f"/scim/v2/Users/{user['id']}", json=body).json()["name"]["familyName"] == "Hopper"
    member = team.client(Role.OWNER).get(f"/api/v1/members/{user['id']}").json()
    assert (member["first_name"], member["role"]) == ("Grace", "member")
    assert directory.delete(f"/scim/v2/Users/{user['id']}").status_code == 204
    gone = directory.get(f"/scim/v2/Users/{user['id']}")
    assert (gone.status_code, gone.json()["status"]) == (404, "404")


def test_pages_count_from_one(directory: Api, team: Team):
    ids = [new(directory, f"page{n}@{domain_of(team)}").json()["id"] for n in range(3)]
    page = directory.get("/scim/v2/Users?startIndex=3&count=1").json()
    assert page["totalResults"] == 4
    assert (page["startIndex"], page["itemsPerPage"]) == (3, 1)
    assert page["Resources"][0]["id"] == ids[1]


def test_who_is_switched_off_is_out_at_once(directory: Api, team: Team):
    member = team.member(Role.ANALYST)
    session = team.client(Role.ANALYST)
    by_key = team.server.api(**{"X-API-Key": member.key})
    assert by_key.get("/api/v1/reports").status_code == 200
    off = patch(directory, str(member.user_id), {"op": "replace", "path": "active", "value": False})
    assert (off.status_code, off.json()["active"]) == (200, False)
    assert session.get("/api/v1/reports").status_code == 401
    assert by_key.get("/api/v1/reports").status_code == 401
    body = {"email": member.email, "password": PASSWORD}
    assert team.server.api().post("/api/auth/login/", json=body).status_code == 403


def test_the_owner_and_who_may_do_more_are_out_of_reach(directory: Api, team: Team):
    """OWASP API5:2023."""
    owner = team.member(Role.OWNER).user_id
    off = {"op": "replace", "path": "active", "value": False}
    assert patch(directory, str(owner), off).status_code == 403
    assert directory.delete(f"/scim/v2/Users/{owner}").status_code == 403


def test_organisations_do_not_meet(directory: Api, team: Team, server: Server):
    """OWASP API1:2023."""
    other = server.member(server.organization(), Role.ANALYST)
    server.proven_domain(server.organization(), "elsewhere.example")
    for answer in (
        directory.get(f"/scim/v2/Users/{other.user_id}"),
        directory.delete(f"/scim/v2/Users/{other.user_id}"),
        patch(directory, str(other.user_id), {"op": "replace", "path": "active", "value": False}),
    ):
        assert answer.status_code == 404
    assert other.email not in directory.get("/scim/v2/Users").text
    for address in (other.email, "ada@elsewhere.example"):
        refused = new(directory, address)
        assert (refused.status_code, "proven" in refused.json()["detail"]) == (403, True)
    mine = new(directory, f"mine@{domain_of(team)}").json()
    moved = {"op": "replace", "path": "userName", "value": "mine@elsewhere.example"}
    assert patch(directory, mine["id"], moved).status_code == 403


def test_an_address_that_somebody_has_is_taken(directory: Api, team: Team):
    first = new(directory, f"first@{domain_of(team)}").json()
    second = new(directory, f"second@{domain_of(team)}").json()
    again = new(directory, first["userName"])
    assert (again.status_code, again.json()["scimType"]) == (409, "uniqueness")
    moved = {"op": "replace", "path": "userName", "value": first["userName"]}
    assert patch(directory, second["id"], moved).status_code == 409


def test_an_unproven_domain_is_not_enough(directory: Api, team: Team, server: Server):
    """Claiming a domain occupies none of its addresses."""
    _, domain_id = server.proven_domain(team.organization, "claimed.example")
    with server.services.database.write(team.organization) as session:
        session.get_one(EmailDomain, domain_id).verified_at = None
    assert new(directory, "ada@claimed.example").status_code == 403


def test_seats_of_the_plan_count(server: Server):
    member = server.member(server.organization("trial"))
    server.proven_domain(member.organization_id, "trial.example")
    answer = new(server.api(**{"X-API-Key": member.key}), "second@trial.example")
    assert (answer.status_code, "seat" in answer.json()["detail"]) == (403, True)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ANALYST])
def test_it_takes_users_manage(team: Team, role: Role):
    refused = team.client(role).get("/scim/v2/Users")
    assert (refused.status_code, refused.json()["status"]) == (403, "403")


def test_it_takes_credentials_and_has_limits(server: Server):
    answer = server.api().get("/scim/v2/Users")
    assert (answer.status_code, answer.json()["status"]) == (401, "401")
    assert "x-ratelimit-remaining" in answer.headers


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"userName": 1}', b'{"schemas": [], "userName": "no address"}']
)
def test_nonsense_is_refused_in_scims_words(directory: Api, body: bytes):
    answer = directory.post("/scim/v2/Users", content=body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    wrong = directory.get("/scim/v2/Users", params={"filter": "userName equals or so"})
    assert wrong.status_code == 400


def test_the_protocols_own_checker_finds_nothing_in_what_the_server_says_of_itself(
    directory: Api, server: Server
):
    headers = {"Authorization": directory.headers["Authorization"]}
    with httpx2.Client(base_url=f"{server.url}/scim/v2", headers=headers) as client:
        scim = SyncSCIMClient(client)
        scim.discover()
        # Its made-up users have names that are no addresses, which is what a user name has to be here.
        results = check_server(scim, exclude_tags={"crud", "patch"})
    wrong = [f"{r.title}: {r.reason}" for r in results if r.status in {Status.ERROR, Status.CRITICAL}]
    assert len(results) > 3
    assert wrong == []
