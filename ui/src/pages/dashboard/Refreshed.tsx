import { plural, t } from "@lingui/core/macro";
import { Alert, Box } from "@mantine/core";
import { CircleAlert, CircleCheck } from "lucide-react";
import type { Refreshed as Outcome } from "../../api/types";
import { Problem } from "../../components/Problem";

interface Props {
  outcome: Outcome | undefined;
  error: unknown;
  onClose: () => void;
}

/** How a refresh went; each widget says the same of itself. */
export function Refreshed({ outcome, error, onClose }: Props) {
  if (error) {
    return (
      <Box mb="md">
        <Problem error={error} />
      </Box>
    );
  }
  if (!outcome) return null;
  const failed = outcome.widgets.filter((widget) => widget.status === "failed").length;
  const renewed = outcome.widgets.length - failed;
  const good = failed === 0;
  return (
    <Alert
      mb="md"
      p="sm"
      variant="light"
      role="status"
      color={good ? "teal" : "orange"}
      icon={good ? <CircleCheck size={18} /> : <CircleAlert size={18} />}
      withCloseButton
      closeButtonLabel={t`Dismiss`}
      onClose={onClose}
    >
      {good
        ? plural(renewed, { one: "# widget refreshed.", other: "# widgets refreshed." })
        : plural(renewed, {
            one: `# widget refreshed, ${failed} failed. The others show their new data.`,
            other: `# widgets refreshed, ${failed} failed. The others show their new data.`,
          })}
    </Alert>
  );
}
