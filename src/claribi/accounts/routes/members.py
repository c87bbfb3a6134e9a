"""HTTP of members, invitations, roles and permissions."""

from typing import Annotated, Any

from fastapi import Query, Request, Response

from claribi.accounts import roles as custom_roles
from claribi.accounts import schemas
from claribi.accounts.permissions import SIGNED_IN
from claribi.accounts.routes.services import Wing
from claribi.accounts.routing import Caller, guarded, router
from claribi.http.conditional import etag, matching, not_modified
from claribi.http.ids import Deleted, ObjectId
from claribi.http.pages import Page, Paged

members = router("Members")
roles = router("Roles")
MANAGE = guarded("users:manage")
READ = guarded("members:read")


@members.get("/members", response_model=Page[schemas.MemberOut], openapi_extra=READ)
def list_members(
    caller: Caller,
    page: Paged,
    wing: Wing,
    role: Annotated[str | None, Query(max_length=20, description="Those with this role.")] = None,
) -> Any:
    """List the members of the organisation."""
    return wing.members.list_page(caller, page, role=role)


@members.get("/members/{member_id}", response_model=schemas.MemberOut, openapi_extra=READ)
def get_member(request: Request, response: Response, caller: Caller, member_id: ObjectId, wing: Wing) -> Any:
    """One member."""
    user, presented = wing.members.get(caller, member_id)
    response.headers["ETag"] = etag(user)
    return not_modified(request, etag(user)) or presented


@members.patch("/members/{member_id}", response_model=schemas.MemberOut, openapi_extra=MANAGE)
def change_member(
    request: Request,
    response: Response,
    caller: Caller,
    member_id: ObjectId,
    body: schemas.ChangedMember,
    wing: Wing,
) -> Any:
    """Give a member another role, or disable it: its sessions end and its keys stop working."""
    user, presented = wing.members.change(caller, member_id, body, matching(request))
    response.headers["ETag"] = etag(user)
    return presented


@members.delete("/members/{member_id}", openapi_extra=MANAGE)
def remove_member(request: Request, caller: Caller, member_id: ObjectId, wing: Wing) -> Deleted:
    """Remove a member: its keys and sessions end, what it made goes to the owner."""
    return Deleted(id=wing.members.remove(caller, member_id, matching(request)))


@members.get("/invitations", response_model=Page[schemas.InvitationOut], openapi_extra=MANAGE)
def list_invitations(
    caller: Caller,
    page: Paged,
    wing: Wing,
    status: Annotated[schemas.InvitationStatus | None, Query(description="Those in this state.")] = None,
) -> Any:
    """List invitations."""
    return wing.invitations.list_page(caller, page, status=status)


@members.post("/invitations", status_code=201, response_model=schemas.CreatedInvitation, openapi_extra=MANAGE)
def invite(caller: Caller, body: schemas.NewInvitation, wing: Wing) -> Any:
    """Invite somebody by e-mail. The link is valid for 7 days and works once."""
    return wing.invitations.create(caller, body)


@members.get("/invitations/{invitation_id}", response_model=schemas.InvitationOut, openapi_extra=MANAGE)
def get_invitation(
    request: Request, response: Response, caller: Caller, invitation_id: ObjectId, wing: Wing
) -> Any:
    """One invitation."""
    invitation, presented = wing.invitations.get(caller, invitation_id)
    tag = etag(invitation, presented["status"])
    response.headers["ETag"] = tag
    return not_modified(request, tag) or presented


@members.delete("/invitations/{invitation_id}", openapi_extra=MANAGE)
def revoke_invitation(caller: Caller, invitation_id: ObjectId, wing: Wing) -> Deleted:
    """Revoke an invitation; its link stops working."""
    return Deleted(id=wing.invitations.revoke(caller, invitation_id))


@roles.get("/permissions", response_model=schemas.PermissionTable, openapi_extra=guarded(SIGNED_IN))
def list_permissions(caller: Caller, wing: Wing) -> Any:
    """Every permission, the roles that have it, and what you may do."""
    return wing.roles.table(caller)


@roles.get("/roles", response_model=Page[schemas.RoleOut], openapi_extra=READ)
def list_roles(caller: Caller, page: Paged, wing: Wing) -> Any:
    """List the organisation's own roles."""
    return wing.roles.list_page(caller, page)


@roles.post(
    "/roles", status_code=201, response_model=schemas.RoleOut, openapi_extra=guarded("security:manage")
)
def create_role(response: Response, caller: Caller, body: schemas.NewRole, wing: Wing) -> Any:
    """Make a role: a name for a set of permissions."""
    role = wing.roles.create(caller, body)
    response.headers["ETag"] = etag(role)
    return custom_roles.present(role)


@roles.get("/roles/{role_id}", response_model=schemas.RoleOut, openapi_extra=READ)
def get_role(request: Request, response: Response, caller: Caller, role_id: ObjectId, wing: Wing) -> Any:
    """One of the organisation's own roles."""
    role = wing.roles.get(caller, role_id)
    response.headers["ETag"] = etag(role)
    return not_modified(request, etag(role)) or custom_roles.present(role)


@roles.patch("/roles/{role_id}", response_model=schemas.RoleOut, openapi_extra=guarded("security:manage"))
def change_role(
    request: Request,
    response: Response,
    caller: Caller,
    role_id: ObjectId,
    body: schemas.ChangedRole,
    wing: Wing,
) -> Any:
    """Change a role; its members may do what it says from then on."""
    role = wing.roles.change(caller, role_id, body, matching(request))
    response.headers["ETag"] = etag(role)
    return custom_roles.present(role)


@roles.delete("/roles/{role_id}", openapi_extra=guarded("security:manage"))
def delete_role(request: Request, caller: Caller, role_id: ObjectId, wing: Wing) -> Deleted:
    """Delete a role that nobody has."""
    return Deleted(id=wing.roles.delete(caller, role_id, matching(request)))
