import { t } from "@lingui/core/macro";
import type { Forecast, Grain } from "../../api/types";

/** The usual length of a bucket. */
export const DAYS: Record<Grain, number> = {
  hour: 1 / 24,
  day: 1,
  week: 7,
  month: 30.4375,
  quarter: 91.3125,
  year: 365.25,
};

/** How far the API forecasts at most. */
export const MOST_BUCKETS = 500;
export const MOST_DAYS = 7305;

export const schedules = (): { value: Forecast["schedule"]; label: string }[] => [
  { value: "none", label: t`Only by hand` },
  { value: "daily", label: t`Every day` },
  { value: "weekly", label: t`Every week` },
  { value: "monthly", label: t`Every month` },
];
