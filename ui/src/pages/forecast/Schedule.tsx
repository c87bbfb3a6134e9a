import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Group, Paper, Select, Switch, Text, Title } from "@mantine/core";
import { useChangeForecast } from "../../api/forecasts";
import { useMay } from "../../api/session";
import type { Forecast } from "../../api/types";
import { Problem } from "../../components/Problem";
import { Saved } from "../../components/Saved";
import { When } from "../../components/When";
import { schedules } from "./choices";

/** When it is computed anew. */
export function Schedule({ forecast }: { forecast: Forecast }) {
  const { schedule, is_active, next_run_at } = forecast;
  const mayChange = useMay()("forecasts:update");
  const change = useChangeForecast(forecast.id);
  return (
    <Paper p="md" component="section" aria-label={t`Schedule`}>
      <Title order={2} size="h5" mb="xs">
        <Trans>Schedule</Trans>
      </Title>
      {change.error && <Problem error={change.error} />}
      <Group gap="lg">
        <Select
          aria-label={t`Computed anew`}
          data={schedules()}
          value={schedule}
          allowDeselect={false}
          disabled={!mayChange || change.isPending}
          w={170}
          onChange={(to) => to && change.mutate({ schedule: to as Forecast["schedule"] })}
        />
        {schedule !== "none" && (
          <Switch
            label={t`Running`}
            checked={is_active}
            disabled={!mayChange || change.isPending}
            onChange={(event) => change.mutate({ is_active: event.currentTarget.checked })}
          />
        )}
        <Text size="sm" c="dimmed">
          {next_run_at && is_active && (
            <Trans>
              Next <When at={next_run_at} />
            </Trans>
          )}
        </Text>
        <Saved when={change.isSuccess} />
      </Group>
    </Paper>
  );
}
