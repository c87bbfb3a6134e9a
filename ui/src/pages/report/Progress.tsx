import { Progress as Bar, Paper, Text } from "@mantine/core";
import type { Run } from "../../api/types";
import { Problem } from "../../components/Problem";

/** A generation under way, or why it came to nothing. */
export function Progress({ run, busy }: { run: Run; busy: boolean }) {
  if (run.status === "failed") {
    return (
      <Problem
        error={new Error(run.error ?? "It stopped for an unknown reason.")}
        title="The generation failed"
      />
    );
  }
  if (!busy) return null;
  return (
    <Paper p="md" role="status">
      <Text size="sm" fw={600} mb={8}>
        {run.status === "pending" ? "Waiting for a worker …" : `Generating: ${run.stage || "starting"} …`}
      </Text>
      <Bar value={Math.max(run.progress, 3)} animated aria-label="Progress of the generation" />
    </Paper>
  );
}
