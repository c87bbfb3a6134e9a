import { t } from "@lingui/core/macro";
import { Group, Select, SimpleGrid, Text } from "@mantine/core";
import { useState } from "react";
import type { Join } from "../../api/types";
import { PartList, RemoveButton } from "../dashboard/edit/PartList";
import { columnsOf } from "./draft";
import { PartModal } from "./PartModal";
import { Parts } from "./Parts";
import type { PartProps } from "./part";
import { problemsAt } from "./problems";

export function Joins(part: PartProps) {
  const { model, problems, onChange } = part;
  return (
    <Parts<Join>
      parts={model.joins ?? []}
      intro={t`Each row of the first table belongs to at most one row of the second.`}
      empty={t`No joins: each table is asked by itself.`}
      add={model.tables.length > 1 ? t`Add a join` : null}
      row={(join) => ({
        key: `${join.table} ${join.to} ${join.columns.join()}`,
        title: `${join.table} → ${join.to}`,
        note: join.columns.map((name, pair) => `${name} = ${join.references[pair]}`).join(", "),
        marks: [cardinalities()[join.cardinality ?? "many_to_one"]],
        problems: problemsAt(problems, `joins.${join.table}.${join.to}`),
      })}
      onChange={onChange && ((joins) => onChange({ joins }))}
      editor={(join, onClose, onDone) => (
        <JoinEditor join={join} part={part} onClose={onClose} onDone={onDone} />
      )}
    />
  );
}

type Cardinality = NonNullable<Join["cardinality"]>;

const cardinalities = (): Record<Cardinality, string> => ({
  many_to_one: t`many to one`,
  one_to_one: t`one to one`,
});

interface Props {
  join: Join | null;
  part: PartProps;
  onClose: () => void;
  onDone: (join: Join) => void;
}

const BLANK: Join = { table: "", to: "", columns: [""], references: [""], cardinality: "many_to_one" };

function JoinEditor({ join, part, onClose, onDone }: Props) {
  const [draft, setDraft] = useState(join ?? BLANK);
  const change = (to: Partial<Join>) => setDraft({ ...draft, ...to });
  const tables = part.model.tables.map(({ name, title }) => ({ value: name, label: title || name }));
  const pairs = draft.columns.map((column, at) => ({ column, reference: draft.references[at] ?? "" }));
  const isWhole = draft.table && draft.to && pairs.every(({ column, reference }) => column && reference);

  function columns(name: string): string[] {
    const table = part.model.tables.find((one) => one.name === name);
    const source = part.sources.find(({ id }) => id === table?.source_id);
    return table ? columnsOf(table, source).map(({ column }) => column.name) : [];
  }

  return (
    <PartModal title={t`Join`} onClose={onClose} onDone={() => onDone(draft)} disabled={!isWhole}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label={t`Each row of`}
          data={tables}
          value={draft.table || null}
          searchable
          allowDeselect={false}
          onChange={(to) => to && change({ table: to, columns: draft.columns.map(() => "") })}
          data-autofocus
        />
        <Select
          label={t`belongs to one of`}
          data={tables}
          value={draft.to || null}
          searchable
          allowDeselect={false}
          onChange={(to) => to && change({ to, references: draft.references.map(() => "") })}
        />
      </SimpleGrid>
      <PartList
        label={t`Where`}
        parts={pairs}
        fresh={() => ({ column: "", reference: "" })}
        add={t`Add a pair of columns`}
        onChange={(to) =>
          change({
            columns: to.map(({ column }) => column),
            references: to.map(({ reference }) => reference),
          })
        }
      >
        {(pair, set, remove) => (
          <Group gap={6} wrap="nowrap">
            <Select
              aria-label={t`Column`}
              flex={1}
              data={columns(draft.table)}
              value={pair.column || null}
              searchable
              onChange={(column) => set({ ...pair, column: column ?? "" })}
            />
            <Text size="sm">=</Text>
            <Select
              aria-label={t`Column that it equals`}
              flex={1}
              data={columns(draft.to)}
              value={pair.reference || null}
              searchable
              onChange={(reference) => set({ ...pair, reference: reference ?? "" })}
            />
            {pairs.length > 1 && <RemoveButton label={t`Remove this pair`} onClick={remove} />}
          </Group>
        )}
      </PartList>
      <Select
        label={t`How many belong to one`}
        data={Object.entries(cardinalities()).map(([value, label]) => ({ value, label }))}
        value={draft.cardinality ?? "many_to_one"}
        allowDeselect={false}
        onChange={(to) => to && change({ cardinality: to as Cardinality })}
      />
    </PartModal>
  );
}
