import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Loader, Skeleton, Stack } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Play, TrendingUp } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import {
  deleteForecast,
  forecastQuery,
  forecastRunQuery,
  underWay,
  useRunForecast,
} from "../../api/forecasts";
import { useMay } from "../../api/session";
import type { ForecastRunDetail } from "../../api/types";
import { ConfirmButton } from "../../components/ConfirmButton";
import { Empty } from "../../components/Empty";
import { Heading } from "../../components/Heading";
import { PageProblem } from "../../components/PageProblem";
import { Problem } from "../../components/Problem";
import { Picture } from "./Picture";
import { Runs } from "./Runs";
import { Schedule } from "./Schedule";
import { Trust } from "./Trust";
import { Why } from "./Why";
import { inWords } from "./words";

export default function ForecastPage({ id }: { id: number }) {
  const { data, error, refetch } = useQuery(forecastQuery(id));
  const [chosen, setChosen] = useState<number | null>(null);
  const latest = data?.latest_run ?? null;
  const shown = chosen ?? (underWay(latest) ? null : (latest?.id ?? null));
  const run = useQuery({ ...forecastRunQuery(id, shown ?? 0), enabled: shown !== null });
  if (error && !data) return <PageProblem error={error} retry={refetch} />;
  if (!data) return <Skeleton h={420} aria-busy />;
  return (
    <>
      <Heading title={data.name} note={inWords(data)}>
        <Actions id={id} name={data.name} busy={underWay(latest)} onRun={() => setChosen(null)} />
      </Heading>
      <Stack gap="md">
        {underWay(latest) && (
          <Alert variant="light" icon={<Loader size={18} />} role="status">
            <Trans>The forecast is being computed: every method is tried on the past first.</Trans>
          </Alert>
        )}
        {latest === null && (
          <Empty icon={<TrendingUp />} title={t`Not computed yet`}>
            <Trans>“Compute” tries every method on the past and forecasts with the best one.</Trans>
          </Empty>
        )}
        {run.error && <Problem error={run.error} retry={run.refetch} />}
        {shown !== null && !run.data && !run.error && <Skeleton h={420} aria-busy />}
        {run.data && <Run run={run.data} name={data.name} />}
        {latest && !underWay(latest) && <Trust id={id} run={latest.id} />}
        <Schedule forecast={data} />
        {latest && <Runs forecast={data} shown={shown} onChoose={setChosen} />}
      </Stack>
    </>
  );
}

interface ActionsProps {
  id: number;
  name: string;
  busy: boolean;
  onRun: () => void;
}

function Actions({ id, name, busy, onRun }: ActionsProps) {
  const may = useMay();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const run = useRunForecast(id);
  async function remove() {
    await deleteForecast(id);
    navigate("/forecasts");
    client.removeQueries({ queryKey: ["forecast", id] });
    client.invalidateQueries({ queryKey: ["forecasts"] });
  }
  return (
    <>
      {may("forecasts:delete") && (
        <ConfirmButton
          label={t`Delete`}
          question={t`“${name}” goes with all its runs, for good.`}
          onConfirm={remove}
        />
      )}
      {may("forecasts:run") && (
        <Button
          leftSection={<Play size={16} />}
          loading={run.isPending || busy}
          onClick={() => run.mutate(undefined, { onSuccess: onRun })}
        >
          <Trans>Compute</Trans>
        </Button>
      )}
      {run.error && <Problem error={run.error} />}
    </>
  );
}

function Run({ run, name }: { run: ForecastRunDetail; name: string }) {
  if (run.status === "failed") {
    return (
      <Alert color="red" variant="light" role="alert" title={t`It could not be computed`}>
        {run.error}.{" "}
        <Trans>Compute it again once there are more data, or make another one with a finer grain.</Trans>
      </Alert>
    );
  }
  if (!run.result) return null;
  return (
    <>
      <Picture result={run.result} name={name} evidence={run.evidence_id} />
      <Why result={run.result} />
    </>
  );
}
