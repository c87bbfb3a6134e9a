import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, take } from "../../api/client";
import type { Connection, Engine, Source } from "../../api/types";
import { Problem } from "../../components/Problem";
import { ConnectionFields, fieldsOf } from "./ConnectionFields";
import { type Filled, kept, sent } from "./connection";

interface FormProps {
  source: number;
  engine: Engine | undefined;
  connection: Connection;
  onClose: () => void;
  onSaved: (source: Source) => void;
}

export function EditConnection({ opened, ...props }: FormProps & { opened: boolean }) {
  return (
    <Modal
      opened={opened}
      onClose={props.onClose}
      title={t`Edit connection`}
      size="lg"
      closeOnClickOutside={false}
    >
      <EditForm {...props} />
    </Modal>
  );
}

function EditForm({ source, engine, connection, onClose, onSaved }: FormProps) {
  const [filled, setFilled] = useState<Filled>(() => kept(connection));
  const save = useMutation({
    mutationFn: (body: Connection) =>
      take(
        api.PATCH("/api/v1/data-sources/{source_id}/connection", {
          params: { path: { source_id: source } },
          body,
        }),
      ),
    onSuccess: (saved) => {
      onSaved(saved);
      onClose();
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!save.isPending) save.mutate(sent(filled));
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <ConnectionFields
          engine={engine}
          filled={filled}
          onChange={(change) => setFilled((before) => ({ ...before, ...change }))}
          error={save.error}
          editing
        />
        {save.error && <Problem error={save.error} fields={fieldsOf()} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={save.isPending}>
            <Trans>Test and save</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
