import { plural, t } from "@lingui/core/macro";
import type { Grain } from "../../../api/types";

export const GRAINS: Grain[] = ["hour", "day", "week", "month", "quarter", "year"];

export const isGrain = (name: string): name is Grain => GRAINS.some((one) => one === name);

/** One bucket. */
export function grainName(grain: Grain): string {
  const names: Record<Grain, string> = {
    hour: t`hour`,
    day: t`day`,
    week: t`week`,
    month: t`month`,
    quarter: t`quarter`,
    year: t`year`,
  };
  return names[grain];
}

/** How something is split. */
export function byGrain(grain: Grain): string {
  const names: Record<Grain, string> = {
    hour: t`By hour`,
    day: t`By day`,
    week: t`By week`,
    month: t`By month`,
    quarter: t`By quarter`,
    year: t`By year`,
  };
  return names[grain];
}

/** The buckets, of which a number stands beside. */
export function grainNames(grain: Grain): string {
  const names: Record<Grain, string> = {
    hour: t`hours`,
    day: t`days`,
    week: t`weeks`,
    month: t`months`,
    quarter: t`quarters`,
    year: t`years`,
  };
  return names[grain];
}

/** A stretch of time that ends with the newest data. */
export function lastOf(n: number, grain: Grain): string {
  const names: Record<Grain, string> = {
    hour: plural(n, { one: "in the last hour", other: "in the last # hours" }),
    day: plural(n, { one: "in the last day", other: "in the last # days" }),
    week: plural(n, { one: "in the last week", other: "in the last # weeks" }),
    month: plural(n, { one: "in the last month", other: "in the last # months" }),
    quarter: plural(n, { one: "in the last quarter", other: "in the last # quarters" }),
    year: plural(n, { one: "in the last year", other: "in the last # years" }),
  };
  return names[grain];
}
