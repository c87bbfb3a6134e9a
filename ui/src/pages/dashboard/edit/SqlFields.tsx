import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
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
/** Tables that are named. */
const MOST = 20;

export function SqlFields({ query, sources, onChange }: Props) {
  const tables = useCatalog([query]).tablesOf(query.source_id);
  const named = [...tables.slice(0, MOST), ...(tables.length > MOST ? ["…"] : [])].join(", ");
  return (
    <>
      <Select
        label={t`Data source`}
        data={sources.map(({ id, name }) => ({ value: String(id), label: name }))}
        value={String(query.source_id)}
        allowDeselect={false}
        searchable
        onChange={(id) => id && onChange({ ...query, source_id: Number(id) })}
      />
      <Textarea
        label={t`SQL`}
        description={t`One reading statement, in the dialect of the source`}
        placeholder={`SELECT … FROM ${tables[0] ?? t`table`}`}
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
          <Trans>Tables: {named}</Trans>
        </Text>
      )}
    </>
  );
}
