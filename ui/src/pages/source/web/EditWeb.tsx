import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, take } from "../../../api/client";
import type { Source, WebConnection } from "../../../api/types";
import { refusal } from "../../../components/form";
import { Problem } from "../../../components/Problem";
import { WebFields } from "./WebFields";
import { type Editable, type FilledWeb, keptWeb, needsSecret, sentWeb } from "./web";

interface Props {
  source: number;
  connection: Editable;
  onClose: () => void;
  onSaved: (source: Source) => void;
}

/** Where the data of a source on the web come from, and how it proves who asks. */
export function EditWeb({ opened, ...props }: Props & { opened: boolean }) {
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

function EditForm({ source, connection, onClose, onSaved }: Props) {
  const [filled, setFilled] = useState<FilledWeb>(() => keptWeb(connection));
  const save = useMutation({
    mutationFn: (changed: WebConnection) =>
      take(
        api.PATCH("/api/v1/data-sources/{source_id}/web", {
          params: { path: { source_id: source } },
          body: { connection: changed },
        }),
      ),
    onSuccess: (saved) => {
      onSaved(saved);
      onClose();
    },
  });
  const refused = (field: string) =>
    refusal(save.error, `connection.${field}`) ?? refusal(save.error, `connection.${filled.kind}.${field}`);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!save.isPending) save.mutate(changedBy(connection, filled));
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <WebFields
          filled={filled}
          onChange={(change) => setFilled((before) => ({ ...before, ...change }))}
          refused={refused}
          editing={{ keepsSecret: !needsSecret(connection, filled) }}
        />
        {save.error && (
          <Problem error={save.error} fields={["connection.address", "connection.auth.secret"]} />
        )}
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

/** What the form does not know of stays as it is. */
function changedBy(before: Editable, filled: FilledWeb): WebConnection {
  const sent = sentWeb(filled);
  if (before.engine !== "rest" || sent.engine !== "rest") return sent;
  return { ...sent, max_pages: before.max_pages, max_rows: before.max_rows };
}
