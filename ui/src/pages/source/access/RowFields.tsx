import { t } from "@lingui/core/macro";
import { Group, Select, SimpleGrid, TagsInput, TextInput } from "@mantine/core";
import type { RowCondition, Table } from "../../../api/types";
import { RemoveButton } from "../../dashboard/edit/PartList";
import { type Operator, operators } from "./words";

const ATTRIBUTE = "attribute";
const NUMBERS = ["integer", "decimal", "float"];

interface Props {
  row: RowCondition;
  columns: Table["columns"];
  onChange: (row: RowCondition) => void;
  onRemove: () => void;
}

/** One condition: a column, how it is compared, and with what. */
export function RowFields({ row, columns, onChange, onRemove }: Props) {
  const operator = row.operator ?? "=";
  const type = columns.find(({ name }) => name === row.column)?.type ?? "string";
  const kind = row.attribute != null ? ATTRIBUTE : operator;

  function compare(to: string) {
    if (to === ATTRIBUTE) onChange({ column: row.column, operator: "in", attribute: "" });
    else onChange({ column: row.column, operator: to as Operator, value: emptyOf(to as Operator) });
  }

  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing={6} flex={1}>
        <Select
          aria-label={t`Column`}
          placeholder={t`Column`}
          data={columns.map(({ name }) => name)}
          value={row.column || null}
          searchable
          onChange={(column) => onChange({ ...row, column: column ?? "" })}
        />
        <Select
          aria-label={t`How it is compared`}
          data={[
            ...Object.entries(operators()).map(([value, label]) => ({ value, label })),
            { value: ATTRIBUTE, label: t`is one of their own …` },
          ]}
          value={kind}
          allowDeselect={false}
          onChange={(to) => to && compare(to)}
        />
        {kind === ATTRIBUTE && (
          <TextInput
            aria-label={t`Attribute of the member`}
            placeholder={t`Attribute, such as region`}
            maxLength={100}
            required
            value={row.attribute ?? ""}
            onChange={(event) => onChange({ ...row, attribute: event.currentTarget.value })}
          />
        )}
        {isMany(operator) && kind !== ATTRIBUTE && (
          <TagsInput
            aria-label={t`Values`}
            placeholder={operator === "between" ? t`From, to` : t`Values; enter adds one`}
            acceptValueOnBlur
            maxTags={operator === "between" ? 2 : 1000}
            value={Array.isArray(row.value) ? row.value.map(String) : []}
            onChange={(values) => onChange({ ...row, value: values.map((one) => typed(one, type)) })}
          />
        )}
        {isOne(operator) && (
          <TextInput
            aria-label={t`Value`}
            placeholder={t`Value`}
            required
            value={row.value == null ? "" : String(row.value)}
            onChange={(event) => onChange({ ...row, value: event.currentTarget.value })}
            onBlur={() => onChange({ ...row, value: typed(String(row.value ?? ""), type) })}
          />
        )}
      </SimpleGrid>
      <RemoveButton label={t`Remove this condition`} onClick={onRemove} />
    </Group>
  );
}

const isMany = (operator: Operator) => ["in", "not_in", "between"].includes(operator);
const isOne = (operator: Operator) => !isMany(operator) && !["is_null", "is_not_null"].includes(operator);
const emptyOf = (operator: Operator) => (isMany(operator) ? [] : isOne(operator) ? "" : null);

/** What was typed, as the column has it. */
function typed(text: string, type: string): string | number | boolean {
  if (NUMBERS.includes(type) && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  return type === "boolean" && /^(true|false)$/i.test(text) ? text.toLowerCase() === "true" : text;
}
