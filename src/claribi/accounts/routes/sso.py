"""HTTP of single sign-on."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from claribi.accounts.authentication import cookie_name
from claribi.accounts.middleware import origin_of
from claribi.accounts.permissions import PUBLIC
from claribi.accounts.routes.auth import set_cookie
from claribi.accounts.routes.services import Wing
from claribi.accounts.routing import Caller, guarded, router
from claribi.accounts.sso import schemas
from claribi.accounts.sso.providers import present, present_domain
from claribi.accounts.sso.signin import CALLBACK, LIFETIME, Turned
from claribi.core.errors import ClaribiError
from claribi.http.conditional import etag, matching, not_modified
from claribi.http.ids import Deleted, ObjectId
from claribi.http.pages import Page, Paged

sso = router("Single sign-on")
SECURITY = guarded("security:manage")
OPEN = guarded(PUBLIC)
# Lives only between leaving for a provider and coming back.
ATTEMPT = "claribi-sso"
FOUND = 302


def _base(request: Request, wing: Wing) -> str:
    return wing.settings.public_url or str(request.base_url)


def _local(path: str) -> str:
    """A path of this server; everything else is the start page, so that no link leads on to elsewhere."""
    safe = (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and path.isprintable()
        and "\\" not in path
    )
    return path if safe else "/"


@sso.post("/auth/sso", response_model=schemas.SsoAddress, openapi_extra=OPEN)
def find_provider(request: Request, body: schemas.SsoStart, wing: Wing) -> Any:
    """Where somebody with this address signs in."""
    provider_id = wing.single_sign_on.provider_for(body.email)
    query = f"next={quote(_local(body.next))}&hint={quote(body.email)}"
    start = f"{_base(request, wing).rstrip('/')}/api/v1/auth/sso/{provider_id}/start?{query}"
    return {"authorization_url": start}


@sso.get("/auth/sso/callback", include_in_schema=False, openapi_extra=OPEN)
def come_back(request: Request, wing: Wing) -> Response:
    """Where a provider sends the browser back to."""
    secure = request.url.scheme == "https"
    attempt = request.cookies.get(ATTEMPT, "")
    try:
        cookie, path = wing.single_sign_on.end(
            dict(request.query_params), attempt, _base(request, wing), origin_of(request.scope)
        )
    except Turned as turned:
        response: Response = RedirectResponse(f"/sign-in?error={turned.code}", FOUND)
    else:
        response = RedirectResponse(_local(path), FOUND)
        set_cookie(response, cookie_name(secure=secure), cookie, secure=secure)
    response.delete_cookie(ATTEMPT, path=CALLBACK)
    return response


@sso.get("/auth/sso/{provider_id}/start", include_in_schema=False, openapi_extra=OPEN)
def go_away(
    request: Request,
    provider_id: str,
    wing: Wing,
    next_path: Annotated[str, Query(alias="next", max_length=2000)] = "/",
    hint: Annotated[str, Query(max_length=320)] = "",
) -> Response:
    """Send the browser to a provider."""
    try:
        url, attempt = wing.single_sign_on.begin(provider_id, _base(request, wing), _local(next_path), hint)
    except ClaribiError:
        return RedirectResponse("/sign-in?error=sso_failed", FOUND)
    response = RedirectResponse(url, FOUND)
    response.set_cookie(
        ATTEMPT,
        attempt,
        max_age=int(LIFETIME.total_seconds()),
        path=CALLBACK,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response


@sso.get("/identity-providers", response_model=Page[schemas.ProviderOut], openapi_extra=SECURITY)
def list_providers(caller: Caller, page: Paged, wing: Wing) -> Any:
    """List the organisation's identity providers."""
    return wing.identity_providers.list_page(caller, page)


@sso.post("/identity-providers", status_code=201, response_model=schemas.ProviderOut, openapi_extra=SECURITY)
def create_provider(response: Response, caller: Caller, body: schemas.NewProvider, wing: Wing) -> Any:
    """Set up an OpenID Connect provider; its description of itself is read and checked."""
    provider = wing.identity_providers.create(caller, body)
    response.headers["ETag"] = etag(provider)
    return present(provider)


@sso.get("/identity-providers/{provider_id}", response_model=schemas.ProviderOut, openapi_extra=SECURITY)
def get_provider(
    request: Request, response: Response, caller: Caller, provider_id: ObjectId, wing: Wing
) -> Any:
    """One identity provider."""
    provider = wing.identity_providers.get(caller, provider_id)
    response.headers["ETag"] = etag(provider)
    return not_modified(request, etag(provider)) or present(provider)


@sso.patch("/identity-providers/{provider_id}", response_model=schemas.ProviderOut, openapi_extra=SECURITY)
def change_provider(
    request: Request,
    response: Response,
    caller: Caller,
    provider_id: ObjectId,
    body: schemas.ChangedProvider,
    wing: Wing,
) -> Any:
    """Change an identity provider."""
    provider = wing.identity_providers.change(caller, provider_id, body, matching(request))
    response.headers["ETag"] = etag(provider)
    return present(provider)


@sso.delete("/identity-providers/{provider_id}", openapi_extra=SECURITY)
def delete_provider(request: Request, caller: Caller, provider_id: ObjectId, wing: Wing) -> Deleted:
    """Delete an identity provider; who signed in there needs another way."""
    return Deleted(id=wing.identity_providers.delete(caller, provider_id, matching(request)))


@sso.get(
    "/identity-providers/{provider_id}/domains",
    response_model=Page[schemas.DomainOut],
    openapi_extra=SECURITY,
)
def list_domains(caller: Caller, provider_id: ObjectId, page: Paged, wing: Wing) -> Any:
    """List the mail domains whose people sign in at a provider."""
    return wing.identity_providers.domains_page(caller, provider_id, page)


@sso.post(
    "/identity-providers/{provider_id}/domains",
    status_code=201,
    response_model=schemas.DomainOut,
    openapi_extra=SECURITY,
)
def add_domain(caller: Caller, provider_id: ObjectId, body: schemas.NewDomain, wing: Wing) -> Any:
    """Claim a mail domain. It counts once its TXT record was found."""
    return present_domain(wing.identity_providers.add_domain(caller, provider_id, body.domain))


@sso.post(
    "/identity-providers/{provider_id}/domains/{domain_id}/verify",
    response_model=schemas.DomainOut,
    openapi_extra=SECURITY,
)
def verify_domain(caller: Caller, provider_id: ObjectId, domain_id: ObjectId, wing: Wing) -> Any:
    """Look for the domain's TXT record."""
    return present_domain(wing.identity_providers.verify_domain(caller, provider_id, domain_id))


@sso.delete("/identity-providers/{provider_id}/domains/{domain_id}", openapi_extra=SECURITY)
def remove_domain(caller: Caller, provider_id: ObjectId, domain_id: ObjectId, wing: Wing) -> Deleted:
    """Give up a mail domain."""
    return Deleted(id=wing.identity_providers.remove_domain(caller, provider_id, domain_id))
