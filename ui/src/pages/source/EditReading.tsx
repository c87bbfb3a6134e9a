import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, MultiSelect, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, take } from "../../api/client";
import type { Source, SourceDetail } from "../../api/types";
import { Problem } from "../../components/Problem";
import { LIVE, type Reading, ReadingFields, ScheduleSelect } from "./ReadingFields";

interface Props {
  opened: boolean;
  onClose: () => void;
  source: SourceDetail;
  onSaved: (saved: Source) => void;
}

/** Live or from a copy, how often, and of which tables. */
export function EditReading({ opened, onClose, source, onSaved }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={t`How it is read`} closeOnClickOutside={false}>
      <Form source={source} onClose={onClose} onSaved={onSaved} />
    </Modal>
  );
}

function Form({ source, onClose, onSaved }: Omit<Props, "opened">) {
  const [reading, setReading] = useState<Reading>({
    mode: source.mode === "synced" ? "synced" : "live",
    // Data on the web are copied whole: their plan has no tables.
    sync: source.type === "web" ? { every_minutes: source.sync?.every_minutes } : (source.sync ?? LIVE.sync),
  });
  const onWeb = source.type === "web";
  const save = useMutation({
    mutationFn: (body: Reading) =>
      take(
        api.PATCH("/api/v1/data-sources/{source_id}/sync", {
          params: { path: { source_id: source.id } },
          body,
        }),
      ),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(reading, {
      onSuccess: (saved) => {
        onClose();
        onSaved(saved);
      },
    });
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        {onWeb ? (
          <ScheduleSelect
            minutes={reading.sync.every_minutes ?? null}
            onChange={(every_minutes) => setReading({ mode: "synced", sync: { every_minutes } })}
          />
        ) : (
          <ReadingFields reading={reading} onChange={setReading} />
        )}
        {reading.mode === "synced" && !onWeb && (
          <MultiSelect
            label={t`Tables`}
            placeholder={reading.sync.tables?.length ? undefined : t`All that the user may read`}
            searchable
            data={source.tables.map((table) => table.name)}
            value={reading.sync.tables ?? []}
            onChange={(tables) => setReading({ ...reading, sync: { ...reading.sync, tables } })}
          />
        )}
        {save.error && <Problem error={save.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            <Trans>Save</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
