import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Group, Paper, Select, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { MailPlus } from "lucide-react";
import { useState } from "react";
import { type InvitationStatus, invitationsQuery } from "../../../api/account";
import { api, take } from "../../../api/client";
import type { Invitation } from "../../../api/types";
import { ConfirmButton } from "../../../components/ConfirmButton";
import { Empty } from "../../../components/Empty";
import { date } from "../../../components/format";
import { ListSection } from "../../../components/ListSection";
import { roleName } from "../../../components/roles";
import { useList } from "../../../components/useList";
import { When } from "../../../components/When";
import { Invite } from "./Invite";

const PAGE_SIZE = 10;
const states = () => [
  { value: "open", label: t`Open` },
  { value: "accepted", label: t`Accepted` },
  { value: "expired", label: t`Expired` },
  { value: "revoked", label: t`Revoked` },
  { value: "", label: t`In any state` },
];
const COLORS: Record<InvitationStatus, string> = {
  open: "blue",
  accepted: "teal",
  expired: "gray",
  revoked: "gray",
};

export function Invitations() {
  const list = useList(PAGE_SIZE);
  const [status, setStatus] = useState<InvitationStatus | "">("open");
  const answer = useQuery(invitationsQuery({ ...list.query, ...(status && { status }) }));
  return (
    <ListSection
      title={t`Invitations`}
      list={list}
      answer={answer}
      filters={
        <>
          <Invite />
          <Select
            size="xs"
            w={140}
            aria-label={t`State of the invitations`}
            data={states()}
            value={status}
            allowDeselect={false}
            onChange={(value) => {
              list.setPage(1);
              setStatus((value ?? "") as InvitationStatus | "");
            }}
          />
        </>
      }
      empty={
        <Empty
          icon={<MailPlus />}
          title={status === "open" ? t`No invitation is open` : t`None in this state`}
        >
          <Trans>Whom you invite gets a link that is valid for 7 days and works once.</Trans>
        </Empty>
      }
    >
      {(invitations) => (
        <Stack gap="xs">
          {invitations.map((invitation) => (
            <InvitationRow key={invitation.id} invitation={invitation} />
          ))}
        </Stack>
      )}
    </ListSection>
  );
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const client = useQueryClient();
  const role = roleName(invitation.role);
  async function revoke() {
    await take(
      api.DELETE("/api/v1/invitations/{invitation_id}", {
        params: { path: { invitation_id: invitation.id } },
      }),
    );
    await client.invalidateQueries({ queryKey: ["invitations"] });
  }
  return (
    <Paper p="sm" px="md">
      <Group justify="space-between" gap="xs">
        <Stack gap={2} miw={0} flex="1 1 15rem">
          <Group gap="xs">
            <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
              {invitation.email}
            </Text>
            <Badge size="sm" variant="light" color={COLORS[invitation.status]} tt="none">
              {states().find(({ value }) => value === invitation.status)?.label}
            </Badge>
          </Group>
          <Text size="xs" c="dimmed">
            <Trans>
              as {role}, invited <When at={invitation.created_at} />
            </Trans>
            {invitation.status === "open" && ` · ${validUntil(date(invitation.expires_at))}`}
          </Text>
        </Stack>
        {invitation.status === "open" && (
          <ConfirmButton
            size="compact-sm"
            label={t`Revoke`}
            question={t`The link that ${invitation.email} has stops working.`}
            onConfirm={revoke}
          />
        )}
      </Group>
    </Paper>
  );
}

const validUntil = (day: string) => t`valid until ${day}`;
