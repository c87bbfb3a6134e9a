import { Badge, Code, ScrollArea, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { keysQuery } from "../../api/queries";
import type { ApiKey } from "../../api/types";
import { Empty } from "../../components/Empty";
import { dateTime } from "../../components/format";
import { ListSection } from "../../components/ListSection";
import { useList } from "../../components/useList";
import { When } from "../../components/When";
import { NewKey } from "./NewKey";
import { RevokeKey } from "./RevokeKey";

const PAGE_SIZE = 10;

export function Keys() {
  const list = useList(PAGE_SIZE);
  return (
    <>
      <NewKey />
      <ListSection
        title="API keys"
        list={list}
        answer={useQuery(keysQuery(list.query))}
        empty={
          <Empty icon={<KeyRound />} title="No API keys yet">
            A key lets a script do what you may do. Send it in the header X-API-Key.
          </Empty>
        }
      >
        {(keys) => <KeyTable keys={keys} />}
      </ListSection>
    </>
  );
}

function KeyTable({ keys }: { keys: ApiKey[] }) {
  return (
    <ScrollArea viewportProps={{ tabIndex: 0, "aria-label": "API keys" }}>
      <Table fz="sm" miw={620}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Key</Table.Th>
            <Table.Th>Expires</Table.Th>
            <Table.Th>Last used</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <Table.Tr key={key.id}>
              <Table.Td>
                {key.name}
                {key.permissions && (
                  <Text size="xs" c="dimmed">
                    {key.permissions.join(", ")}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Code>{key.prefix}…</Code>
              </Table.Td>
              <Table.Td>{key.expires_at ? dateTime(key.expires_at) : "Never"}</Table.Td>
              <Table.Td>{key.last_used_at ? <When at={key.last_used_at} /> : "Never"}</Table.Td>
              <Table.Td ta="right">
                {key.revoked_at ? (
                  <Badge color="gray" variant="light" tt="none">
                    Revoked
                  </Badge>
                ) : (
                  <RevokeKey apiKey={key} />
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
