import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Group, Input, List, MultiSelect, Select, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { readRule, saveRule } from "../../../api/access";
import { rolesQuery } from "../../../api/account";
import type { Tagged } from "../../../api/client";
import type { AccessRule, Mask, NewAccessRule, RowCondition, SourceDetail } from "../../../api/types";
import { EditorForm, EditorModal } from "../../../components/Editor";
import { refusal } from "../../../components/form";
import { roleOptions } from "../../../components/roles";
import { useLeaving } from "../../../components/useLeaving";
import { useVersioned } from "../../../components/useVersioned";
import { PartList, RemoveButton } from "../../dashboard/edit/PartList";
import { RowFields } from "./RowFields";
import { masks, ruleInWords } from "./words";

const FIELDS = ["name", "table", "roles"];
/** Besides an organisation's own. */
const ROLES = ["viewer", "member", "analyst", "administrator", "owner"];

interface Props {
  /** Null: a new one. */
  id: number | null;
  source: SourceDetail;
  onClose: () => void;
}

export function RuleEditor(props: Props) {
  const { id, onClose } = props;
  return (
    <EditorModal
      title={id === null ? t`New access rule` : t`Edit access rule`}
      queryKey={["access-rule", id]}
      read={id === null ? null : () => readRule(id)}
      onClose={onClose}
    >
      {(first) => <RuleForm first={first} {...props} />}
    </EditorModal>
  );
}

/** What is filled in; the masks as a list, since two may be of no column yet. */
interface Draft {
  name: string;
  table: string;
  roles: string[];
  rows: RowCondition[];
  masks: { column: string; mask: Mask }[];
}

const draftOf = (rule: AccessRule): Draft => ({
  ...rule,
  masks: Object.entries(rule.masks).map(([column, mask]) => ({ column, mask })),
});

function RuleForm({ id, source, onClose, first }: Props & { first: Tagged<AccessRule> | null }) {
  const client = useQueryClient();
  const own = useQuery(rolesQuery());
  const [start] = useState<Draft>(() =>
    first
      ? draftOf(first.value)
      : { name: "", table: source.tables[0]?.name ?? "", roles: ["viewer"], rows: [], masks: [] },
  );
  const [draft, setDraft] = useState(start);
  const change = (to: Partial<Draft>) => setDraft({ ...draft, ...to });
  useLeaving(draft !== start);
  const version = useVersioned<AccessRule, NewAccessRule>({
    first,
    read: () => readRule(id ?? 0),
    write: (body, etag) => saveRule(id, body, etag),
    onSaved: async () => {
      await Promise.all(
        ["access-rules", "source", "preview"].map((key) => client.invalidateQueries({ queryKey: [key] })),
      );
      onClose();
    },
  });
  const columns = source.tables.find(({ name }) => name === draft.table)?.columns ?? [];
  const masked = draft.masks.filter(({ column }) => column !== "");
  const body = (): NewAccessRule => ({
    name: draft.name.trim(),
    source_id: source.id,
    table: draft.table,
    roles: draft.roles,
    rows: draft.rows,
    masks: Object.fromEntries(masked.map(({ column, mask }) => [column, mask])),
  });
  // A condition without its column is not one yet.
  const rows = draft.rows.filter(({ column }) => column !== "");
  const saysNothing = rows.length === 0 && masked.length === 0;
  const isWhole = draft.roles.length > 0 && !saysNothing && rows.length === draft.rows.length;
  const roles = [...ROLES, ...(own.data?.results ?? []).map(({ name }) => name)];

  return (
    <EditorForm
      version={version}
      body={body}
      isReady={isWhole}
      fields={FIELDS}
      label={id === null ? t`Create` : t`Save`}
      onClose={onClose}
      onTheirs={(theirs) => setDraft(draftOf(theirs))}
      theirs={(theirs) => (
        <List size="sm">
          {ruleInWords(theirs).map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
        </List>
      )}
    >
      <TextInput
        label={t`Name`}
        placeholder={t`Viewers see their own region`}
        maxLength={200}
        required
        withAsterisk={false}
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        error={refusal(version.error, "name")}
        data-autofocus
      />
      <Select
        label={t`Table`}
        data={source.tables.map(({ name }) => name)}
        value={draft.table}
        searchable={source.tables.length > 8}
        allowDeselect={false}
        onChange={(table) => table && change({ table, rows: [], masks: [] })}
        error={refusal(version.error, "table")}
      />
      <MultiSelect
        label={t`Whom it binds`}
        description={t`Everybody of these roles, and their API keys`}
        data={roleOptions(roles)}
        searchable
        value={draft.roles}
        onChange={(to) => change({ roles: to })}
        error={draft.roles.length === 0 ? t`Choose at least one role.` : refusal(version.error, "roles")}
      />
      <PartList<RowCondition>
        label={t`They see only rows in which`}
        parts={draft.rows}
        fresh={() => ({ column: "", operator: "=", value: "" })}
        add={t`Add a condition`}
        onChange={(rows) => change({ rows })}
      >
        {(row, set, remove) => <RowFields row={row} columns={columns} onChange={set} onRemove={remove} />}
      </PartList>
      <PartList<Draft["masks"][number]>
        label={t`Columns that they see otherwise`}
        parts={draft.masks}
        fresh={() => ({ column: "", mask: "hide" })}
        add={t`Add a column`}
        onChange={(to) => change({ masks: to })}
      >
        {(one, set, remove) => (
          <Group gap={6} wrap="nowrap" align="flex-start">
            <Select
              aria-label={t`Column`}
              placeholder={t`Column`}
              flex={1}
              data={columns.map(({ name }) => name)}
              value={one.column || null}
              searchable
              onChange={(column) => set({ ...one, column: column ?? "" })}
            />
            <Select
              aria-label={t`How it is masked`}
              flex={1}
              data={Object.entries(masks()).map(([value, label]) => ({ value, label }))}
              value={one.mask}
              allowDeselect={false}
              onChange={(to) => to && set({ ...one, mask: to as Mask })}
            />
            <RemoveButton label={t`Remove this column`} onClick={remove} />
          </Group>
        )}
      </PartList>
      {saysNothing ? (
        <Input.Description>
          <Trans>A rule needs a condition on rows or a column that is masked.</Trans>
        </Input.Description>
      ) : (
        <Alert variant="light" title={t`What it does`}>
          <List size="sm">
            {ruleInWords({ ...body(), rows } as AccessRule).map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
        </Alert>
      )}
    </EditorForm>
  );
}
