import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { forecastRunsQuery } from "../../api/forecasts";
import type { ForecastRun } from "../../api/types";
import { When } from "../../components/When";

interface Props {
  forecast: { id: number; latest_run: ForecastRun | null };
  shown: number | null;
  onChoose: (run: number) => void;
}

const looks = (): Record<ForecastRun["status"], [string, string]> => ({
  pending: [t`Waiting`, "blue"],
  running: [t`Computing`, "blue"],
  completed: [t`Ready`, "teal"],
  failed: [t`Failed`, "red"],
});

/** The latest runs, each of which can be looked at again. */
export function Runs({ forecast: { id, latest_run }, shown, onChoose }: Props) {
  const { data } = useQuery(forecastRunsQuery(id, latest_run));
  if (!data || data.count < 2) return null;
  return (
    <Paper p="md" component="section" aria-label={t`Runs`}>
      <Title order={2} size="h5" mb="xs">
        <Trans>Runs</Trans>
      </Title>
      <Stack gap={4}>
        {data.results.map((run) => {
          const [label, color] = looks()[run.status];
          return (
            <Group key={run.id} justify="space-between" wrap="nowrap">
              <Group gap="xs">
                <Badge variant="light" color={color} tt="none">
                  {label}
                </Badge>
                <Text size="sm">
                  <When at={run.created_at} />
                </Text>
              </Group>
              <Button
                size="compact-sm"
                variant="subtle"
                disabled={run.id === shown}
                onClick={() => onChoose(run.id)}
              >
                {run.id === shown ? t`Shown` : t`Show`}
              </Button>
            </Group>
          );
        })}
      </Stack>
    </Paper>
  );
}
