import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Paper, Stack, Text, Textarea } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import type { Tagged } from "../../api/client";
import { readPart, savePart } from "../../api/reports";
import type { ReportDetail } from "../../api/types";
import { Conflicted } from "../../components/Conflicted";
import { Read } from "../../components/Editor";
import { Problem } from "../../components/Problem";
import { useLeaving } from "../../components/useLeaving";
import { useVersioned } from "../../components/useVersioned";
import { useReport } from "./ReportContext";

const LONGEST = 2000;

interface Props {
  /** The key of the sentence. */
  name: string;
  /** What it says without people; null where another text stands in its place. */
  generated: string | null;
  onClose: () => void;
}

/** Words of one's own in the place of a generated sentence, and the way back to it. */
export function EditSentence(props: Props) {
  const { id } = useReport();
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <Paper withBorder p="sm" my="sm" role="group" aria-label={t`Rewrite a sentence`}>
      <Read
        queryKey={["report-edit", id, props.name]}
        read={() => readPart(id, writtenFor(props.name))}
        height={120}
      >
        {(first) => first && <SentenceForm first={first} {...props} />}
      </Read>
    </Paper>
  );
}

const writtenFor = (name: string) => (report: ReportDetail) => report.edits[name]?.text ?? "";

function SentenceForm({ first, name, generated, onClose }: Props & { first: Tagged<string> }) {
  const { id } = useReport();
  const client = useQueryClient();
  const [draft, setDraft] = useState(first.value || generated || "");
  const version = useVersioned<string, string>({
    first,
    read: () => readPart(id, writtenFor(name)),
    write: (text, etag) => savePart(id, { edits: { [name]: text || null } }, () => text, etag),
    onSaved: async () => {
      await client.invalidateQueries({ queryKey: ["report", id] });
      onClose();
    },
  });
  const text = draft.trim();
  const changed = text !== version.base && text !== generated && text !== "";
  useLeaving(changed && !version.isPending);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (changed && !version.isPending) version.save(text);
  }

  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !changed) onClose();
      }}
    >
      <Stack gap="xs">
        <Textarea
          label={t`In your words`}
          description={t`Marked as written by people; its numbers are yours and have no evidence.`}
          autosize
          autoFocus
          minRows={2}
          maxRows={10}
          maxLength={LONGEST}
          value={draft}
          onChange={(event) => setDraft(event.currentTarget.value)}
        />
        {version.error && <Problem error={version.error} />}
        {version.theirs !== null && (
          <Conflicted
            onMine={() => version.saveOver(text)}
            onTheirs={() => {
              setDraft(version.theirs || generated || "");
              version.takeTheirs();
            }}
          >
            <Text size="sm">{version.theirs || t`nothing`}</Text>
          </Conflicted>
        )}
        <Group gap="xs">
          <Button size="xs" type="submit" loading={version.isPending} disabled={!changed}>
            <Trans>Save</Trans>
          </Button>
          {version.base && (
            <Button size="xs" variant="default" disabled={version.isPending} onClick={() => version.save("")}>
              <Trans>Back to the generated text</Trans>
            </Button>
          )}
          <Button size="xs" variant="subtle" color="gray" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
