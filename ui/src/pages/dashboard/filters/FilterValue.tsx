import { t } from "@lingui/core/macro";
import { Group, NumberInput, Select, TagsInput, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Field, isNumber, isOfTable, isTime } from "../../../api/catalog";
import { valuesQuery } from "../../../api/dashboards";
import type { Filter, Question } from "../../../api/types";
import { GRAINS, grainNames } from "../edit/grains";

interface Props {
  filter: Filter;
  field: Field | undefined;
  /** What the values are looked up in, where the field does not say it. */
  question?: Question | undefined;
  onChange: (value: unknown) => void;
}

/** What a column is compared with. */
export function FilterValue({ filter, field, question, onChange }: Props) {
  const { operator, value, other } = filter;
  const label = t`Value of ${filter.column}`;
  if (other) return <Text size="sm">{other.replaceAll("_", " ")}</Text>;
  if (operator === "is_null" || operator === "is_not_null") return null;
  if (operator === "in" || operator === "not_in") {
    return <Several {...{ label, field, question, onChange }} value={Array.isArray(value) ? value : []} />;
  }
  if (operator === "last_n") return <Span value={value as LastN} onChange={onChange} />;
  if (operator === "between") {
    const [low, high] = Array.isArray(value) ? value : ["", ""];
    return (
      <Group gap={6} wrap="nowrap" grow>
        <One field={field} label={t`${label}, from`} value={low} onChange={(one) => onChange([one, high])} />
        <One field={field} label={t`${label}, to`} value={high} onChange={(one) => onChange([low, one])} />
      </Group>
    );
  }
  return <One field={field} label={label} value={value} onChange={onChange} />;
}

interface LastN {
  n: number;
  unit: string;
  anchor?: string;
}

function Span({ value, onChange }: { value: LastN | null; onChange: (value: LastN) => void }) {
  const { n, unit, anchor } = value ?? { n: 12, unit: "month", anchor: "data" };
  return (
    <Group gap={6} wrap="nowrap" grow>
      <NumberInput
        aria-label={t`How many`}
        min={1}
        max={10_000}
        allowDecimal={false}
        value={n}
        onChange={(to) => onChange({ n: Number(to) || 1, unit, anchor })}
      />
      <Select
        aria-label={t`Unit of time`}
        data={GRAINS.map((grain) => ({ value: grain, label: grainNames(grain) }))}
        value={unit}
        allowDeselect={false}
        onChange={(to) => to && onChange({ n, unit: to, anchor })}
      />
    </Group>
  );
}

interface OneProps {
  label: string;
  field: Field | undefined;
  value: unknown;
  onChange: (value: unknown) => void;
}

function One({ label, field, value, onChange }: OneProps) {
  const text = value === null || value === undefined ? "" : String(value);
  if (isNumber(field)) {
    return (
      <NumberInput
        aria-label={label}
        placeholder={t`Number`}
        value={text === "" ? "" : Number(text)}
        onChange={(to) => onChange(to === "" ? null : to)}
      />
    );
  }
  if (isTime(field)) {
    return (
      <TextInput
        aria-label={label}
        type="date"
        value={text.slice(0, 10)}
        onChange={(event) => onChange(event.currentTarget.value || null)}
      />
    );
  }
  if (field?.type === "boolean") {
    return (
      <Select
        aria-label={label}
        data={[
          { value: "true", label: t`true` },
          { value: "false", label: t`false` },
        ]}
        value={text || null}
        onChange={(to) => onChange(to === null ? null : to === "true")}
      />
    );
  }
  return (
    <TextInput
      aria-label={label}
      placeholder={t`Text`}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  );
}

interface SeveralProps extends Omit<OneProps, "value"> {
  question: Question | undefined;
  value: unknown[];
}

/** A value that is missing, among those that are written as text. */
const missing = () => t`(empty)`;

/** Values that the column has are offered while somebody types. */
function Several({ label, field, question, value, onChange }: SeveralProps) {
  const [search, setSearch] = useState("");
  const [settled] = useDebouncedValue(search, 250);
  const ofTable = field && question && isOfTable(question) && { ...question, column: field.name };
  const place = field?.stored ?? (ofTable || null);
  const { data } = useQuery({
    ...valuesQuery(place?.source_id ?? 0, place?.table ?? "", place?.column ?? "", settled),
    enabled: place !== null && place.source_id > 0,
  });
  const offered = (data?.values ?? []).flatMap((one) => (one.value === null ? [] : [String(one.value)]));
  return (
    <TagsInput
      aria-label={label}
      placeholder={value.length === 0 ? t`Choose or type values` : undefined}
      data={offered}
      maxDropdownHeight={220}
      clearable
      value={value.map((one) => (one === null ? missing() : String(one)))}
      searchValue={search}
      onSearchChange={setSearch}
      onChange={(texts) =>
        onChange(texts.map((text) => (text === missing() ? null : isNumber(field) ? Number(text) : text)))
      }
      clearButtonProps={{ "aria-label": t`Clear` }}
    />
  );
}
