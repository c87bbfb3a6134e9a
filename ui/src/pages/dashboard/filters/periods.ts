import { t } from "@lingui/core/macro";
import { date } from "../../../components/format";
import type { Span } from "./view";

const DAY_MS = 86_400_000;

/** Stretches of time that end with the day of the newest data, so that old data show something too. */
export function presets(newest: unknown): { key: string; label: string; span: Span }[] {
  const end = new Date(midnight(newestOf(newest)) + DAY_MS);
  const year = new Date(end.getTime() - DAY_MS).getUTCFullYear();
  const before = year - 1;
  const back = (days: number) => spanOf(new Date(end.getTime() - days * DAY_MS), end);
  const aYear = new Date(end);
  aYear.setUTCFullYear(aYear.getUTCFullYear() - 1);
  return [
    { key: "7", label: t`Last 7 days`, span: back(7) },
    { key: "30", label: t`Last 30 days`, span: back(30) },
    { key: "90", label: t`Last 90 days`, span: back(90) },
    { key: "12 months", label: t`Last 12 months`, span: spanOf(aYear, end) },
    { key: "this year", label: t`Year ${year}`, span: spanOf(startOf(year), startOf(year + 1)) },
    { key: "last year", label: t`Year ${before}`, span: spanOf(startOf(before), startOf(year)) },
  ];
}

/** The newest moment of the data, or now where that is not known or lies ahead. */
function newestOf(newest: unknown): number {
  const at = typeof newest === "string" ? Date.parse(zoned(newest)) : Number.NaN;
  return Number.isNaN(at) ? Date.now() : Math.min(at, Date.now());
}

const zoned = (text: string) => (text.length > 10 && !/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? `${text}Z` : text);
const midnight = (at: number) => Math.floor(at / DAY_MS) * DAY_MS;
const startOf = (year: number) => new Date(Date.UTC(year, 0, 1));
const dayOf = (at: Date) => at.toISOString().slice(0, 10);
const spanOf = (start: Date, end: Date): Span => ({
  start: `${dayOf(start)}T00:00:00`,
  end: `${dayOf(end)}T00:00:00`,
});

/** The days that a span shows; the last one is in it. */
export const daysOf = ({ start, end }: Span) => ({
  from: start.slice(0, 10),
  to: dayOf(new Date(Date.parse(zoned(end)) - 1)),
});

/** A span as people write it; the last day is in it. */
export function daysInWords(span: Span): string {
  const { from, to } = daysOf(span);
  return from === to ? date(from) : `${date(from)} – ${date(to)}`;
}

/** The span of these days; null while they make none. */
export function spanOfDays(from: string, to: string): Span | null {
  const [start, last] = [Date.parse(from), Date.parse(to)];
  if (Number.isNaN(start) || Number.isNaN(last) || start > last) return null;
  return spanOf(new Date(start), new Date(last + DAY_MS));
}
