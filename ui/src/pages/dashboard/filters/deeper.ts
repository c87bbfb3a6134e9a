import { t } from "@lingui/core/macro";
import { type Field, isSql } from "../../../api/catalog";
import type { ChartType, Dimension, Grain, NewWidget, Question, Widget } from "../../../api/types";
import { words } from "../../../components/format";
import { byGrain } from "../edit/grains";
import { type Asking, labelOf, labelOfDimension } from "../edit/question";
import type { Part } from "./pick";

/** One step into a widget: the values that were chosen, and what they are split by now. */
export interface Step {
  parts: Part[];
  into: Dimension;
}

/** The steps into each widget, by its id. */
export type Steps = Record<string, Step[]>;

/** What a page's address says of them; what somebody wrote there by hand may be anything. */
export function stepsOf(text: string | null): Steps {
  try {
    const read: unknown = JSON.parse(text ?? "");
    const entries = Object.entries(isObject(read) ? read : {});
    return Object.fromEntries(
      entries.filter((entry): entry is [string, Step[]] => isListOf(entry[1], isStep)),
    );
  } catch {
    return {};
  }
}

/** As the address keeps them; null where nobody has gone anywhere. */
export function stepsInText(steps: Steps): string | null {
  const taken = Object.entries(steps).filter(([, one]) => one.length > 0);
  return taken.length > 0 ? JSON.stringify(Object.fromEntries(taken)) : null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isListOf = (value: unknown, fits: (part: Record<string, unknown>) => boolean) =>
  Array.isArray(value) && value.every((one) => isObject(one) && fits(one));

const isStep = ({ parts, into }: Record<string, unknown>) =>
  isObject(into) && typeof into.column === "string" && isListOf(parts, isPart);

const isPart = ({ label, text, filters }: Record<string, unknown>) =>
  typeof label === "string" &&
  typeof text === "string" &&
  isListOf(filters, ({ column }) => typeof column === "string");

const FINER: Partial<Record<Grain, Grain>> = {
  year: "quarter",
  quarter: "month",
  month: "day",
  week: "day",
  day: "hour",
};
/** A split into more than these is no picture any more, and one into a single value tells nothing. */
const MOST_VALUES = 100;
const MOST_WAYS = 6;

/** What the values of a mark can be split by: their time more finely, and what they are not split by yet. */
export function waysInto(widget: Widget, parts: Part[], fields: Field[]): Dimension[] {
  const asking = askingOf(widget);
  if (!asking || parts.length === 0 || !asking.measures?.length) return [];
  const split = asking.dimensions ?? [];
  const finer = split.flatMap((dimension) => {
    const isChosen = parts.some((part) => part.label === labelOfDimension(dimension));
    const grain = isChosen && dimension.grain ? FINER[dimension.grain] : undefined;
    const type = fields.find((field) => field.name === dimension.column)?.type;
    return grain && (grain !== "hour" || type !== "date") ? [{ ...dimension, grain }] : [];
  });
  const fixed = new Set([
    ...split.map((dimension) => dimension.column),
    ...(asking.filters ?? []).filter(({ operator }) => operator === "=").map(({ column }) => column),
  ]);
  const others = fields
    .filter(({ name, role, distinct = 2 }) => role === "dimension" && !fixed.has(name) && isFew(distinct))
    .map(({ name }): Dimension => ({ column: name }));
  return [...finer, ...others].slice(0, MOST_WAYS);
}

const isFew = (distinct: number) => distinct > 1 && distinct <= MOST_VALUES;

export const nameOfWay = ({ column, grain }: Dimension): string => {
  const name = words(column.split(".").at(-1) ?? column);
  return grain ? byGrain(grain) : t`By ${name}`;
};

/** A widget after these steps, as it is asked for. */
export function deepened(widget: Widget, steps: Step[]): Widget {
  return steps.reduce(oneDeeper, widget);
}

function oneDeeper(widget: Widget, { parts, into }: Step): Widget {
  const asking = askingOf(widget);
  if (!asking) return widget;
  const chosen = new Set(parts.map((part) => part.label));
  const kept = (asking.dimensions ?? []).filter((one) => !chosen.has(labelOfDimension(one)));
  const [measure] = asking.measures ?? [];
  const query: Asking = {
    ...asking,
    dimensions: [into, ...kept.filter((one) => one.column !== into.column)],
    filters: [...(asking.filters ?? []), ...parts.flatMap((part) => part.filters)],
    // Moments keep their order; of other values the largest come first.
    sort: into.grain || !measure ? [] : [{ field: labelOf(measure), descending: true }],
    ...WITHOUT,
  };
  return {
    ...widget,
    type: typeFor(widget.type, into),
    options: optionsFor(widget.options, into),
    query: query as Widget["query"],
  };
}

/** Parts of a question that speak of how it was split before. */
const WITHOUT = { calculations: [], having: [], top: null, pivot: null, compare: null, limit: null };

/** What the axes show is up to the new question; names of values have room beside bars that lie. */
function optionsFor(options: Widget["options"], { grain }: Dimension): Widget["options"] {
  const { x: _x, series: _series, comparison: _comparison, ...kept } = options;
  return { ...kept, horizontal: !grain };
}

const OVER_TIME = new Set<ChartType>(["line", "area", "bar", "table"]);
const OF_VALUES = new Set<ChartType>(["bar", "pie", "funnel", "table"]);

function typeFor(type: ChartType, { grain }: Dimension): ChartType {
  if (grain) return OVER_TIME.has(type) ? type : "line";
  return OF_VALUES.has(type) ? type : "bar";
}

export const asWanted = ({ type, title, options, query }: Widget): NewWidget => ({
  type,
  title,
  options,
  query: query as NewWidget["query"],
});

function askingOf(widget: Widget): Asking | null {
  const question = widget.query as Question | null;
  return question && !isSql(question) ? question : null;
}
