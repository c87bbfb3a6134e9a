import { t } from "@lingui/core/macro";
import { Checkbox, Select, SimpleGrid, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ModelColumn } from "../../api/types";
import { columnRole, typeName } from "../../components/columns";
import { PartModal } from "./PartModal";

type Role = NonNullable<ModelColumn["role"]>;
type Type = NonNullable<ModelColumn["type"]>;

const ROLES: Role[] = ["time", "measure", "dimension", "id"];
const TYPES: Type[] = ["integer", "decimal", "float", "boolean", "date", "timestamp", "time", "string"];

interface Props {
  /** Null: a new one, which is computed. */
  column: ModelColumn | null;
  taken: string[];
  onClose: () => void;
  onDone: (column: ModelColumn) => void;
}

export function ColumnEditor({ column, taken, onClose, onDone }: Props) {
  const [draft, setDraft] = useState<ModelColumn>(column ?? { name: "", expression: "", type: "decimal" });
  const change = (to: Partial<ModelColumn>) => setDraft({ ...draft, ...to });
  const computed = column === null || column.expression != null;
  const isTaken = column === null && taken.includes(draft.name);
  return (
    <PartModal
      title={column ? t`Column ${column.name}` : t`Computed column`}
      onClose={onClose}
      onDone={() => onDone(draft)}
      disabled={isTaken}
    >
      {column === null && (
        <TextInput
          label={t`Name`}
          maxLength={200}
          required
          withAsterisk={false}
          value={draft.name}
          error={isTaken && t`There is a column of this name.`}
          onChange={(event) => change({ name: event.currentTarget.value })}
          data-autofocus
        />
      )}
      {computed && (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Textarea
            label={t`Expression`}
            description={t`SQL of DuckDB over columns of the same row, such as price * quantity`}
            maxLength={2000}
            autosize
            required
            withAsterisk={false}
            spellCheck={false}
            value={draft.expression ?? ""}
            onChange={(event) => change({ expression: event.currentTarget.value })}
          />
          <Select
            label={t`Type`}
            description={t`Of what it yields`}
            data={TYPES.map((value) => ({ value, label: typeName(value) }))}
            value={draft.type ?? null}
            allowDeselect={false}
            onChange={(type) => type && change({ type: type as Type })}
          />
        </SimpleGrid>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label={t`Title`}
          placeholder={draft.name}
          maxLength={200}
          value={draft.title ?? ""}
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
        <Select
          label={t`Role`}
          placeholder={t`As it was found`}
          data={ROLES.map((value) => ({ value, label: columnRole(value) }))}
          value={draft.role ?? null}
          clearable
          clearButtonProps={{ "aria-label": t`As it was found` }}
          onChange={(role) => change({ role: role as Role | null })}
        />
        <TextInput
          label={t`Unit`}
          placeholder="EUR, kg, …"
          maxLength={200}
          value={draft.unit ?? ""}
          onChange={(event) => change({ unit: event.currentTarget.value })}
        />
        <TagsInput
          label={t`Other words for it`}
          maxTags={50}
          acceptValueOnBlur
          value={draft.synonyms ?? []}
          onChange={(synonyms) => change({ synonyms })}
        />
      </SimpleGrid>
      <TextInput
        label={t`Description`}
        maxLength={2000}
        value={draft.description ?? ""}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
      <Checkbox
        label={t`Hidden: not offered to people`}
        checked={draft.hidden ?? false}
        onChange={(event) => change({ hidden: event.currentTarget.checked })}
      />
    </PartModal>
  );
}
