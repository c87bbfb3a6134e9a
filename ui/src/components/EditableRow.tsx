import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { ConfirmButton } from "./ConfirmButton";

interface Props {
  name: string;
  mark?: string | undefined;
  /** Of its name, where that is another than the page's. */
  language?: string | undefined;
  /** Undefined: it can only be looked at. */
  onEdit: (() => void) | undefined;
  /** What is asked before it is deleted. */
  question: string;
  onDelete: () => Promise<unknown>;
  children: ReactNode;
}

/** One of a list of things that people make: what it is, and what can be done with it. */
export function EditableRow({ name, mark, language, onEdit, question, onDelete, children }: Props) {
  const id = useId();
  return (
    <Paper p="sm" px="md" component="article" aria-labelledby={id}>
      <Group justify="space-between" gap="xs" align="flex-start">
        <Stack gap={2} miw={0} flex="1 1 15rem">
          <Group gap="xs">
            <Text size="sm" fw={600} lang={language} id={id}>
              {name}
            </Text>
            {mark && (
              <Badge variant="default" tt="none" fw={500}>
                {mark}
              </Badge>
            )}
          </Group>
          {children}
        </Stack>
        {onEdit && (
          <Group gap="xs">
            <Button size="compact-sm" variant="default" onClick={onEdit}>
              <Trans>Edit</Trans>
            </Button>
            <ConfirmButton size="compact-sm" label={t`Delete`} question={question} onConfirm={onDelete} />
          </Group>
        )}
      </Group>
    </Paper>
  );
}
