import { plural, t } from "@lingui/core/macro";
import { locale } from "../i18n";

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const WEEK_SECONDS = 7 * 86_400;

/** A format of `Intl` in the chosen language, made once for each. */
function inLanguage<Format>(make: (locale: string) => Format): () => Format {
  const made = new Map<string, Format>();
  return () => {
    const format = made.get(locale()) ?? make(locale());
    made.set(locale(), format);
    return format;
  };
}

const dateTimes = inLanguage(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }),
);
const dates = inLanguage((locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium" }));
const times = inLanguage((locale) => new Intl.DateTimeFormat(locale, { timeStyle: "short" }));
const numbers = inLanguage((locale) => new Intl.NumberFormat(locale));
const distances = inLanguage((locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));

export const dateTime = (iso: string) => dateTimes().format(new Date(iso));

export const date = (iso: string) => dates().format(new Date(iso));

export const time = (at: Date) => times().format(at);

export const count = (number: number) => numbers().format(number);

export const number = (value: number, options: Intl.NumberFormatOptions) =>
  value.toLocaleString(locale(), options);

/** What stands before the decimals. */
export const decimalSeparator = () => numbers().formatToParts(0.5)[1]?.value ?? ".";

/** "3 hours ago" within a week, the date after that. */
export function ago(iso: string): string {
  const seconds = (new Date(iso).getTime() - Date.now()) / 1000;
  const distance = Math.abs(seconds);
  if (distance > WEEK_SECONDS) return dateTime(iso);
  const fitting = UNITS.find(([, size]) => distance >= size);
  return fitting ? distances().format(Math.round(seconds / fitting[1]), fitting[0]) : t`just now`;
}

const lasting = (value: number, unit: "second" | "minute" | "hour", digits = 0) =>
  number(value, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits });

/** How long something took: "0.4 sec", "12 sec", "3 min", "2.5 hr". */
export function duration(from: string, to: string): string {
  const seconds = Math.max(0, new Date(to).getTime() - new Date(from).getTime()) / 1000;
  if (seconds < 90) return lasting(seconds, "second", seconds < 10 ? 1 : 0);
  const minutes = seconds / 60;
  return minutes < 90 ? lasting(minutes, "minute") : lasting(minutes / 60, "hour", 1);
}

export function bytes(size: number): string {
  const units = [t`bytes`, "KB", "MB", "GB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(size, 1)) / 10), units.length - 1);
  const digits = power > 1 ? 1 : 0;
  const text = number(size / 1024 ** power, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${text} ${units[power]}`;
}

export const rowsInWords = (rows: number) => plural(rows, { one: "# row", other: "# rows" });

/** Of tables whose rows nobody has counted. */
export const aboutRows = (rows: number) => plural(rows, { one: "about # row", other: "about # rows" });

/** "data_sources" as people write it: "data sources". */
export const words = (name: string) => name.replaceAll("_", " ");
