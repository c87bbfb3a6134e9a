import { Paper, Text } from "@mantine/core";
import type { MetricItem } from "./document";
import { FigureText } from "./FigureText";

const GOOD = "light-dark(var(--mantine-color-teal-9), var(--mantine-color-teal-4))";
const BAD = "light-dark(var(--mantine-color-red-9), var(--mantine-color-red-4))";

export function MetricCard({ item }: { item: MetricItem }) {
  const color = item.good === null ? undefined : item.good ? GOOD : BAD;
  return (
    <Paper p="sm" bg="var(--page-background)">
      <Text size="xs" c="dimmed">
        {item.label}
      </Text>
      <Text fz={24} fw={650} lh={1.35} component="div">
        <FigureText id={item.value} />
      </Text>
      {(item.change || item.note) && (
        <Text size="xs" c="dimmed" component="div">
          {item.change && (
            <Text span inherit fw={600} c={color}>
              <FigureText id={item.change} />
            </Text>
          )}
          {item.note && ` ${item.note}`}
        </Text>
      )}
    </Paper>
  );
}
