import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Paper, Skeleton, Stack, Text, Textarea } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Tagged } from "../../api/client";
import { readPart, savePart } from "../../api/reports";
import type { Report, ReportDetail } from "../../api/types";
import { Conflicted } from "../../components/Conflicted";
import { Problem } from "../../components/Problem";
import { useLeaving } from "../../components/useLeaving";
import { useVersioned } from "../../components/useVersioned";
import { sectionNames } from "./names";

const LONGEST = 5000;

type Notes = Report["notes"];
const notesOf = (report: Report) => report.notes;

interface Props {
  report: ReportDetail;
  onClose: () => void;
  onSaved: () => void;
}

/** Words of people for a report: for the whole of it, and for each section. */
export function EditNotes(props: Props) {
  const { report, onClose } = props;
  const found = useQuery({
    queryKey: ["report-notes", report.id],
    queryFn: () => readPart(report.id, notesOf),
    gcTime: 0,
  });
  return (
    <Modal opened onClose={onClose} title={t`Notes`} size="lg" closeOnClickOutside={false}>
      {found.error && <Problem error={found.error} retry={found.refetch} />}
      {found.isPending && <Skeleton h={240} aria-busy />}
      {found.data && <NotesForm first={found.data} {...props} />}
    </Modal>
  );
}

function NotesForm({ first, report, onClose, onSaved }: Props & { first: Tagged<Notes> }) {
  const client = useQueryClient();
  const [draft, setDraft] = useState<Notes>(first.value);
  const version = useVersioned<Notes, Record<string, string | null>>({
    first,
    read: () => readPart(report.id, notesOf),
    write: (notes, etag) => savePart(report.id, { notes }, notesOf, etag),
    onSaved: async () => {
      await client.invalidateQueries({ queryKey: ["report", report.id] });
      onSaved();
    },
  });
  const base = version.base ?? {};
  const keys = ["report", ...report.section_keys];
  const changed = keys.filter((key) => (draft[key] ?? "").trim() !== (base[key] ?? ""));
  useLeaving(changed.length > 0 && !version.isPending);
  // Of the others, whatever somebody else has written stays.
  const body = () => Object.fromEntries(changed.map((key) => [key, draft[key]?.trim() || null]));

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!version.isPending) version.save(body());
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" c="dimmed">
          <Trans>
            They stand in the report from its next generation on, marked as written by people, and are kept
            through every generation.
          </Trans>
        </Text>
        {keys.map((key, place) => (
          <Textarea
            key={key}
            label={nameOf(key)}
            autosize
            minRows={key === "report" ? 3 : 1}
            maxRows={12}
            maxLength={LONGEST}
            value={draft[key] ?? ""}
            onChange={(event) => setDraft({ ...draft, [key]: event.currentTarget.value })}
            data-autofocus={place === 0 || undefined}
          />
        ))}
        {version.error && <Problem error={version.error} />}
        {version.theirs && (
          <Conflicted
            onMine={() => version.saveOver(body())}
            onTheirs={() => {
              if (version.theirs) setDraft(version.theirs);
              version.takeTheirs();
            }}
          >
            <Theirs notes={version.theirs} mine={draft} keys={keys} />
          </Conflicted>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={version.isPending} disabled={changed.length === 0}>
            <Trans>Save the notes</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What they wrote where it differs. */
function Theirs({ notes, mine, keys }: { notes: Notes; mine: Notes; keys: string[] }) {
  return keys
    .filter((key) => (notes[key] ?? "") !== (mine[key] ?? "").trim())
    .map((key) => (
      <Paper key={key} p="xs" withBorder>
        <Text size="xs" c="dimmed">
          {nameOf(key)}
        </Text>
        <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
          {notes[key] ?? t`nothing`}
        </Text>
      </Paper>
    ));
}

const nameOf = (key: string) =>
  key === "report" ? t`The whole report` : ((sectionNames() as Record<string, string>)[key] ?? key);
