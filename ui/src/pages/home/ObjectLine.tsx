import { Anchor, Group, Text } from "@mantine/core";
import { Database, FileText, LayoutDashboard, TrendingUp } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Home } from "../../api/types";

type Item = Pick<Home["recent"][number], "type" | "id" | "name">;

const LOOKS = {
  dashboard: { Icon: LayoutDashboard, path: "/dashboards" },
  report: { Icon: FileText, path: "/reports" },
  forecast: { Icon: TrendingUp, path: "/forecasts" },
  data_source: { Icon: Database, path: "/sources" },
};

/** An object in one line: what it is, its name, and something about it. */
export function ObjectLine({ object, aside }: { object: Item; aside?: ReactNode }) {
  const { Icon, path } = LOOKS[object.type];
  return (
    <Group gap={8} wrap="nowrap" mih={24}>
      <Text c="dimmed" lh={0}>
        <Icon size={15} />
      </Text>
      <Anchor component={Link} href={`${path}/${object.id}`} size="sm" c="inherit" fw={500} truncate miw={0}>
        {object.name}
      </Anchor>
      {aside && (
        <Text c="dimmed" size="xs" ml="auto" style={{ whiteSpace: "nowrap" }} component="span">
          {aside}
        </Text>
      )}
    </Group>
  );
}
