import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import {
  Accordion,
  Button,
  Checkbox,
  Group,
  MultiSelect,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { useState } from "react";
import type { ModelColumn, ModelTable } from "../../api/types";
import { AddButton } from "../../components/AddButton";
import { columnRole, typeName } from "../../components/columns";
import { AddTable } from "./AddTable";
import { ColumnEditor } from "./ColumnEditor";
import { columnsOf, put, without } from "./draft";
import { PartRow } from "./PartRow";
import { ProblemMarks } from "./ProblemMarks";
import type { PartProps } from "./part";
import { problemsAt } from "./problems";

export function Tables({ model, sources, problems, onChange }: PartProps) {
  const [adding, setAdding] = useState(false);
  return (
    <Stack>
      <Accordion
        variant="separated"
        keepMounted={false}
        defaultValue={model.tables.length === 1 ? model.tables[0]?.name : null}
      >
        {model.tables.map((table, place) => (
          <Accordion.Item key={table.name} value={table.name}>
            <Accordion.Control>
              <Text fw={600} size="sm">
                {table.title || table.name}
              </Text>
              <Text size="xs" c="dimmed">
                {[
                  table.name,
                  sources.find(({ id }) => id === table.source_id)?.name,
                  table.hidden && t`hidden`,
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </Text>
              <ProblemMarks problems={problemsAt(problems, `tables.${table.name}`)} />
            </Accordion.Control>
            <Accordion.Panel>
              <TableFields
                table={table}
                part={{ model, sources, problems, onChange }}
                onChange={onChange && ((to) => onChange({ tables: put(model.tables, to, place) }))}
                onRemove={
                  onChange && model.tables.length > 1
                    ? () => onChange({ tables: without(model.tables, place) })
                    : undefined
                }
              />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      {onChange && (
        <AddButton onClick={() => setAdding(true)}>
          <Trans>Add a table</Trans>
        </AddButton>
      )}
      {adding && (
        <AddTable
          model={model}
          onClose={() => setAdding(false)}
          onDone={(table) => onChange?.({ tables: put(model.tables, table, null) })}
        />
      )}
    </Stack>
  );
}

interface FieldsProps {
  table: ModelTable;
  part: PartProps;
  onChange: ((table: ModelTable) => void) | undefined;
  onRemove: (() => void) | undefined;
}

function TableFields({ table, part, onChange, onRemove }: FieldsProps) {
  const [edited, setEdited] = useState<ModelColumn | "new" | null>(null);
  const source = part.sources.find(({ id }) => id === table.source_id);
  const shown = columnsOf(table, source);
  const times = shown.filter(({ type }) => type === "date" || type === "timestamp");
  const key = table.primary_key ?? [];
  const saidOfKey = problemsAt(part.problems, `tables.${table.name}.primary_key`);
  const change = (to: Partial<ModelTable>) => onChange?.({ ...table, ...to });
  const disabled = onChange === undefined;
  const placeOf = ({ name }: ModelColumn) => (table.columns ?? []).findIndex((one) => one.name === name);

  function keep(column: ModelColumn, before: ModelColumn | null) {
    const place = before ? placeOf(before) : -1;
    change({ columns: put(table.columns, column, place < 0 ? null : place) });
  }

  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label={t`Title`}
          placeholder={table.name}
          maxLength={200}
          disabled={disabled}
          value={table.title ?? ""}
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
        <Select
          label={t`Time`}
          description={t`What questions about time go by`}
          placeholder={t`No column of time`}
          data={times.map(({ column }) => column.name)}
          value={table.time ?? null}
          disabled={disabled}
          clearable
          clearButtonProps={{ "aria-label": t`No column of time` }}
          onChange={(time) => change({ time })}
        />
        <MultiSelect
          label={t`Key`}
          description={t`Columns that together tell each row from the others`}
          placeholder={key.length === 0 ? t`No key` : undefined}
          data={[...new Set([...shown.map(({ column }) => column.name), ...key])]}
          value={key}
          maxValues={20}
          searchable
          hidePickedOptions
          clearable
          clearButtonProps={{ "aria-label": t`No key` }}
          disabled={disabled}
          error={saidOfKey.length > 0 && <ProblemMarks problems={saidOfKey} />}
          onChange={(primary_key) => change({ primary_key })}
        />
        <TextInput
          label={t`Description`}
          maxLength={2000}
          disabled={disabled}
          value={table.description ?? ""}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />
        <TagsInput
          label={t`Other words for it`}
          maxTags={50}
          acceptValueOnBlur
          disabled={disabled}
          value={table.synonyms ?? []}
          onChange={(synonyms) => change({ synonyms })}
        />
      </SimpleGrid>
      <Group justify="space-between">
        <Checkbox
          label={t`Hidden: not offered to people`}
          disabled={disabled}
          checked={table.hidden ?? false}
          onChange={(event) => change({ hidden: event.currentTarget.checked })}
        />
        {onRemove && (
          <Button size="compact-sm" variant="subtle" color="red" onClick={onRemove}>
            <Trans>Remove this table</Trans>
          </Button>
        )}
      </Group>
      <Text size="sm" fw={500}>
        {plural(shown.length, { one: "# column", other: "# columns" })}
      </Text>
      {shown.map(({ column, type, role }) => (
        <PartRow
          key={column.name}
          title={column.title || column.name}
          note={[column.title && column.name, typeName(type), column.unit, column.expression]
            .filter(Boolean)
            .join(" · ")}
          marks={[columnRole(role), ...(column.hidden ? [t`hidden`] : [])]}
          problems={problemsAt(part.problems, `tables.${table.name}.${column.name}`)}
          onEdit={onChange && (() => setEdited(column))}
          onRemove={
            onChange && column.expression
              ? () => change({ columns: without(table.columns, placeOf(column)) })
              : undefined
          }
        />
      ))}
      {onChange && (
        <AddButton onClick={() => setEdited("new")}>
          <Trans>Add a computed column</Trans>
        </AddButton>
      )}
      {edited && (
        <ColumnEditor
          column={edited === "new" ? null : edited}
          taken={shown.map(({ column }) => column.name)}
          onClose={() => setEdited(null)}
          onDone={(column) => {
            keep(column, edited === "new" ? null : edited);
            setEdited(null);
          }}
        />
      )}
    </Stack>
  );
}
