"""Who may do what: the one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

SIGNED_IN = "signed_in"
PUBLIC = "public"


class Role(StrEnum):
    OWNER = "owner"
    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    MEMBER = "member"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission: the lowest role that has it (the roles above have it too), and what it allows."""

    lowest_role: Role
    description: str


PERMISSIONS: Mapping[str, Permission] = {
    "reports:read": Permission(Role.VIEWER, "See reports, their evidence and files"),
    "reports:create": Permission(Role.ANALYST, "Make reports"),
    "reports:update": Permission(Role.ANALYST, "Change reports"),
    "reports:delete": Permission(Role.ANALYST, "Delete one's own reports"),
    "reports:generate": Permission(Role.MEMBER, "Generate reports"),
    "report_settings:manage": Permission(
        Role.ADMINISTRATOR, "Set logo, colour, font and language of the organisation's reports"
    ),
    "dashboards:read": Permission(Role.VIEWER, "See dashboards and their widgets"),
    "dashboards:create": Permission(Role.ANALYST, "Make dashboards"),
    "dashboards:update": Permission(Role.ANALYST, "Change dashboards and their widgets"),
    "dashboards:refresh": Permission(Role.MEMBER, "Refresh dashboards"),
    "dashboards:delete": Permission(Role.ANALYST, "Delete one's own dashboards"),
    "forecasts:read": Permission(Role.VIEWER, "See forecasts, their runs and whether they came true"),
    "forecasts:create": Permission(Role.ANALYST, "Make forecasts"),
    "forecasts:update": Permission(Role.ANALYST, "Change forecasts"),
    "forecasts:delete": Permission(Role.ANALYST, "Delete one's own forecasts"),
    "forecasts:run": Permission(Role.MEMBER, "Compute forecasts"),
    "data_sources:read": Permission(Role.VIEWER, "See data sources, their tables and first rows"),
    "data_sources:create": Permission(Role.ADMINISTRATOR, "Connect data sources and upload files"),
    "data_sources:update": Permission(Role.ADMINISTRATOR, "Change data sources"),
    "data_sources:delete": Permission(Role.ADMINISTRATOR, "Delete data sources"),
    "data_sources:sync": Permission(Role.ADMINISTRATOR, "Bring data sources up to date"),
    "analysis:run": Permission(Role.MEMBER, "Ask questions and run queries"),
    "usage:read": Permission(Role.VIEWER, "See limits and usage"),
    "api_keys:manage": Permission(Role.MEMBER, "Make, change and revoke one's own API keys"),
    "members:read": Permission(Role.VIEWER, "See who belongs to the organisation"),
    "content:manage": Permission(Role.ADMINISTRATOR, "Delete what somebody else made"),
    "users:manage": Permission(
        Role.ADMINISTRATOR, "Invite, change and remove members, see everybody's API keys"
    ),
    "audit_logs:read": Permission(Role.ADMINISTRATOR, "See and export the audit log"),
    "security:manage": Permission(
        Role.OWNER, "Set the security policy, single sign-on, custom roles and allowed origins"
    ),
    "billing:manage": Permission(Role.OWNER, "See and change the plan"),
    "organization:manage": Permission(Role.OWNER, "Rename, hand over and delete the organisation"),
}
LOWEST_ROLE: Mapping[str, Role] = {name: row.lowest_role for name, row in PERMISSIONS.items()}
RANK = {
    role: rank
    for rank, role in enumerate((Role.VIEWER, Role.MEMBER, Role.ANALYST, Role.ADMINISTRATOR, Role.OWNER))
}
# The verbs that an organisation whose trial is over can't use any more: reading, changing and deleting stay.
PAID_VERBS = frozenset({"create", "generate", "refresh", "run", "sync"})
PAID = frozenset(name for name in PERMISSIONS if name.partition(":")[2] in PAID_VERBS)
# What makes an owner the owner, and no custom role may hold.
OWNERS_OWN = frozenset(name for name, lowest in LOWEST_ROLE.items() if lowest == Role.OWNER)


def permissions_of(role: Role) -> frozenset[str]:
    return frozenset(name for name, lowest in LOWEST_ROLE.items() if RANK[role] >= RANK[lowest])
