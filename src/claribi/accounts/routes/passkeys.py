"""HTTP of passkeys."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import BaseModel, Field

from claribi.accounts.middleware import origin_of
from claribi.accounts.passkeys import Site, present
from claribi.accounts.permissions import PUBLIC, SIGNED_IN
from claribi.accounts.routes.services import Wing
from claribi.accounts.routing import Caller, guarded, router
from claribi.accounts.schemas import Incoming, SignedIn, Token
from claribi.http.conditional import etag, matching
from claribi.http.ids import Deleted, ObjectId
from claribi.http.pages import Page, Paged

passkeys = router("Passkeys")
OPEN = guarded(PUBLIC)
OWN = guarded(SIGNED_IN)
Name = Annotated[str, Field(min_length=1, max_length=200, examples=["Laptop"])]


async def _site(request: Request, wing: Wing) -> Site:
    """Where the pages come from: as the operator says, or as the browser sees it, which checks it as well."""
    return Site.of(wing.settings.public_url or str(request.base_url))


ThisSite = Annotated[Site, Depends(_site)]


class Ceremony(BaseModel):
    token: str = Field(description="Goes back with the browser's answer, within five minutes.")
    options: dict[str, Any] = Field(description="For navigator.credentials, as JSON (WebAuthn, level 3).")


class NewPasskey(Incoming):
    name: Name
    token: Token
    credential: dict[str, Any] = Field(description="What navigator.credentials.create() gave, as JSON.")


class ChangedPasskey(Incoming):
    name: Name


class PasskeyOut(BaseModel):
    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


class BeginSignIn(Incoming):
    mfa_token: Token | None = Field(default=None, description="Where the passkey is the second step.")


class PasskeySignIn(Incoming):
    token: Token
    credential: dict[str, Any] = Field(description="What navigator.credentials.get() gave, as JSON.")
    mfa_token: Token | None = None


@passkeys.post("/auth/passkeys/options", response_model=Ceremony, openapi_extra=OWN)
def begin_passkey(caller: Caller, wing: Wing, site: ThisSite) -> Any:
    """Begin to add a passkey to one's account."""
    return wing.passkeys.begin(caller, site)


@passkeys.post("/auth/passkeys", status_code=201, response_model=PasskeyOut, openapi_extra=OWN)
def add_passkey(response: Response, caller: Caller, body: NewPasskey, wing: Wing, site: ThisSite) -> Any:
    """Add the passkey that the browser has made."""
    passkey = wing.passkeys.add(caller, body.name, body.token, body.credential, site)
    response.headers["ETag"] = etag(passkey)
    return present(passkey)


@passkeys.get("/auth/passkeys", response_model=Page[PasskeyOut], openapi_extra=OWN)
def list_passkeys(caller: Caller, page: Paged, wing: Wing) -> Any:
    """List one's own passkeys."""
    return wing.passkeys.list_page(caller, page)


@passkeys.patch("/auth/passkeys/{passkey_id}", response_model=PasskeyOut, openapi_extra=OWN)
def rename_passkey(
    request: Request,
    response: Response,
    caller: Caller,
    passkey_id: ObjectId,
    body: ChangedPasskey,
    wing: Wing,
) -> Any:
    """Give one of one's own passkeys another name."""
    passkey = wing.passkeys.rename(caller, passkey_id, body.name, matching(request))
    response.headers["ETag"] = etag(passkey)
    return present(passkey)


@passkeys.delete("/auth/passkeys/{passkey_id}", openapi_extra=OWN)
def remove_passkey(request: Request, caller: Caller, passkey_id: ObjectId, wing: Wing) -> Deleted:
    """Remove one of one's own passkeys."""
    return Deleted(id=wing.passkeys.remove(caller, passkey_id, matching(request)))


@passkeys.post("/auth/passkeys/sign-in/options", response_model=Ceremony, openapi_extra=OPEN)
def begin_passkey_sign_in(body: BeginSignIn, wing: Wing, site: ThisSite) -> Any:
    """Begin to sign in with a passkey: in place of the password, or as the second step after it."""
    return wing.passkeys.begin_sign_in(body.mfa_token, site)


@passkeys.post("/auth/passkeys/sign-in", response_model=SignedIn, openapi_extra=OPEN)
def sign_in_with_passkey(request: Request, body: PasskeySignIn, wing: Wing, site: ThisSite) -> Any:
    """Sign in with the passkey's answer."""
    origin = origin_of(request.scope)
    return wing.passkeys.finish_sign_in(body.token, body.credential, body.mfa_token, site, origin)
