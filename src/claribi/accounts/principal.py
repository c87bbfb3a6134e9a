"""Who is calling."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from claribi.accounts.permissions import PAID, SIGNED_IN, Role
from claribi.accounts.tiers import Tier
from claribi.core.audit import NOWHERE, Origin
from claribi.core.clock import utc_now
from claribi.core.errors import Forbidden, MfaRequired, TrialExpired


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in user, or a key acting for one.

    Attributes:
        permissions: What the role allows, less what a narrowed key leaves out.
        held: What the role allows, however narrow the key: who manages others gives them no more than this.
        role: The built-in role; `custom_role` names the one whose permissions count in its place.
        session_id, api_key_id: How the caller proved who it is; both None for the server's own work.
        is_browser: The session is a browser's, by cookie.
        lacks_mfa: The organisation wants a second factor, which this caller has not shown.
        attributes: What the organisation says of the user, for access rules.
        has_access_rules: Some access rule of the organisation binds this caller's role.
        trial_ends_at: When the organisation's trial ends or ended; None when it is on no trial.
    """

    user_id: int
    email: str
    organization_id: int
    role: Role
    permissions: frozenset[str]
    tier: Tier
    session_id: int | None = None
    api_key_id: int | None = None
    custom_role: str | None = None
    held: frozenset[str] = frozenset()
    is_browser: bool = False
    lacks_mfa: bool = False
    trial_ends_at: datetime | None = None
    origin: Origin = NOWHERE
    attributes: Mapping[str, Any] = field(default_factory=dict, hash=False)
    has_access_rules: bool = False

    def may(self, permission: str) -> bool:
        return permission == SIGNED_IN or (permission in self.permissions and not self.lacks_mfa)

    def require(self, permission: str) -> None:
        """Raise Forbidden unless the caller has `permission`.

        Raises:
            MfaRequired: It would, with the second factor that the organisation asks for.
            TrialExpired: It would, were the organisation's trial not over.
        """
        if permission == SIGNED_IN:
            return
        if self.lacks_mfa:
            raise MfaRequired(
                "Your organisation asks for a second factor; set one up under Settings > Security, "
                "or with POST /api/v1/auth/mfa/totp, and sign in with it"
            )
        if permission not in self.permissions:
            through = "this API key" if self.api_key_id else f"the role {self.custom_role or self.role}"
            raise Forbidden(f"This needs the permission {permission}, which {through} does not have")
        if permission in PAID:
            self._require_plan()

    def require_own(self, permission: str, owner_id: int | None) -> None:
        """As `require`; what somebody else made needs `content:manage` as well."""
        self.require(permission)
        if owner_id != self.user_id:
            self.require("content:manage")

    def require_session(self) -> int:
        """The id of the caller's session; what concerns the account itself is not for API keys."""
        if self.session_id is None:
            raise Forbidden("This concerns the account itself: sign in for it, an API key won't do")
        return self.session_id

    def _require_plan(self) -> None:
        if self.trial_ends_at is not None and self.trial_ends_at <= utc_now():
            raise TrialExpired(
                f"The trial ended on {self.trial_ends_at:%Y-%m-%d}. Everything stays readable; "
                "to go on making and generating, ask the server's operator to put your organisation on a plan"
            )

    @property
    def limit_key(self) -> str:
        """What rate limits are counted by: the key, or the session."""
        return f"key:{self.api_key_id}" if self.api_key_id else f"session:{self.session_id}"
