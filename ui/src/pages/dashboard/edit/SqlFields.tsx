import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Select, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import type { Subject } from "../../../api/analysis";
import { sourceQuery } from "../../../api/queries";
import type { SqlQuery } from "../../../api/types";

const SqlEditor = lazy(() => import("../../../components/sql/SqlEditor"));

interface Props {
  query: SqlQuery;
  sources: Subject[];
  /** What the server says against the statement. */
  error: string | null;
  onChange: (query: SqlQuery) => void;
}

const LONGEST = 100_000;
/** Tables that are named. */
const MOST = 20;

export function SqlFields({ query, sources, error, onChange }: Props) {
  const { data: source } = useQuery({ ...sourceQuery(query.source_id), enabled: query.source_id > 0 });
  const schema = useMemo(
    () =>
      Object.fromEntries(
        (source?.tables ?? []).map(({ name, columns }) => [name, columns.map((column) => column.name)]),
      ),
    [source],
  );
  const tables = Object.keys(schema);
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
      <Suspense fallback={<Skeleton h={204} aria-busy />}>
        <SqlEditor
          label={t`SQL`}
          description={t`One reading statement, in the dialect of the source. Ctrl+Space offers what fits.`}
          error={error}
          placeholder="SELECT … FROM …"
          longest={LONGEST}
          engine={source?.mode === "live" ? source.engine : ""}
          schema={schema}
          value={query.sql}
          onChange={(sql) => onChange({ ...query, sql })}
        />
      </Suspense>
      {tables.length > 0 && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          <Trans>Tables: {named}</Trans>
        </Text>
      )}
    </>
  );
}
