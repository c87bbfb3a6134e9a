import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { savePart } from "../../api/reports";
import { Problem } from "../../components/Problem";
import { useReport } from "./ReportContext";

/** What people wrote for sentences that the report no longer has. It is kept, in case they come back. */
export function Displaced() {
  const { id, edits, mayEdit } = useReport();
  const client = useQueryClient();
  const drop = useMutation({
    mutationFn: (key: string) => savePart(id, { edits: { [key]: null } }, () => null, null),
    onSettled: () => client.invalidateQueries({ queryKey: ["report", id] }),
  });
  const lost = Object.entries(edits).filter(([, edit]) => edit.has_place === false);
  if (!mayEdit || lost.length === 0) return null;
  return (
    <Alert variant="light" color="orange" title={t`Rewritten sentences without a place`}>
      <Stack gap="xs">
        <Text size="sm">
          <Trans>
            The report no longer finds what these are about. They are kept, in case it does again.
          </Trans>
        </Text>
        {drop.error && <Problem error={drop.error} />}
        {lost.map(([key, { text }]) => (
          <Group key={key} justify="space-between" wrap="nowrap" gap="xs">
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {text}
            </Text>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={t`Remove: ${text}`}
              loading={drop.isPending && drop.variables === key}
              onClick={() => drop.mutate(key)}
            >
              <Trans>Remove</Trans>
            </Button>
          </Group>
        ))}
      </Stack>
    </Alert>
  );
}
