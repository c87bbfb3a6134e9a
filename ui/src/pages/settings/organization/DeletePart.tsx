import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../../api/client";
import { end } from "../../../api/session";
import { submitted } from "../../../components/form";
import { Password } from "../../../components/inputs";
import { Problem } from "../../../components/Problem";
import { Part } from "../Part";

export function DeletePart({ name }: { name: string }) {
  const [opened, { open, close }] = useDisclosure();
  return (
    <Part
      title={t`Delete the organisation`}
      note={t`All of it goes at once: members, data, dashboards, reports, keys. Nothing can be brought back.`}
      aside={
        <Button color="red" variant="light" onClick={open}>
          <Trans>Delete</Trans>
        </Button>
      }
    >
      <Modal opened={opened} onClose={close} title={t`Delete “${name}”`}>
        <DeleteForm name={name} />
      </Modal>
    </Part>
  );
}

function DeleteForm({ name }: { name: string }) {
  const [typed, setTyped] = useState("");
  const remove = useMutation({
    mutationFn: (password: string) =>
      take(api.POST("/api/v1/organization/delete", { body: { name: typed, password } })),
    onSuccess: () => end(),
  });
  return (
    <form onSubmit={submitted((filled) => remove.mutate(filled("password")))}>
      <Stack>
        <Text size="sm">
          <Trans>
            Everything that belongs to it is deleted for good, for all of its members. To confirm, type its
            name:{" "}
            <Text span inherit fw={600}>
              {name}
            </Text>
          </Trans>
        </Text>
        {remove.error && <Problem error={remove.error} />}
        <TextInput
          label={t`Name of the organisation`}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
        />
        <Password label={t`Your password`} required={false} />
        <Button type="submit" color="red" loading={remove.isPending} disabled={typed !== name}>
          <Trans>Delete for good</Trans>
        </Button>
      </Stack>
    </form>
  );
}
