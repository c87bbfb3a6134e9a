import { plural } from "@lingui/core/macro";
import type { Forecast, ForecastResult, Grain, Measure } from "../../api/types";
import { date, number } from "../../components/format";
import { byGrain } from "../dashboard/edit/grains";
import { labelOf, measureInWords } from "../dashboard/edit/question";
import { DAYS } from "./choices";

/** Of what a forecast is, by which buckets, and how far it reaches. */
export function inWords({ metric_path, measure, granularity, horizon_days }: Forecast): string {
  const asked = measure as Measure;
  const what = measureInWords({ ...asked, metric: metric_path ?? asked.metric }) ?? labelOf(asked);
  return [what, byGrain(granularity), horizonOf(horizon_days, granularity)].join(" · ");
}

/** How far it reaches, in its own buckets. */
function horizonOf(horizon_days: number, granularity: Grain): string {
  const unit = granularity === "hour" ? "day" : granularity;
  const n = Math.round(horizon_days / DAYS[unit]);
  const words: Record<typeof unit, string> = {
    day: plural(n, { one: "# day ahead", other: "# days ahead" }),
    week: plural(n, { one: "# week ahead", other: "# weeks ahead" }),
    month: plural(n, { one: "# month ahead", other: "# months ahead" }),
    quarter: plural(n, { one: "# quarter ahead", other: "# quarters ahead" }),
    year: plural(n, { one: "# year ahead", other: "# years ahead" }),
  };
  return words[unit];
}

/** How the times of a forecast are told: by the year alone where each begins one. */
export function timesOf({ history, values }: ForecastResult): (iso: string) => string {
  const yearly = [...history, ...values].every((one) => one.date.slice(4, 10) === "-01-01");
  return yearly ? (iso) => iso.slice(0, 4) : date;
}

/** A number as people read it. */
export const short = (value: number) => number(value, { maximumFractionDigits: digits(value) });

const digits = (value: number) => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 2 : 4);

export const percent = (share: number | null | undefined) =>
  share === null || share === undefined ? "–" : `${(share * 100).toFixed(0)} %`;
