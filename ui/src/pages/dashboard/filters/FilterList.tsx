import { t } from "@lingui/core/macro";
import { Select, SimpleGrid, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { type Field, isNumber, isTime } from "../../../api/catalog";
import type { Filter, Question } from "../../../api/types";
import { PartList, RemoveButton } from "../edit/PartList";
import { FilterValue } from "./FilterValue";

interface Props {
  filters: Filter[];
  fields: Field[];
  /** What the values are looked up in, where the fields do not say it. */
  question?: Question;
  onChange: (filters: Filter[]) => void;
  /** What is wrong with the filter at a place. */
  problems?: (place: number) => ReactNode;
}

type Operator = Filter["operator"];

const always = (): [Operator, string][] => [
  ["is_null", t`is empty`],
  ["is_not_null", t`is not empty`],
];
const texts = (): [Operator, string][] => [
  ["in", t`is one of`],
  ["not_in", t`is none of`],
  ["contains", t`contains`],
  ["starts_with", t`starts with`],
];
const numbers = (): [Operator, string][] => [
  ["=", "="],
  ["!=", t`is not`],
  [">", ">"],
  [">=", "≥"],
  ["<", "<"],
  ["<=", "≤"],
  ["between", t`between`],
];
const times = (): [Operator, string][] => [
  ["last_n", t`in the last`],
  ["between", t`between`],
  [">=", t`from`],
  ["<", t`before`],
];
const others = (): [Operator, string][] => [["=", t`is`]];

export function operatorsOf(field: Field | undefined): [Operator, string][] {
  if (isNumber(field)) return [...numbers(), ...always()];
  if (isTime(field)) return [...times(), ...always()];
  if (field?.type === "string") return [...texts(), ...always()];
  return [...others(), ...always()];
}

/** What a condition begins with: the first operator of its column, and nothing to compare with. */
export function freshFilter(field: Field | undefined): Filter {
  const [operator] = operatorsOf(field)[0] ?? ["="];
  return { column: field?.name ?? "", operator, value: blankOf(operator) };
}

export function blankOf(operator: Operator): unknown {
  if (operator === "in" || operator === "not_in") return [];
  if (operator === "between") return ["", ""];
  return operator === "last_n" ? { n: 12, unit: "month", anchor: "data" } : null;
}

export function FilterList({ filters, fields, question, onChange, problems }: Props) {
  const likely = fields.find((field) => field.role === "dimension") ?? fields[0];
  return (
    <PartList
      label={t`Filters`}
      parts={filters}
      fresh={() => freshFilter(likely)}
      add={t`Add a filter`}
      onChange={onChange}
    >
      {(filter, set, remove, place) => (
        <Stack gap={6}>
          <SimpleGrid cols={2} spacing={6} style={{ gridTemplateColumns: "1fr 1fr auto" }}>
            <FilterHead filter={filter} fields={fields} onChange={set} />
            <RemoveButton label={t`Remove the filter on ${filter.column}`} onClick={remove} />
          </SimpleGrid>
          <FilterValue
            filter={filter}
            field={fields.find((field) => field.name === filter.column)}
            question={question}
            onChange={(value) => set({ ...filter, value })}
          />
          {problems?.(place)}
        </Stack>
      )}
    </PartList>
  );
}

/** The column of a condition and how it is compared. */
export function FilterHead({
  filter,
  fields,
  onChange,
}: {
  filter: Filter;
  fields: Field[];
  onChange: (filter: Filter) => void;
}) {
  const field = fields.find((one) => one.name === filter.column);
  const known = operatorsOf(field);
  const operators = known.some(([name]) => name === filter.operator)
    ? known
    : [...known, [filter.operator, filter.operator] as [Operator, string]];
  return (
    <>
      <Select
        aria-label={t`Column to filter by`}
        data={fields.map((one) => one.name)}
        value={filter.column || null}
        searchable
        openOnFocus={false}
        allowDeselect={false}
        onChange={(name) => name && onChange(freshFilter(fields.find((one) => one.name === name)))}
      />
      <Select
        aria-label={t`Condition`}
        data={operators.map(([value, label]) => ({ value, label }))}
        value={filter.operator}
        allowDeselect={false}
        onChange={(operator) =>
          operator &&
          onChange({
            ...filter,
            operator: operator as Operator,
            // Only by these a column is compared with another one.
            other: operator in SIGNS ? (filter.other ?? null) : null,
            value: isAlike(filter.operator, operator as Operator)
              ? filter.value
              : blankOf(operator as Operator),
          })
        }
      />
    </>
  );
}

/** What comparisons are called where a column is compared with another one. */
export const SIGNS: Partial<Record<string, string>> = {
  "=": "=",
  "!=": "≠",
  "<": "<",
  "<=": "≤",
  ">": ">",
  ">=": "≥",
};

const SHAPES: Partial<Record<Operator, string>> = {
  in: "list",
  not_in: "list",
  between: "two",
  last_n: "span",
};
const isAlike = (one: Operator, other: Operator) => SHAPES[one] === SHAPES[other];
