import { useQuery } from "@tanstack/react-query";
import { type Field, isOfTable } from "../../api/catalog";
import { dashboardQuery, sourceQuery } from "../../api/queries";
import type { Question, StructuredQuery, Widget } from "../../api/types";

/** What a report is about: a source, a table of it, or a dashboard. */
export interface Place {
  source: number | null;
  table: string | null;
  dashboard: number | null;
}

export interface Subject {
  /** The table that the report is about, as a question to look up values in; null while it is not known. */
  question: StructuredQuery | null;
  fields: Field[];
  tables: string[];
  isPending: boolean;
  error: Error | null;
}

/** The table that a report is about, as the server finds it, and its columns. */
export function useSubject(place: Place | null): Subject {
  const id = place?.dashboard ?? null;
  const board = useQuery({ ...dashboardQuery(id ?? 0), enabled: id !== null });
  const asked = board.data && mostAsked(board.data.widgets);
  const source_id = place?.source ?? asked?.source_id ?? null;
  const source = useQuery({ ...sourceQuery(source_id ?? 0), enabled: source_id !== null });
  const tables = source.data?.tables ?? [];
  const [largest] = [...tables].sort((one, other) => (other.row_count ?? 0) - (one.row_count ?? 0));
  const name = place?.table ?? asked?.table ?? largest?.name;
  const table = tables.find((one) => one.name === name);
  return {
    question: source_id !== null && table ? { source_id, table: table.name } : null,
    fields: table?.columns ?? [],
    tables: tables.map((one) => one.name),
    isPending: board.isLoading || source.isLoading,
    error: board.error ?? source.error,
  };
}

/** The table that most widgets ask. */
function mostAsked(widgets: Widget[]): StructuredQuery | undefined {
  const questions = widgets.flatMap(({ query }) => {
    const question = query as Question | null;
    return question && isOfTable(question) ? [question] : [];
  });
  const often = (one: StructuredQuery) =>
    questions.filter((other) => other.source_id === one.source_id && other.table === one.table).length;
  return questions.reduce<StructuredQuery | undefined>(
    (best, one) => (best && often(best) >= often(one) ? best : one),
    undefined,
  );
}
