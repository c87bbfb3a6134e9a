import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Loader, Skeleton, Stack, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { LayoutDashboard, MessageCircleQuestion } from "lucide-react";
import { lazy, Suspense } from "react";
import { Link } from "wouter";
import { dashboardOf, sourceQuery } from "../../api/queries";
import { useMay } from "../../api/session";
import type { SourceDetail } from "../../api/types";
import { aboutRows, rowsInWords } from "../../components/format";
import { Heading } from "../../components/Heading";
import { PageProblem } from "../../components/PageProblem";
import { Status } from "../../components/Status";
import { When } from "../../components/When";
import { UploadProgress } from "../home/UploadProgress";
import { NewReport } from "../report/NewReport";
import { LastFailed } from "./Copy";
import { DeleteSource } from "./DeleteSource";
import { History } from "./History";
import { Live } from "./Live";
import { Rejected } from "./Rejected";
import { ReplaceFile } from "./ReplaceFile";
import { TableList } from "./TableList";
import { TableView } from "./TableView";
import { useReplacing } from "./useReplacing";

const AccessRules = lazy(() => import("./access/AccessRules"));

export default function SourcePage({ id }: { id: number }) {
  const { data, error, refetch } = useQuery(sourceQuery(id));
  if (error && !data) return <PageProblem error={error} retry={refetch} />;
  return data ? <SourceView source={data} /> : <Skeleton h={300} aria-busy />;
}

function SourceView({ source: data }: { source: SourceDetail }) {
  const may = useMay();
  const replacing = useReplacing(data.id);
  const active = data.status === "active";
  const stored = data.mode === "stored";
  return (
    <>
      <Heading title={data.name} note={<About source={data} />}>
        {data.status !== "preprocessing" && may("data_sources:delete") && (
          <DeleteSource id={data.id} name={data.name} />
        )}
        {stored && data.status !== "preprocessing" && may("data_sources:update") && (
          <ReplaceFile name={data.name} busy={replacing.isPending} onFile={replacing.begin} />
        )}
        {active && may("analysis:run") && (
          <Button
            component={Link}
            href={`/ask?source=${data.id}`}
            variant="default"
            leftSection={<MessageCircleQuestion size={16} />}
          >
            <Trans>Ask</Trans>
          </Button>
        )}
        {active && <DashboardLink source={data.id} />}
        {active && <NewReport about={{ source: data }} />}
      </Heading>
      <Stack>
        {data.status === "preprocessing" && (
          <Alert variant="light" icon={<Loader size={18} />}>
            {data.mode === "live" ? t`The tables are being read.` : t`The data are being prepared.`}
          </Alert>
        )}
        {replacing.upload && <UploadProgress upload={replacing.upload} onRemove={replacing.forget} />}
        {replacing.isDone && !data.error_message && (
          <Alert
            variant="light"
            color="teal"
            role="status"
            withCloseButton
            closeButtonLabel={t`Close`}
            onClose={replacing.forget}
          >
            <Trans>The new file is there: {rowsInWords(data.row_count)}.</Trans>
          </Alert>
        )}
        {data.error_message && !active && (
          <Alert color="red" variant="light" role="alert">
            {data.error_message}
          </Alert>
        )}
        {data.error_message && active && stored && <LastFailed reason={data.error_message} />}
        {data.connection && <Live source={data} />}
        <Tables source={data} />
        <History source={data} />
        {data.tables.length > 0 && may("users:manage") && (
          <Suspense>
            <AccessRules source={data} />
          </Suspense>
        )}
        {data.rejected_rows.length > 0 && <Rejected rows={data.rejected_rows} />}
      </Stack>
    </>
  );
}

const DASHBOARD_POLL_MS = 1500;
const DASHBOARD_TRIES = 20;

function About({ source }: { source: SourceDetail }) {
  const live = source.mode === "live";
  const connected = source.mode !== "stored";
  return (
    <Group gap="xs">
      <Status status={source.status} />
      <span>
        {live ? aboutRows(source.row_count) : rowsInWords(source.row_count)} ·{" "}
        {connected ? (
          <Trans>
            connected <When at={source.created_at} />
          </Trans>
        ) : (
          <Trans>
            {source.engine}, uploaded <When at={source.created_at} />
          </Trans>
        )}
      </span>
    </Group>
  );
}

function DashboardLink({ source }: { source: number }) {
  const { data } = useQuery({
    queryKey: ["dashboard-of", source],
    queryFn: () => dashboardOf(source),
    // It is made after the source has become active.
    refetchInterval: ({ state }) =>
      state.data === null && state.dataUpdateCount < DASHBOARD_TRIES ? DASHBOARD_POLL_MS : false,
  });
  if (data == null) return null;
  return (
    <Button
      component={Link}
      href={`/dashboards/${data}`}
      variant="default"
      leftSection={<LayoutDashboard size={16} />}
    >
      <Trans>Dashboard</Trans>
    </Button>
  );
}

function Tables({ source }: { source: SourceDetail }) {
  const [first, ...others] = source.tables;
  if (!first) return null;
  if (source.connection) return <TableList source={source} first={first} />;
  if (others.length === 0) return <TableView source={source.id} table={first} />;
  return (
    <Tabs defaultValue={first.name} keepMounted={false}>
      <Tabs.List mb="md">
        {source.tables.map((table) => (
          <Tabs.Tab key={table.name} value={table.name}>
            {table.name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {source.tables.map((table) => (
        <Tabs.Panel key={table.name} value={table.name}>
          <TableView source={source.id} table={table} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
