import { t } from "@lingui/core/macro";
import type { Metric } from "../../api/types";
import { inWords } from "../dashboard/filters/view";
import { MetricEditor } from "./MetricEditor";
import { Parts } from "./Parts";
import type { PartProps } from "./part";
import { problemsAt } from "./problems";

export function Metrics(part: PartProps) {
  const { model, problems, onChange } = part;
  return (
    <Parts<Metric>
      parts={model.metrics ?? []}
      intro={t`A metric is a number with one meaning everywhere: on dashboards, in answers and in forecasts.`}
      empty={t`No metrics yet.`}
      add={t`Add a metric`}
      row={(metric) => ({
        key: metric.name,
        title: metric.title || metric.name,
        note: [metric.title && metric.name, meaningOf(metric), metric.description]
          .filter(Boolean)
          .join(" · "),
        marks: metric.unit ? [metric.unit] : [],
        problems: problemsAt(problems, `metrics.${metric.name}`),
      })}
      onChange={onChange && ((metrics) => onChange({ metrics }))}
      editor={(metric, onClose, onDone) => (
        <MetricEditor metric={metric} part={part} onClose={onClose} onDone={onDone} />
      )}
    />
  );
}

function meaningOf({ formula, aggregation, column, table, filters = [] }: Metric): string {
  const meaning = formula ?? `${aggregation} (${column ?? table ?? ""})`;
  const rows = filters.map(inWords).join(", ");
  return rows ? t`${meaning} where ${rows}` : meaning;
}
