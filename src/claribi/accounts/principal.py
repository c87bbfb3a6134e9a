"""Who is calling."""

from dataclasses import dataclass

from claribi.accounts.permissions import SIGNED_IN, Role
from claribi.accounts.tiers import Tier
from claribi.core.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in user, or a key acting for one.

    Attributes:
        permissions: What the role allows, less what a narrowed key leaves out.
        session_id, api_key_id: How the caller proved who it is; both None for the server's own work.
    """

    user_id: int
    email: str
    organization_id: int
    role: Role
    permissions: frozenset[str]
    tier: Tier
    session_id: int | None = None
    api_key_id: int | None = None

    def may(self, permission: str) -> bool:
        return permission == SIGNED_IN or permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise Forbidden unless the caller has `permission`."""
        if not self.may(permission):
            through = "this API key" if self.api_key_id else f"the role {self.role}"
            raise Forbidden(f"This needs the permission {permission}, which {through} does not have")

    def require_own(self, permission: str, owner_id: int | None) -> None:
        """As `require`; what somebody else made needs `content:manage` as well."""
        self.require(permission)
        if owner_id != self.user_id:
            self.require("content:manage")

    @property
    def limit_key(self) -> str:
        """What rate limits are counted by: the key, or the session."""
        return f"key:{self.api_key_id}" if self.api_key_id else f"session:{self.session_id}"
