import type { ModelColumn, ModelTable, SourceDetail } from "../../api/types";

/** A column as it stands in the model: one of the source, one that is computed, or both. */
export interface ShownColumn {
  column: ModelColumn;
  type: string;
  role: string;
}

/** The columns of a table: those of its source in their order, then those that are computed. */
export function columnsOf(table: ModelTable, source: SourceDetail | undefined): ShownColumn[] {
  const own = new Map((table.columns ?? []).map((column) => [column.name, column]));
  const known = source?.tables.find(({ name }) => name === table.table)?.columns ?? [];
  const stored = known.map(({ name, type, role }) => {
    const column = own.get(name) ?? { name };
    own.delete(name);
    return { column, type, role: column.role ?? role };
  });
  const others = [...own.values()].map((column) => ({
    column,
    type: column.type ?? "other",
    role: column.role ?? "dimension",
  }));
  return [...stored, ...others];
}

/** The list with one part in the place of another one, or at its end. */
export const put = <T>(list: T[] | undefined, part: T, place: number | null): T[] =>
  place === null ? [...(list ?? []), part] : (list ?? []).map((one, at) => (at === place ? part : one));

export const without = <T>(list: T[] | undefined, place: number): T[] =>
  (list ?? []).filter((_, at) => at !== place);

/** What a table of a source can be called in a model: a word, unlike the others. */
export function nameFor(table: string, taken: string[]): string {
  const last = table.split(".").at(-1) ?? table;
  const word = last.replace(/[^\p{L}\p{N}_]+/gu, "_").replace(/^(?=\p{N})/u, "_") || "table";
  if (!taken.includes(word)) return word;
  let number = 2;
  while (taken.includes(`${word}_${number}`)) number += 1;
  return `${word}_${number}`;
}

/** A name that the query language can say. */
export const NAME = "[\\p{L}_][\\p{L}\\p{N}_]*";
