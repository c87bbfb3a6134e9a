"""HTTP of access rules."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from claribi.accounts.routing import Caller, guarded, router
from claribi.http.conditional import etag, matching
from claribi.http.ids import Deleted, Id, ObjectId
from claribi.http.pages import Page, Paged
from claribi.sources.access.schemas import AccessRuleOut, NewAccessRule
from claribi.sources.access.service import AccessRules, present

access_rules = router("Access rules")
MANAGE = guarded("users:manage")


async def _rules(request: Request) -> AccessRules:
    return request.app.state.access_rules  # type: ignore[no-any-return]  # the state is untyped


Service = Annotated[AccessRules, Depends(_rules)]


@access_rules.get("/access-rules", response_model=Page[AccessRuleOut], openapi_extra=MANAGE)
def list_access_rules(
    caller: Caller,
    page: Paged,
    service: Service,
    source_id: Annotated[Id | None, Query(description="Those about this source.")] = None,
) -> Any:
    """List who sees only some rows or columns of what."""
    return service.list_page(caller, page, source_id=source_id)


@access_rules.post("/access-rules", status_code=201, response_model=AccessRuleOut, openapi_extra=MANAGE)
def create_access_rule(caller: Caller, body: NewAccessRule, service: Service, response: Response) -> Any:
    """Let people of some roles see only some rows of a table, or its columns masked. It holds at once."""
    created = service.create(caller, body)
    response.headers["ETag"] = etag(created)
    return present(created)


@access_rules.get("/access-rules/{rule_id}", response_model=AccessRuleOut, openapi_extra=MANAGE)
def get_access_rule(caller: Caller, rule_id: ObjectId, service: Service, response: Response) -> Any:
    """An access rule."""
    found = service.get(caller, rule_id)
    response.headers["ETag"] = etag(found)
    return present(found)


@access_rules.put("/access-rules/{rule_id}", response_model=AccessRuleOut, openapi_extra=MANAGE)
def replace_access_rule(
    request: Request,
    caller: Caller,
    rule_id: ObjectId,
    body: NewAccessRule,
    service: Service,
    response: Response,
) -> Any:
    """Replace an access rule by another version."""
    changed = service.replace(caller, rule_id, body, matching(request))
    response.headers["ETag"] = etag(changed)
    return present(changed)


@access_rules.delete("/access-rules/{rule_id}", openapi_extra=MANAGE)
def delete_access_rule(request: Request, caller: Caller, rule_id: ObjectId, service: Service) -> Deleted:
    """Delete an access rule: whom it bound sees everything again."""
    return Deleted(id=service.delete(caller, rule_id, matching(request)))
