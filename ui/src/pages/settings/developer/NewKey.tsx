import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Paper, SegmentedControl, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { permissionsQuery } from "../../../api/account";
import { api, take } from "../../../api/client";
import type { NewApiKey } from "../../../api/types";
import { refusal, submitted } from "../../../components/form";
import { Problem } from "../../../components/Problem";
import { ShownOnce } from "../../../components/ShownOnce";
import { PermissionPicker } from "../Permissions";

const expiry = () => [
  { value: "30", label: t`30 days` },
  { value: "90", label: t`90 days` },
  { value: "365", label: t`1 year` },
  { value: "", label: t`Never` },
];
const FIELDS = ["name", "expires_in_days", "permissions"];

export function NewKey() {
  const client = useQueryClient();
  const [narrow, setNarrow] = useState(false);
  const [chosen, setChosen] = useState<string[]>([]);
  const make = useMutation({
    mutationFn: ({ body }: { body: NewApiKey; form: HTMLFormElement }) =>
      take(api.POST("/api/v1/api-keys", { body })),
    onSuccess: (_, { form }) => {
      form.reset();
      setNarrow(false);
      setChosen([]);
      return client.invalidateQueries({ queryKey: ["keys"] });
    },
  });

  return (
    <Paper p="md">
      <form
        onSubmit={submitted((filled, form) => {
          const days = (Number(filled("days")) || null) as NewApiKey["expires_in_days"];
          const permissions = narrow ? chosen : null;
          make.mutate({
            form,
            body: { name: filled("name"), expires_in_days: days, permissions, description: "" },
          });
        })}
      >
        <Stack>
          <Group align="flex-start">
            <TextInput
              label={t`New API key`}
              placeholder={t`What it is for`}
              name="name"
              required
              withAsterisk={false}
              maxLength={200}
              flex="1 1 12rem"
              error={refusal(make.error, "name")}
            />
            <Select
              label={t`Expires after`}
              name="days"
              data={expiry()}
              defaultValue="90"
              allowDeselect={false}
              w={140}
              error={refusal(make.error, "expires_in_days")}
            />
          </Group>
          <Group justify="space-between">
            <SegmentedControl
              aria-label={t`What the key may do`}
              size="xs"
              value={narrow ? "narrow" : "all"}
              onChange={(value) => setNarrow(value === "narrow")}
              data={[
                { value: "all", label: t`All that you may do` },
                { value: "narrow", label: t`Only what you choose` },
              ]}
            />
            <Button type="submit" loading={make.isPending} disabled={narrow && chosen.length === 0}>
              <Trans>Create</Trans>
            </Button>
          </Group>
          {narrow && <Choice chosen={chosen} onChange={setChosen} />}
          {make.error && <Problem error={make.error} fields={FIELDS} />}
          {make.data && (
            <ShownOnce
              title={t`Copy the key now: it is shown only here`}
              value={make.data.key}
              onClose={make.reset}
            />
          )}
        </Stack>
      </form>
    </Paper>
  );
}

interface ChoiceProps {
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

/** No key may do more than its owner. */
function Choice({ chosen, onChange }: ChoiceProps) {
  const { data, error, refetch } = useQuery(permissionsQuery());
  if (error) return <Problem error={error} retry={refetch} />;
  const offered = data?.permissions.filter((row) => data.yours.includes(row.name)) ?? [];
  return <PermissionPicker offered={offered} chosen={chosen} onChange={onChange} />;
}
