import { t } from "@lingui/core/macro";
import { ActionIcon, Group, Loader, Paper, Text, Title, Tooltip } from "@mantine/core";
import { CircleAlert, CircleCheck, FilterX, Table2 } from "lucide-react";
import type { Refreshed, Widget } from "../../api/types";
import type { Picked } from "../../charts/usePick";
import { ErrorBoundary } from "../../components/ErrorBoundary";
import { LEGIBLE_RED } from "../../theme";
import { EvidenceButton } from "./EvidenceButton";
import { nameOfType } from "./edit/types";
import type { Trail } from "./filters/useDeeper";
import { TrailBar } from "./TrailBar";
import classes from "./WidgetCard.module.css";
import { WidgetContent } from "./WidgetContent";

type Outcome = Refreshed["widgets"][number];

interface Props {
  widget: Widget;
  outcome: Outcome | undefined;
  isWaiting: boolean;
  /** The filters of the dashboard leave it as it is. */
  isUntouched?: boolean;
  onPick?: (picked: Picked) => void;
  /** What it shows otherwise than it does by itself. */
  note?: string;
  /** Where somebody is in it. */
  trail?: Trail;
  /** Shows its numbers as a table. */
  onData?: () => void;
}

export function WidgetCard({ widget, outcome, isWaiting, isUntouched, note, trail, onPick, onData }: Props) {
  return (
    <Paper
      component="article"
      aria-label={widget.title || nameOfType(widget.type)}
      className={classes.card}
      aria-busy={isWaiting}
      data-type={widget.type}
    >
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap={4} className={classes.head}>
        <div className={classes.names}>
          <Title order={2} className={classes.title} title={widget.title}>
            {widget.title}
          </Title>
          {note && (
            <Text size="xs" c="dimmed" truncate>
              {note}
            </Text>
          )}
          {trail && <TrailBar trail={trail} />}
        </div>
        <Group gap={2} wrap="nowrap" className={classes.acts}>
          {isWaiting && <Loader size={14} role="img" aria-label={t`Waiting for its new answer`} />}
          {outcome && <OutcomeMark outcome={outcome} />}
          {isUntouched && widget.type !== "text" && (
            <Tooltip label={t`The filters don’t apply to this widget`}>
              <Text c="dimmed" lh={0} role="img" aria-label={t`The filters don’t apply to this widget`}>
                <FilterX size={14} />
              </Text>
            </Tooltip>
          )}
          {onData && widget.data && (
            <Tooltip label={t`The data as a table`}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={t`The data as a table`}
                onClick={onData}
              >
                <Table2 size={14} color="var(--mantine-color-dimmed)" />
              </ActionIcon>
            </Tooltip>
          )}
          {widget.evidence_id !== null && <EvidenceButton id={widget.evidence_id} />}
        </Group>
      </Group>
      <div className={classes.content}>
        {widget.error ? (
          <WidgetError message={widget.error} />
        ) : (
          <ErrorBoundary>
            <WidgetContent widget={widget} onPick={onPick} />
          </ErrorBoundary>
        )}
      </div>
    </Paper>
  );
}

function OutcomeMark({ outcome }: { outcome: Outcome }) {
  const good = outcome.status === "completed";
  const words = good ? refreshedIn(outcome.elapsed_ms) : t`Failed: ${outcome.error ?? ""}`;
  return (
    <Tooltip label={words}>
      <Text c={good ? "teal" : "red"} lh={0} role="img" aria-label={words}>
        {good ? <CircleCheck size={15} /> : <CircleAlert size={15} />}
      </Text>
    </Tooltip>
  );
}

function refreshedIn(elapsed: number | null): string {
  if (elapsed === null) return t`Refreshed`;
  const took = Math.round(elapsed);
  return t`Refreshed in ${took} ms`;
}

export function WidgetError({ message }: { message: string }) {
  return (
    <Group gap={8} wrap="nowrap" align="flex-start" role="alert" c={LEGIBLE_RED} className={classes.scroll}>
      <CircleAlert size={16} style={{ flex: "none", marginTop: 2 }} />
      <Text size="sm">{message}</Text>
    </Group>
  );
}
