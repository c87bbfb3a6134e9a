import { type Field, isNumber, isTime } from "../../../api/catalog";
import type { Dimension, Filter, Grain, Measure, ModelQuery, StructuredQuery } from "../../../api/types";

export type Asking = StructuredQuery | ModelQuery;
export type Aggregation = NonNullable<Measure["aggregation"]>;

/** As the sentence begins that a column ends. */
export const AGGREGATIONS: { value: Aggregation; label: string }[] = [
  { value: "count", label: "Number of rows" },
  { value: "sum", label: "Sum of" },
  { value: "avg", label: "Average of" },
  { value: "median", label: "Median of" },
  { value: "min", label: "Lowest" },
  { value: "max", label: "Highest" },
  { value: "count_distinct", label: "Different values of" },
];

export const GRAINS: Grain[] = ["hour", "day", "week", "month", "quarter", "year"];

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
  return of ? `${measure.aggregation}_${of}` : "count";
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
    one.name || !one.column ? labelOf(one) : inWords(one),
  );
  const splits = (asking.dimensions ?? []).map(
    (one) => (one.grain ? one.grain : labelOfDimension(one).split(".").at(-1)) ?? "",
  );
  const title = [measures.join(" and "), splits.join(" and ")].filter(Boolean).join(" by ");
  return (title.charAt(0).toUpperCase() + title.slice(1)).replaceAll("_", " ");
}

/** "Sum of revenue": without the table, as people say it. */
function inWords({ aggregation, column }: Measure): string {
  const how = AGGREGATIONS.find(({ value }) => value === aggregation)?.label ?? "";
  return `${aggregation === "count" ? "Number of" : how} ${column?.split(".").at(-1)}`;
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
export const isWhole = ({ operator, value }: Filter): boolean =>
  operator === "is_null" ||
  operator === "is_not_null" ||
  (Array.isArray(value)
    ? value.length > 0 && value.every((one) => one !== null && one !== "")
    : value !== null && value !== undefined && value !== "");
