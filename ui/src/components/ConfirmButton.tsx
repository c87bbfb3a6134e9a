import { Trans } from "@lingui/react/macro";
import { Button, type ButtonProps, Group, Popover, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Problem } from "./Problem";

interface Props extends ButtonProps {
  label: string;
  question: ReactNode;
  onConfirm: () => Promise<unknown>;
}

/** A button for what can't be taken back: it asks first. */
export function ConfirmButton({ label, question, onConfirm, color = "red", ...button }: Props) {
  const [opened, { toggle, close }] = useDisclosure();
  const act = useMutation({ mutationFn: onConfirm, onSuccess: close });
  return (
    <Popover opened={opened} onChange={close} onDismiss={close} width={280} trapFocus shadow="md">
      <Popover.Target>
        <Button color={color} variant="subtle" {...button} onClick={toggle}>
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" mb="sm">
          {question}
        </Text>
        {act.error && <Problem error={act.error} />}
        <Group gap="xs" justify="flex-end" mt="xs">
          <Button size="xs" variant="default" onClick={close}>
            <Trans>Cancel</Trans>
          </Button>
          <Button size="xs" color={color} loading={act.isPending} onClick={() => act.mutate()}>
            {label}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
