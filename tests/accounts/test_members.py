"""Members, invitations and roles (section 6 of the contract)."""

from datetime import timedelta

import pytest
from mail_server import MailServer, token_of
from sqlalchemy import update
from support import PASSWORD, Api, Server, Team

from claribi.accounts.models import Invitation
from claribi.accounts.permissions import Role
from claribi.core.clock import utc_now


@pytest.fixture
def team(server: Server) -> Team:
    return Team(server)


@pytest.fixture
def owner(team: Team) -> Api:
    return team.client(Role.OWNER)


class TestMembers:
    def test_everybody_sees_who_belongs(self, team: Team):
        for role in Role:
            team.member(role)
        body = team.client(Role.VIEWER).get("/api/v1/members").json()
        assert body["count"] == len(Role)
        assert {row["role"] for row in body["results"]} == set(Role)

    def test_they_are_found_by_text_and_role(self, team: Team, owner: Api):
        email = team.member(Role.ANALYST).email
        team.member(Role.VIEWER)
        assert [row["email"] for row in owner.get(f"/api/v1/members?search={email}").json()["results"]] == [
            email
        ]
        assert owner.get("/api/v1/members?role=analyst").json()["count"] == 1
        assert owner.get("/api/v1/members?role=nobody").status_code == 400

    def test_a_changed_role_counts_at_once(self, team: Team, owner: Api):
        viewer = team.client(Role.VIEWER)
        assert viewer.post("/api/v1/dashboards", json={"name": "A"}).status_code == 403
        assert owner.patch(team.path(Role.VIEWER), json={"role": "analyst"}).json()["role"] == "analyst"
        assert viewer.post("/api/v1/dashboards", json={"name": "A"}).status_code == 201

    def test_a_stale_change_is_refused(self, team: Team, owner: Api):
        tag = owner.get(team.path(Role.VIEWER)).headers["etag"]
        assert owner.patch(team.path(Role.VIEWER), json={"role": "member"}).status_code == 200
        stale = owner.patch(team.path(Role.VIEWER), json={"role": "viewer"}, headers={"If-Match": tag})
        assert stale.status_code == 412

    def test_a_disabled_member_is_out_with_key_and_session(self, team: Team, owner: Api):
        member = team.member(Role.ANALYST)
        by_key = team.server.api(**{"X-API-Key": member.key})
        assert by_key.get("/api/v1/reports").status_code == 200
        assert team.client(Role.ANALYST).get("/api/v1/reports").status_code == 200
        assert owner.patch(team.path(Role.ANALYST), json={"is_active": False}).status_code == 200
        assert by_key.get("/api/v1/reports").status_code == 401
        assert team.client(Role.ANALYST).get("/api/v1/reports").status_code == 401
        body = {"email": member.email, "password": PASSWORD}
        assert team.server.api().post("/api/auth/login/", json=body).status_code == 403
        # Enabled again, the old session stays ended; the key works again.
        owner.patch(team.path(Role.ANALYST), json={"is_active": True})
        assert team.client(Role.ANALYST).get("/api/v1/reports").status_code == 401
        assert by_key.get("/api/v1/reports").status_code == 200

    def test_a_removed_member_loses_everything_and_its_content_goes_to_the_owner(
        self, team: Team, owner: Api
    ):
        analyst = team.client(Role.ANALYST)
        board = analyst.post("/api/v1/dashboards", json={"name": "Made by the analyst"}).json()["id"]
        member = team.member(Role.ANALYST)
        assert owner.delete(team.path(Role.ANALYST)).json() == {"id": member.user_id}
        assert analyst.get("/api/v1/reports").status_code == 401
        assert team.server.api(**{"X-API-Key": member.key}).get("/api/v1/reports").status_code == 401
        assert owner.get(team.path(Role.ANALYST)).status_code == 404
        assert owner.get(f"/api/v1/dashboards/{board}").status_code == 200
        # It is the owner's own now: deleting it takes no content:manage, as a narrowed key shows.
        narrowed = owner.post("/api/v1/api-keys", json={"name": "n", "permissions": ["dashboards:delete"]})
        by_key = team.server.api(**{"X-API-Key": narrowed.json()["key"]})
        deleted = by_key.delete(f"/api/v1/dashboards/{board}")
        assert deleted.status_code == 200, deleted.text

    def test_nobody_lifts_themselves_or_touches_the_owner(self, team: Team):
        """OWASP API5:2023, and CVE-2026-23982: checked on update as on create."""
        administrator = team.client(Role.ADMINISTRATOR)
        own = team.path(Role.ADMINISTRATOR)
        assert administrator.patch(own, json={"role": "owner"}).status_code == 403
        assert administrator.patch(team.path(Role.VIEWER), json={"role": "owner"}).status_code == 403
        assert administrator.patch(team.path(Role.OWNER), json={"role": "viewer"}).status_code == 403
        assert administrator.patch(team.path(Role.OWNER), json={"is_active": False}).status_code == 403
        assert administrator.delete(team.path(Role.OWNER)).status_code == 403
        assert administrator.delete(own).status_code == 403

    def test_another_organisations_member_is_not_there(self, team: Team, owner: Api, server: Server):
        other = server.member(server.organization())
        for answer in (
            owner.get(f"/api/v1/members/{other.user_id}"),
            owner.patch(f"/api/v1/members/{other.user_id}", json={"role": "viewer"}),
            owner.delete(f"/api/v1/members/{other.user_id}"),
        ):
            assert answer.json()["message"] == f"Member with ID {other.user_id} not found"

    def test_the_organisation_is_handed_over_with_the_password(self, team: Team, owner: Api):
        heir = team.member(Role.ANALYST).user_id
        wrong = owner.post("/api/v1/organization/hand-over", json={"user_id": heir, "password": "wrong"})
        assert wrong.status_code == 401
        done = owner.post("/api/v1/organization/hand-over", json={"user_id": heir, "password": PASSWORD})
        assert done.status_code == 200, done.text
        assert team.client(Role.ANALYST).get("/api/auth/status/").json()["user"]["role"] == "owner"
        assert owner.get("/api/auth/status/").json()["user"]["role"] == "administrator"
        again = owner.post("/api/v1/organization/hand-over", json={"user_id": heir, "password": PASSWORD})
        assert again.status_code == 403

    def test_no_key_hands_over_or_deletes_an_organisation(self, team: Team):
        by_key = team.server.api(**{"X-API-Key": team.member(Role.OWNER).key})
        body = {"user_id": team.member(Role.ANALYST).user_id, "password": PASSWORD}
        assert by_key.post("/api/v1/organization/hand-over", json=body).status_code == 403
        body = {"name": "Organisation", "password": PASSWORD}
        assert by_key.post("/api/v1/organization/delete", json=body).status_code == 403

    def test_a_deleted_organisation_is_gone_with_its_files(self, server: Server, sales_csv: bytes):
        organization = server.organization()
        member = server.member(organization)
        client = server.signed_in(member)
        source = client.upload(sales_csv[:20_000], name="small.csv")
        assert source["status"] == "active"
        assert list((server.data_dir / "blobs" / str(organization)).rglob("*.parquet"))
        name = client.get("/api/v1/organization").json()["name"]
        refused = client.post("/api/v1/organization/delete", json={"name": "x", "password": PASSWORD})
        assert refused.status_code == 400
        done = client.post("/api/v1/organization/delete", json={"name": name, "password": PASSWORD})
        assert done.json() == {"id": organization}
        assert client.get("/api/v1/reports").status_code == 401
        assert not (server.data_dir / "blobs" / str(organization)).exists()
        body = {"email": member.email, "password": PASSWORD}
        assert server.api().post("/api/auth/login/", json=body).status_code == 401


class TestRoles:
    def test_the_permission_table_says_who_may_what(self, team: Team, owner: Api):
        body = team.client(Role.MEMBER).get("/api/v1/permissions").json()
        rows = {row["name"]: row for row in body["permissions"]}
        assert rows["reports:generate"]["roles"] == ["owner", "administrator", "analyst", "member"]
        assert rows["security:manage"]["roles"] == ["owner"]
        assert "reports:generate" in body["yours"]
        assert "reports:create" not in body["yours"]

    def test_a_custom_role_may_do_what_it_says_and_no_more(self, team: Team, owner: Api):
        permissions = ["dashboards:read", "dashboards:create"]
        made = owner.post("/api/v1/roles", json={"name": "painter", "permissions": permissions})
        assert made.status_code == 201, made.text
        changed = owner.patch(team.path(Role.VIEWER), json={"role": "painter"})
        assert changed.json()["role"] == "painter"
        painter = team.client(Role.VIEWER)
        assert painter.get("/api/auth/status/").json()["permissions"] == permissions[::-1]
        assert painter.post("/api/v1/dashboards", json={"name": "A"}).status_code == 201
        refused = painter.get("/api/v1/reports")
        assert refused.status_code == 403
        assert "painter" in refused.json()["message"]
        # Changed, it counts at once.
        path = f"/api/v1/roles/{made.json()['id']}"
        assert owner.patch(path, json={"permissions": ["reports:read"]}).status_code == 200
        assert painter.get("/api/v1/reports").status_code == 200
        assert painter.post("/api/v1/dashboards", json={"name": "A"}).status_code == 403

    def test_a_role_that_somebody_has_stays(self, team: Team, owner: Api):
        role = owner.post("/api/v1/roles", json={"name": "reader", "permissions": ["reports:read"]}).json()
        owner.patch(team.path(Role.VIEWER), json={"role": "reader"})
        assert owner.delete(f"/api/v1/roles/{role['id']}").status_code == 409
        owner.patch(team.path(Role.VIEWER), json={"role": "viewer"})
        assert owner.delete(f"/api/v1/roles/{role['id']}").json() == {"id": role["id"]}

    def test_a_role_that_an_identity_provider_gives_stays_and_keeps_its_name_there(
        self, team: Team, owner: Api
    ):
        provider_id, _ = team.server.proven_domain(team.organization, f"roles{team.organization}.example")
        provider = f"/api/v1/identity-providers/{provider_id}"
        role = owner.post("/api/v1/roles", json={"name": "seller", "permissions": ["reports:read"]}).json()
        path = f"/api/v1/roles/{role['id']}"
        given = {"default_role": "seller", "role_of_group": {"Sales": "seller", "Staff": "viewer"}}
        assert owner.patch(provider, json=given).status_code == 200
        assert owner.delete(path).status_code == 409
        assert owner.patch(path, json={"name": "vendor"}).status_code == 200
        told = owner.get(provider).json()
        assert told["default_role"] == "vendor"
        assert told["role_of_group"] == {"Sales": "vendor", "Staff": "viewer"}
        owner.patch(provider, json={"default_role": None, "role_of_group": {"Sales": "vendor"}})
        assert owner.delete(path).status_code == 409
        owner.patch(provider, json={"role_of_group": {}})
        assert owner.delete(path).status_code == 200

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"name": "boss", "permissions": ["security:manage"]}, 400),
            ({"name": "boss", "permissions": ["nothing:at_all"]}, 400),
            ({"name": "owner", "permissions": ["reports:read"]}, 409),
            ({"name": "Big Boss", "permissions": ["reports:read"]}, 400),
        ],
    )
    def test_no_role_takes_the_owners_place(self, owner: Api, body: dict, status: int):
        assert owner.post("/api/v1/roles", json=body).status_code == status

    def test_nobody_gives_more_than_they_have(self, team: Team, owner: Api):
        """OWASP API5:2023: a role with users:manage does not lift its holder by way of others."""
        owner.post(
            "/api/v1/roles", json={"name": "helpdesk", "permissions": ["members:read", "users:manage"]}
        )
        owner.patch(team.path(Role.MEMBER), json={"role": "helpdesk"})
        helpdesk = team.client(Role.MEMBER)
        for role in ("administrator", "analyst", "viewer"):
            answer = helpdesk.post("/api/v1/invitations", json={"email": "x@example.org", "role": role})
            assert answer.status_code == 403, role
        assert helpdesk.delete(team.path(Role.VIEWER)).status_code == 403


class TestInvitations:
    def test_the_link_of_the_mail_opens_an_account_with_the_role(
        self, mailing: Server, mail_server: MailServer
    ):
        organization = mailing.organization()
        owner = mailing.signed_in(mailing.member(organization))
        email = f"invited{organization}@example.org"
        made = owner.post("/api/v1/invitations", json={"email": email.upper(), "role": "analyst"})
        assert made.status_code == 201, made.text
        assert (made.json()["status"], made.json()["link"]) == ("open", None)
        token = token_of(mail_server.wait(email))
        stranger = mailing.stranger()
        offer = stranger.post("/api/v1/auth/invitation", json={"token": token}).json()
        assert (offer["email"], offer["role"]) == (email, "analyst")
        body = {"token": token, "password": PASSWORD, "first_name": "Ada"}
        joined = stranger.post("/api/v1/auth/invitation/accept", json=body)
        assert joined.status_code == 201, joined.text
        user = joined.json()["user"]
        assert (user["role"], user["organization"]["id"]) == ("analyst", organization)
        # Once.
        assert stranger.post("/api/v1/auth/invitation/accept", json=body).status_code == 400
        assert owner.get("/api/v1/invitations?status=accepted").json()["count"] == 1

    def test_without_mail_the_link_is_in_the_answer(self, owner: Api, server: Server):
        made = owner.post("/api/v1/invitations", json={"email": "a@example.org"}).json()
        token = made["link"].partition("#token=")[2]
        answer = server.api().post("/api/v1/auth/invitation", json={"token": token})
        assert answer.json()["email"] == "a@example.org"

    def test_it_is_valid_for_seven_days(self, team: Team, owner: Api):
        made = owner.post("/api/v1/invitations", json={"email": "late@example.org"}).json()
        token = made["link"].partition("#token=")[2]
        with team.server.services.database.write(team.organization) as session:
            row = session.get_one(Invitation, made["id"])
            assert abs(row.expires_at - utc_now() - timedelta(days=7)) < timedelta(minutes=1)
            session.execute(
                update(Invitation).where(Invitation.id == made["id"]).values(expires_at=utc_now())
            )
        answer = team.server.api().post("/api/v1/auth/invitation", json={"token": token})
        assert answer.status_code == 400
        assert owner.get(f"/api/v1/invitations/{made['id']}").json()["status"] == "expired"

    def test_a_revoked_one_opens_nothing(self, owner: Api, server: Server):
        """CVE-2023-38646: what lets somebody in does not stay valid after its time."""
        made = owner.post("/api/v1/invitations", json={"email": "b@example.org"}).json()
        assert owner.delete(f"/api/v1/invitations/{made['id']}").json() == {"id": made["id"]}
        token = made["link"].partition("#token=")[2]
        body = {"token": token, "password": PASSWORD}
        assert server.api().post("/api/v1/auth/invitation/accept", json=body).status_code == 400

    def test_an_address_is_invited_once_and_no_member_at_all(self, team: Team, owner: Api):
        assert owner.post("/api/v1/invitations", json={"email": "c@example.org"}).status_code == 201
        assert owner.post("/api/v1/invitations", json={"email": "C@example.org"}).status_code == 409
        member = team.member(Role.VIEWER).email
        assert owner.post("/api/v1/invitations", json={"email": member}).status_code == 409
        assert (
            owner.post("/api/v1/invitations", json={"email": "d@x.org", "role": "owner"}).status_code == 403
        )
        assert owner.post("/api/v1/invitations", json={"email": "d@x.org", "role": "king"}).status_code == 400

    def test_seats_are_those_of_the_plan(self, server: Server):
        owner = server.signed_in(server.member(server.organization("starter")))
        for number in range(2):
            made = owner.post("/api/v1/invitations", json={"email": f"seat{number}@example.org"})
            assert made.status_code == 201
        third = owner.post("/api/v1/invitations", json={"email": "seat3@example.org"})
        assert (third.status_code, third.json()["error"]) == (403, "plan_required")
        assert "3 seats" in third.json()["message"]
