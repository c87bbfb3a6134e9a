import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Paper, Skeleton, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Tagged } from "../../api/client";
import { readPart, savePart } from "../../api/reports";
import type { Filter, Report, ReportDetail } from "../../api/types";
import { EditorForm, EditorModal } from "../../components/Editor";
import { Problem } from "../../components/Problem";
import { useLeaving } from "../../components/useLeaving";
import { useVersioned } from "../../components/useVersioned";
import { isWhole } from "../dashboard/edit/question";
import { FilterList } from "../dashboard/filters/FilterList";
import { inWords } from "../dashboard/filters/view";
import { type Subject, useSubject } from "./useSubject";

const filtersOf = (report: Report) => report.filters;

interface Props {
  report: ReportDetail;
  onClose: () => void;
  onSaved: () => void;
}

/** Which rows a report looks at, from its next generation on. */
export function EditFilters(props: Props) {
  const { report, onClose } = props;
  const { source_id, table, dashboard_id } = report;
  const subject = useSubject({ source: source_id, table, dashboard: dashboard_id });
  return (
    <EditorModal
      title={t`Filters`}
      queryKey={["report-filters", report.id]}
      read={() => readPart(report.id, filtersOf)}
      height={160}
      onClose={onClose}
    >
      {(first) =>
        subject.error ? (
          <Problem error={subject.error} />
        ) : subject.isPending ? (
          <Skeleton h={160} aria-busy />
        ) : (
          first && <FiltersForm first={first} subject={subject} {...props} />
        )
      }
    </EditorModal>
  );
}

function FiltersForm({
  first,
  subject,
  report,
  onClose,
  onSaved,
}: Props & { first: Tagged<Filter[]>; subject: Subject }) {
  const client = useQueryClient();
  const [draft, setDraft] = useState<Filter[]>(first.value);
  const version = useVersioned<Filter[], Filter[]>({
    first,
    read: () => readPart(report.id, filtersOf),
    write: (filters, etag) => savePart(report.id, { filters }, filtersOf, etag),
    onSaved: async () => {
      await client.invalidateQueries({ queryKey: ["report", report.id] });
      onSaved();
    },
  });
  const changed = JSON.stringify(draft) !== JSON.stringify(version.base);
  useLeaving(changed && !version.isPending);

  return (
    <EditorForm
      version={version}
      body={() => draft}
      isReady={changed && draft.every(isWhole)}
      label={t`Save the filters`}
      onClose={onClose}
      onTheirs={(theirs) => setDraft(theirs)}
      theirs={(theirs) => (
        <Paper p="xs" withBorder>
          <Text size="sm">{theirs.map(inWords).join("; ") || t`nothing`}</Text>
        </Paper>
      )}
    >
      <Text size="sm" c="dimmed">
        <Trans>
          Only rows that meet all of these are looked at, from the next generation on. The report says so.
        </Trans>
      </Text>
      {subject.question && (
        <FilterList filters={draft} fields={subject.fields} question={subject.question} onChange={setDraft} />
      )}
    </EditorForm>
  );
}
