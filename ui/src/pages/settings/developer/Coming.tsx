import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Code, SimpleGrid, Text } from "@mantine/core";
import { Part } from "../Part";

/** Places for what this version does not have, and what to do until then. */
export function Coming() {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <Part
        title={t`Webhooks`}
        note={t`Calls to your own address when something happens.`}
        aside={<NotYet />}
      >
        <Text size="sm">
          <Trans>
            This version sends none. Until then ask the API, for example for a report’s run until its status
            is <Code>completed</Code>; schedules of sources and forecasts run by themselves.
          </Trans>
        </Text>
      </Part>
      <Part title={t`MCP`} note={t`Assistants that ask claribi by themselves.`} aside={<NotYet />}>
        <Text size="sm">
          <Trans>
            This version has no MCP server. An assistant that can call HTTP can use the API with a key of its
            own; give that key only the permissions it needs.
          </Trans>
        </Text>
      </Part>
    </SimpleGrid>
  );
}

const NotYet = () => (
  <Badge variant="default" tt="none">
    <Trans>not there yet</Trans>
  </Badge>
);
