import { t } from "@lingui/core/macro";
import { type Field, isOfModel, isSql, isTime } from "../../../api/catalog";
import type { ChartType, Comparison, Filter, NewWidget, Question, Widget } from "../../../api/types";
import { isGrain, lastOf } from "../edit/grains";
import { isWhole } from "../edit/question";
import { SIGNS } from "./FilterList";
import type { Part } from "./pick";

export interface Span {
  start: string;
  end: string;
}

/** How somebody looks at a dashboard for now; nothing of it is saved. */
export interface View {
  filters: Filter[];
  period: Span | null;
  compare: Comparison | null;
}

export const ALL: View = { filters: [], period: null, compare: null };
export const isAll = ({ filters, period }: View) => filters.length === 0 && period === null;

/** What a page's address says of it; what somebody wrote there by hand may be anything. */
export function viewOf(text: string | null): View {
  try {
    const { filters, period, compare } = JSON.parse(text ?? "") as Partial<View>;
    return {
      filters: Array.isArray(filters) ? filters.filter((one) => typeof one?.column === "string") : [],
      period: typeof period?.start === "string" && typeof period.end === "string" ? period : null,
      compare: compare === "previous_period" || compare === "previous_year" ? compare : null,
    };
  } catch {
    return ALL;
  }
}

/** The time column that a period of this question is about. */
export function timeOf(question: Question, fields: Field[]): Field | undefined {
  if (isSql(question)) return undefined;
  if (isOfModel(question)) return fields.find((field) => field.name === "time");
  const named = question.period?.column ?? question.dimensions?.find((one) => one.grain)?.column;
  return (
    fields.find((field) => field.name === named) ??
    fields.find((field) => field.role === "time" && isTime(field)) ??
    fields.find(isTime)
  );
}

/** Those that show the period before beside the period. */
const COMPARED = new Set<ChartType>(["metric", "line", "area", "bar", "table"]);

/** A widget that asks only for what the view leaves; null where the view does not touch it. */
export function applied(widget: Widget, view: View, fields: Field[]): NewWidget | null {
  const question = widget.query as Question | null;
  if (!question || isSql(question)) return null;
  const known = new Set(fields.map((field) => field.name));
  const filters = view.filters.filter(
    (filter) => known.has(filter.column) && (!filter.other || known.has(filter.other)) && isWhole(filter),
  );
  const time = timeOf(question, fields);
  const period = time && view.period ? { column: time.name, ...view.period } : null;
  if (filters.length === 0 && !period) return null;
  // The period takes the place of one that the widget has of its own.
  const own = (question.filters ?? []).filter(
    (one) => !(period && one.operator === "last_n" && one.column === time?.name),
  );
  const mayCompare =
    COMPARED.has(widget.type) &&
    (question.measures?.length ?? 0) > 0 &&
    // What was before can't lie on top of what is.
    widget.options.stacked !== true &&
    !question.calculations?.length &&
    !question.having?.length;
  const compare = period ? (mayCompare ? view.compare : null) : (question.compare ?? null);
  return {
    type: widget.type,
    title: widget.title,
    options: compare && widget.type === "metric" ? { ...widget.options, comparison: true } : widget.options,
    query: {
      ...question,
      filters: [...own, ...filters],
      period: period ?? question.period ?? null,
      compare,
    },
  };
}

/** A condition in words. */
export function inWords({ column, operator, value, other }: Filter): string {
  const name = column.replaceAll("_", " ");
  if (other) return `${name} ${SIGNS[operator] ?? operator} ${other.replaceAll("_", " ")}`;
  const given = valueInWords(value);
  switch (operator) {
    case "=":
    case "in":
      return t`${name} is ${given}`;
    case "!=":
    case "not_in":
      return t`${name} is not ${given}`;
    case "is_null":
      return t`${name} is empty`;
    case "is_not_null":
      return t`${name} is not empty`;
    case "contains":
      return t`${name} contains ${given}`;
    case "starts_with":
      return t`${name} starts with ${given}`;
    case "between":
      return t`${name} between ${given}`;
    case ">=":
      return t`${name} from ${given}`;
    case "<":
      return t`${name} before ${given}`;
    default:
      return operator === "last_n" ? `${name} ${given}` : `${name} ${operator} ${given}`;
  }
}

function valueInWords(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (typeof value === "object" && "n" in value && "unit" in value) {
    const unit = String(value.unit);
    return isGrain(unit) ? lastOf(Number(value.n), unit) : `${value.n} ${unit}`;
  }
  return String(value).replace(/T00:00:00$/, "");
}

/** The view with what some values stand for, in place of what it said of their columns before. */
export function narrowed(view: View, parts: Part[], time: string | undefined): View {
  const spans = parts.flatMap((part) => (part.span && part.span.column === time ? part.span : []));
  const added = parts.flatMap((part) => (part.span && part.span.column === time ? [] : part.filters));
  const columns = new Set(added.map((filter) => filter.column));
  const [span] = spans;
  return {
    ...view,
    filters: [...view.filters.filter((one) => !columns.has(one.column)), ...added],
    period: span ? { start: span.start, end: span.end } : view.period,
  };
}
