import { t } from "@lingui/core/macro";
import { Badge, Loader } from "@mantine/core";
import type { Report, Source } from "../api/types";

type Known = Report["status"] | Source["status"];

const looks = (): Record<Known, { label: string; color: string; busy?: boolean }> => ({
  active: { label: t`Active`, color: "teal" },
  preprocessing: { label: t`Preparing`, color: "blue", busy: true },
  paused: { label: t`Paused`, color: "gray" },
  error: { label: t`Error`, color: "red" },
  draft: { label: t`Not generated`, color: "gray" },
  pending: { label: t`Waiting`, color: "blue", busy: true },
  generating: { label: t`Generating`, color: "blue", busy: true },
  completed: { label: t`Ready`, color: "teal" },
  failed: { label: t`Failed`, color: "red" },
  cancelled: { label: t`Cancelled`, color: "gray" },
});

export function Status({ status }: { status: Known }) {
  const { label, color, busy } = looks()[status];
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
