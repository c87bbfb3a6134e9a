import { t } from "@lingui/core/macro";
import type { Measure, Report, Threshold } from "../../api/types";
import { number } from "../../components/format";
import { grainName } from "../dashboard/edit/grains";
import { measureInWords } from "../dashboard/edit/question";

export type Side = "above" | "below";

/** Each with one side only, whose value is null while it is not filled in. */
export const thresholdsOf = (report: Report): Threshold[] => report.thresholds.map(oneSided);

function oneSided({ above, below, ...rest }: Threshold): Threshold {
  return above != null ? { ...rest, above } : { ...rest, below: below ?? null };
}

export const sideOf = (threshold: Threshold): Side => ("above" in threshold ? "above" : "below");

export const measureOf = ({ column, aggregation }: Threshold): Measure =>
  column ? { column, aggregation } : { aggregation: "count" };

/** What a threshold says of its measure; rows are counted without one. */
export const partsOf = (measure?: Measure): Threshold => ({
  aggregation: (measure?.aggregation ?? "count") as Threshold["aggregation"],
  column: measure?.column,
});

export const isFilledIn = (threshold: Threshold) => threshold[sideOf(threshold)] != null;

/** "Sum of revenue above 10,000 (month)". */
export function thresholdInWords(threshold: Threshold): string {
  const side = sideOf(threshold);
  const what = measureInWords(measureOf(threshold))?.replaceAll("_", " ") ?? t`Number of rows`;
  const limit = number(threshold[side] ?? 0, { maximumFractionDigits: 20 });
  const said = side === "above" ? t`${what} above ${limit}` : t`${what} below ${limit}`;
  return threshold.grain ? `${said} (${grainName(threshold.grain)})` : said;
}
