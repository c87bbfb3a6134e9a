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

export function onDark(option: Option): Option {
  return JSON.parse(JSON.stringify(option), (_, value) =>
    typeof value === "string" ? (COLORS[value.toLowerCase()] ?? value) : value,
  );
}
