const DATE_TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const NUMBER = new Intl.NumberFormat("en-US");
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const WEEK_SECONDS = 7 * 86_400;

export const dateTime = (iso: string) => DATE_TIME.format(new Date(iso));

export const count = (number: number) => NUMBER.format(number);

export const plural = (number: number, one: string, many = `${one}s`) =>
  `${count(number)} ${number === 1 ? one : many}`;

/** "3 hours ago" within a week, the date after that. */
export function ago(iso: string): string {
  const seconds = (new Date(iso).getTime() - Date.now()) / 1000;
  const distance = Math.abs(seconds);
  if (distance > WEEK_SECONDS) return dateTime(iso);
  const fitting = UNITS.find(([, size]) => distance >= size);
  return fitting ? RELATIVE.format(Math.round(seconds / fitting[1]), fitting[0]) : "just now";
}

export function bytes(size: number): string {
  const units = ["bytes", "KB", "MB", "GB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(size, 1)) / 10), units.length - 1);
  return `${(size / 1024 ** power).toFixed(power > 1 ? 1 : 0)} ${units[power]}`;
}

const DATE = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });
export const date = (iso: string) => DATE.format(new Date(iso));

const TIME = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });
export const time = (at: Date) => TIME.format(at);

/** "data_sources" as people write it: "data sources". */
export const words = (name: string) => name.replaceAll("_", " ");
