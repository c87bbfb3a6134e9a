import { t } from "@lingui/core/macro";
import { type Field, isNumber, isTime } from "../../../api/catalog";
import type { Dimension, Filter, Measure, ModelQuery, StructuredQuery } from "../../../api/types";

import { locale } from "../../../i18n";
import { grainName } from "./grains";

export type Asking = StructuredQuery | ModelQuery;
/** Of one column; a correlation is of two. */
export type Aggregation = Exclude<NonNullable<Measure["aggregation"]>, "corr">;

/** As the sentence begins that a column ends. */
export const aggregations = (): { value: Aggregation; label: string }[] => [
  { value: "count", label: t`Number of rows` },
  { value: "sum", label: t`Sum of` },
  { value: "avg", label: t`Average of` },
  { value: "median", label: t`Median of` },
  { value: "min", label: t`Lowest` },
  { value: "max", label: t`Highest` },
  { value: "count_distinct", label: t`Different values of` },
];

/** The columns that can be put together so. */
export function fitting(fields: Field[], aggregation: Aggregation): Field[] {
  if (aggregation === "count" || aggregation === "count_distinct") return fields;
  const ordered = aggregation === "min" || aggregation === "max";
  return fields.filter((field) => isNumber(field) || (ordered && isTime(field)));
}

/** The first of them that is meant to be put together. */
export const likeliest = (fields: Field[]): string | undefined =>
  (fields.find((field) => field.role === "measure") ?? fields[0])?.name;

/** The name of a measure's column in the answer, as the API gives it. */
export function labelOf(measure: Measure): string {
  if (measure.name) return measure.name;
  if (measure.ratio) return `${labelOf(measure.ratio.numerator)}_per_${labelOf(measure.ratio.denominator)}`;
  if (measure.metric) return measure.metric;
  const of = measure.column ?? measure.table;
  return of ? [measure.aggregation, of, measure.other].filter(Boolean).join("_") : "count";
}

export const labelOfDimension = ({ name, column }: Dimension) => name ?? column;

/** The columns that the answer has. */
export const labelsOf = (asking: Asking): string[] => [
  ...(asking.dimensions ?? []).map(labelOfDimension),
  ...(asking.measures ?? []).map(labelOf),
];

/** What a widget is called that nobody has named. */
export function titleOf(asking: Asking): string {
  const measures = (asking.measures ?? []).map((one) =>
    one.name || !one.column ? labelOf(one) : (measureInWords(one) ?? labelOf(one)),
  );
  const splits = (asking.dimensions ?? []).map(
    (one) => (one.grain ? grainName(one.grain) : labelOfDimension(one).split(".").at(-1)) ?? "",
  );
  const [what, by] = [listed(measures), listed(splits)];
  const title = what && by ? t`${what} by ${by}` : what || by;
  return (title.charAt(0).toUpperCase() + title.slice(1)).replaceAll("_", " ");
}

const listed = (names: string[]) => new Intl.ListFormat(locale(), { type: "conjunction" }).format(names);

/** "Sum of revenue": without the table, as people say it. */
export function measureInWords({ aggregation, column, other, metric }: Measure): string | null {
  const of = metric ?? column?.split(".").at(-1);
  if (!of || !aggregation) return null;
  const beside = other?.split(".").at(-1) ?? "";
  if (aggregation === "corr") return t`Correlation of ${of} with ${beside}`;
  const words: Record<Aggregation, string> = {
    count: t`Number of ${of}`,
    sum: t`Sum of ${of}`,
    avg: t`Average of ${of}`,
    median: t`Median of ${of}`,
    min: t`Lowest ${of}`,
    max: t`Highest ${of}`,
    count_distinct: t`Different values of ${of}`,
  };
  return words[aggregation];
}

/** The question without parts that speak of columns which it does not have any more. */
export function tidied<Q extends Asking>(asking: Q): Q {
  const labels = new Set(labelsOf(asking));
  const kept = (asking.calculations ?? []).filter((one) => labels.has(one.measure));
  const all = new Set([...labels, ...kept.map((one) => one.name ?? `${one.measure}_${one.type}`)]);
  const { top, pivot } = asking;
  return {
    ...asking,
    calculations: kept,
    sort: (asking.sort ?? []).filter((one) => all.has(one.field) || asking.compare || asking.columns?.length),
    top: top && labels.has(top.dimension) && labels.has(top.measure) ? top : null,
    pivot: pivot && labels.has(pivot.dimension) ? pivot : null,
  };
}

/** Conditions of which something is missing yet are not asked. */
export const isWhole = ({ operator, value, other }: Filter): boolean =>
  Boolean(other) ||
  operator === "is_null" ||
  operator === "is_not_null" ||
  (Array.isArray(value)
    ? value.length > 0 && value.every((one) => one !== null && one !== "")
    : value !== null && value !== undefined && value !== "");
