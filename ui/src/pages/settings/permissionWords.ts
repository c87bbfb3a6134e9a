import { t } from "@lingui/core/macro";
import type { PermissionRow } from "../../api/types";

/** What a permission allows; one of a newer server in that server's own words. */
export function permissionWords({ name, description }: Pick<PermissionRow, "name" | "description">): string {
  const words: Record<string, string> = {
    "reports:read": t`See reports, their evidence and files`,
    "reports:create": t`Make reports`,
    "reports:update": t`Change reports`,
    "reports:delete": t`Delete one's own reports`,
    "reports:generate": t`Generate reports`,
    "report_settings:manage": t`Set logo, colour, font and language of the organisation's reports`,
    "dashboards:read": t`See dashboards and their widgets`,
    "dashboards:create": t`Make dashboards`,
    "dashboards:update": t`Change dashboards and their widgets`,
    "dashboards:refresh": t`Refresh dashboards`,
    "dashboards:delete": t`Delete one's own dashboards`,
    "forecasts:read": t`See forecasts, their runs and whether they came true`,
    "forecasts:create": t`Make forecasts`,
    "forecasts:update": t`Change forecasts`,
    "forecasts:delete": t`Delete one's own forecasts`,
    "forecasts:run": t`Compute forecasts`,
    "data_sources:read": t`See data sources, their tables and first rows`,
    "data_sources:create": t`Connect data sources and upload files`,
    "data_sources:update": t`Change data sources`,
    "data_sources:delete": t`Delete data sources`,
    "data_sources:sync": t`Bring data sources up to date`,
    "analysis:run": t`Ask questions and run queries`,
    "usage:read": t`See limits and usage`,
    "api_keys:manage": t`Make, change and revoke one's own API keys`,
    "members:read": t`See who belongs to the organisation`,
    "content:manage": t`Delete what somebody else made`,
    "users:manage": t`Invite, change and remove members, see everybody's API keys`,
    "audit_logs:read": t`See and export the audit log`,
    "security:manage": t`Set the security policy, single sign-on, custom roles and allowed origins`,
    "billing:manage": t`See and change the plan`,
    "organization:manage": t`Rename, hand over and delete the organisation`,
  };
  return words[name] ?? description;
}
