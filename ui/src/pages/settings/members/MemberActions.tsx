import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Group, Popover, Select, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "../../../api/client";
import type { Member } from "../../../api/types";
import { ConfirmButton } from "../../../components/ConfirmButton";
import { Problem } from "../../../components/Problem";
import { roleOptions } from "../../../components/roles";

interface Props {
  member: Member;
  roles: string[];
}

export function MemberActions({ member, roles }: Props) {
  const client = useQueryClient();
  const path = { member_id: member.id };
  const again = () => client.invalidateQueries({ queryKey: ["members"] });
  const change = async (body: { role?: string; is_active?: boolean }) => {
    await take(api.PATCH("/api/v1/members/{member_id}", { params: { path }, body }));
    await again();
  };
  const setRole = useMutation({ mutationFn: (role: string) => change({ role }) });

  async function remove() {
    await take(api.DELETE("/api/v1/members/{member_id}", { params: { path } }));
    await again();
  }

  return (
    <Group gap="xs">
      <Popover opened={setRole.isError} onDismiss={setRole.reset} width={280} shadow="md">
        <Popover.Target>
          <Select
            size="xs"
            w={140}
            aria-label={t`Role of ${member.email}`}
            data={roleOptions(roles)}
            value={setRole.isPending ? setRole.variables : member.role}
            allowDeselect={false}
            disabled={setRole.isPending}
            onChange={(role) => role && role !== member.role && setRole.mutate(role)}
          />
        </Popover.Target>
        <Popover.Dropdown>{setRole.error && <Problem error={setRole.error} />}</Popover.Dropdown>
      </Popover>
      <ConfirmButton
        size="compact-sm"
        color={member.is_active ? "orange" : "teal"}
        label={member.is_active ? t`Disable` : t`Enable`}
        question={
          member.is_active
            ? t`${member.email} is signed out at once and their API keys stop working, until you enable them again.`
            : t`${member.email} can sign in again, and their API keys work again.`
        }
        onConfirm={() => change({ is_active: !member.is_active })}
      />
      <ConfirmButton
        size="compact-sm"
        label={t`Remove`}
        question={
          <Trans>
            <Text span inherit fw={600}>
              {member.email}
            </Text>{" "}
            loses access at once, for good: their sessions and API keys end. Reports, dashboards and data
            sources they made stay and belong to the owner from then on.
          </Trans>
        }
        onConfirm={remove}
      />
    </Group>
  );
}
