import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { LayoutDashboard, RefreshCw } from "lucide-react";
import { dashboardQuery } from "../../api/queries";
import { useRefreshDashboard } from "../../api/refresh";
import { useMay } from "../../api/session";
import { Empty } from "../../components/Empty";
import { Heading } from "../../components/Heading";
import { PageProblem } from "../../components/PageProblem";
import { When } from "../../components/When";
import { NewReport } from "../report/NewReport";
import { Grid, WaitingGrid } from "./Grid";
import { Refreshed } from "./Refreshed";

export default function DashboardPage({ id }: { id: number }) {
  const { data, error, refetch } = useQuery(dashboardQuery(id));
  const { refresh, isWaiting } = useRefreshDashboard(id);
  const may = useMay();
  if (error && !data) return <PageProblem error={error} retry={refetch} />;
  if (!data) {
    return (
      <>
        <Skeleton h={34} w="min(420px, 80%)" mb={6} />
        <Skeleton h={20} w={180} mb="lg" />
        <WaitingGrid />
      </>
    );
  }
  return (
    <>
      <Heading
        title={data.name}
        note={
          data.refreshed_at ? (
            <>
              Refreshed <When at={data.refreshed_at} />
            </>
          ) : (
            "Not refreshed yet"
          )
        }
      >
        {data.source_id !== null && <NewReport source={data.source_id} variant="default" />}
        {may("dashboards:refresh") && (
          <Button
            leftSection={<RefreshCw size={16} />}
            loading={refresh.isPending}
            onClick={() => refresh.mutate()}
          >
            Refresh
          </Button>
        )}
      </Heading>
      <Refreshed outcome={refresh.data} error={refresh.error} onClose={refresh.reset} />
      {data.widgets.length > 0 ? (
        <Grid widgets={data.widgets} outcome={refresh.data} isWaiting={isWaiting} />
      ) : (
        <Empty icon={<LayoutDashboard />} title="This dashboard has no widgets">
          Add widgets through the API: POST /api/v1/dashboards/{id}/widgets.
        </Empty>
      )}
    </>
  );
}
