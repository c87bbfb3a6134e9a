import { t } from "@lingui/core/macro";
import { Alert, Button, Code, CopyButton, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  title: string;
  value: string;
  note?: ReactNode;
  onClose?: () => void;
}

/** A secret that the server tells only here. */
export function ShownOnce({ title, value, note, onClose }: Props) {
  return (
    <Alert
      color="teal"
      variant="light"
      role="status"
      title={title}
      withCloseButton={onClose !== undefined}
      closeButtonLabel={t`Dismiss`}
      onClose={onClose}
    >
      {note && (
        <Text size="sm" mb="xs">
          {note}
        </Text>
      )}
      <Group gap="xs">
        <Code style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>{value}</Code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="light" color="teal" onClick={copy}>
              {copied ? t`Copied` : t`Copy`}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}
