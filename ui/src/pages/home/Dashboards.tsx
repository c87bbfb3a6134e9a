import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { SimpleGrid } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { LayoutDashboard } from "lucide-react";
import { dashboardsQuery } from "../../api/queries";
import { useMay } from "../../api/session";
import { Empty } from "../../components/Empty";
import { ListSection } from "../../components/ListSection";
import { Row } from "../../components/Row";
import { useList } from "../../components/useList";
import { When } from "../../components/When";

const PAGE_SIZE = 8;

export function Dashboards() {
  const list = useList(PAGE_SIZE);
  const may = useMay();
  return (
    <ListSection
      title={t`Dashboards`}
      list={list}
      answer={useQuery(dashboardsQuery(list.query))}
      empty={
        <Empty icon={<LayoutDashboard />} title={t`No dashboards yet`}>
          {may("data_sources:create")
            ? t`Upload a data file or connect a database. Its dashboard is made by itself.`
            : t`They appear here once an administrator has uploaded or connected data.`}
        </Empty>
      }
    >
      {(rows) => (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          {rows.map((row) => (
            <Row
              key={row.id}
              href={`/dashboards/${row.id}`}
              title={row.name}
              star={{ type: "dashboard", id: row.id }}
              note={
                <>
                  {plural(row.widget_count, { one: "# widget", other: "# widgets" })}
                  {row.refreshed_at && (
                    <>
                      {" · "}
                      <Trans>
                        refreshed <When at={row.refreshed_at} />
                      </Trans>
                    </>
                  )}
                </>
              }
            />
          ))}
        </SimpleGrid>
      )}
    </ListSection>
  );
}
