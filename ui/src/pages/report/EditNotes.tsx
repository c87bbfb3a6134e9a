import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Paper, Text, Textarea } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Tagged } from "../../api/client";
import { readPart, savePart } from "../../api/reports";
import type { Report, ReportDetail } from "../../api/types";
import { EditorForm, EditorModal } from "../../components/Editor";
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
  return (
    <EditorModal
      title={t`Notes`}
      queryKey={["report-notes", report.id]}
      read={() => readPart(report.id, notesOf)}
      height={240}
      onClose={onClose}
    >
      {(first) => first && <NotesForm first={first} {...props} />}
    </EditorModal>
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

  return (
    <EditorForm
      version={version}
      body={body}
      isReady={changed.length > 0}
      label={t`Save the notes`}
      onClose={onClose}
      onTheirs={(theirs) => setDraft(theirs)}
      theirs={(theirs) => <Theirs notes={theirs} mine={draft} keys={keys} />}
    >
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
    </EditorForm>
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
