import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Group, Menu, Paper, Title, Tooltip } from "@mantine/core";
import { Copy, Ellipsis, GripVertical, MoveDiagonal2, Move as MoveIcon, Pencil, Trash2 } from "lucide-react";
import { ErrorBoundary } from "../../../components/ErrorBoundary";
import { WidgetError } from "../WidgetCard";
import card from "../WidgetCard.module.css";
import { WidgetContent } from "../WidgetContent";
import type { DraftWidget } from "./draft";
import classes from "./EditGrid.module.css";
import { nameOfType } from "./types";
import type { useDrag } from "./useDrag";

type Dragging = ReturnType<typeof useDrag<DraftWidget>>;

interface Props {
  widget: DraftWidget;
  grip: Dragging["grip"];
  change: Dragging["change"];
  onEdit: () => void;
  onCopy: () => void;
  onRemove: () => void;
}

export const nameOf = ({ title, type }: Pick<DraftWidget, "title" | "type">) => title || nameOfType(type);

/** A widget with its handles and what can be done with it. */
export function EditCard({ widget, grip, change, ...acts }: Props) {
  const name = nameOf(widget);
  return (
    <Paper component="article" aria-label={name} className={card.card} data-type={widget.type} data-editing>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap={4} className={card.head}>
        <Group gap={4} wrap="nowrap" miw={0} align="flex-start">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            visibleFrom="md"
            className={classes.grip}
            aria-label={t`Move ${name}`}
            aria-describedby="grid-help"
            {...grip(widget, "move")}
          >
            <GripVertical size={15} color="var(--mantine-color-dimmed)" />
          </ActionIcon>
          <Title order={2} className={card.title} title={name}>
            {widget.title}
          </Title>
        </Group>
        <Actions name={name} widget={widget} change={change} {...acts} />
      </Group>
      <div className={card.content}>
        {widget.error ? (
          <WidgetError message={widget.error} />
        ) : (
          <ErrorBoundary>
            <WidgetContent widget={widget} />
          </ErrorBoundary>
        )}
      </div>
      <ActionIcon
        variant="transparent"
        color="gray"
        size="sm"
        visibleFrom="md"
        className={classes.corner}
        aria-label={t`Resize ${name}`}
        aria-describedby="grid-help"
        {...grip(widget, "size")}
      >
        <MoveDiagonal2 size={13} color="var(--mantine-color-dimmed)" />
      </ActionIcon>
    </Paper>
  );
}

const steps = (): [string, "move" | "size", number, number][] => [
  [t`Move up`, "move", 0, -1],
  [t`Move down`, "move", 0, 1],
  [t`Move left`, "move", -1, 0],
  [t`Move right`, "move", 1, 0],
  [t`Wider`, "size", 1, 0],
  [t`Narrower`, "size", -1, 0],
  [t`Taller`, "size", 0, 1],
  [t`Shorter`, "size", 0, -1],
];

function Actions({ name, widget, change, onEdit, onCopy, onRemove }: Omit<Props, "grip"> & { name: string }) {
  return (
    <Group gap={2} wrap="nowrap">
      <Tooltip label={t`Edit`}>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t`Edit ${name}`} onClick={onEdit}>
          <Pencil size={14} color="var(--mantine-color-dimmed)" />
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end" width={190} shadow="md">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t`More for ${name}`}>
            <Ellipsis size={15} color="var(--mantine-color-dimmed)" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Copy size={14} />} onClick={onCopy}>
            <Trans>Duplicate</Trans>
          </Menu.Item>
          <Menu.Item color="red" leftSection={<Trash2 size={14} />} onClick={onRemove}>
            <Trans>Remove</Trans>
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>
            <Group gap={6}>
              <MoveIcon size={12} aria-hidden />
              <Trans>Place and size</Trans>
            </Group>
          </Menu.Label>
          {steps().map(([label, kind, dx, dy]) => (
            <Menu.Item key={label} closeMenuOnClick={false} onClick={() => change(widget, kind, dx, dy)}>
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
