import { Select, SimpleGrid, Stack } from "@mantine/core";
import { type Field, isNumber, isTime } from "../../../api/catalog";
import type { Filter, Question } from "../../../api/types";
import { PartList, RemoveButton } from "../edit/PartList";
import { FilterValue } from "./FilterValue";

interface Props {
  filters: Filter[];
  fields: Field[];
  /** What the values are looked up in. */
  question: Question;
  onChange: (filters: Filter[]) => void;
}

type Operator = Filter["operator"];

const ALWAYS: [Operator, string][] = [
  ["is_null", "is empty"],
  ["is_not_null", "is not empty"],
];
const TEXTS: [Operator, string][] = [
  ["in", "is one of"],
  ["not_in", "is none of"],
  ["contains", "contains"],
  ["starts_with", "starts with"],
];
const NUMBERS: [Operator, string][] = [
  ["=", "="],
  ["!=", "is not"],
  [">", ">"],
  [">=", "≥"],
  ["<", "<"],
  ["<=", "≤"],
  ["between", "between"],
];
const TIMES: [Operator, string][] = [
  ["last_n", "in the last"],
  ["between", "between"],
  [">=", "from"],
  ["<", "before"],
];
const OTHERS: [Operator, string][] = [["=", "is"]];

export function operatorsOf(field: Field | undefined): [Operator, string][] {
  if (isNumber(field)) return [...NUMBERS, ...ALWAYS];
  if (isTime(field)) return [...TIMES, ...ALWAYS];
  if (field?.type === "string") return [...TEXTS, ...ALWAYS];
  return [...OTHERS, ...ALWAYS];
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

export function FilterList({ filters, fields, question, onChange }: Props) {
  const likely = fields.find((field) => field.role === "dimension") ?? fields[0];
  return (
    <PartList
      label="Filters"
      parts={filters}
      fresh={() => freshFilter(likely)}
      add="Add a filter"
      onChange={onChange}
    >
      {(filter, set, remove) => (
        <Stack gap={6}>
          <SimpleGrid cols={2} spacing={6} style={{ gridTemplateColumns: "1fr 1fr auto" }}>
            <FilterHead filter={filter} fields={fields} onChange={set} />
            <RemoveButton label={`Remove the filter on ${filter.column}`} onClick={remove} />
          </SimpleGrid>
          <FilterValue
            filter={filter}
            field={fields.find((field) => field.name === filter.column)}
            question={question}
            onChange={(value) => set({ ...filter, value })}
          />
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
        aria-label="Column to filter by"
        data={fields.map((one) => one.name)}
        value={filter.column || null}
        searchable
        openOnFocus={false}
        allowDeselect={false}
        onChange={(name) => name && onChange(freshFilter(fields.find((one) => one.name === name)))}
      />
      <Select
        aria-label="Condition"
        data={operators.map(([value, label]) => ({ value, label }))}
        value={filter.operator}
        allowDeselect={false}
        onChange={(operator) =>
          operator &&
          onChange({
            ...filter,
            operator: operator as Operator,
            value: isAlike(filter.operator, operator as Operator)
              ? filter.value
              : blankOf(operator as Operator),
          })
        }
      />
    </>
  );
}

const SHAPES: Partial<Record<Operator, string>> = {
  in: "list",
  not_in: "list",
  between: "two",
  last_n: "span",
};
const isAlike = (one: Operator, other: Operator) => SHAPES[one] === SHAPES[other];
