import { Group, Paper, Progress, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { usageQuery } from "../../../api/account";
import type { Usage } from "../../../api/types";
import { count, date, words } from "../../../components/format";
import { Problem } from "../../../components/Problem";

/** Per cent from which on a limit is shown as nearly reached. */
const FULL = 95;

type Window = Usage["general"][number];

export function Limits() {
  const { data, error, refetch } = useQuery(usageQuery());
  return (
    <Stack component="section" aria-label="Limits" gap="sm">
      <Title order={2} size="h4">
        Limits
      </Title>
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Skeleton h={120} />}
      {data && <Windows usage={data} />}
    </Stack>
  );
}

function Windows({ usage }: { usage: Usage }) {
  const allowed: [string, number | null][] = [
    ["Data sources", usage.data_sources],
    ["File size, MB", usage.file_size_mb],
  ];
  return (
    <>
      <Text size="sm" c="dimmed">
        Plan: {words(usage.tier)}. Requests are counted for each API key and each session on its own;
        generations are reports, dashboard refreshes and AI analyses.
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {usage.general.map((window) => (
          <WindowUse key={window.window} name="Requests" use={window} />
        ))}
        {usage.generation.map((window) => (
          <WindowUse key={window.window} name="Generations" use={window} />
        ))}
        <Credits use={usage.ai_credits} />
        <Bar name="Users" used={usage.users_used} limit={usage.users} />
      </SimpleGrid>
      <Group gap="xl">
        {allowed.map(([name, most]) => (
          <Text key={name} size="sm">
            <Text span inherit c="dimmed">
              {name}:{" "}
            </Text>
            {most === null ? "no limit" : count(most)}
          </Text>
        ))}
      </Group>
    </>
  );
}

function WindowUse({ name, use }: { name: string; use: Window }) {
  return <Bar name={`${name} per ${use.window}`} used={use.limit - use.remaining} limit={use.limit} />;
}

function Credits({ use }: { use: Usage["ai_credits"] }) {
  return (
    <Bar
      name="AI credits per month"
      used={use.used}
      limit={use.limit}
      note={`Counted anew on ${date(use.resets_at)}`}
    />
  );
}

interface BarProps {
  name: string;
  used: number;
  limit: number | null;
  note?: string;
}

function Bar({ name, used, limit, note }: BarProps) {
  const share = limit ? (100 * used) / limit : 0;
  return (
    <Paper p="sm" px="md">
      <Group justify="space-between" mb={6}>
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <Text size="sm" c="dimmed" className="numbers">
          {count(used)} {limit === null ? "used, no limit" : `of ${count(limit)}`}
        </Text>
      </Group>
      <Progress value={share} color={share >= FULL ? "red" : undefined} aria-label={name} />
      {note && (
        <Text size="xs" c="dimmed" mt={6}>
          {note}
        </Text>
      )}
    </Paper>
  );
}
