import { t } from "@lingui/core/macro";
import type { AccessRule, Mask, RowCondition } from "../../../api/types";
import { roleName } from "../../../components/roles";

export type Operator = NonNullable<RowCondition["operator"]>;

export const operators = (): Record<Operator, string> => ({
  "=": t`is`,
  "!=": t`is not`,
  "<": t`is less than`,
  "<=": t`is at most`,
  ">": t`is more than`,
  ">=": t`is at least`,
  in: t`is one of`,
  not_in: t`is none of`,
  between: t`is between`,
  is_null: t`is missing`,
  is_not_null: t`is not missing`,
});

export const masks = (): Record<Mask, string> => ({
  hide: t`is not there at all`,
  null: t`is empty`,
  redact: t`shows *** in place of a text`,
  last4: t`shows the last four characters only`,
});

const valueInWords = ({ value }: RowCondition) =>
  Array.isArray(value) ? value.join(", ") : String(value ?? "");

function conditionInWords(row: RowCondition): string {
  const { column, attribute } = row;
  if (attribute) return t`${column} is one of their own ${attribute}`;
  return [column, operators()[row.operator ?? "="], valueInWords(row)].join(" ").trim();
}

/** Whom a rule binds, and what it does, one sentence for each. */
export function ruleInWords({
  roles,
  table,
  rows = [],
  masks: masked = {},
}: Pick<AccessRule, "roles" | "table"> & Partial<Pick<AccessRule, "rows" | "masks">>): string[] {
  const people = roles.map(roleName).join(", ");
  const wanted = rows.map(conditionInWords).join(t` and `);
  return [
    t`It binds everybody whose role is ${people}.`,
    rows.length > 0 ? t`Of ${table} they see only these rows: ${wanted}.` : t`Of ${table} they see all rows.`,
    ...Object.entries(masked).map(([column, mask]) => {
      const shown = masks()[mask];
      return t`To them ${column} ${shown}.`;
    }),
  ];
}
