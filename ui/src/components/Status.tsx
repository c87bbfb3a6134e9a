import { Badge, Loader } from "@mantine/core";
import type { Report, Source } from "../api/types";

type Known = Report["status"] | Source["status"];

const LOOKS: Record<Known, { label: string; color: string; busy?: boolean }> = {
  active: { label: "Active", color: "teal" },
  preprocessing: { label: "Preparing", color: "blue", busy: true },
  paused: { label: "Paused", color: "gray" },
  error: { label: "Error", color: "red" },
  draft: { label: "Not generated", color: "gray" },
  pending: { label: "Waiting", color: "blue", busy: true },
  generating: { label: "Generating", color: "blue", busy: true },
  completed: { label: "Ready", color: "teal" },
  failed: { label: "Failed", color: "red" },
  cancelled: { label: "Cancelled", color: "gray" },
};

export function Status({ status }: { status: Known }) {
  const { label, color, busy } = LOOKS[status];
  return (
    <Badge
      variant="light"
      color={color}
      tt="none"
      fw={600}
      flex="none"
      leftSection={busy && <Loader size={10} color={color} />}
    >
      {label}
    </Badge>
  );
}
