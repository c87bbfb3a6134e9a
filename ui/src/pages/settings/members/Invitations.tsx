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
import { useList } from "../../../components/useList";
import { When } from "../../../components/When";
import { Invite } from "./Invite";

const PAGE_SIZE = 10;
const STATES = [
  { value: "open", label: "Open" },
  { value: "accepted", label: "Accepted" },
  { value: "expired", label: "Expired" },
  { value: "revoked", label: "Revoked" },
  { value: "", label: "In any state" },
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
      title="Invitations"
      list={list}
      answer={answer}
      filters={
        <>
          <Invite />
          <Select
            size="xs"
            w={140}
            aria-label="State of the invitations"
            data={STATES}
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
        <Empty icon={<MailPlus />} title={status === "open" ? "No invitation is open" : "None in this state"}>
          Whom you invite gets a link that is valid for 7 days and works once.
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
              {invitation.status}
            </Badge>
          </Group>
          <Text size="xs" c="dimmed">
            as {invitation.role} · invited <When at={invitation.created_at} />
            {invitation.status === "open" && ` · valid until ${date(invitation.expires_at)}`}
          </Text>
        </Stack>
        {invitation.status === "open" && (
          <ConfirmButton
            size="compact-sm"
            label="Revoke"
            question={`The link that ${invitation.email} has stops working.`}
            onConfirm={revoke}
          />
        )}
      </Group>
    </Paper>
  );
}
