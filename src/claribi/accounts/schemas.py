"""What goes in and out of the accounts wing."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from claribi.accounts.permissions import LOWEST_ROLE
from claribi.http.ids import Id

InvitationStatus = Literal["open", "accepted", "revoked", "expired"]


def known_permissions(names: list[str]) -> list[str]:
    unknown = sorted(set(names) - set(LOWEST_ROLE))
    if unknown:
        raise ValueError(f"no such permission: {', '.join(unknown)}")
    return sorted(set(names))


class Incoming(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


Email = Annotated[str, Field(max_length=320, examples=["ada@example.com"])]
Password = Annotated[str, Field(max_length=1000, examples=["four unrelated plain words"])]
Token = Annotated[str, Field(min_length=1, max_length=4000)]
Code = Annotated[str, Field(min_length=1, max_length=40, examples=["123456"])]
Name = Annotated[str, Field(max_length=150)]


class Login(Incoming):
    email: Email
    password: Password


class Refresh(Incoming):
    refresh: Token


class MfaVerification(Incoming):
    mfa_token: Token
    code: Code = Field(description="From the authenticator, or one of the backup codes.")


class Registration(Incoming):
    email: Email
    password: Password | None = Field(default=None, description="May wait until the code is sent.")
    organization_name: str = Field(min_length=1, max_length=200, examples=["Example Ltd"])
    first_name: Name = ""
    last_name: Name = ""
    accept_terms: bool


class VerifyEmail(Incoming):
    pending_id: Token | None = Field(default=None, description="From the answer to register.")
    email: Email | None = Field(default=None, description="In place of pending_id.")
    code: Code
    password: Password | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.pending_id is None) == (self.email is None):
            raise ValueError("send either pending_id or email")
        return self


class ResendCode(Incoming):
    pending_id: Token | None = None
    email: Email | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.pending_id is None) == (self.email is None):
            raise ValueError("send either pending_id or email")
        return self


class Pending(BaseModel):
    pending_id: str | None
    email: str
    expires_in_seconds: int
    next_step: str


class ForgotPassword(Incoming):
    email: Email


class Sent(BaseModel):
    sent: bool = Field(default=True, description="Says nothing of whether the address is known.")


class ResetPassword(Incoming):
    token: Token
    password: Password


class ChangePassword(Incoming):
    current_password: Password
    new_password: Password


class Done(BaseModel):
    done: bool = True


class ChangedProfile(Incoming):
    first_name: Name | None = None
    last_name: Name | None = None


class CodeOnly(Incoming):
    code: Code


class TotpSetUp(BaseModel):
    secret: str
    url: str = Field(description="What the picture says: an otpauth:// address.")
    qr_svg: str = Field(description="The picture, for an authenticator to scan.")


class BackupCodes(BaseModel):
    backup_codes: list[str] = Field(description="Each works once. Shown here and never again.")


class MfaStatus(BaseModel):
    totp: bool
    passkeys: int
    backup_codes_left: int
    required: bool = Field(description="The organisation asks everybody for a second factor.")


class SessionOut(BaseModel):
    id: int
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime
    address: str
    user_agent: str
    method: str
    is_browser: bool
    is_current: bool


class Ended(BaseModel):
    ended: int


class BrowserSession(BaseModel):
    csrf_token: str = Field(description="To be sent as X-CSRF-Token with every call that changes something.")


RoleName = Annotated[str, Field(min_length=1, max_length=20, examples=["analyst"])]


class NewRole(Incoming):
    name: RoleName = Field(pattern=r"^[a-z][a-z0-9_-]*$", examples=["finance"])
    description: str = Field(default="", max_length=2000)
    permissions: Annotated[list[str], AfterValidator(known_permissions)]


class ChangedRole(Incoming):
    name: RoleName | None = Field(default=None, pattern=r"^[a-z][a-z0-9_-]*$")
    description: str | None = Field(default=None, max_length=2000)
    permissions: Annotated[list[str], AfterValidator(known_permissions)] | None = None


class RoleOut(BaseModel):
    id: int
    name: str
    description: str
    permissions: list[str]
    created_at: datetime
    updated_at: datetime


class PermissionRow(BaseModel):
    name: str
    description: str
    roles: list[str] = Field(description="The roles that have it.")


class PermissionTable(BaseModel):
    permissions: list[PermissionRow]
    roles: list[str]
    yours: list[str] = Field(description="What the caller may do.")


class NewInvitation(Incoming):
    email: Email
    role: RoleName = "member"


class InvitationOut(BaseModel):
    id: int
    email: str
    role: str
    status: InvitationStatus
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None


class CreatedInvitation(InvitationOut):
    link: str | None = Field(description="To pass on, where this server sends no mail; else null.")


class InvitationToken(Incoming):
    token: Token


class Offer(BaseModel):
    email: str
    organization: str
    role: str
    expires_at: datetime


class AcceptInvitation(Incoming):
    token: Token
    password: Password
    first_name: Name = ""
    last_name: Name = ""


AttributeName = Annotated[str, Field(min_length=1, max_length=100)]
AttributeText = Annotated[str, Field(min_length=1, max_length=200)]
AttributeValue = AttributeText | Annotated[list[AttributeText], Field(max_length=1_000)]


class ChangedMember(Incoming):
    role: RoleName | None = None
    is_active: bool | None = None
    attributes: dict[AttributeName, AttributeValue] | None = Field(
        default=None, max_length=50, description="For access rules: a text or several, by name."
    )


class HandOver(Incoming):
    user_id: Id
    password: Password


class ChangedOrganization(Incoming):
    name: str = Field(min_length=1, max_length=200)


class DeleteOrganization(Incoming):
    name: str = Field(max_length=200, description="The organisation's name, to confirm.")
    password: Password


class ChangedPolicy(Incoming):
    require_mfa: bool | None = None
    # Strictly: `true` would be a day otherwise.
    max_key_days: int | None = Field(
        default=None,
        strict=True,
        ge=1,
        le=3650,
        description="The longest life of an API key; null: as people like.",
    )
    cors_origins: list[Annotated[str, Field(max_length=300)]] | None = Field(
        default=None, max_length=50, examples=[["https://app.example.com"]]
    )


class Policy(BaseModel):
    require_mfa: bool
    max_key_days: int | None
    cors_origins: list[str]


class OrganizationOut(BaseModel):
    id: int
    name: str


class UserOut(BaseModel):
    id: int
    email: str
    first_name: str
    last_name: str
    role: str


class MemberOut(UserOut):
    is_active: bool
    attributes: dict[str, str | list[str]]
    mfa_enabled: bool
    last_signed_in_at: datetime | None
    created_at: datetime
    updated_at: datetime


class OrganizationDetail(OrganizationOut):
    plan: str
    trial_ends_at: datetime | None
    created_at: datetime
    updated_at: datetime


class SignedInUser(UserOut):
    organization: OrganizationOut


class SignedIn(BaseModel):
    access: str
    refresh: str
    user: SignedInUser


class SecondStep(BaseModel):
    """The password was right; a second factor is asked for."""

    mfa_required: Literal[True]
    mfa_token: str = Field(description="For POST /api/auth/mfa/verify/, within five minutes.")
    methods: list[str] = Field(description="totp, passkey")


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
    permissions: list[str] = Field(description="What the caller may do.")
    mfa_required: bool = Field(description="A second factor has to be set up before anything else works.")
    csrf_token: str | None = Field(default=None, description="For a session by cookie only.")


class AuditEventOut(BaseModel):
    id: int
    sequence: int = Field(description="Counts from 1 in each organisation, without a gap.")
    at: datetime
    action: str
    object_type: str
    object_id: int | None
    user_id: int | None
    user_email: str
    api_key_id: int | None
    address: str
    user_agent: str
    request_id: str
    details: dict[str, Any]
    changes: dict[str, Any] | None = Field(description="By field: before and after. Secrets are left out.")
    hash: str
    previous_hash: str
