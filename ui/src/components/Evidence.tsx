import { t } from "@lingui/core/macro";
import { Code, Group, Stack, Text } from "@mantine/core";
import { dateTime } from "./format";
import { SqlText } from "./SqlText";

export interface EvidenceProps {
  sql: string;
  parameters: Record<string, unknown>;
  data_version: string;
  executed_at: string;
}

/** The proof of an answer: the query, its parameters, the version of the data, the time. */
export function Evidence({ sql, parameters, data_version, executed_at }: EvidenceProps) {
  const given = Object.entries(parameters);
  return (
    <Stack gap="xs">
      <SqlText sql={sql} />
      {given.length > 0 && (
        <Fact name={t`Parameters`}>
          {given.map(([name, value]) => `${name} = ${String(value)}`).join(", ")}
        </Fact>
      )}
      <Fact name={t`Data version`}>
        <Code title={data_version}>{data_version.slice(0, 12)}</Code>
      </Fact>
      <Fact name={t`Asked`}>{dateTime(executed_at)}</Fact>
    </Stack>
  );
}

export function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <Group gap="xs" align="baseline" wrap="nowrap">
      <Text size="xs" c="dimmed" w={92} flex="none">
        {name}
      </Text>
      <Text size="xs" component="div" miw={0} style={{ overflowWrap: "anywhere" }}>
        {children}
      </Text>
    </Group>
  );
}
