import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Progress as Bar, Button, Group, Paper, Text } from "@mantine/core";
import { useStopRun } from "../../api/queries";
import { useMay } from "../../api/session";
import type { Run } from "../../api/types";
import { Problem } from "../../components/Problem";

interface Props {
  report_id: number;
  run: Run;
  busy: boolean;
}

/** A generation under way, or why it came to nothing. */
export function Progress({ report_id, run, busy }: Props) {
  const stop = useStopRun(report_id);
  const may = useMay();
  if (run.status === "failed") {
    return (
      <Problem
        error={new Error(run.error ?? t`It stopped for an unknown reason.`)}
        title={t`The generation failed`}
      />
    );
  }
  if (run.status === "cancelled" && !busy) {
    return (
      <Alert variant="light" role="status" title={t`The generation was stopped`}>
        <Trans>What an earlier one said stays as it was.</Trans>
      </Alert>
    );
  }
  if (!busy) return null;
  return (
    <Paper p="md" role="status">
      <Group justify="space-between" mb={8} wrap="nowrap">
        <Text size="sm" fw={600}>
          {run.status === "pending" ? t`Waiting for a worker …` : generating(run.stage)}
        </Text>
        {may("reports:generate") && (
          <Button
            variant="subtle"
            size="compact-sm"
            loading={stop.isPending}
            onClick={() => stop.mutate(run.id)}
          >
            <Trans>Stop</Trans>
          </Button>
        )}
      </Group>
      <Bar value={Math.max(run.progress, 3)} animated aria-label={t`Progress of the generation`} />
    </Paper>
  );
}

const generating = (stage: string | null) => (stage ? t`Generating: ${stage} …` : t`Generating …`);
