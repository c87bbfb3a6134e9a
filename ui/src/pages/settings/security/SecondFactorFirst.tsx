import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Button, Divider, Group, Loader, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { mfaQuery } from "../../../api/account";
import { canUsePasskeys } from "../../../api/passkeys";
import { load, useSignedIn } from "../../../api/session";
import { Door } from "../../../components/Door";
import { Problem } from "../../../components/Problem";
import { signOut } from "../../../components/signOut";
import { AddPasskey } from "./AddPasskey";
import { BackupCodes } from "./BackupCodes";
import { SetUp } from "./SetUp";

/** Stands before everything else where the organisation asks for a second factor and the session has none. */
export default function SecondFactorFirst({ onDone }: { onDone: () => void }) {
  const { user, organization } = useSignedIn();
  const [codes, setCodes] = useState<string[] | null>(null);
  const { data, error, refetch } = useQuery(mfaQuery());
  const leave = useMutation({ mutationFn: signOut });
  const hasOne = data !== undefined && (data.totp || data.passkeys > 0) && !codes;

  async function goOn() {
    await load();
    onDone();
  }

  return (
    <Door
      wide
      title={t`Two-step sign-in`}
      note={t`${organization.name} asks everybody for a second step besides the password.`}
    >
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Loader type="dots" aria-label={t`Loading`} />}
      {leave.error && <Problem error={leave.error} />}
      {codes && <BackupCodes codes={codes} onDone={goOn} />}
      {hasOne && (
        <>
          <Text size="sm">
            <Trans>You have one set up. Sign in once more and use it.</Trans>
          </Text>
          <Button loading={leave.isPending} onClick={() => leave.mutate()}>
            <Trans>Sign in again</Trans>
          </Button>
        </>
      )}
      {data && !hasOne && !codes && (
        <>
          <SetUp onDone={setCodes} />
          {canUsePasskeys && (
            <>
              <Divider label={t`or, in place of an app`} />
              <AddPasskey onDone={goOn} />
            </>
          )}
        </>
      )}
      {!codes && !hasOne && (
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            {user.email}
          </Text>
          <Anchor component="button" size="xs" onClick={() => leave.mutate()}>
            <Trans>Sign out</Trans>
          </Anchor>
        </Group>
      )}
    </Door>
  );
}
