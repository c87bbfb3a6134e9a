"""What goes in and out of the accounts wing."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from claribi.accounts.permissions import LOWEST_ROLE


def _known(names: list[str]) -> list[str]:
    unknown = sorted(set(names) - set(LOWEST_ROLE))
    if unknown:
        raise ValueError(f"no such permission: {', '.join(unknown)}")
    return sorted(set(names))


class Incoming(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class Login(Incoming):
    email: str = Field(max_length=320)
    password: str = Field(max_length=1000)


class Refresh(Incoming):
    refresh: str = Field(max_length=4000)


class NewApiKey(Incoming):
    name: str = Field(min_length=1, max_length=200)
    description: str = Field(default="", max_length=2000)
    permissions: Annotated[list[str], AfterValidator(_known)] | None = Field(
        default=None, description="Narrows the key; left out, it may do all that its user may."
    )
    expires_in_days: Literal[30, 90, 365] | None = None


class ChangedApiKey(Incoming):
    name: str | None = Field(default=None, min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=2000)


class OrganizationOut(BaseModel):
    id: int
    name: str


class UserOut(BaseModel):
    id: int
    email: str
    first_name: str
    last_name: str
    role: str


class SignedInUser(UserOut):
    organization: OrganizationOut


class SignedIn(BaseModel):
    access: str
    refresh: str
    user: SignedInUser


class Renewed(BaseModel):
    access: str


class SignedOut(BaseModel):
    ended: bool = True


class OrganizationStatus(OrganizationOut):
    plan: str
    ai_credits_remaining: int | None
    trial_ends_at: datetime | None


class Status(BaseModel):
    user: UserOut
    organization: OrganizationStatus


class ApiKeyOut(BaseModel):
    id: int
    name: str
    description: str
    prefix: str
    permissions: list[str] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class CreatedApiKey(ApiKeyOut):
    key: str = Field(description="Shown here and never again.")


class VerifiedKey(BaseModel):
    id: int
    name: str
    permissions: list[str]
    created_at: datetime
    expires_at: datetime | None


class VerifiedOrganization(OrganizationOut):
    tier: str


class VerifiedUser(BaseModel):
    id: int
    email: str


class Verified(BaseModel):
    valid: bool
    api_key: VerifiedKey | None
    organization: VerifiedOrganization
    user: VerifiedUser


class WindowUse(BaseModel):
    limit: int
    remaining: int
    resets_at: int = Field(description="Unix seconds.")
    window: str


class Usage(BaseModel):
    tier: str
    general: list[WindowUse]
    generation: list[WindowUse]
    ai_credits_per_month: int | None
    data_sources: int | None = Field(
        description="How many the tier allows; null: as many as the operator likes."
    )
    users: int | None
    file_size_mb: int | None
