import { t } from "@lingui/core/macro";

/** A role as people call it; an organisation's own roles have only the name that it gave them. */
export function roleName(role: string): string {
  const names: Record<string, string> = {
    owner: t`owner`,
    administrator: t`administrator`,
    analyst: t`analyst`,
    member: t`member`,
    viewer: t`viewer`,
  };
  return names[role] ?? role;
}

export const roleOptions = (roles: string[]) => roles.map((value) => ({ value, label: roleName(value) }));
