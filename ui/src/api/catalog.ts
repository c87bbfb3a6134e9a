import { useQueries } from "@tanstack/react-query";
import { modelQuery } from "./dashboards";
import { sourceQuery } from "./queries";
import type { ModelQuery, Question, SourceDetail, SqlQuery, StructuredQuery, Table } from "./types";

/** A column that can be asked for, by the name that the query language has for it. */
export interface Field {
  name: string;
  type: string;
  role: string;
  maximum: unknown;
  /** How many values it has, about; undefined where nobody counted. */
  distinct?: number;
  /** Where its values can be looked up. */
  stored?: { source_id: number; table: string; column: string };
}

export const isSql = (question: Question): question is SqlQuery => "sql" in question;
export const isOfModel = (question: Question): question is ModelQuery => "model_id" in question;
export const isOfTable = (question: Question): question is StructuredQuery => "table" in question;

const NUMBERS = new Set(["integer", "decimal", "float"]);
const TIMES = new Set(["date", "timestamp"]);
export const isNumber = (field: Field | undefined) => field !== undefined && NUMBERS.has(field.type);
export const isTime = (field: Field | undefined) => field !== undefined && TIMES.has(field.type);
/** Whether whole numbers are years, as the server takes them: `year`, `fiscal_year`. */
export const isYear = ({ name, type, role }: Field) =>
  type === "integer" && role !== "measure" && /(^|[^a-z])(year|yr|jahr)$/i.test(name);

/** Of a model: each measure's own time column. */
const TIME: Field = { name: "time", type: "timestamp", role: "time", maximum: null };

/** What these questions are put to: the tables, columns and metrics that there are. */
export function useCatalog(questions: Question[]) {
  const ofModels = [...new Set(questions.filter(isOfModel).map((one) => one.model_id))];
  const models = useQueries({ queries: ofModels.map(modelQuery) });
  const tablesOfModels = models.flatMap((one) => one.data?.model.tables ?? []);
  const named = questions.flatMap((one) => (isOfModel(one) ? [] : [one.source_id]));
  const ids = [...new Set([...named, ...tablesOfModels.map((table) => table.source_id)])];
  const sources = useQueries({ queries: ids.filter((id) => id > 0).map(sourceQuery) });
  const source = (id: number) => sources.find((one) => one.data?.id === id)?.data;
  const model = (id: number) => models.find((one) => one.data?.id === id)?.data?.model;

  return {
    error: [...models, ...sources].find((one) => one.error)?.error ?? null,
    isPending: [...models, ...sources].some((one) => one.isPending),
    tablesOf: (id: number): string[] => source(id)?.tables.map((table) => table.name) ?? [],
    metricsOf: (question: Question): string[] =>
      isOfModel(question) ? (model(question.model_id)?.metrics ?? []).map((one) => one.name) : [],
    fieldsOf(question: Question): Field[] {
      if (isSql(question)) return [];
      if (isOfTable(question)) return tableOf(source(question.source_id), question.table)?.columns ?? [];
      const tables = model(question.model_id)?.tables ?? [];
      return [
        timeOfModel(tables),
        ...tables
          .filter((table) => !table.hidden)
          .flatMap((table) => fieldsOfModelTable(table, source(table.source_id), isShown(table))),
      ];
    },
  };

  /** `time`, which is as new as the newest of the columns that it stands for. */
  function timeOfModel(tables: ModelTable[]): Field {
    const ends = tables.flatMap((table) => {
      const columns = tableOf(source(table.source_id), table.table)?.columns ?? [];
      const end = columns.find((column) => column.name === table.time)?.maximum;
      return typeof end === "string" ? [end] : [];
    });
    return { ...TIME, maximum: ends.sort().at(-1) ?? null };
  }
}

const isShown = (table: ModelTable) => {
  const hidden = new Set((table.columns ?? []).filter((one) => one.hidden).map(({ name }) => name));
  return (name: string) => !hidden.has(name);
};

/** The columns of a model's table, as `table.column`: those of its source, then those that are computed. */
export function fieldsOfModelTable(
  table: ModelTable,
  source: SourceDetail | undefined,
  isWanted: (name: string) => boolean = () => true,
): Field[] {
  const { source_id } = table;
  const known = tableOf(source, table.table)?.columns ?? [];
  const own = new Map((table.columns ?? []).map((column) => [column.name, column]));
  const computed = [...own.values()].filter((column) => column.expression);
  const all = [
    ...known.map((column) => ({
      ...column,
      role: own.get(column.name)?.role ?? column.role,
      stored: { source_id, table: table.table, column: column.name },
    })),
    ...computed.map(({ name, type, role }) => ({
      name,
      type: type ?? "other",
      role: role ?? "dimension",
      maximum: null,
    })),
  ];
  return all
    .filter(({ name }) => isWanted(name))
    .map((column) => ({ ...column, name: `${table.name}.${column.name}` }));
}

export type Catalog = ReturnType<typeof useCatalog>;

interface ModelTable {
  name: string;
  source_id: number;
  table: string;
  time?: string | null;
  columns?: {
    name: string;
    expression?: string | null;
    type?: string | null;
    role?: string | null;
    hidden?: boolean;
  }[];
}

const tableOf = (source: SourceDetail | undefined, name: string): Table | undefined =>
  source?.tables.find((table) => table.name === name);
