import { t } from "@lingui/core/macro";
import { Group, NumberInput, Select, SimpleGrid, Switch, TextInput } from "@mantine/core";
import { isSql } from "../../../api/catalog";
import type { ChartType, Question } from "../../../api/types";
import { Fold } from "./Fold";

interface Props {
  type: ChartType;
  options: Record<string, unknown>;
  query: Question | null;
  onChange: (options: Record<string, unknown>) => void;
}

const formats = () => [
  { value: "auto", label: t`As it fits` },
  { value: "integer", label: t`Whole numbers` },
  { value: "number", label: t`Numbers` },
  { value: "percent", label: t`Percent` },
  { value: "currency", label: t`Money` },
];
const STACKED = new Set<ChartType>(["bar", "area"]);
const SPLIT = new Set<ChartType>(["bar", "line", "area", "scatter", "heatmap"]);
type Bound = "minimum" | "maximum" | "target";
/** A target is a mark of a gauge, and a line across charts with axes. */
const BOUNDS: Partial<Record<ChartType, Bound[]>> = {
  gauge: ["minimum", "maximum", "target"],
  line: ["target"],
  area: ["target"],
  bar: ["target"],
};

function boundName(bound: Bound): string {
  const names = { minimum: t`Minimum`, maximum: t`Maximum`, target: t`Target` };
  return names[bound];
}

/** How the numbers are drawn. */
export function LookFields({ type, options, query, onChange }: Props) {
  const set = (name: string, value: unknown) => {
    const { [name]: _, ...others } = options;
    onChange(value === null || value === "" || value === false ? others : { ...others, [name]: value });
  };
  const splits = query && !isSql(query) ? (query.dimensions ?? []).map((one) => one.name ?? one.column) : [];
  return (
    <Fold label={t`Look`}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Select
          label={t`Numbers as`}
          data={formats()}
          value={String(options.format ?? "auto")}
          allowDeselect={false}
          onChange={(value) => set("format", value === "auto" ? null : value)}
        />
        <TextInput
          label={t`Unit`}
          placeholder={t`$, kg, …`}
          maxLength={20}
          value={String(options.unit ?? "")}
          onChange={(event) => set("unit", event.currentTarget.value)}
        />
        {SPLIT.has(type) && splits.length > 1 && (
          <Select
            label={t`One series for each`}
            data={splits}
            value={options.series ? String(options.series) : null}
            placeholder={t`None`}
            clearable
            onChange={(value) => set("series", value)}
          />
        )}
        {(BOUNDS[type] ?? []).map((name) => (
          <NumberInput
            key={name}
            label={boundName(name)}
            value={typeof options[name] === "number" ? options[name] : ""}
            onChange={(value) => set(name, value)}
          />
        ))}
      </SimpleGrid>
      <Group gap="lg">
        {STACKED.has(type) && (
          <Switch
            label={t`Stacked`}
            checked={options.stacked === true}
            onChange={(event) => set("stacked", event.currentTarget.checked)}
          />
        )}
        {type === "bar" && (
          <Switch
            label={t`Lying bars`}
            checked={options.horizontal === true}
            onChange={(event) => set("horizontal", event.currentTarget.checked)}
          />
        )}
        {type === "metric" && (
          <Switch
            label={t`Change against the period before`}
            checked={options.comparison === true}
            onChange={(event) => set("comparison", event.currentTarget.checked)}
          />
        )}
      </Group>
    </Fold>
  );
}
