import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Box, Group, Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { membersQuery } from "../../../api/account";
import { useSignedIn } from "../../../api/session";
import type { Member } from "../../../api/types";
import { ListSection } from "../../../components/ListSection";
import { roleName } from "../../../components/roles";
import { useList } from "../../../components/useList";
import { When } from "../../../components/When";
import { MemberActions } from "./MemberActions";
import { useRoles } from "./useRoles";

const PAGE_SIZE = 20;

interface Props {
  manages: boolean;
  /** What stands below, and would jump once it is known how many members there are. */
  children: ReactNode;
}

export function Members({ manages, children }: Props) {
  const list = useList(PAGE_SIZE);
  const { user } = useSignedIn();
  const roles = useRoles();
  const answer = useQuery(membersQuery(list.query));
  return (
    <Stack gap={36}>
      <ListSection title={t`Members`} list={list} answer={answer} empty={null}>
        {(members) => (
          <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
            {members.map((member) => {
              const changeable = manages && member.id !== user.id && roles.includes(member.role);
              return (
                <Paper key={member.id} component="li" p="sm" px="md" aria-label={member.email}>
                  <Group justify="space-between" gap="xs">
                    <About member={member} isSelf={member.id === user.id} />
                    {changeable ? (
                      <MemberActions member={member} roles={roles} />
                    ) : (
                      <Text size="sm" c="dimmed">
                        {roleName(member.role)}
                      </Text>
                    )}
                  </Group>
                </Paper>
              );
            })}
          </Stack>
        )}
      </ListSection>
      <Box display={answer.isPending ? "none" : undefined}>{children}</Box>
    </Stack>
  );
}

function About({ member, isSelf }: { member: Member; isSelf: boolean }) {
  const name = `${member.first_name} ${member.last_name}`.trim();
  return (
    <Stack gap={2} miw={0} flex="1 1 15rem">
      <Group gap="xs">
        <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {name || member.email}
        </Text>
        {isSelf && (
          <Mark color="blue">
            <Trans>You</Trans>
          </Mark>
        )}
        {!member.is_active && (
          <Mark color="red">
            <Trans>Disabled</Trans>
          </Mark>
        )}
        {member.mfa_enabled && (
          <Mark color="teal">
            <Trans>Two-step sign-in</Trans>
          </Mark>
        )}
      </Group>
      <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {name && `${member.email} · `}
        {member.last_signed_in_at ? (
          <Trans>
            signed in <When at={member.last_signed_in_at} />
          </Trans>
        ) : (
          t`has never signed in`
        )}
      </Text>
    </Stack>
  );
}

function Mark({ color, children }: { color: string; children: React.ReactNode }) {
  return (
    <Badge size="sm" variant="light" color={color} tt="none">
      {children}
    </Badge>
  );
}
