import { Alert, Progress, Stack, Text } from "@mantine/core";
import type { SourceDetail } from "../../api/types";
import { When } from "../../components/When";

/** Where the rows are that this source answers from, and how new they are. */
export function Freshness({ source }: { source: SourceDetail }) {
  const copied = source.mode === "synced";
  return (
    <Text size="xs" c="dimmed">
      {copied
        ? "Questions are answered from a copy of the database that is kept here."
        : "The rows stay in the database and are read there, live."}
      {source.last_synced_at && (
        <>
          {copied ? " It was made " : " Its tables were listed "}
          <When at={source.last_synced_at} />.
        </>
      )}
      {copied && source.next_sync_at && (
        <>
          {" The next one is due "}
          <When at={source.next_sync_at} />.
        </>
      )}
    </Text>
  );
}

/** How far a copy is, and why the last one failed. */
export function CopyState({ source }: { source: SourceDetail }) {
  const { progress } = source;
  if (progress) {
    return (
      <Stack gap={4} role="status">
        <Text size="xs">
          Copying {progress.table}: {progress.done + 1} of {progress.tables}
        </Text>
        <Progress value={(100 * progress.done) / progress.tables} size="sm" animated aria-label="Copied" />
      </Stack>
    );
  }
  if (source.status !== "active" || !source.error_message) return null;
  return (
    <Alert color="yellow" title="The last attempt failed">
      {source.error_message} What was there before goes on answering.
    </Alert>
  );
}
