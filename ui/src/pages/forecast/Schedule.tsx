import { Group, Paper, Select, Switch, Text, Title } from "@mantine/core";
import { useChangeForecast } from "../../api/forecasts";
import { useMay } from "../../api/session";
import type { Forecast } from "../../api/types";
import { Problem } from "../../components/Problem";
import { Saved } from "../../components/Saved";
import { When } from "../../components/When";
import { SCHEDULES } from "./choices";

/** When it is computed anew. */
export function Schedule({ forecast }: { forecast: Forecast }) {
  const { schedule, is_active, next_run_at } = forecast;
  const mayChange = useMay()("forecasts:update");
  const change = useChangeForecast(forecast.id);
  return (
    <Paper p="md" component="section" aria-label="Schedule">
      <Title order={2} size="h5" mb="xs">
        Schedule
      </Title>
      {change.error && <Problem error={change.error} />}
      <Group gap="lg">
        <Select
          aria-label="Computed anew"
          data={SCHEDULES}
          value={schedule}
          allowDeselect={false}
          disabled={!mayChange || change.isPending}
          w={170}
          onChange={(to) => to && change.mutate({ schedule: to as Forecast["schedule"] })}
        />
        {schedule !== "none" && (
          <Switch
            label="Running"
            checked={is_active}
            disabled={!mayChange || change.isPending}
            onChange={(event) => change.mutate({ is_active: event.currentTarget.checked })}
          />
        )}
        <Text size="sm" c="dimmed">
          {next_run_at && is_active && (
            <>
              Next <When at={next_run_at} />
            </>
          )}
        </Text>
        <Saved when={change.isSuccess} />
      </Group>
    </Paper>
  );
}
