import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { GitFork } from "lucide-react";
import type { ReactNode } from "react";

interface Props {
  onMine: () => void;
  onTheirs: () => void;
  /** What they saved. */
  children?: ReactNode;
}

/** Somebody else saved in the meantime: nothing of what was typed is lost, and the choice. */
export function Conflicted({ onMine, onTheirs, children }: Props) {
  return (
    <Alert
      color="orange"
      variant="light"
      role="alert"
      icon={<GitFork size={18} />}
      title={t`Somebody else changed this in the meantime`}
    >
      <Stack gap="xs">
        <Text size="sm">
          <Trans>What you typed is still here. Save it over theirs, or take theirs and drop yours.</Trans>
        </Text>
        {children}
        <Group gap="xs">
          <Button size="xs" onClick={onMine}>
            <Trans>Save mine over theirs</Trans>
          </Button>
          <Button size="xs" variant="default" onClick={onTheirs}>
            <Trans>Take theirs, drop mine</Trans>
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
