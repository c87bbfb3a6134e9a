import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Group, Select, Text } from "@mantine/core";
import type { Field } from "../../../api/catalog";
import type { Measure } from "../../../api/types";
import { PartList, RemoveButton } from "./PartList";
import { type Aggregation, aggregations, fitting, labelOf, likeliest } from "./question";

interface Props {
  measures: Measure[];
  fields: Field[];
  metrics: string[];
  ofModel: boolean;
  onChange: (measures: Measure[]) => void;
}

const METRIC = "metric";

/** What is counted or added up. */
export function Measures({ measures, fields, metrics, ofModel, onChange }: Props) {
  const taken = new Set(measures.map(labelOf));
  const fresh = (): Measure => {
    const likely = candidates(fields, metrics, ofModel);
    return likely.find((one) => !taken.has(labelOf(one))) ?? likely[0] ?? { aggregation: "count" };
  };
  return (
    <PartList label={t`Measures`} parts={measures} fresh={fresh} add={t`Add a measure`} onChange={onChange}>
      {(measure, set, remove) => (
        <Group gap={6} wrap="nowrap" align="center">
          {measure.ratio || measure.formula ? (
            <Text size="sm" flex={1} truncate>
              {labelOf(measure)}{" "}
              <Text span inherit c="dimmed">
                <Trans>(a formula; change it through the API)</Trans>
              </Text>
            </Text>
          ) : (
            <Fields {...{ measure, fields, metrics, ofModel }} onChange={set} />
          )}
          <RemoveButton label={t`Remove ${labelOf(measure)}`} onClick={remove} />
        </Group>
      )}
    </PartList>
  );
}

/** What can be measured, what is most likely meant first. */
export function candidates(fields: Field[], metrics: string[], ofModel: boolean): Measure[] {
  const sums = fitting(fields, "sum").sort(
    (a, b) => Number(b.role === "measure") - Number(a.role === "measure"),
  );
  const counted = ofModel ? fields.slice(1, 2).map((field) => field.name) : [undefined];
  return [
    ...metrics.map((metric) => ({ metric })),
    ...sums.map(({ name }) => ({ column: name, aggregation: "sum" as const })),
    ...counted.map((column) => ({ aggregation: "count" as const, ...(column && { column }) })),
    ...sums.map(({ name }) => ({ column: name, aggregation: "avg" as const })),
  ];
}

/** One measure: how it is put together, and of what. */
interface FieldsProps extends Omit<Props, "measures" | "onChange"> {
  measure: Measure;
  onChange: (measure: Measure) => void;
}

export function Fields({ measure, fields, metrics, ofModel, onChange }: FieldsProps) {
  const ways = [
    ...(metrics.length > 0 ? [{ value: METRIC, label: t`Metric` }] : []),
    ...aggregations().map((one) =>
      ofModel && one.value === "count" ? { ...one, label: t`Number of` } : one,
    ),
  ];
  const way = measure.metric ? METRIC : (measure.aggregation ?? "sum");
  const columns = way === METRIC ? metrics : fitting(fields, way as Aggregation).map((field) => field.name);
  const change = (to: string | null) => {
    if (to === METRIC) onChange({ metric: metrics[0] });
    else if (to === "count" && !ofModel) onChange({ aggregation: "count" });
    else if (to) {
      const fit = fitting(fields, to as Aggregation);
      const same = fit.find((field) => field.name === measure.column)?.name;
      onChange({ aggregation: to as Aggregation, column: same ?? likeliest(fit) });
    }
  };
  return (
    <>
      <Select
        aria-label={t`How`}
        data={ways}
        value={way}
        allowDeselect={false}
        onChange={change}
        flex={1}
        miw={0}
      />
      {(way !== "count" || ofModel || measure.column) && (
        <Select
          aria-label={t`Of what`}
          data={columns}
          value={measure.metric ?? measure.column ?? null}
          allowDeselect={false}
          searchable
          flex={1}
          miw={0}
          onChange={(name) =>
            name &&
            onChange(way === METRIC ? { metric: name } : { aggregation: way as Aggregation, column: name })
          }
        />
      )}
    </>
  );
}
