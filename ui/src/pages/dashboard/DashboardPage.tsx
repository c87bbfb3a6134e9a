import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Skeleton } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { LayoutDashboard, Pencil, RefreshCw } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useSearchParams } from "wouter";
import { readVersion, type Version } from "../../api/dashboards";
import { dashboardQuery } from "../../api/queries";
import { useRefreshDashboard } from "../../api/refresh";
import { useMay } from "../../api/session";
import type { DashboardDetail } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Heading } from "../../components/Heading";
import { PageProblem } from "../../components/PageProblem";
import { Problem } from "../../components/Problem";
import { When } from "../../components/When";
import { NewReport } from "../report/NewReport";
import { DashboardMenu } from "./DashboardMenu";
import { stepsInText, stepsOf } from "./filters/deeper";
import { isAll, viewOf } from "./filters/view";
import { WaitingGrid } from "./Grid";
import { Refreshed } from "./Refreshed";
import { Widgets } from "./Widgets";

const Editor = lazy(() => import("./edit/Editor"));
const MINUTE_MS = 60_000;

export default function DashboardPage({ id }: { id: number }) {
  const { data, error, refetch } = useQuery(dashboardQuery(id));
  const [search, setSearch] = useSearchParams();
  const may = useMay();
  const wantsEdit = search.get("edit") !== null && may("dashboards:update");
  const open = useMutation({ mutationFn: () => readVersion(id) });
  const { mutate, reset } = open;
  useEffect(() => (wantsEdit ? mutate() : reset()), [wantsEdit, mutate, reset]);
  // How somebody looks at it stays in the address.
  const setEdit = (on: boolean) => setSearch(withPart("edit", on ? "" : null), { replace: true });

  if (error && !data) return <PageProblem error={error} retry={refetch} />;
  if (!data || (wantsEdit && !open.data && !open.error)) return <Waiting />;
  if (wantsEdit && open.data) return <Editing version={open.data} onDone={() => setEdit(false)} />;
  return (
    <>
      {open.error && <Problem error={open.error} retry={() => mutate()} />}
      <Shown dashboard={data} onEdit={() => setEdit(true)} />
    </>
  );
}

/** The address with one part changed, or without it. */
const withPart = (name: string, text: string | null) => (before: URLSearchParams) => {
  const after = new URLSearchParams(before);
  after.delete(name);
  if (text !== null) after.set(name, text);
  return after;
};

function Editing({ version, onDone }: { version: Version; onDone: () => void }) {
  return (
    <Suspense fallback={<Waiting />}>
      <Editor version={version} onDone={onDone} />
    </Suspense>
  );
}

function Waiting() {
  return (
    <>
      <Skeleton h={34} w="min(420px, 80%)" mb={6} />
      <Skeleton h={20} w={180} mb="lg" />
      <WaitingGrid />
    </>
  );
}

function Shown({ dashboard, onEdit }: { dashboard: DashboardDetail; onEdit: () => void }) {
  const { id, name, refreshed_at, widgets } = dashboard;
  const { refresh, isWaiting } = useRefreshDashboard(id);
  const [minutes, setMinutes] = useState(0);
  const [search, setSearch] = useSearchParams();
  const may = useMay();
  const write = (name: string, text: string | null, how?: { replace: boolean }) =>
    setSearch(withPart(name, text), how);
  useRegularly(minutes, () => !refresh.isPending && refresh.mutate());
  return (
    <>
      <Heading title={name} note={<Freshness at={refreshed_at} minutes={minutes} />}>
        {widgets.some((widget) => widget.query) && <NewReport about={{ dashboard }} variant="default" />}
        {may("dashboards:update") && (
          <Button variant="default" leftSection={<Pencil size={16} />} onClick={onEdit}>
            <Trans>Edit</Trans>
          </Button>
        )}
        {may("dashboards:refresh") && widgets.length > 0 && (
          <Button
            leftSection={<RefreshCw size={16} />}
            loading={refresh.isPending}
            onClick={() => refresh.mutate()}
          >
            <Trans>Refresh</Trans>
          </Button>
        )}
        <DashboardMenu dashboard={dashboard} interval={minutes} onInterval={setMinutes} />
      </Heading>
      <Refreshed outcome={refresh.data} error={refresh.error} onClose={refresh.reset} />
      {widgets.length > 0 ? (
        <Widgets
          dashboard={dashboard}
          view={viewOf(search.get("view"))}
          onView={(view) => write("view", isAll(view) ? null : JSON.stringify(view), { replace: true })}
          going={{
            steps: stepsOf(search.get("deeper")),
            // Each step is a page of its own to the browser, whose Back leads up again.
            onSteps: (steps) => write("deeper", stepsInText(steps)),
          }}
          outcome={refresh.data}
          isWaiting={isWaiting}
        />
      ) : (
        <Empty icon={<LayoutDashboard />} title={t`This dashboard has no widgets`}>
          {may("dashboards:update")
            ? t`“Edit” puts charts, numbers, tables and texts here. Answers of the page Ask can be saved here as well.`
            : t`They appear here once somebody who may change dashboards has added some.`}
        </Empty>
      )}
    </>
  );
}

function Freshness({ at, minutes }: { at: string | null; minutes: number }) {
  const how = plural(minutes, { one: "by itself every minute", other: "by itself every # minutes" });
  return (
    <>
      {at ? (
        <Trans>
          Refreshed <When at={at} />
        </Trans>
      ) : (
        <Trans>Not refreshed yet</Trans>
      )}
      {minutes > 0 && ` · ${how}`}
    </>
  );
}

function useRegularly(minutes: number, act: () => void) {
  const { start, stop } = useInterval(act, minutes * MINUTE_MS);
  useEffect(() => {
    if (minutes > 0) start();
    return stop;
  }, [minutes, start, stop]);
}
