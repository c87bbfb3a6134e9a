"""Section 6 of the contract: every route x every role x every kind of credentials, against the one table.

The routes come from the published document, so a new one is walked by itself, and fails without a permission.
OWASP API1, API2 and API5:2023.
"""

from datetime import timedelta

import jwt
import pytest
from sqlalchemy import select, update
from support import Api, Loaded, Member, Server, Team

from claribi.accounts.key_schemas import NewApiKey
from claribi.accounts.models import ApiKey, Passkey
from claribi.accounts.permissions import LOWEST_ROLE, PUBLIC, RANK, SIGNED_IN, Role
from claribi.core.audit import AuditEvent
from claribi.core.clock import utc_now
from claribi.core.secrets import derive, master_key

NOTHING = 987654321
# Calls that would end the session which makes the others.
ENDING = ("/logout", "/auth/browser", "/end-others")
Operation = tuple[str, str, str]


@pytest.fixture(scope="module")
def routes(server: Server) -> list[Operation]:
    """Method, path and permission of every operation that the server publishes."""
    spec = server.api().get("/api/v1/openapi.json").json()
    found = [
        (method.upper(), path, operation["x-permission"])
        for path, operations in spec["paths"].items()
        for method, operation in operations.items()
    ]
    assert len(found) > 80
    return found


@pytest.fixture(scope="module")
def guarded(routes: list[Operation]) -> list[Operation]:
    """Those that ask for more than being signed in."""
    return [route for route in routes if route[2] not in {PUBLIC, SIGNED_IN}]


@pytest.fixture(scope="module")
def team(server: Server) -> Team:
    return Team(server)


@pytest.fixture(scope="module")
def owner(team: Team) -> Member:
    return team.member(Role.OWNER)


@pytest.fixture(scope="module")
def objects(server: Server, sales: Loaded) -> dict[str, int]:
    """An id of something real for each kind of id in a path, all of one organisation."""
    services = server.services
    api = sales.api
    dashboard = api.dashboard_of(sales.source["id"])
    report = api.generated(title="Walked", source_id=sales.source["id"])
    organization_id = api.get("/api/v1/organization").json()["id"]
    member = server.member(organization_id)
    session = server.signed_in(member).get("/api/auth/sessions/").json()["results"][0]
    role = api.post("/api/v1/roles", json={"name": "walked", "permissions": ["reports:read"]}).json()
    invitation = api.post("/api/v1/invitations", json={"email": "walked@example.org"}).json()
    with services.database.read(organization_id) as read:
        event_id = read.scalars(select(AuditEvent.id)).first()
    assert event_id is not None
    provider_id, domain_id = server.proven_domain(organization_id, "walked.example")
    passkey_id = _passkey(server, member)
    subject = {"source_id": sales.source["id"], "table": sales.table}
    rule = {"name": "Walked", "roles": ["walked"], "masks": {"region": "null"}, **subject}
    model = {"name": "Walked", "tables": [{"name": "walked", **subject}]}
    question = {"question": "revenue by region", "source_id": sales.source["id"]}
    forecast = {"name": "Walked", "source_id": sales.source["id"], "metric_path": f"{sales.table}.revenue"}
    return {
        "forecast_id": api.post("/api/v1/forecasts", json=forecast).json()["id"],
        "analysis_id": api.post("/api/v1/analysis", json=question).json()["id"],
        "rule_id": api.post("/api/v1/access-rules", json=rule).json()["id"],
        "model_id": api.post("/api/v1/models", json=model).json()["id"],
        "template_id": api.post("/api/v1/report-templates", json={"name": "Walked"}).json()["id"],
        "report_id": report["id"],
        "run_id": api.get(f"/api/v1/reports/{report['id']}/runs").json()["results"][0]["id"],
        "dashboard_id": dashboard["id"],
        "widget_id": dashboard["widgets"][0]["id"],
        "source_id": sales.source["id"],
        "evidence_id": dashboard["widgets"][0]["evidence_id"],
        "key_id": member.key_id,
        "member_id": member.user_id,
        "session_id": session["id"],
        "role_id": role["id"],
        "invitation_id": invitation["id"],
        "event_id": event_id,
        "provider_id": provider_id,
        "domain_id": domain_id,
        "passkey_id": passkey_id,
    }


def _passkey(server: Server, member: Member) -> int:
    """The id of a passkey; what it holds is of no use to anybody."""
    with server.services.database.write(member.organization_id) as session:
        passkey = Passkey(
            user_id=member.user_id, name="-", credential_id=b"walked", public_key=b"-", transports=[]
        )
        session.add(passkey)
        session.flush()
        return passkey.id


def filled(path: str, ids: dict[str, int] | None = None) -> str:
    """A path with its ids, or with ids that nobody has."""
    names = [part[1:-1] for part in path.replace(".", "/").split("/") if part.startswith("{")]
    for name in names:
        value = "svg" if name == "image" else str(NOTHING if ids is None else ids[name])
        path = path.replace(f"{{{name}}}", value)
    return path


def test_every_route_has_a_row_in_the_permission_table(routes: list[Operation]):
    for method, path, permission in routes:
        assert permission in {PUBLIC, SIGNED_IN, *LOWEST_ROLE}, (method, path)


def test_nobody_gets_in_without_credentials(server: Server, routes: list[Operation]):
    client = server.api()
    for method, path, permission in routes:
        if permission != PUBLIC:
            answer = client.request(method, filled(path))
            assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized"), (method, path)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_call_what_the_table_says_and_no_more(
    server: Server, team: Team, guarded: list[Operation], role: Role
):
    client = team.client(role)
    for method, path, permission in guarded:
        answer = client.request(method, filled(path))
        allowed = RANK[role] >= RANK[LOWEST_ROLE[permission]]
        # An object that isn't there, or a body that doesn't fit, is what comes after the permission.
        assert (answer.status_code != 403) == allowed, (method, path, answer.status_code, answer.text)
        assert answer.status_code < 500, (method, path, answer.text)


class TestCredentialsThatAreNoGood:
    """The same walk for each kind of them."""

    def walk(self, server: Server, routes: list[Operation], headers: dict[str, str], code: str) -> None:
        client = server.api(**headers)
        for method, path, permission in routes:
            if permission != PUBLIC:
                answer = client.request(method, filled(path))
                assert (answer.status_code, answer.json()["error"]) == (401, code), (method, path)

    def test_an_expired_token(self, server: Server, owner: Member, routes: list[Operation]):
        token = server.signed_in(owner).headers["Authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, options={"verify_signature": False})
        claims["exp"] = utc_now() - timedelta(seconds=1)
        key = derive(master_key(server.services.settings), "tokens")
        expired = jwt.encode(claims, key, "HS256")
        self.walk(server, routes, {"Authorization": f"Bearer {expired}"}, "token_expired")

    def test_a_token_of_a_session_that_has_ended(
        self, server: Server, owner: Member, routes: list[Operation]
    ):
        client = server.signed_in(owner)
        token = client.headers["Authorization"]
        assert client.post("/api/auth/logout/").status_code == 200
        self.walk(server, routes, {"Authorization": token}, "unauthorized")

    def test_an_expired_key(self, server: Server, owner: Member, routes: list[Operation]):
        made = self.key(server, owner)
        with server.services.database.write(owner.organization_id) as session:
            session.execute(
                update(ApiKey)
                .where(ApiKey.id == made["id"])
                .values(expires_at=utc_now() - timedelta(seconds=1))
            )
        self.walk(server, routes, {"X-API-Key": made["key"]}, "token_expired")

    def test_a_revoked_key(self, server: Server, owner: Member, routes: list[Operation]):
        made = self.key(server, owner)
        assert server.signed_in(owner).delete(f"/api/v1/api-keys/{made['id']}").status_code == 200
        self.walk(server, routes, {"X-API-Key": made["key"]}, "unauthorized")

    @staticmethod
    def key(server: Server, owner: Member) -> dict:
        services = server.services
        return services.api_keys.create(services.accounts.principal(owner.email), NewApiKey(name="walk"))


@pytest.fixture(scope="module")
def narrowed(server: Server) -> dict[tuple[str, bool], Api]:
    """For each permission a key that has it and nothing else (True), and one that has all others (False)."""
    made = {}
    owners = [server.member(server.organization()) for _ in range(2)]
    for permission in LOWEST_ROLE:
        others = [name for name in LOWEST_ROLE if name != permission]
        for owner, permissions in zip(owners, ([permission], others), strict=True):
            caller = server.services.accounts.principal(owner.email)
            key = server.services.api_keys.create(caller, NewApiKey(name="n", permissions=permissions))
            made[permission, len(permissions) == 1] = server.api(**{"X-API-Key": key["key"]})
    return made


def test_a_key_with_one_permission_passes_where_that_is_asked_for(narrowed, guarded: list[Operation]):
    for method, path, permission in guarded:
        answer = narrowed[permission, True].request(method, filled(path))
        named = f"the permission {permission}," in answer.text
        assert not (answer.status_code == 403 and named), (method, path, answer.text)


def test_a_key_with_all_others_does_not(narrowed, guarded: list[Operation]):
    for method, path, permission in guarded:
        answer = narrowed[permission, False].request(method, filled(path))
        assert answer.status_code == 403, (method, path, answer.text)
        assert permission in answer.json()["message"], (method, path, answer.text)


def test_another_organisations_objects_are_not_there(
    server: Server, routes: list[Operation], objects: dict[str, int]
):
    """Section 1: exactly the answer that an object gets which does not exist: status, body, headers."""
    stranger = server.signed_in(server.member(server.organization()))
    walked = 0
    for method, path, permission in routes:
        if "{" not in path or permission == PUBLIC or path.endswith(ENDING):
            continue
        theirs = stranger.request(method, filled(path, objects))
        nothing = stranger.request(method, filled(path))
        assert theirs.status_code == nothing.status_code, (method, path, theirs.text)
        assert theirs.status_code in {400, 404, 415}, (method, path, theirs.text)
        shown = theirs.text
        for value in objects.values():
            shown = shown.replace(f"ID {value} ", f"ID {NOTHING} ")
        assert shown == nothing.text, (method, path)
        assert _headers(theirs) == _headers(nothing), (method, path)
        walked += 1
    assert walked > 35


def _headers(answer) -> dict[str, str]:
    changing = {"x-request-id", "x-ratelimit-remaining", "x-ratelimit-reset", "date", "content-length"}
    return {name: value for name, value in answer.headers.items() if name not in changing}


def test_a_member_deletes_no_other_members_content(server: Server, team: Team):
    owner, analyst = team.client(Role.OWNER), team.client(Role.ANALYST)
    board = owner.post("/api/v1/dashboards", json={"name": "Of the owner"}).json()["id"]
    assert analyst.delete(f"/api/v1/dashboards/{board}").status_code == 403
    own = analyst.post("/api/v1/dashboards", json={"name": "Of the analyst"}).json()["id"]
    assert analyst.delete(f"/api/v1/dashboards/{own}").status_code == 200
    assert owner.delete(f"/api/v1/dashboards/{board}").status_code == 200
