import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Code, ScrollArea, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { membersQuery } from "../../../api/account";
import type { ApiKey } from "../../../api/types";
import { count, dateTime } from "../../../components/format";
import { When } from "../../../components/When";
import { RevokeKey } from "./RevokeKey";

interface Props {
  keys: ApiKey[];
  /** Of everybody in the organisation: whose each is has to be said. */
  ofAll: boolean;
}

export function KeyTable({ keys, ofAll }: Props) {
  const members = useQuery({ ...membersQuery(), enabled: ofAll });
  const emails = new Map(members.data?.results.map((member) => [member.id, member.email]));
  return (
    <ScrollArea viewportProps={{ tabIndex: 0, role: "group", "aria-label": t`API keys` }}>
      <Table fz="sm" miw={700}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <Trans>Name</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>Key</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>Expires</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>Last used</Trans>
            </Table.Th>
            <Table.Th ta="right">
              <Trans>Uses</Trans>
            </Table.Th>
            <Table.Th aria-label={t`Actions`} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <Table.Tr key={key.id}>
              <Table.Td maw={280} style={{ overflowWrap: "anywhere" }}>
                {key.name}
                <Text size="xs" c="dimmed">
                  {[ofAll && (emails.get(key.user_id) ?? t`user ${key.user_id}`), scopeOf(key)]
                    .filter(Boolean)
                    .join(" · ")}
                </Text>
              </Table.Td>
              <Table.Td>
                <Code style={{ whiteSpace: "nowrap" }}>{key.prefix}…</Code>
              </Table.Td>
              <Table.Td>{key.expires_at ? dateTime(key.expires_at) : t`Never`}</Table.Td>
              <Table.Td>{key.last_used_at ? <When at={key.last_used_at} /> : t`Never`}</Table.Td>
              <Table.Td ta="right">{count(key.use_count)}</Table.Td>
              <Table.Td ta="right">
                <End apiKey={key} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

function End({ apiKey }: { apiKey: ApiKey }) {
  const over = apiKey.expires_at !== null && new Date(apiKey.expires_at).getTime() <= Date.now();
  if (!apiKey.revoked_at && !over) return <RevokeKey apiKey={apiKey} />;
  return (
    <Badge color="gray" variant="light" tt="none">
      {apiKey.revoked_at ? t`Revoked` : t`Expired`}
    </Badge>
  );
}

const scopeOf = (key: ApiKey) =>
  key.permissions ? key.permissions.join(", ") : t`all that its owner may do`;
