"""What goes in and out of single sign-on."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from claribi.accounts.schemas import Email, Incoming, RoleName

Issuer = Annotated[str, Field(max_length=500, pattern="^https?://", examples=["https://id.example.com"])]
Text = Annotated[str, Field(min_length=1, max_length=255)]
Groups = Annotated[dict[Annotated[str, Field(max_length=255)], RoleName], Field(max_length=200)]
Scopes = Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=20)]


class NewProvider(Incoming):
    name: Annotated[str, Field(min_length=1, max_length=200, examples=["Example ID"])]
    issuer: Issuer
    client_id: Text
    client_secret: Annotated[str, Field(max_length=1000)] | None = None
    scopes: Scopes = Field(default_factory=lambda: ["openid", "email", "profile"])
    default_role: RoleName | None = Field(
        default=None,
        description="Whoever is new gets an account with it; null: only who is a member already.",
    )
    group_claim: Annotated[str, Field(min_length=1, max_length=100)] = "groups"
    role_of_group: Groups = Field(
        default_factory=dict, description="The first group that somebody has decides."
    )
    is_required: bool = Field(
        default=False, description="Members of its domains can't use a password any more."
    )
    is_active: bool = True


class ChangedProvider(Incoming):
    """What is left out stays; null takes away the client secret or the default role."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    issuer: Issuer | None = None
    client_id: Text | None = None
    client_secret: Annotated[str, Field(max_length=1000)] | None = None
    scopes: Scopes | None = None
    default_role: RoleName | None = None
    group_claim: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    role_of_group: Groups | None = None
    is_required: bool | None = None
    is_active: bool | None = None


class ProviderOut(BaseModel):
    id: int
    name: str
    issuer: str
    client_id: str
    has_client_secret: bool = Field(description="The secret itself is never shown.")
    scopes: list[str]
    default_role: str | None
    group_claim: str
    role_of_group: dict[str, str]
    is_required: bool
    is_active: bool
    created_at: datetime
    updated_at: datetime


class NewDomain(Incoming):
    domain: Annotated[
        str,
        Field(max_length=253, pattern=r"^@?([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}$", examples=["example.com"]),
    ]


class TxtRecord(BaseModel):
    name: str
    value: str


class DomainOut(BaseModel):
    id: int
    domain: str
    verified_at: datetime | None
    txt_record: TxtRecord = Field(description="To be put into the domain's zone, as proof.")
    created_at: datetime


class SsoStart(Incoming):
    email: Email
    next: Annotated[str, Field(max_length=2000)] = "/"


class SsoAddress(BaseModel):
    authorization_url: str = Field(description="Where to send the browser.")
