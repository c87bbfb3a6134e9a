import type { Option } from "./Chart";

/** The colours of paper, as the server draws on it, and what they are on the dark page. */
const COLORS: Record<string, string> = {
  "#fff": "#242424",
  "#ffffff": "#242424",
  "#343a40": "#d5d7da",
  "#5c636b": "#a6a9ae",
  "#868e96": "#8b9096",
  "#dee2e6": "#3b3e44",
  "#e9ecef": "#3b3e44",
};

/** What is no text stays, functions too. */
export const onDark = (option: Option): Option => recolored(option) as Option;

function recolored(value: unknown): unknown {
  if (typeof value === "string") return COLORS[value.toLowerCase()] ?? value;
  if (Array.isArray(value)) return value.map(recolored);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, recolored(part)]));
}
