"""What goes in and out of API keys, and what keys and sessions have used."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from claribi.accounts.schemas import Incoming, OrganizationOut, known_permissions

KeyStatus = Literal["active", "revoked", "expired"]


class NewApiKey(Incoming):
    name: str = Field(min_length=1, max_length=200)
    description: str = Field(default="", max_length=2000)
    permissions: Annotated[list[str], AfterValidator(known_permissions)] | None = Field(
        default=None, description="Narrows the key; left out, it may do all that its user may."
    )
    expires_in_days: Literal[30, 90, 365] | None = None


class ChangedApiKey(Incoming):
    name: str | None = Field(default=None, min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=2000)
    permissions: Annotated[list[str], AfterValidator(known_permissions)] | None = Field(
        default=None, description="Narrows the key further; it never widens it."
    )


class ApiKeyOut(BaseModel):
    id: int
    name: str
    description: str
    prefix: str
    permissions: list[str] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    use_count: int
    user_id: int = Field(description="Whose it is.")
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


class CreditUse(BaseModel):
    limit: int | None = Field(description="A month; null: unlimited.")
    used: int
    remaining: int | None
    resets_at: datetime


class Usage(BaseModel):
    tier: str
    general: list[WindowUse]
    generation: list[WindowUse]
    ai_credits_per_month: int | None
    ai_credits: CreditUse
    data_sources: int | None = Field(
        description="How many the tier allows; null: as many as the operator likes."
    )
    users: int | None
    users_used: int
    file_size_mb: int | None
    trial_ends_at: datetime | None


class DayUse(BaseModel):
    day: date
    requests: int
    generations: int


class KeyUse(BaseModel):
    api_key_id: int | None = Field(description="null: by session.")
    name: str
    prefix: str | None
    requests: int
    generations: int


class UsageHistory(BaseModel):
    since: date
    until: date
    days: list[DayUse]
    keys: list[KeyUse]
