import { t } from "@lingui/core/macro";
import { SegmentedControl, Select, SimpleGrid, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { fieldsOfModelTable } from "../../api/catalog";
import type { Grain, Metric } from "../../api/types";
import { GRAINS, grainName } from "../dashboard/edit/grains";
import { isWhole } from "../dashboard/edit/question";
import { FilterList } from "../dashboard/filters/FilterList";
import { NAME } from "./draft";
import { PartModal } from "./PartModal";
import { ProblemMarks } from "./ProblemMarks";
import type { PartProps } from "./part";
import { problemsAt } from "./problems";

type Aggregation = NonNullable<Metric["aggregation"]>;

const aggregations = (): Record<Aggregation, string> => ({
  sum: t`Sum`,
  avg: t`Mean`,
  count: t`Number of rows`,
  count_distinct: t`Number of different values`,
  min: t`Least`,
  max: t`Most`,
  median: t`Median`,
});

const optionsOf = (names: Record<string, string>) =>
  Object.entries(names).map(([value, label]) => ({ value, label }));

interface Props {
  metric: Metric | null;
  part: PartProps;
  onClose: () => void;
  onDone: (metric: Metric) => void;
}

export function MetricEditor({ metric, part, onClose, onDone }: Props) {
  const [draft, setDraft] = useState<Metric>(metric ?? { name: "", aggregation: "sum" });
  const [isFormula, setFormula] = useState(metric?.formula != null);
  const change = (to: Partial<Metric>) => setDraft({ ...draft, ...to });
  const taken = (part.model.metrics ?? []).some((one) => one !== metric && one.name === draft.name);
  const counts = draft.aggregation === "count";
  const filters = draft.filters ?? [];
  const fields = part.model.tables.flatMap((table) =>
    fieldsOfModelTable(
      table,
      part.sources.find(({ id }) => id === table.source_id),
    ),
  );
  const isMeasured = counts ? draft.table || draft.column : draft.column;
  const isComplete = isFormula || (isMeasured && filters.every(isWhole));
  const place = `metrics.${metric?.name}`;
  const said = problemsAt(part.problems, place);
  const saidOfFilters = problemsAt(said, `${place}.filters`);

  function done() {
    const { formula, aggregation, column, table, ...rest } = draft;
    const meaning = isFormula
      ? { formula, aggregation: null, column: null, table: null, filters: [] }
      : {
          formula: null,
          aggregation,
          column: counts ? null : column,
          table: counts ? (table ?? column?.split(".")[0] ?? null) : null,
        };
    onDone({ ...rest, ...meaning });
  }

  return (
    <PartModal
      title={metric ? t`Metric ${metric.name}` : t`New metric`}
      onClose={onClose}
      onDone={done}
      disabled={taken || !isComplete}
    >
      <ProblemMarks problems={said.filter((one) => !saidOfFilters.includes(one))} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label={t`Name`}
          description={t`One word of letters, digits and _; formulas call it so`}
          pattern={NAME}
          title={t`One word of letters, digits and _; formulas call it so`}
          maxLength={100}
          required
          withAsterisk={false}
          value={draft.name}
          error={taken && t`There is a metric of this name.`}
          onChange={(event) => change({ name: event.currentTarget.value })}
          data-autofocus
        />
        <TextInput
          label={t`Title`}
          description={t`Optional: what people read`}
          maxLength={200}
          value={draft.title ?? ""}
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
      </SimpleGrid>
      <SegmentedControl
        aria-label={t`What it is`}
        value={isFormula ? "formula" : "aggregate"}
        onChange={(to) => setFormula(to === "formula")}
        data={[
          { value: "aggregate", label: t`Of a column` },
          { value: "formula", label: t`A formula` },
        ]}
      />
      {isFormula ? (
        <Textarea
          label={t`Formula`}
          description={t`Over other metrics, such as revenue / orders`}
          maxLength={1000}
          autosize
          required
          withAsterisk={false}
          spellCheck={false}
          value={draft.formula ?? ""}
          onChange={(event) => change({ formula: event.currentTarget.value })}
        />
      ) : (
        <>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Select
              label={t`Computed as`}
              data={optionsOf(aggregations())}
              value={draft.aggregation ?? "sum"}
              allowDeselect={false}
              onChange={(to) => to && change({ aggregation: to as Aggregation })}
            />
            {counts ? (
              <Select
                label={t`Of which table`}
                data={part.model.tables.map(({ name }) => name)}
                value={draft.table ?? draft.column?.split(".")[0] ?? null}
                onChange={(table) => change({ table })}
              />
            ) : (
              <Select
                label={t`Of which column`}
                data={fields.map(({ name }) => name)}
                value={draft.column ?? null}
                searchable
                onChange={(column) => change({ column })}
              />
            )}
          </SimpleGrid>
          <FilterList
            filters={filters}
            fields={fields}
            onChange={(filters) => change({ filters })}
            problems={(at) =>
              // What was said of a filter holds only for what it was.
              filters[at] === metric?.filters?.[at] && (
                <ProblemMarks problems={problemsAt(saidOfFilters, `${place}.filters.${at}`)} />
              )
            }
          />
        </>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label={t`Written as`}
          data={[
            { value: "number", label: t`Number` },
            { value: "percent", label: t`Percent` },
            { value: "currency", label: t`Currency` },
          ]}
          value={draft.format ?? "number"}
          allowDeselect={false}
          onChange={(to) => to && change({ format: to as NonNullable<Metric["format"]> })}
        />
        <TextInput
          label={t`Unit`}
          maxLength={200}
          value={draft.unit ?? ""}
          onChange={(event) => change({ unit: event.currentTarget.value })}
        />
        <Select
          label={t`Good news is`}
          placeholder={t`Neither`}
          data={[
            { value: "up", label: t`More of it` },
            { value: "down", label: t`Less of it` },
          ]}
          value={draft.good ?? null}
          clearable
          clearButtonProps={{ "aria-label": t`Neither` }}
          onChange={(to) => change({ good: to as "up" | "down" | null })}
        />
        <Select
          label={t`Usually looked at by`}
          placeholder={t`Any`}
          data={GRAINS.map((value) => ({ value, label: grainName(value) }))}
          value={draft.grain ?? null}
          clearable
          clearButtonProps={{ "aria-label": t`Any` }}
          onChange={(to) => change({ grain: to as Grain | null })}
        />
      </SimpleGrid>
      <TagsInput
        label={t`Other words for it`}
        maxTags={50}
        acceptValueOnBlur
        value={draft.synonyms ?? []}
        onChange={(synonyms) => change({ synonyms })}
      />
      <Textarea
        label={t`Description`}
        maxLength={2000}
        autosize
        value={draft.description ?? ""}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
    </PartModal>
  );
}
