"""The other settings in the browser: profile, keys, members, roles, the organisation, the audit log."""

import csv
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from support import PASSWORD, Member, Server

from claribi.accounts.models import Organization
from claribi.accounts.permissions import Role
from claribi.core.clock import utc_now

pytestmark = pytest.mark.browser


def confirm(page: Page, name: str) -> None:
    page.get_by_role("dialog", name=name).get_by_role("button", name=name).click()


def test_names_are_changed_and_shown_at_once(signed_in_as, owner: Member) -> None:
    page = signed_in_as(owner)
    page.goto("/settings")
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Lovelace")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Your account")).to_have_text("AL")


def test_a_key_can_do_what_was_chosen_and_no_more(signed_in_as, owner: Member, server: Server) -> None:
    page = signed_in_as(owner)
    page.goto("/settings/developer")
    page.get_by_label("New API key").fill("reader")
    page.get_by_text("Only what you choose").click()
    expect(page.get_by_role("button", name="Create")).to_be_disabled()
    page.get_by_label("See reports, their evidence and files").check()
    page.get_by_role("checkbox", name="API keys").check()
    page.get_by_role("button", name="Create").click()
    key = page.get_by_role("status").locator("code").inner_text()
    client = server.api(**{"X-API-Key": key})
    assert client.get("/api/v1/reports").status_code == 200
    assert client.get("/api/v1/dashboards").status_code == 403
    row = page.get_by_role("row", name="reader")
    expect(row).to_contain_text("api_keys:manage, reports:read")
    page.reload()
    expect(row.get_by_role("cell").nth(4)).to_have_text("2")
    page.get_by_role("combobox", name="State of the keys").click()
    page.get_by_role("option", name="Revoked").click()
    expect(page.get_by_text("No API keys in this state")).to_be_visible()
    expect(page.get_by_role("region", name="Usage").get_by_role("row", name="reader")).to_contain_text("2")


def test_a_member_gets_another_role_is_disabled_and_removed(
    signed_in_as, owner: Member, server: Server
) -> None:
    member = server.member(owner.organization_id, Role.MEMBER)
    client = server.api(**{"X-API-Key": member.key})
    page = signed_in_as(owner)
    page.goto("/settings/members")
    row = page.get_by_role("listitem", name=member.email)
    row.get_by_role("combobox").click()
    with page.expect_response("**/members/*"):
        page.get_by_role("option", name="analyst").click()
    assert "reports:create" in client.get("/api/v1/auth/status").json()["permissions"]
    row.get_by_role("button", name="Disable").click()
    confirm(page, "Disable")
    expect(row).to_contain_text("Disabled")
    assert client.get("/api/v1/auth/status").status_code == 401
    row.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("dialog", name="Remove")).to_contain_text("belong to the owner from then on")
    confirm(page, "Remove")
    expect(row).to_have_count(0)


def test_a_role_of_ones_own_is_made_given_changed_and_deleted(
    signed_in_as, owner: Member, server: Server
) -> None:
    member = server.member(owner.organization_id, Role.MEMBER)
    page = signed_in_as(owner)
    page.goto("/settings/roles")
    page.get_by_role("button", name="New role").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("viewer")
    dialog.get_by_label("Dashboards", exact=True).check()
    dialog.get_by_role("button", name="Make the role").click()
    expect(dialog.get_by_role("alert")).to_contain_text("There is a role viewer already")
    dialog.get_by_label("Name", exact=True).fill("boards")
    dialog.get_by_role("button", name="Make the role").click()
    role = page.get_by_role("article", name="boards")
    expect(role).to_contain_text("5 permissions")
    expect(page.get_by_role("columnheader", name="boards")).to_be_visible()
    client = server.signed_in(owner)
    client.patch(f"/api/v1/members/{member.user_id}", json={"role": "boards"})
    role.get_by_role("button", name="Edit").click()
    dialog.get_by_label("Make dashboards").uncheck()
    dialog.get_by_role("button", name="Save").click()
    expect(role).to_contain_text("4 permissions")
    assert (
        "dashboards:create" not in server.signed_in(member).get("/api/v1/auth/status").json()["permissions"]
    )
    role.get_by_role("button", name="Delete").click()
    confirm(page, "Delete")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("give them another one first")
    client.patch(f"/api/v1/members/{member.user_id}", json={"role": "member"})
    confirm(page, "Delete")
    expect(role).to_have_count(0)


def test_the_policy_holds_for_the_next_key(signed_in_as, owner: Member) -> None:
    page = signed_in_as(owner)
    page.goto("/settings/organization")
    page.get_by_label("Longest life of an API key").fill("60")
    page.get_by_role("combobox", name="Web pages that may call the API").fill("https://app.example.com")
    page.keyboard.press("Enter")
    page.get_by_role("switch").check()
    page.get_by_role("button", name="Save the policy").click()
    expect(page.get_by_role("alert")).to_contain_text("lock you out")
    page.get_by_role("switch").uncheck()
    page.get_by_role("button", name="Save the policy").click()
    expect(page.get_by_text("Saved")).to_be_visible()
    page.get_by_role("link", name="Developer").click()
    page.get_by_label("New API key").fill("too long")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("60 days at most")).to_be_visible()


def test_the_owner_hands_over_and_then_may_no_longer(signed_in_as, owner: Member, server: Server) -> None:
    heir = server.member(owner.organization_id, Role.ADMINISTRATOR)
    page = signed_in_as(owner)
    page.goto("/settings/organization")
    page.get_by_role("button", name="Hand over").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="New owner").click()
    page.get_by_role("option", name=heir.email).click()
    dialog.get_by_label("Your password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("listitem", name=heir.email)).to_contain_text("owner")
    page.get_by_role("link", name="Organisation").click()
    expect(page.get_by_text("Only the owner can change it")).to_be_visible()
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)


def test_an_organisation_is_deleted_by_who_types_its_name(
    signed_in_as, owner: Member, server: Server
) -> None:
    page = signed_in_as(owner)
    page.goto("/settings/organization")
    page.get_by_label("Name of the organisation").fill("Short-lived")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_text("Saved")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name of the organisation").fill("Short")
    expect(dialog.get_by_role("button", name="Delete for good")).to_be_disabled()
    dialog.get_by_label("Name of the organisation").fill("Short-lived")
    dialog.get_by_label("Your password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert server.api(**{"X-API-Key": owner.key}).get("/api/v1/auth/verify").status_code == 401


def test_the_audit_log_is_filtered_read_and_exported(signed_in_as, owner: Member, server: Server) -> None:
    member = server.member(owner.organization_id, Role.MEMBER)
    server.signed_in(owner).patch(f"/api/v1/members/{member.user_id}", json={"role": "viewer"})
    page = signed_in_as(owner)
    page.goto("/settings/audit-log")
    events = page.get_by_role("region", name="Events")
    expect(events.get_by_role("button", name="user.signed_in")).not_to_have_count(0)
    page.get_by_label("Action").fill("member.changed")
    expect(events.locator("tbody tr")).to_have_count(1)
    events.get_by_role("button", name="member.changed").click()
    changes = page.get_by_role("dialog").get_by_role("region", name="Changes")
    expect(changes.get_by_role("row", name="role member viewer")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="CSV").click()
    rows = list(csv.DictReader(download.value.path().read_text().splitlines()))
    assert [row["action"] for row in rows] == ["member.changed"]
    page.get_by_role("button", name="Clear").click()
    expect(events.get_by_role("button", name="audit_log.exported")).to_be_visible()


def test_a_viewer_is_offered_only_what_a_viewer_may(
    signed_in_as, server: Server, shop, every_role: dict[Role, Member]
) -> None:
    page = signed_in_as(every_role[Role.VIEWER])
    page.goto("/")
    # Which ones stand on the first page depends on what others made here.
    expect(page.get_by_role("region", name="Dashboards").get_by_role("link").first).to_be_visible()
    for name in ("New report", "Choose a file"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page.goto(f"/reports/{shop.report['id']}")
    expect(page.get_by_role("button", name="Download")).to_be_visible()
    expect(page.get_by_role("button", name="Generate")).to_have_count(0)
    page.goto("/settings/members")
    expect(page.get_by_role("listitem", name=shop.owner.email)).to_be_visible()
    for name in ("Invite", "Remove"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("link", name="Audit log")).to_have_count(0)


def test_what_is_no_longer_allowed_is_refused_in_words(
    signed_in_as, shop, every_role: dict[Role, Member]
) -> None:
    member = every_role[Role.MEMBER]
    page = signed_in_as(member)
    page.goto(f"/dashboards/{shop.dashboard['id']}")
    expect(page.get_by_role("button", name="Refresh")).to_be_visible()
    shop.api.patch(f"/api/v1/members/{member.user_id}", json={"role": "viewer"})
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_role("alert")).to_contain_text("dashboards:refresh")


@pytest.fixture
def every_role(server: Server, shop) -> dict[Role, Member]:
    return {role: server.member(shop.owner.organization_id, role) for role in (Role.VIEWER, Role.MEMBER)}


@pytest.mark.parametrize(
    ("days", "says"), [(10, None), (2, "The trial ends in 2 days"), (-1, "The trial ended on")]
)
def test_the_end_of_a_trial_is_announced(signed_in_as, server: Server, days: int, says: str | None) -> None:
    organization = server.organization("trial")
    page = signed_in_as(server.member(organization))
    with server.services.database.write(organization) as session:
        session.get_one(Organization, organization).trial_ends_at = utc_now() + timedelta(days=days)
    page.goto("/")
    expect(page.get_by_text("No dashboards yet")).to_be_visible()
    banner = page.get_by_role("status").filter(has_text="trial")
    expect(banner).to_have_count(1 if says else 0)
    if says:
        expect(banner).to_contain_text(says)


def test_used_up_credits_are_announced(signed_in_as, server: Server) -> None:
    organization = server.organization("trial")
    page = signed_in_as(server.member(organization))
    with server.services.database.write(organization) as session:
        row = session.get_one(Organization, organization)
        row.credits_used, row.credits_since = 50, utc_now()
    page.goto("/")
    page.get_by_role("status").get_by_role("link", name="Settings, Developer").click()
    expect(page.get_by_role("region", name="Limits")).to_contain_text("50 of 50")
