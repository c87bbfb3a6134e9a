import { Select, Text, Textarea } from "@mantine/core";
import type { Subject } from "../../../api/analysis";
import { useCatalog } from "../../../api/catalog";
import type { SqlQuery } from "../../../api/types";

interface Props {
  query: SqlQuery;
  sources: Subject[];
  onChange: (query: SqlQuery) => void;
}

const LONGEST = 100_000;

export function SqlFields({ query, sources, onChange }: Props) {
  const tables = useCatalog([query]).tablesOf(query.source_id);
  return (
    <>
      <Select
        label="Data source"
        data={sources.map(({ id, name }) => ({ value: String(id), label: name }))}
        value={String(query.source_id)}
        allowDeselect={false}
        searchable
        onChange={(id) => id && onChange({ ...query, source_id: Number(id) })}
      />
      <Textarea
        label="SQL"
        description="One reading statement, in the dialect of the source"
        placeholder={`SELECT … FROM ${tables[0] ?? "table"}`}
        autosize
        minRows={6}
        maxLength={LONGEST}
        spellCheck={false}
        value={query.sql}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
        onChange={(event) => onChange({ ...query, sql: event.currentTarget.value })}
      />
      {tables.length > 0 && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          Tables: {tables.slice(0, 20).join(", ")}
          {tables.length > 20 && " …"}
        </Text>
      )}
    </>
  );
}
