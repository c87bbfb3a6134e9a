import { Group, Paper, Progress, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { usageQuery } from "../../api/queries";
import type { Usage } from "../../api/types";
import { count } from "../../components/format";
import { Problem } from "../../components/Problem";

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
    ["Users", usage.users],
    ["File size, MB", usage.file_size_mb],
    ["AI credits a month", usage.ai_credits_per_month],
  ];
  return (
    <>
      <Text size="sm" c="dimmed">
        Plan: {usage.tier.replaceAll("_", " ")}. Requests are counted for each API key and each session on its
        own; generations are reports, dashboard refreshes and AI analyses.
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {usage.general.map((window) => (
          <WindowUse key={window.window} name="Requests" use={window} />
        ))}
        {usage.generation.map((window) => (
          <WindowUse key={window.window} name="Generations" use={window} />
        ))}
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
  const used = use.limit - use.remaining;
  return (
    <Paper p="sm" px="md">
      <Group justify="space-between" mb={6}>
        <Text size="sm" fw={600}>
          {name} per {use.window}
        </Text>
        <Text size="sm" c="dimmed" className="numbers">
          {count(used)} of {count(use.limit)}
        </Text>
      </Group>
      <Progress value={(100 * used) / use.limit} aria-label={`${name} per ${use.window}`} />
    </Paper>
  );
}
