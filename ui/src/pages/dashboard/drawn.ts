/** A widget's `chart`: an ECharts option, or what ECharts has no chart for under a key of its own. */
export interface Metric {
  label: string;
  text: string;
  previous_text: string | null;
  change_text: string | null;
  direction: "up" | "down" | "flat" | null;
}

export interface TableData {
  columns: { name: string; numeric: boolean }[];
  rows: string[][];
  row_count: number;
}

export type Drawn = Record<string, unknown>;

export const isMetric = (drawn: Drawn): drawn is { metric: Metric } => "metric" in drawn;
export const isTable = (drawn: Drawn): drawn is { table: TableData } => "table" in drawn;
export const isText = (drawn: Drawn): drawn is { text: { markdown: string } } => "text" in drawn;
