import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Progress, Stack, Text } from "@mantine/core";
import type { SourceDetail } from "../../api/types";
import { When } from "../../components/When";

/** Where the rows are that this source answers from, and how new they are. */
export function Freshness({ source }: { source: SourceDetail }) {
  const copied = source.mode === "synced";
  return (
    <Text size="xs" c="dimmed">
      {source.type === "web"
        ? t`Questions are answered from a copy that is kept here.`
        : copied
          ? t`Questions are answered from a copy of the database that is kept here.`
          : t`The rows stay in the database and are read there, live.`}{" "}
      {source.last_synced_at &&
        (copied ? (
          <Trans>
            It was made <When at={source.last_synced_at} />.
          </Trans>
        ) : (
          <Trans>
            Its tables were listed <When at={source.last_synced_at} />.
          </Trans>
        ))}{" "}
      {copied && source.next_sync_at && (
        <Trans>
          The next one is due <When at={source.next_sync_at} />.
        </Trans>
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
        <Text size="xs">{t`Copying ${progress.table}: ${progress.done + 1} of ${progress.tables}`}</Text>
        <Progress value={(100 * progress.done) / progress.tables} size="sm" animated aria-label={t`Copied`} />
      </Stack>
    );
  }
  if (source.status !== "active" || !source.error_message) return null;
  return <LastFailed reason={source.error_message} />;
}

/** Why the last load failed of a source that answers all the same. */
export function LastFailed({ reason }: { reason: string }) {
  return (
    <Alert color="yellow" role="alert" title={t`The last attempt failed`}>
      {reason} <Trans>What was there before goes on answering.</Trans>
    </Alert>
  );
}
