import { isSql } from "../../../api/catalog";
import type { Dimension, Filter, Grain, Question, Widget } from "../../../api/types";
import type { Picked } from "../../../charts/usePick";
import { labelOfDimension } from "../edit/question";
import type { Span } from "./view";

/** One value that a mark or row stands for, and the conditions that leave only it. */
export interface Part {
  label: string;
  text: string;
  filters: Filter[];
  /** Of a bucket of time. */
  span?: Span & { column: string };
}

type Cells = unknown[];

/** What a row of a widget's data stands for. */
export function partsOf(widget: Widget, row: Cells): Part[] {
  return dimensionsOf(widget).map(({ dimension, at }) => partOf(dimension, row[at]));
}

/** What a clicked mark stands for; nothing where several values are drawn as one. */
export function picked(widget: Widget, pick: Picked): Part[] {
  const names = namesOf(widget, pick);
  const dimensions = dimensionsOf(widget);
  const told = (row: Cells) =>
    dimensions.filter(({ dimension, at }) => names.some((name) => isName(name, dimension.grain, row[at])));
  let best: { row: Cells; dimensions: typeof dimensions } = { row: [], dimensions: [] };
  for (const row of widget.data?.rows ?? []) {
    const found = told(row);
    if (found.length > best.dimensions.length) best = { row, dimensions: found };
  }
  return best.dimensions.map(({ dimension, at }) => partOf(dimension, best.row[at]));
}

function dimensionsOf(widget: Widget): { dimension: Dimension; at: number }[] {
  const question = widget.query as Question | null;
  if (!question || isSql(question)) return [];
  const columns = widget.data?.columns.map((column) => column.name) ?? [];
  return (question.dimensions ?? [])
    .map((dimension) => ({ dimension, at: columns.indexOf(labelOfDimension(dimension)) }))
    .filter(({ at }) => at >= 0);
}

/** The words that a mark is known by: its category, its series, its moment, or its row and column. */
function namesOf(widget: Widget, { name, series, value }: Picked): string[] {
  const [across, up] = Array.isArray(value) ? value : [];
  const axes = [categories(widget, "xAxis")?.[across], categories(widget, "yAxis")?.[up]];
  return [name, series, across, ...(widget.type === "heatmap" ? axes : [])].filter(
    (one): one is string => typeof one === "string" && one !== "",
  );
}

function categories(widget: Widget, axis: string): unknown[] | undefined {
  const found = (widget.chart as Record<string, { data?: unknown[] }> | null)?.[axis];
  return found?.data;
}

function isName(name: string, grain: Grain | null | undefined, cell: unknown): boolean {
  if (cell === null || cell === undefined) return name === NOTHING;
  if (!grain) return String(cell) === name;
  const at = String(cell);
  return (
    name === grained(at, grain) ||
    (ISO.test(name) && name.startsWith(at.slice(0, grain === "hour" ? 13 : 10)))
  );
}

/** As the charts call what has no value. */
const NOTHING = "(none)";
const ISO = /^\d{4}-\d\d-\d\dT/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A bucket of time as the charts write it. */
function grained(iso: string, grain: Grain): string {
  const [year = 0, month = 1, day = 1] = iso.slice(0, 10).split("-").map(Number);
  const name = MONTHS[month - 1];
  if (grain === "year") return `${year}`;
  if (grain === "quarter") return `Q${Math.ceil(month / 3)} ${year}`;
  if (grain === "month") return `${name} ${year}`;
  const date = `${day} ${name} ${year}`;
  return grain === "hour" ? `${date}, ${iso.slice(11, 16)}` : date;
}

function partOf({ column, grain, name }: Dimension, cell: unknown): Part {
  const label = name ?? column;
  if (cell === null || cell === undefined) {
    return { label, text: NOTHING, filters: [{ column, operator: "is_null", value: null }] };
  }
  if (!grain) return { label, text: String(cell), filters: [{ column, operator: "=", value: cell }] };
  const [start, end] = bucketOf(String(cell), grain);
  return {
    label,
    text: grained(String(cell), grain),
    span: { column, start, end },
    filters: [
      { column, operator: ">=", value: start },
      { column, operator: "<", value: end },
    ],
  };
}

/** Where the bucket that begins at a moment begins and the next one does. */
function bucketOf(iso: string, grain: Grain): [string, string] {
  const start = new Date(`${iso.slice(0, 10)}T${iso.slice(11, 19) || "00:00:00"}Z`);
  const end = new Date(start);
  if (grain === "hour") end.setUTCHours(end.getUTCHours() + 1);
  if (grain === "day") end.setUTCDate(end.getUTCDate() + 1);
  if (grain === "week") end.setUTCDate(end.getUTCDate() + 7);
  if (grain === "month") end.setUTCMonth(end.getUTCMonth() + 1);
  if (grain === "quarter") end.setUTCMonth(end.getUTCMonth() + 3);
  if (grain === "year") end.setUTCFullYear(end.getUTCFullYear() + 1);
  return [plain(start), plain(end)];
}

const plain = (at: Date) => at.toISOString().slice(0, 19);
