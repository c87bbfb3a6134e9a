"""Who may do what: the one table."""

from collections.abc import Mapping
from enum import StrEnum

SIGNED_IN = "signed_in"
PUBLIC = "public"


class Role(StrEnum):
    OWNER = "owner"
    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    MEMBER = "member"
    VIEWER = "viewer"


# Each permission with the lowest role that has it; the roles above have it too.
LOWEST_ROLE: Mapping[str, Role] = {
    "reports:read": Role.VIEWER,
    "reports:create": Role.ANALYST,
    "reports:update": Role.ANALYST,
    "reports:delete": Role.ANALYST,
    "reports:generate": Role.MEMBER,
    "dashboards:read": Role.VIEWER,
    "dashboards:create": Role.ANALYST,
    "dashboards:update": Role.ANALYST,
    "dashboards:refresh": Role.MEMBER,
    "dashboards:delete": Role.ANALYST,
    "data_sources:read": Role.VIEWER,
    "data_sources:create": Role.ADMINISTRATOR,
    "data_sources:update": Role.ADMINISTRATOR,
    "data_sources:delete": Role.ADMINISTRATOR,
    "data_sources:sync": Role.ADMINISTRATOR,
    "analysis:run": Role.MEMBER,
    "usage:read": Role.VIEWER,
    "api_keys:manage": Role.MEMBER,
    # Change or delete what somebody else made.
    "content:manage": Role.ADMINISTRATOR,
    "users:manage": Role.ADMINISTRATOR,
    "audit_logs:read": Role.ADMINISTRATOR,
    "organization:manage": Role.OWNER,
}
RANK = {
    role: rank
    for rank, role in enumerate((Role.VIEWER, Role.MEMBER, Role.ANALYST, Role.ADMINISTRATOR, Role.OWNER))
}


def permissions_of(role: Role) -> frozenset[str]:
    return frozenset(name for name, lowest in LOWEST_ROLE.items() if RANK[role] >= RANK[lowest])
