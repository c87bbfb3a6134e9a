import { t } from "@lingui/core/macro";
import { ActionIcon, Badge, Group, Paper, Stack, Text } from "@mantine/core";
import { Pencil, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import type { ModelProblem } from "../../api/types";
import { ProblemMarks } from "./ProblemMarks";

export interface PartRowProps {
  title: string;
  note: ReactNode;
  marks?: string[];
  problems: ModelProblem[];
  onEdit?: (() => void) | undefined;
  onRemove?: (() => void) | undefined;
}

/** One part of a model: what it is, what is wrong with it, and what can be done. */
export function PartRow({ title, note, marks = [], problems, onEdit, onRemove }: PartRowProps) {
  return (
    <Paper p="xs" px="sm" component="article" aria-label={title}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Stack gap={2} miw={0}>
          <Group gap={6}>
            <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
              {title}
            </Text>
            {marks.map((mark) => (
              <Badge key={mark} size="sm" variant="default" tt="none" fw={500}>
                {mark}
              </Badge>
            ))}
          </Group>
          <Text size="xs" c="dimmed" component="div" style={{ overflowWrap: "anywhere" }}>
            {note}
          </Text>
          <ProblemMarks problems={problems} />
        </Stack>
        <Group gap={2} wrap="nowrap">
          {onEdit && (
            <ActionIcon variant="subtle" color="gray" aria-label={t`Edit ${title}`} onClick={onEdit}>
              <Pencil size={15} />
            </ActionIcon>
          )}
          {onRemove && (
            <ActionIcon variant="subtle" color="gray" aria-label={t`Remove ${title}`} onClick={onRemove}>
              <Trash2 size={15} />
            </ActionIcon>
          )}
        </Group>
      </Group>
    </Paper>
  );
}
