"""HTTP of API keys."""

from typing import Annotated, Any

from fastapi import Query, Request, Response

from claribi.accounts import key_schemas
from claribi.accounts.keys import present
from claribi.accounts.models import ApiKey
from claribi.accounts.routes.services import Wing
from claribi.accounts.routing import Caller, guarded, router
from claribi.http.conditional import check_if_match, etag, not_modified
from claribi.http.ids import Deleted, Id, ObjectId
from claribi.http.pages import Page, Paged

keys = router("API keys")
MANAGE = guarded("api_keys:manage")


@keys.get("/api-keys", response_model=Page[key_schemas.ApiKeyOut], openapi_extra=MANAGE)
def list_keys(
    caller: Caller,
    page: Paged,
    wing: Wing,
    user_id: Annotated[Id | None, Query(description="Those of this user.")] = None,
    status: Annotated[
        key_schemas.KeyStatus | None, Query(description="Those that work, or no longer do.")
    ] = None,
) -> Any:
    """List API keys: your own, or with users:manage those of everybody."""
    return wing.api_keys.list_page(caller, page, user_id=user_id, status=status)


@keys.post("/api-keys", status_code=201, response_model=key_schemas.CreatedApiKey, openapi_extra=MANAGE)
def create_key(caller: Caller, body: key_schemas.NewApiKey, wing: Wing) -> Any:
    """Make an API key. The answer is the only place where the key is ever shown."""
    return wing.api_keys.create(caller, body)


@keys.get("/api-keys/{key_id}", response_model=key_schemas.ApiKeyOut, openapi_extra=MANAGE)
def get_key(request: Request, response: Response, caller: Caller, key_id: ObjectId, wing: Wing) -> Any:
    """One API key."""
    row = wing.api_keys.get(caller, key_id)
    tag = _tag(row)
    response.headers["ETag"] = tag
    return not_modified(request, tag) or present(row)


@keys.patch("/api-keys/{key_id}", response_model=key_schemas.ApiKeyOut, openapi_extra=MANAGE)
def change_key(
    request: Request,
    response: Response,
    caller: Caller,
    key_id: ObjectId,
    body: key_schemas.ChangedApiKey,
    wing: Wing,
) -> Any:
    """Change a key's name or description, or narrow it further."""
    row = wing.api_keys.change(caller, key_id, body, lambda row: check_if_match(request, _tag(row)))
    response.headers["ETag"] = _tag(row)
    return present(row)


@keys.delete("/api-keys/{key_id}", openapi_extra=MANAGE)
def revoke_key(request: Request, caller: Caller, key_id: ObjectId, wing: Wing) -> Deleted:
    """Revoke a key, with immediate effect."""
    return Deleted(id=wing.api_keys.revoke(caller, key_id, lambda row: check_if_match(request, _tag(row))))


def _tag(row: ApiKey) -> str:
    """Uses show in the body, but are no change that somebody could have missed: a weak part of the tag."""
    return etag(row, row.use_count)
