import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Badge, Code, Group, ScrollArea, Stack, Text } from "@mantine/core";
import type { Answer } from "./send";

export function AnswerView({ answer }: { answer: Answer }) {
  return (
    <Stack gap="xs" role="status">
      <Group gap="xs">
        <Badge color={answer.ok ? "teal" : "red"} variant="light" tt="none" radius="sm">
          {answer.status}
        </Badge>
        <Text size="xs" c="dimmed">
          {Math.round(answer.elapsed)} ms
        </Text>
        {answer.file && (
          <Anchor size="xs" href={answer.file.url} download={answer.file.name}>
            <Trans>Save as a file</Trans>
          </Anchor>
        )}
      </Group>
      {answer.headers && (
        <Code block fz={11}>
          {answer.headers}
        </Code>
      )}
      <ScrollArea.Autosize
        mah={420}
        viewportProps={{ tabIndex: 0, role: "group", "aria-label": t`The answer` }}
      >
        <Code block fz={11} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {answer.text}
        </Code>
      </ScrollArea.Autosize>
    </Stack>
  );
}
