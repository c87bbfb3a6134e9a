import { t } from "@lingui/core/macro";
import { PasswordInput, SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { RestFields } from "./RestFields";
import { type AuthKind, authKinds, type FilledWeb, optionsOf, type WebKind, webKinds } from "./web";

export interface WebFieldsProps {
  filled: FilledWeb;
  onChange: (change: Partial<FilledWeb>) => void;
  /** What the server refused a field for. */
  refused: (field: string) => string | undefined;
  /** A source that is there keeps its kind, and its secret while that still belongs to it. */
  editing?: { keepsSecret: boolean };
}

/** Where data on the web are, and how they are read. */
export function WebFields(props: WebFieldsProps) {
  const { filled, onChange, refused, editing } = props;
  const about: Record<WebKind, { note: string; label: string; example: string }> = {
    web_file: {
      note: t`CSV, TSV, JSON, JSON lines, Excel or Parquet, by HTTPS.`,
      label: t`Address of the file`,
      example: "https://data.example.com/sales.csv",
    },
    google_sheets: {
      note: t`A sheet that anybody with the link may read, or that is published to the web.`,
      label: t`Link to the sheet`,
      example: "https://docs.google.com/spreadsheets/d/…/edit#gid=0",
    },
    rest: {
      note: t`Records as JSON over HTTP, from one answer or from many pages.`,
      label: t`Address`,
      example: "https://api.example.com/v1/orders",
    },
  };
  const { note, label, example } = about[filled.kind];
  return (
    <Stack>
      {!editing && (
        <SegmentedControl
          aria-label={t`What it is`}
          value={filled.kind}
          onChange={(kind) => onChange({ kind: kind as WebKind })}
          data={optionsOf(webKinds())}
        />
      )}
      <Text size="xs" c="dimmed">
        {note}
      </Text>
      <TextInput
        label={label}
        type="url"
        placeholder={example}
        maxLength={2000}
        required
        withAsterisk={false}
        autoComplete="off"
        value={filled.address}
        onChange={(event) => onChange({ address: event.currentTarget.value })}
        error={refused("address")}
        data-autofocus
      />
      <TextInput
        label={t`Name of the table`}
        placeholder={t`As the file is called`}
        maxLength={60}
        autoComplete="off"
        value={filled.table}
        onChange={(event) => onChange({ table: event.currentTarget.value })}
        error={refused("table")}
      />
      {filled.kind === "rest" && <RestFields {...props} />}
      {filled.kind !== "google_sheets" && <AuthFields {...props} />}
    </Stack>
  );
}

function AuthFields({ filled, onChange, refused, editing }: WebFieldsProps): ReactNode {
  const secrets: Record<AuthKind, string> = {
    none: "",
    bearer: t`Token`,
    basic: t`Password`,
    header: t`Its value`,
  };
  const hasName = filled.auth === "basic" || filled.auth === "header";
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Select
        label={t`Authentication`}
        data={optionsOf(authKinds())}
        value={filled.auth}
        allowDeselect={false}
        onChange={(to) => to && onChange({ auth: to as AuthKind })}
      />
      {hasName && (
        <TextInput
          label={filled.auth === "basic" ? t`User` : t`Name of the header`}
          placeholder={filled.auth === "header" ? "X-API-Key" : undefined}
          maxLength={200}
          required
          withAsterisk={false}
          autoComplete="off"
          value={filled.who}
          onChange={(event) => onChange({ who: event.currentTarget.value })}
          error={refused("auth.user") ?? refused("auth.name")}
        />
      )}
      {filled.auth !== "none" && (
        <PasswordInput
          label={secrets[filled.auth]}
          description={
            editing &&
            (editing.keepsSecret
              ? t`Empty: the one that is kept stays.`
              : t`Another host or kind of secret: it has to be given anew.`)
          }
          maxLength={8000}
          required={!editing?.keepsSecret}
          withAsterisk={false}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": t`Show or hide what is typed`, tabIndex: 0 }}
          value={filled.secret}
          onChange={(event) => onChange({ secret: event.currentTarget.value })}
          error={refused("auth.secret")}
        />
      )}
    </SimpleGrid>
  );
}
