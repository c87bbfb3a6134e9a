import { t } from "@lingui/core/macro";
import { Group, Text } from "@mantine/core";
import { ArrowDown, ArrowRight, ArrowUp } from "lucide-react";
import type { Metric } from "./drawn";
import classes from "./MetricContent.module.css";

const ARROWS = { up: ArrowUp, down: ArrowDown, flat: ArrowRight };

/** The change is grey: whether a rise is good news is not for us to say. */
export function MetricContent({ metric }: { metric: Metric }) {
  const Arrow = metric.direction && ARROWS[metric.direction];
  return (
    <div className={classes.metric}>
      <div className={`${classes.value} numbers`}>{metric.text}</div>
      {metric.change_text && (
        <Group gap={4} wrap="nowrap" c="dimmed" className="numbers">
          {Arrow && <Arrow size={14} style={{ flex: "none" }} aria-hidden />}
          <Text size="xs" truncate>
            <Text span inherit fw={600}>
              {metric.change_text}
            </Text>
            {metric.previous_text && ` ${t`from ${metric.previous_text}`}`}
          </Text>
        </Group>
      )}
    </div>
  );
}
