import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";

interface Props {
  title: string;
  onClose: () => void;
  onDone: () => void;
  disabled?: boolean;
  children: ReactNode;
}

/** A form for one part of a model; the model is saved as a whole later. */
export function PartModal({ title, onClose, onDone, disabled = false, children }: Props) {
  function submit(event: FormEvent) {
    event.preventDefault();
    onDone();
  }
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeOnClickOutside={false}>
      <form onSubmit={submit}>
        <Stack>
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              <Trans>Cancel</Trans>
            </Button>
            <Button type="submit" disabled={disabled}>
              <Trans>Done</Trans>
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
