import { Trans } from "@lingui/react/macro";
import { Button, Stack, Text } from "@mantine/core";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { Metric } from "../../api/types";
import { put, without } from "./draft";
import { MetricEditor } from "./MetricEditor";
import { PartRow } from "./PartRow";
import type { PartProps } from "./part";
import { problemsAt } from "./problems";

export function Metrics(part: PartProps) {
  const { model, problems, onChange } = part;
  const [edited, setEdited] = useState<number | "new" | null>(null);
  const metrics = model.metrics ?? [];
  const place = typeof edited === "number" ? edited : null;
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        <Trans>
          A metric is a number with one meaning everywhere: on dashboards, in answers and in forecasts.
        </Trans>
      </Text>
      {metrics.map((metric, at) => (
        <PartRow
          key={metric.name}
          title={metric.title || metric.name}
          note={[metric.title && metric.name, meaningOf(metric), metric.description]
            .filter(Boolean)
            .join(" · ")}
          marks={metric.unit ? [metric.unit] : []}
          problems={problemsAt(problems, `metrics.${metric.name}`)}
          onEdit={onChange && (() => setEdited(at))}
          onRemove={onChange && (() => onChange({ metrics: without(metrics, at) }))}
        />
      ))}
      {metrics.length === 0 && (
        <Text size="sm">
          <Trans>No metrics yet.</Trans>
        </Text>
      )}
      {onChange && (
        <div>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<Plus size={14} />}
            onClick={() => setEdited("new")}
          >
            <Trans>Add a metric</Trans>
          </Button>
        </div>
      )}
      {edited !== null && (
        <MetricEditor
          metric={place === null ? null : (metrics[place] ?? null)}
          part={part}
          onClose={() => setEdited(null)}
          onDone={(metric) => {
            onChange?.({ metrics: put(metrics, metric, place) });
            setEdited(null);
          }}
        />
      )}
    </Stack>
  );
}

const meaningOf = ({ formula, aggregation, column, table }: Metric) =>
  formula ?? `${aggregation} (${column ?? table ?? ""})`;
