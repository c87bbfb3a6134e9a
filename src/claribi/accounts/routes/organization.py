"""HTTP of the organisation: itself, its security policy, its usage, its audit log."""

from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from claribi.accounts import key_schemas, schemas
from claribi.accounts.organization import present
from claribi.accounts.permissions import SIGNED_IN
from claribi.accounts.routes.services import Wing
from claribi.accounts.routing import Caller, guarded, router
from claribi.accounts.trail import Filters
from claribi.core.clock import utc_now
from claribi.http.conditional import etag, matching, not_modified
from claribi.http.ids import Deleted, Id, ObjectId
from claribi.http.moments import Day, Moment
from claribi.http.pages import Page, Paged

organization = router("Organisation")
usage = router("Usage")
audit_logs = router("Audit log")
OWNER = guarded("organization:manage")
SECURITY = guarded("security:manage")
AUDIT = guarded("audit_logs:read")


@organization.get(
    "/organization", response_model=schemas.OrganizationDetail, openapi_extra=guarded(SIGNED_IN)
)
def get_organization(request: Request, response: Response, caller: Caller, wing: Wing) -> Any:
    """The organisation that you belong to."""
    found = wing.organizations.get(caller)
    response.headers["ETag"] = etag(found)
    return not_modified(request, etag(found)) or present(found)


@organization.patch("/organization", response_model=schemas.OrganizationDetail, openapi_extra=OWNER)
def change_organization(
    request: Request, response: Response, caller: Caller, body: schemas.ChangedOrganization, wing: Wing
) -> Any:
    """Rename the organisation."""
    found = wing.organizations.change(caller, body, matching(request))
    response.headers["ETag"] = etag(found)
    return present(found)


@organization.post("/organization/hand-over", openapi_extra=OWNER)
def hand_over(caller: Caller, body: schemas.HandOver, wing: Wing) -> schemas.Done:
    """Make another member the owner; you stay as an administrator."""
    wing.members.hand_over(caller, body.user_id, body.password)
    return schemas.Done()


@organization.post("/organization/delete", openapi_extra=OWNER)
def delete_organization(caller: Caller, body: schemas.DeleteOrganization, wing: Wing) -> Deleted:
    """Delete the organisation with all that belongs to it, for good."""
    return Deleted(id=wing.organizations.delete(caller, body.name, body.password))


@organization.get("/security-policy", response_model=schemas.Policy, openapi_extra=SECURITY)
def get_policy(request: Request, response: Response, caller: Caller, wing: Wing) -> Any:
    """What the organisation demands of sign-ins and keys, and which web pages may call the API for it."""
    found, presented = wing.organizations.policy(caller)
    response.headers["ETag"] = etag(found)
    return not_modified(request, etag(found)) or presented


@organization.patch("/security-policy", response_model=schemas.Policy, openapi_extra=SECURITY)
def change_policy(
    request: Request, response: Response, caller: Caller, body: schemas.ChangedPolicy, wing: Wing
) -> Any:
    """Change the security policy. It holds at once, for the keys that are there as well."""
    found, presented = wing.organizations.change_policy(caller, body, matching(request))
    response.headers["ETag"] = etag(found)
    return presented


@usage.get("/usage", response_model=key_schemas.Usage, openapi_extra=guarded("usage:read"))
def get_usage(caller: Caller, wing: Wing) -> Any:
    """The limits in force, and what is left of them."""
    return wing.usage.now(caller)


@usage.get("/usage/history", response_model=key_schemas.UsageHistory, openapi_extra=guarded("usage:read"))
def get_usage_history(
    caller: Caller,
    wing: Wing,
    since: Annotated[
        Day | None, Query(description="The first day (UTC); 30 days back when left out.")
    ] = None,
    until: Annotated[Day | None, Query(description="The last day (UTC); today when left out.")] = None,
) -> Any:
    """Requests and generations by day and by key: your own, or with users:manage everybody's."""
    return wing.usage.history(caller, since, until)


async def _filters(
    action: Annotated[str | None, Query(max_length=80, description="Such as user.signed_in.")] = None,
    object_type: Annotated[str | None, Query(max_length=40, description="Such as report.")] = None,
    object_id: Annotated[Id | None, Query(description="The object it happened to.")] = None,
    user_id: Annotated[Id | None, Query(description="Who did it.")] = None,
    since: Annotated[Moment | None, Query(description="From this moment on (RFC 3339).")] = None,
    until: Annotated[Moment | None, Query(description="Before this moment (RFC 3339).")] = None,
) -> Filters:
    return Filters(action, object_type, object_id, user_id, since, until)


Wanted = Annotated[Filters, Depends(_filters)]
MEDIA = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


@audit_logs.get("/audit-logs", response_model=Page[schemas.AuditEventOut], openapi_extra=AUDIT)
def list_audit_events(caller: Caller, page: Paged, wing: Wing, filters: Wanted) -> Any:
    """Who did what to which object, from where; newest first."""
    return wing.audit_logs.list_page(caller, page, filters)


@audit_logs.get(
    "/audit-logs/export",
    response_class=Response,
    responses={200: {"content": {"application/json": {}, "text/csv": {}}}},
    openapi_extra=AUDIT,
)
def export_audit_log(
    caller: Caller,
    wing: Wing,
    filters: Wanted,
    format: Annotated[Literal["json", "csv"], Query(description="json or csv.")] = "json",  # noqa: A002 - its name for clients
) -> StreamingResponse:
    """The whole audit log, or what the filters leave of it, oldest first."""
    name = f"audit-log-{utc_now():%Y-%m-%d}.{format}"
    return StreamingResponse(
        wing.audit_logs.export(caller, filters, format),
        media_type=MEDIA[format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@audit_logs.get("/audit-logs/{event_id}", response_model=schemas.AuditEventOut, openapi_extra=AUDIT)
def get_audit_event(caller: Caller, event_id: ObjectId, wing: Wing) -> Any:
    """One event."""
    return wing.audit_logs.get(caller, event_id)
