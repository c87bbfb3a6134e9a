import { plural, t } from "@lingui/core/macro";
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { modelsQuery } from "../../api/models";
import { useMay } from "../../api/session";
import type { ModelRow } from "../../api/types";
import { ListSection } from "../../components/ListSection";
import { Row } from "../../components/Row";
import { useList } from "../../components/useList";

const NewModel = lazy(() => import("../model/NewModel"));

const PAGE_SIZE = 6;

export function Models() {
  const list = useList(PAGE_SIZE);
  const may = useMay();
  return (
    <ListSection
      title={t`Models`}
      list={list}
      answer={useQuery(modelsQuery(list.query))}
      filters={
        may("data_sources:create") && (
          <Suspense>
            <NewModel />
          </Suspense>
        )
      }
      empty={
        <Text c="dimmed" size="sm">
          {t`None yet. A model joins tables and says once what each metric means.`}
        </Text>
      }
    >
      {(rows) => (
        <Stack gap="xs">
          {rows.map((row) => (
            <Row key={row.id} href={`/models/${row.id}`} title={row.name} note={noteOf(row)} />
          ))}
        </Stack>
      )}
    </ListSection>
  );
}

const noteOf = ({ table_count, metric_count }: ModelRow) =>
  [
    plural(table_count, { one: "# table", other: "# tables" }),
    plural(metric_count, { one: "# metric", other: "# metrics" }),
  ].join(" · ");
