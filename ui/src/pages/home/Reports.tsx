import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { FileText } from "lucide-react";
import { reportsQuery } from "../../api/queries";
import { useMay } from "../../api/session";
import type { Report } from "../../api/types";
import { Empty } from "../../components/Empty";
import { ListSection } from "../../components/ListSection";
import { Row } from "../../components/Row";
import { Status } from "../../components/Status";
import { useList } from "../../components/useList";
import { When } from "../../components/When";

const PAGE_SIZE = 6;

export function Reports() {
  const list = useList(PAGE_SIZE);
  const may = useMay();
  return (
    <ListSection
      title={t`Reports`}
      list={list}
      answer={useQuery(reportsQuery(list.query))}
      empty={
        <Empty icon={<FileText />} title={t`No reports yet`}>
          {may("reports:generate")
            ? t`“New report” has a data source analysed and written up, as PDF and in other formats.`
            : t`They appear here once somebody who may make reports has made one.`}
        </Empty>
      }
    >
      {(rows) => (
        <Stack gap="xs">
          {rows.map((row) => (
            <Row
              key={row.id}
              href={`/reports/${row.id}`}
              title={row.title}
              star={{ type: "report", id: row.id }}
              note={<Note report={row} />}
              aside={<Status status={row.status} />}
            />
          ))}
        </Stack>
      )}
    </ListSection>
  );
}

function Note({ report }: { report: Report }) {
  return (
    <>
      {report.generated_at ? (
        <Trans>
          Generated <When at={report.generated_at} />
        </Trans>
      ) : (
        <Trans>
          Made <When at={report.created_at} />
        </Trans>
      )}
      {report.question && ` · ${report.question}`}
    </>
  );
}
