import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Code, Drawer, Stack, Table, Text, Title } from "@mantine/core";
import type { AuditEvent } from "../../../api/types";
import { Fact } from "../../../components/Evidence";
import { dateTime } from "../../../components/format";
import { deviceOf } from "../security/device";
import { objectOf } from "./EventTable";

interface Props {
  event: AuditEvent | null;
  onClose: () => void;
}

/** All that is known of one event. */
export function EventDrawer({ event, onClose }: Props) {
  return (
    <Drawer opened={event !== null} onClose={onClose} position="right" size="lg" title={event?.action}>
      {event && <Detail event={event} />}
    </Drawer>
  );
}

function Detail({ event }: { event: AuditEvent }) {
  const changes = Object.entries(event.changes ?? {});
  const details = Object.entries(event.details);
  return (
    <Stack gap="lg">
      <Stack gap={6}>
        <Fact name={t`When`}>{dateTime(event.at)}</Fact>
        <Fact name={t`Object`}>{objectOf(event)}</Fact>
        <Fact name={t`Who`}>{event.user_email || "—"}</Fact>
        {event.api_key_id !== null && <Fact name={t`By API key`}>{event.api_key_id}</Fact>}
        <Fact name={t`Address`}>{event.address || "—"}</Fact>
        <Fact name={t`Program`}>
          <span title={event.user_agent}>{event.user_agent ? deviceOf(event.user_agent) : "—"}</span>
        </Fact>
        <Fact name={t`Request`}>{event.request_id || "—"}</Fact>
      </Stack>
      {changes.length > 0 && <Changes changes={changes} />}
      {details.length > 0 && (
        <section aria-label={t`Details`}>
          <Title order={3} size="h5" mb={6}>
            <Trans>Details</Trans>
          </Title>
          <Stack gap={6}>
            {details.map(([name, value]) => (
              <Fact key={name} name={name}>
                {said(value)}
              </Fact>
            ))}
          </Stack>
        </section>
      )}
      <Stack gap={6}>
        <Text size="xs" c="dimmed">
          <Trans>Event {event.sequence} of a chain: each holds the hash of the one before.</Trans>
        </Text>
        <Fact name={t`Hash`}>
          <Code>{event.hash}</Code>
        </Fact>
        <Fact name={t`Before it`}>
          <Code>{event.previous_hash}</Code>
        </Fact>
      </Stack>
    </Stack>
  );
}

function Changes({ changes }: { changes: [string, unknown][] }) {
  return (
    <section aria-label={t`Changes`}>
      <Title order={3} size="h5" mb={6}>
        <Trans>Changes</Trans>
      </Title>
      <Table fz="xs" withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <Trans>Field</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>Before</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>After</Trans>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map(([field, change]) => {
            const [before, after] = pairOf(change);
            return (
              <Table.Tr key={field} style={{ overflowWrap: "anywhere" }}>
                <Table.Th scope="row">{field}</Table.Th>
                <Table.Td c="dimmed">{said(before)}</Table.Td>
                <Table.Td>{said(after)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function pairOf(change: unknown): [unknown, unknown] {
  if (typeof change !== "object" || change === null) return [undefined, change];
  const { before, after } = change as { before?: unknown; after?: unknown };
  return [before, after];
}

const said = (value: unknown) =>
  value === null || value === undefined || value === ""
    ? "—"
    : typeof value === "string"
      ? value
      : JSON.stringify(value);
