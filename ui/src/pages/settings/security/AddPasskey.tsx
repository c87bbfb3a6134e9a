import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { addPasskey } from "../../../api/passkeys";
import { submitted } from "../../../components/form";
import { Problem } from "../../../components/Problem";
import { deviceOf } from "./device";

/** Makes a passkey under a name that tells its owner later which one it is. */
export function AddPasskey({ onDone }: { onDone: () => void }) {
  const add = useMutation({
    mutationFn: ({ name }: { name: string; form: HTMLFormElement }) => addPasskey(name),
    onSuccess: (_, { form }) => {
      form.reset();
      onDone();
    },
  });
  return (
    <form onSubmit={submitted((filled, form) => add.mutate({ name: filled("name"), form }))}>
      <Stack gap="sm">
        {add.error && <Problem error={add.error} />}
        <Group align="flex-end">
          <TextInput
            name="name"
            label={t`Name of the passkey`}
            defaultValue={deviceOf(navigator.userAgent)}
            maxLength={200}
            required
            withAsterisk={false}
            flex="1 1 12rem"
          />
          <Button type="submit" variant="default" loading={add.isPending}>
            <Trans>Add a passkey</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
