import { plural } from "@lingui/core/macro";
import { Group, Text } from "@mantine/core";
import type { UsageHistory } from "../../../api/types";
import { date } from "../../../components/format";
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
        {requestsInWords(most)}
      </Text>
      <div className={classes.bars} role="img" aria-label={inDays(total, days.length)}>
        {days.map(({ day, requests, generations }) => (
          <div
            key={day}
            className={classes.day}
            title={`${date(day)}: ${requestsInWords(requests)}, ${generationsInWords(generations)}`}
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

const requestsInWords = (requests: number) => plural(requests, { one: "# request", other: "# requests" });
const generationsInWords = (generations: number) =>
  plural(generations, { one: "# generation", other: "# generations" });
const inDays = (requests: number, days: number) =>
  plural(requests, { one: `# request in ${days} days`, other: `# requests in ${days} days` });
