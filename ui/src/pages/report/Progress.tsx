import { t } from "@lingui/core/macro";
import { Progress as Bar, Paper, Text } from "@mantine/core";
import type { Run } from "../../api/types";
import { Problem } from "../../components/Problem";

/** A generation under way, or why it came to nothing. */
export function Progress({ run, busy }: { run: Run; busy: boolean }) {
  if (run.status === "failed") {
    return (
      <Problem
        error={new Error(run.error ?? t`It stopped for an unknown reason.`)}
        title={t`The generation failed`}
      />
    );
  }
  if (!busy) return null;
  return (
    <Paper p="md" role="status">
      <Text size="sm" fw={600} mb={8}>
        {run.status === "pending" ? t`Waiting for a worker …` : generating(run.stage)}
      </Text>
      <Bar value={Math.max(run.progress, 3)} animated aria-label={t`Progress of the generation`} />
    </Paper>
  );
}

const generating = (stage: string | null) => (stage ? t`Generating: ${stage} …` : t`Generating …`);
