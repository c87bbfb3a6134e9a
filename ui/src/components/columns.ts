import { t } from "@lingui/core/macro";

/** The type of a column as people call it; rarer ones by their own name. */
export function typeName(type: string): string {
  const names: Record<string, string> = {
    boolean: t`boolean`,
    date: t`date`,
    decimal: t`decimal`,
    float: t`float`,
    integer: t`integer`,
    string: t`string`,
    time: t`time`,
    timestamp: t`timestamp`,
  };
  return names[type] ?? type;
}

/** What a column is good for. */
export function columnRole(role: string): string {
  const names: Record<string, string> = {
    dimension: t`dimension`,
    id: t`id`,
    measure: t`measure`,
    time: t`time`,
  };
  return names[role] ?? role;
}
