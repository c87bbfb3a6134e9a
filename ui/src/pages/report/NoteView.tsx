import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Paper, Text } from "@mantine/core";
import { PenLine } from "lucide-react";
import { useState } from "react";
import type { NoteBlock } from "./document";
import { EditSentence } from "./EditSentence";
import { useReport } from "./ReportContext";

/** What people wrote; in the place of a sentence it can be rewritten, or taken back. */
export function NoteView({ block }: { block: NoteBlock }) {
  const { edits, mayEdit } = useReport();
  const [opened, setOpened] = useState(false);
  const written = block.key === null ? block.text : edits[block.key]?.text;
  return (
    <>
      <Paper component="aside" withBorder p="sm" my="sm">
        <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
          <Text fw={600} size="sm">
            {block.label}
          </Text>
          {block.key !== null && mayEdit && (
            <Button
              size="compact-xs"
              variant="subtle"
              leftSection={<PenLine size={13} />}
              aria-expanded={opened}
              onClick={() => setOpened(true)}
            >
              <Trans>Rewrite</Trans>
            </Button>
          )}
        </Group>
        <Text component="div" style={{ whiteSpace: "pre-line" }}>
          {written ?? block.text}
        </Text>
        {written !== block.text && (
          <Text size="xs" c="dimmed">
            {written === undefined
              ? t`Taken back: the generated text stands here from the next generation on.`
              : t`In the report from its next generation on.`}
          </Text>
        )}
      </Paper>
      {opened && block.key !== null && (
        <EditSentence name={block.key} generated={null} onClose={() => setOpened(false)} />
      )}
    </>
  );
}
