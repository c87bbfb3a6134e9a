import type { Forecast, Measure } from "../../api/types";
import { plural } from "../../components/format";
import { AGGREGATIONS, labelOf } from "../dashboard/edit/question";
import { DAYS } from "./choices";

/** Of what a forecast is, and by which buckets. */
export function asked({ metric_path, measure, granularity }: Forecast): string {
  const { aggregation, column } = measure as Measure;
  const of = metric_path ?? column;
  const how = AGGREGATIONS.find(({ value }) => value === aggregation)?.label;
  return `${how && of ? `${how} ${of}` : (how ?? labelOf(measure as Measure))} by ${granularity}`;
}

/** How far it reaches, in its own buckets. */
export function horizonOf({ horizon_days, granularity }: Forecast): string {
  const unit = granularity === "hour" ? "day" : granularity;
  return `${plural(Math.round(horizon_days / DAYS[unit]), unit)} ahead`;
}

/** A number as people read it. */
export const short = (value: number) => value.toLocaleString("en", { maximumFractionDigits: digits(value) });

const digits = (value: number) => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 2 : 4);

export const percent = (share: number | null | undefined) =>
  share === null || share === undefined ? "–" : `${(share * 100).toFixed(0)} %`;
