import { t } from "@lingui/core/macro";
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { sourcesQuery } from "../../api/queries";
import { useMay } from "../../api/session";
import type { Source } from "../../api/types";
import { rowsInWords } from "../../components/format";
import { ListSection } from "../../components/ListSection";
import { Row } from "../../components/Row";
import { Status } from "../../components/Status";
import { useList } from "../../components/useList";

const PAGE_SIZE = 6;

export function Sources() {
  const list = useList(PAGE_SIZE);
  const may = useMay();
  return (
    <ListSection
      title={t`Data sources`}
      list={list}
      answer={useQuery(sourcesQuery({ ...list.query, status: "all" }))}
      empty={
        <Text c="dimmed" size="sm">
          {may("data_sources:create")
            ? t`None yet. Upload a file, connect a database, or add data from the web.`
            : t`None yet`}
        </Text>
      }
    >
      {(rows) => (
        <Stack gap="xs">
          {rows.map((row) => (
            <Row
              key={row.id}
              href={`/sources/${row.id}`}
              title={row.name}
              note={noteOf(row)}
              aside={<Status status={row.status} />}
            />
          ))}
        </Stack>
      )}
    </ListSection>
  );
}

function noteOf(source: Source): string {
  if (source.error_message) return source.error_message;
  const engine = source.mode === "live" ? t`${source.engine}, live` : source.engine;
  return source.status === "active" ? `${rowsInWords(source.row_count)} · ${engine}` : engine;
}
