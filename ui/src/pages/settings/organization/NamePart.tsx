import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "../../../api/client";
import { load } from "../../../api/session";
import { refusal, submitted } from "../../../components/form";
import { Problem } from "../../../components/Problem";
import { Saved } from "../../../components/Saved";
import { Part } from "../Part";

interface Props {
  organization: { name: string };
  mayChange: boolean;
}

export function NamePart({ organization, mayChange }: Props) {
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (name: string) => take(api.PATCH("/api/v1/organization", { body: { name } })),
    onSuccess: () => Promise.all([load(), client.invalidateQueries({ queryKey: ["organization"] })]),
  });
  if (!mayChange) {
    return (
      <Part title={t`Name`}>
        <Text>{organization.name}</Text>
        <Text size="sm" c="dimmed">
          <Trans>Only the owner can change it.</Trans>
        </Text>
      </Part>
    );
  }
  return (
    <Part title={t`Name`}>
      <form onSubmit={submitted((filled) => save.mutate(filled("name")))}>
        <Stack maw={440}>
          {save.error && <Problem error={save.error} fields={["name"]} />}
          <TextInput
            name="name"
            aria-label={t`Name of the organisation`}
            autoComplete="organization"
            maxLength={200}
            required
            defaultValue={organization.name}
            error={refusal(save.error, "name")}
          />
          <Group>
            <Button type="submit" loading={save.isPending}>
              <Trans>Rename</Trans>
            </Button>
            <Saved when={save.isSuccess} />
          </Group>
        </Stack>
      </form>
    </Part>
  );
}
