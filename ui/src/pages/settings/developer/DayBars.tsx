import { Group, Text } from "@mantine/core";
import type { UsageHistory } from "../../../api/types";
import { count, date, plural } from "../../../components/format";
import classes from "./DayBars.module.css";

/** Requests by day as bars; the table beside it says the same in numbers. */
export function DayBars({ days }: { days: UsageHistory["days"] }) {
  const most = Math.max(1, ...days.map((day) => day.requests));
  const total = days.reduce((sum, day) => sum + day.requests, 0);
  const first = days.at(0);
  const last = days.at(-1);
  return (
    <div>
      <Text size="xs" c="dimmed" className="numbers">
        {count(most)} requests
      </Text>
      <div
        className={classes.bars}
        role="img"
        aria-label={`${plural(total, "request")} in ${days.length} days`}
      >
        {days.map(({ day, requests, generations }) => (
          <div
            key={day}
            className={classes.day}
            title={`${date(day)}: ${plural(requests, "request")}, ${plural(generations, "generation")}`}
          >
            <div className={classes.bar} style={{ height: `${(100 * requests) / most}%` }} />
          </div>
        ))}
      </div>
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {first && date(first.day)}
        </Text>
        <Text size="xs" c="dimmed">
          {last && date(last.day)}
        </Text>
      </Group>
    </div>
  );
}
