import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Modal, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { membersQuery } from "../../../api/account";
import { api, take } from "../../../api/client";
import { load, useSignedIn } from "../../../api/session";
import { submitted } from "../../../components/form";
import { Password } from "../../../components/inputs";
import { Problem } from "../../../components/Problem";
import { Part } from "../Part";

/** The organisation has one owner. */
export function HandOverPart() {
  const [opened, { open, close }] = useDisclosure();
  return (
    <Part
      title={t`Hand over`}
      note={t`Make another member the owner. You stay as an administrator, and only the new owner can undo it.`}
      aside={
        <Button variant="default" onClick={open}>
          <Trans>Hand over</Trans>
        </Button>
      }
    >
      <Modal opened={opened} onClose={close} title={t`Hand the organisation over`}>
        <HandOverForm />
      </Modal>
    </Part>
  );
}

function HandOverForm() {
  const { user } = useSignedIn();
  const [, navigate] = useLocation();
  const members = useQuery(membersQuery());
  const [heir, setHeir] = useState<string | null>(null);
  const handOver = useMutation({
    mutationFn: (password: string) =>
      take(api.POST("/api/v1/organization/hand-over", { body: { user_id: Number(heir), password } })),
    onSuccess: async () => {
      await load();
      navigate("/settings/members");
    },
  });
  const others = members.data?.results.filter((one) => one.id !== user.id && one.is_active) ?? [];
  if (members.error) return <Problem error={members.error} retry={members.refetch} />;
  if (members.data && others.length === 0) {
    return (
      <Text size="sm">
        <Trans>There is nobody else yet. Invite the new owner under Members first.</Trans>
      </Text>
    );
  }
  return (
    <form onSubmit={submitted((filled) => handOver.mutate(filled("password")))}>
      <Stack>
        {handOver.error && <Problem error={handOver.error} />}
        <Select
          label={t`New owner`}
          data={others.map((one) => ({ value: String(one.id), label: one.email }))}
          value={heir}
          onChange={setHeir}
          searchable
          data-autofocus
        />
        <Password label={t`Your password`} required={false} />
        <Button type="submit" color="red" loading={handOver.isPending} disabled={heir === null}>
          <Trans>Hand over</Trans>
        </Button>
      </Stack>
    </form>
  );
}
