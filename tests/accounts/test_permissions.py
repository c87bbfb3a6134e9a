"""Section 6 of the contract: every endpoint, every role, and nobody at all."""

import pytest
from support import Member, Server

from claribi.accounts.permissions import LOWEST_ROLE, PUBLIC, RANK, SIGNED_IN, Role


@pytest.fixture(scope="module")
def routes(server: Server) -> list[tuple[str, str, str]]:
    """Method, path and permission of every operation that the server publishes."""
    spec = server.api().get("/api/v1/openapi.json").json()
    found = [
        (method.upper(), path, operation["x-permission"])
        for path, operations in spec["paths"].items()
        for method, operation in operations.items()
    ]
    assert len(found) > 40
    return found


@pytest.fixture(scope="module")
def members(server: Server) -> dict[Role, Member]:
    organization = server.organization()
    return {role: server.member(organization, role) for role in Role}


def test_every_route_has_a_row_in_the_permission_table(routes):
    for method, path, permission in routes:
        assert permission in {PUBLIC, SIGNED_IN, *LOWEST_ROLE}, (method, path)


def test_nobody_gets_in_without_credentials(server: Server, routes):
    client = server.api()
    for method, path, permission in routes:
        if permission != PUBLIC:
            answer = client.request(method, _filled(path))
            assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized"), (method, path)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_call_what_the_table_says_and_no_more(
    server: Server, members: dict[Role, Member], routes, role: Role
):
    client = server.signed_in(members[role])
    for method, path, permission in routes:
        if permission in {PUBLIC, SIGNED_IN} or path.endswith("/logout"):
            continue
        answer = client.request(method, _filled(path))
        allowed = RANK[role] >= RANK[LOWEST_ROLE[permission]]
        # An object that isn't there, or a body that doesn't fit, is what comes after the permission.
        assert (answer.status_code != 403) == allowed, (method, path, answer.status_code, answer.text)
        assert answer.status_code < 500, (method, path, answer.text)


def test_a_member_deletes_no_other_members_content(server: Server, members: dict[Role, Member]):
    owner = server.signed_in(members[Role.OWNER])
    analyst = server.signed_in(members[Role.ANALYST])
    board = owner.post("/api/v1/dashboards", json={"name": "Of the owner"}).json()["id"]
    assert analyst.delete(f"/api/v1/dashboards/{board}").status_code == 403
    own = analyst.post("/api/v1/dashboards", json={"name": "Of the analyst"}).json()["id"]
    assert analyst.delete(f"/api/v1/dashboards/{own}").status_code == 200
    assert owner.delete(f"/api/v1/dashboards/{board}").status_code == 200


def _filled(path: str) -> str:
    """A path with ids that nobody has."""
    for name in ("report_id", "dashboard_id", "source_id", "widget_id", "run_id", "key_id", "evidence_id"):
        path = path.replace(f"{{{name}}}", "987654321")
    return path.replace("{image}", "svg")
