import { ApiError } from "../../api/errors";
import type { Model, ModelProblem } from "../../api/types";

/** What a refused model was refused for, by the names of its parts: `metrics.0.formula` is `metrics.revenue.formula`. */
export function refusedFor(error: unknown, model: Model): ModelProblem[] {
  if (!(error instanceof ApiError)) return [];
  return error.details.map(({ field, message }) => ({
    severity: "error",
    where: placeOf(field, model),
    message,
  }));
}

function placeOf(field: string, model: Model): string {
  const [kind, place, ...rest] = field.split(".");
  const at = Number(place);
  if (kind === "metrics") return ["metrics", model.metrics?.[at]?.name, ...rest].join(".");
  if (kind === "joins") {
    const join = model.joins?.[at];
    return `joins.${join?.table}.${join?.to}`;
  }
  if (kind !== "tables") return field;
  const table = model.tables[at];
  const column = rest[0] === "columns" ? table?.columns?.[Number(rest[1])]?.name : rest[0];
  return ["tables", table?.name, column].filter(Boolean).join(".");
}

/** Those of one part, and of what is in it. */
export const problemsAt = (problems: ModelProblem[], place: string) =>
  problems.filter(({ where }) => where === place || where.startsWith(`${place}.`));
