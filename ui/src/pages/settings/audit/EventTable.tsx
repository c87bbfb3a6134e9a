import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, ScrollArea, Table } from "@mantine/core";
import type { AuditEvent } from "../../../api/types";
import { dateTime } from "../../../components/format";

interface Props {
  events: AuditEvent[];
  onShow: (event: AuditEvent) => void;
}

export function EventTable({ events, onShow }: Props) {
  return (
    <ScrollArea viewportProps={{ tabIndex: 0, role: "group", "aria-label": t`Events` }}>
      <Table fz="sm" miw={680} highlightOnHover verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <Trans>When</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>What</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>Object</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>Who</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>From</Trans>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {events.map((event) => (
            <Table.Tr key={event.id}>
              <Table.Td style={{ whiteSpace: "nowrap" }}>{dateTime(event.at)}</Table.Td>
              <Table.Td>
                <Anchor component="button" size="sm" onClick={() => onShow(event)}>
                  {event.action}
                </Anchor>
              </Table.Td>
              <Table.Td style={{ whiteSpace: "nowrap" }}>{objectOf(event)}</Table.Td>
              <Table.Td>{event.user_email || "—"}</Table.Td>
              <Table.Td>{event.address || "—"}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

export const objectOf = (event: AuditEvent) =>
  event.object_id === null ? event.object_type : `${event.object_type} ${event.object_id}`;
