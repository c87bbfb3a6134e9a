import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
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
    <Stack component="section" aria-label={t`Limits`} gap="sm">
      <Title order={2} size="h4">
        <Trans>Limits</Trans>
      </Title>
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Skeleton h={120} aria-busy />}
      {data && <Windows usage={data} />}
    </Stack>
  );
}

function Windows({ usage }: { usage: Usage }) {
  const allowed: [string, number | null][] = [
    [t`Data sources`, usage.data_sources],
    [t`File size, MB`, usage.file_size_mb],
  ];
  const plan = words(usage.tier);
  return (
    <>
      <Text size="sm" c="dimmed">
        <Trans>
          Plan: {plan}. Requests are counted for each API key and each session on its own; generations are
          reports, dashboard refreshes and AI analyses.
        </Trans>
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {usage.general.map((window) => (
          <WindowUse key={window.window} name={requestsPer(window.window)} use={window} />
        ))}
        {usage.generation.map((window) => (
          <WindowUse key={window.window} name={generationsPer(window.window)} use={window} />
        ))}
        <Credits use={usage.ai_credits} />
        <Bar name={t`Users`} used={usage.users_used} limit={usage.users} />
      </SimpleGrid>
      <Group gap="xl">
        {allowed.map(([name, most]) => (
          <Text key={name} size="sm">
            <Text span inherit c="dimmed">
              {name}:{" "}
            </Text>
            {most === null ? t`no limit` : count(most)}
          </Text>
        ))}
      </Group>
    </>
  );
}

function WindowUse({ name, use }: { name: string; use: Window }) {
  return <Bar name={name} used={use.limit - use.remaining} limit={use.limit} />;
}

function Credits({ use }: { use: Usage["ai_credits"] }) {
  return (
    <Bar
      name={t`AI credits per month`}
      used={use.used}
      limit={use.limit}
      note={countedAnew(date(use.resets_at))}
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
          {usedOf(used, limit)}
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

const countedAnew = (day: string) => t`Counted anew on ${day}`;

function usedOf(used: number, limit: number | null): string {
  const [some, all] = [count(used), limit === null ? "" : count(limit)];
  return all ? t`${some} of ${all}` : t`${some} used, no limit`;
}

function requestsPer(window: string): string {
  const names: Record<string, string> = {
    minute: t`Requests per minute`,
    hour: t`Requests per hour`,
    day: t`Requests per day`,
    month: t`Requests per month`,
  };
  return names[window] ?? window;
}

function generationsPer(window: string): string {
  const names: Record<string, string> = {
    minute: t`Generations per minute`,
    hour: t`Generations per hour`,
    day: t`Generations per day`,
    month: t`Generations per month`,
  };
  return names[window] ?? window;
}
