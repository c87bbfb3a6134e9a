import { t } from "@lingui/core/macro";
import { Paper, Skeleton, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Field } from "../../api/catalog";
import type { Tagged } from "../../api/client";
import { readPart, savePart } from "../../api/reports";
import type { Report, ReportDetail, StructuredQuery } from "../../api/types";
import { EditorForm, EditorModal } from "../../components/Editor";
import { fieldsInside } from "../../components/form";
import { Problem } from "../../components/Problem";
import { useLeaving } from "../../components/useLeaving";
import { useVersioned } from "../../components/useVersioned";
import { type Subject, useSubject } from "./useSubject";

export interface EditProps {
  report: ReportDetail;
  onClose: () => void;
  onSaved: () => void;
}

interface ListProps<T> {
  parts: T[];
  fields: Field[];
  question: StructuredQuery;
  error: unknown;
  onChange: (parts: T[]) => void;
}

interface Props<T> extends EditProps {
  title: string;
  /** What the API calls them. */
  name: "filters" | "thresholds";
  hint: ReactNode;
  /** What the button says that saves them. */
  save: string;
  partsOf: (report: Report) => T[];
  isWhole: (part: T) => boolean;
  inWords: (part: T) => string;
  list: (props: ListProps<T>) => ReactNode;
}

/** A list of conditions on the table of a report, in a dialog. */
export function EditConditions<T>(props: Props<T>) {
  const { report, title, name, partsOf, onClose } = props;
  const { source_id, table, dashboard_id } = report;
  const subject = useSubject({ source: source_id, table, dashboard: dashboard_id });
  return (
    <EditorModal
      title={title}
      queryKey={[`report-${name}`, report.id]}
      read={() => readPart(report.id, partsOf)}
      height={160}
      onClose={onClose}
    >
      {(first) =>
        subject.error ? (
          <Problem error={subject.error} />
        ) : subject.isPending ? (
          <Skeleton h={160} aria-busy />
        ) : (
          first && <ConditionsForm first={first} subject={subject} {...props} />
        )
      }
    </EditorModal>
  );
}

interface FormProps<T> extends Props<T> {
  first: Tagged<T[]>;
  subject: Subject;
}

function ConditionsForm<T>({ first, subject, report, onClose, onSaved, ...about }: FormProps<T>) {
  const { name, partsOf } = about;
  const client = useQueryClient();
  const [draft, setDraft] = useState<T[]>(first.value);
  const version = useVersioned<T[], T[]>({
    first,
    read: () => readPart(report.id, partsOf),
    write: (parts, etag) => savePart(report.id, { [name]: parts }, partsOf, etag),
    onSaved: async () => {
      await client.invalidateQueries({ queryKey: ["report", report.id] });
      onSaved();
    },
  });
  const changed = JSON.stringify(draft) !== JSON.stringify(version.base);
  useLeaving(changed && !version.isPending);

  function change(parts: T[]) {
    // What one was refused for would stand at another one.
    version.reset();
    setDraft(parts);
  }

  return (
    <EditorForm
      version={version}
      body={() => draft}
      isReady={changed && draft.every(about.isWhole)}
      fields={fieldsInside(version.error, name)}
      label={about.save}
      onClose={onClose}
      onTheirs={(theirs) => setDraft(theirs)}
      theirs={(theirs) => (
        <Paper p="xs" withBorder>
          <Text size="sm">{theirs.map(about.inWords).join("; ") || t`nothing`}</Text>
        </Paper>
      )}
    >
      <Text size="sm" c="dimmed">
        {about.hint}
      </Text>
      {subject.question &&
        about.list({
          parts: draft,
          fields: subject.fields,
          question: subject.question,
          error: version.error,
          onChange: change,
        })}
    </EditorForm>
  );
}
