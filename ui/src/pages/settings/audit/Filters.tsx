import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { type AuditFilters, membersQuery } from "../../../api/account";

const OBJECTS = [
  "api_key",
  "dashboard",
  "data_source",
  "invitation",
  "organization",
  "report",
  "role",
  "user",
];
const DAY_MS = 86_400_000;

interface Props {
  value: AuditFilters;
  onChange: (value: AuditFilters) => void;
}

export function Filters({ value, onChange }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const members = useQuery(membersQuery());
  const set = (change: { [Name in keyof AuditFilters]: AuditFilters[Name] | undefined | null }) => {
    const all = Object.entries({ ...value, ...change });
    onChange(Object.fromEntries(all.filter(([, one]) => one !== undefined && one !== null && one !== "")));
  };
  const setAction = useDebouncedCallback((action: string) => set({ action }), 400);
  return (
    <form ref={form} onSubmit={(event) => event.preventDefault()} aria-label={t`Filters`}>
      <Group gap="xs" align="flex-end">
        <TextInput
          size="xs"
          label={t`Action`}
          placeholder="user.signed_in"
          w={150}
          onChange={(event) => setAction(event.currentTarget.value.trim())}
        />
        <Select
          size="xs"
          label={t`Object`}
          placeholder={t`Any`}
          w={130}
          data={OBJECTS}
          value={value.object_type ?? null}
          clearable
          onChange={(object_type) => set({ object_type })}
        />
        <Select
          size="xs"
          label={t`Who`}
          placeholder={t`Anybody`}
          w={200}
          data={members.data?.results.map((one) => ({ value: String(one.id), label: one.email })) ?? []}
          value={value.user_id ? String(value.user_id) : null}
          clearable
          searchable
          onChange={(id) => set({ user_id: id ? Number(id) : null })}
        />
        <TextInput
          size="xs"
          type="date"
          label={t`From`}
          onChange={(event) => set({ since: startOf(event.currentTarget.value) })}
        />
        <TextInput
          size="xs"
          type="date"
          label={t`To`}
          onChange={(event) => set({ until: startOf(event.currentTarget.value, DAY_MS) })}
        />
        {Object.keys(value).length > 0 && (
          <Button
            size="xs"
            variant="subtle"
            onClick={() => {
              form.current?.reset();
              onChange({});
            }}
          >
            <Trans>Clear</Trans>
          </Button>
        )}
      </Group>
    </form>
  );
}

/** The moment a day begins where the reader is, or some time after. */
function startOf(day: string, after = 0): string | null {
  return day ? new Date(new Date(`${day}T00:00`).getTime() + after).toISOString() : null;
}
