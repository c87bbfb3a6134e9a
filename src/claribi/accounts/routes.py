"""HTTP of the accounts wing."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from claribi.accounts import schemas
from claribi.accounts.keys import ApiKeys, present
from claribi.accounts.limits import Limiter, Standing
from claribi.accounts.middleware import address_of
from claribi.accounts.permissions import PUBLIC, SIGNED_IN
from claribi.accounts.routing import Caller, guarded, router
from claribi.accounts.service import Accounts
from claribi.http.conditional import etag, not_modified
from claribi.http.ids import Deleted, ObjectId
from claribi.http.pages import Page, Paged

auth = router("Authentication")
keys = router("API keys")


def _accounts(request: Request) -> Accounts:
    return request.app.state.accounts  # type: ignore[no-any-return]  # the state is untyped


def _keys(request: Request) -> ApiKeys:
    return request.app.state.api_keys  # type: ignore[no-any-return]  # the state is untyped


AccountsService = Annotated[Accounts, Depends(_accounts)]
ApiKeysService = Annotated[ApiKeys, Depends(_keys)]


@auth.post("/auth/login", response_model=schemas.SignedIn, openapi_extra=guarded(PUBLIC))
def login(request: Request, body: schemas.Login, accounts: AccountsService) -> Any:
    """Sign in with e-mail and password."""
    return accounts.login(body.email, body.password, address_of(request.scope))


@auth.post("/auth/token/refresh", response_model=schemas.Renewed, openapi_extra=guarded(PUBLIC))
def refresh(body: schemas.Refresh, accounts: AccountsService) -> Any:
    """Get a new access token."""
    return accounts.refresh(body.refresh)


@auth.post("/auth/logout", openapi_extra=guarded(SIGNED_IN))
def logout(caller: Caller, accounts: AccountsService) -> schemas.SignedOut:
    """End the session: its refresh token and its access tokens stop working at once."""
    accounts.logout(caller)
    return schemas.SignedOut()


@auth.get("/auth/status", response_model=schemas.Status, openapi_extra=guarded(SIGNED_IN))
def status(caller: Caller, accounts: AccountsService) -> Any:
    """Who is signed in, for which organisation."""
    return accounts.status(caller)


@auth.get("/auth/verify", response_model=schemas.Verified, openapi_extra=guarded(SIGNED_IN))
def verify(caller: Caller, api_keys: ApiKeysService) -> Any:
    """Check an API key."""
    return api_keys.verify(caller)


@auth.get("/usage", response_model=schemas.Usage, openapi_extra=guarded("usage:read"))
def usage(request: Request, caller: Caller) -> Any:
    """The limits in force, and what is left of them."""
    limiter: Limiter = request.app.state.limiter
    tier = caller.tier
    return {
        "tier": tier.name,
        "general": [_use(standing) for standing in limiter.standing("general", caller)],
        "generation": [_use(standing) for standing in limiter.standing("generation", caller)],
        "ai_credits_per_month": tier.ai_credits_per_month,
        "data_sources": tier.data_sources,
        "users": tier.users,
        "file_size_mb": tier.file_size_mb,
    }


def _use(standing: Standing) -> dict[str, Any]:
    return {
        "limit": standing.limit,
        "remaining": standing.remaining,
        "resets_at": standing.reset,
        "window": standing.window,
    }


@keys.get("/api-keys", response_model=Page[schemas.ApiKeyOut], openapi_extra=guarded("api_keys:manage"))
def list_keys(caller: Caller, page: Paged, api_keys: ApiKeysService) -> Any:
    """List API keys: your own, or with users:manage those of everybody."""
    return api_keys.list_page(caller, page)


@keys.post(
    "/api-keys",
    status_code=201,
    response_model=schemas.CreatedApiKey,
    openapi_extra=guarded("api_keys:manage"),
)
def create_key(caller: Caller, body: schemas.NewApiKey, api_keys: ApiKeysService) -> Any:
    """Make an API key. The answer is the only place where the key is ever shown."""
    return api_keys.create(caller, body)


@keys.get("/api-keys/{key_id}", response_model=schemas.ApiKeyOut, openapi_extra=guarded("api_keys:manage"))
def get_key(
    request: Request, response: Response, caller: Caller, key_id: ObjectId, api_keys: ApiKeysService
) -> Any:
    """One API key."""
    row = api_keys.get(caller, key_id)
    tag = etag(row, row.last_used_at and int(row.last_used_at.timestamp()))
    response.headers["ETag"] = tag
    return not_modified(request, tag) or present(row)


@keys.patch("/api-keys/{key_id}", response_model=schemas.ApiKeyOut, openapi_extra=guarded("api_keys:manage"))
def change_key(
    caller: Caller, key_id: ObjectId, body: schemas.ChangedApiKey, api_keys: ApiKeysService
) -> Any:
    """Change a key's name or description."""
    return present(api_keys.change(caller, key_id, body))


@keys.delete("/api-keys/{key_id}", openapi_extra=guarded("api_keys:manage"))
def revoke_key(caller: Caller, key_id: ObjectId, api_keys: ApiKeysService) -> Deleted:
    """Revoke a key, with immediate effect."""
    return Deleted(id=api_keys.revoke(caller, key_id))
