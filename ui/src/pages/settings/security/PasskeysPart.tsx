import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { passkeysQuery } from "../../../api/account";
import { api, take } from "../../../api/client";
import { load } from "../../../api/session";
import type { Passkey } from "../../../api/types";
import { ConfirmButton } from "../../../components/ConfirmButton";
import { Pages } from "../../../components/Pages";
import { Problem } from "../../../components/Problem";
import { When } from "../../../components/When";
import { Part } from "../Part";
import { AddPasskey } from "./AddPasskey";

const PAGE_SIZE = 10;

export function PasskeysPart() {
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useQuery(passkeysQuery({ page, page_size: PAGE_SIZE }));
  const client = useQueryClient();
  const again = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["passkeys"] }),
      client.invalidateQueries({ queryKey: ["mfa"] }),
      load(),
    ]);
  const pages = Math.ceil((data?.count ?? 0) / PAGE_SIZE);
  return (
    <Part
      title={t`Passkeys`}
      note={t`Sign in with your fingerprint, face or security key. A passkey counts as a second step as well.`}
    >
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Skeleton h={36} aria-busy />}
      {data && data.count > 0 && (
        <Stack gap="xs">
          {data.results.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} onRemoved={again} />
          ))}
          {pages > 1 && <Pages title={t`Passkeys`} total={pages} page={page} onChange={setPage} />}
        </Stack>
      )}
      <AddPasskey onDone={again} />
    </Part>
  );
}

function PasskeyRow({ passkey, onRemoved }: { passkey: Passkey; onRemoved: () => Promise<unknown> }) {
  async function remove() {
    await take(
      api.DELETE("/api/v1/auth/passkeys/{passkey_id}", { params: { path: { passkey_id: passkey.id } } }),
    );
    await onRemoved();
  }
  return (
    <Group justify="space-between" gap="xs" role="group" aria-label={passkey.name}>
      <Stack gap={2} miw={0} flex="1 1 12rem">
        <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {passkey.name}
        </Text>
        <Text size="xs" c="dimmed">
          <Trans>
            added <When at={passkey.created_at} />
          </Trans>
          {passkey.last_used_at && (
            <>
              {" · "}
              <Trans>
                last used <When at={passkey.last_used_at} />
              </Trans>
            </>
          )}
        </Text>
      </Stack>
      <ConfirmButton
        size="compact-sm"
        label={t`Remove`}
        question={t`“${passkey.name}” no longer signs you in.`}
        onConfirm={remove}
      />
    </Group>
  );
}
