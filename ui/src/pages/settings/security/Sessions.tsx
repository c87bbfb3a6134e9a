import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Group, Paper, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { sessionsQuery } from "../../../api/account";
import { api, take } from "../../../api/client";
import type { LoginSession } from "../../../api/types";
import { ConfirmButton } from "../../../components/ConfirmButton";
import { ListSection } from "../../../components/ListSection";
import { useList } from "../../../components/useList";
import { When } from "../../../components/When";
import { deviceOf } from "./device";

const PAGE_SIZE = 10;

export function Sessions() {
  const list = useList(PAGE_SIZE);
  const answer = useQuery(sessionsQuery(list.query));
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: ["sessions"] });

  async function endOthers() {
    await take(api.POST("/api/v1/auth/sessions/end-others"));
    await again();
  }

  return (
    <ListSection title={t`Sessions`} list={list} answer={answer} empty={null}>
      {(sessions) => (
        <Stack gap="xs">
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} onEnd={again} />
          ))}
          {(answer.data?.count ?? 0) > 1 && (
            <Group justify="flex-end">
              <ConfirmButton
                size="xs"
                label={t`Sign out everywhere else`}
                question={t`Every session but this one ends at once.`}
                onConfirm={endOthers}
              />
            </Group>
          )}
        </Stack>
      )}
    </ListSection>
  );
}

interface Props {
  session: LoginSession;
  onEnd: () => Promise<void>;
}

function SessionRow({ session, onEnd }: Props) {
  const method = methodName(session.method);
  const device = deviceOf(session.user_agent);
  async function end() {
    await take(
      api.DELETE("/api/v1/auth/sessions/{session_id}", { params: { path: { session_id: session.id } } }),
    );
    await onEnd();
  }
  return (
    <Paper p="sm" px="md">
      <Group justify="space-between" gap="xs">
        <Stack gap={2} miw={0} flex="1 1 14rem">
          <Group gap="xs">
            <Text size="sm" fw={600} title={session.user_agent}>
              {device}
            </Text>
            {session.is_current && (
              <Badge size="sm" variant="light" color="teal" tt="none">
                <Trans>This one</Trans>
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {session.address} ·{" "}
            <Trans>
              signed in by {method} <When at={session.created_at} />
            </Trans>
            {session.last_used_at && (
              <>
                {" · "}
                <Trans>
                  last used <When at={session.last_used_at} />
                </Trans>
              </>
            )}
          </Text>
        </Stack>
        {!session.is_current && (
          <ConfirmButton
            size="compact-sm"
            label={t`End`}
            question={t`${device} at ${session.address} is signed out at once.`}
            onConfirm={end}
          />
        )}
      </Group>
    </Paper>
  );
}

function methodName(method: string): string {
  const names: Record<string, string> = {
    password: t`password`,
    passkey: t`passkey`,
    sso: t`single sign-on`,
  };
  return names[method] ?? method;
}
