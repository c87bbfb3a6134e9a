import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Paper, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Tagged } from "../../api/client";
import { readPart, savePart } from "../../api/reports";
import type { Filter, Report, ReportDetail } from "../../api/types";
import { Conflicted } from "../../components/Conflicted";
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
  const found = useQuery({
    queryKey: ["report-filters", report.id],
    queryFn: () => readPart(report.id, filtersOf),
    gcTime: 0,
  });
  const error = found.error ?? subject.error;
  return (
    <Modal opened onClose={onClose} title={t`Filters`} size="lg" closeOnClickOutside={false}>
      {error && <Problem error={error} retry={found.refetch} />}
      {(found.isPending || subject.isPending) && !error && <Skeleton h={160} aria-busy />}
      {found.data && !subject.isPending && <FiltersForm first={found.data} subject={subject} {...props} />}
    </Modal>
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

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!version.isPending) version.save(draft);
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" c="dimmed">
          <Trans>
            Only rows that meet all of these are looked at, from the next generation on. The report says so.
          </Trans>
        </Text>
        {subject.question && (
          <FilterList
            filters={draft}
            fields={subject.fields}
            question={subject.question}
            onChange={setDraft}
          />
        )}
        {version.error && <Problem error={version.error} />}
        {version.theirs && (
          <Conflicted
            onMine={() => version.saveOver(draft)}
            onTheirs={() => {
              if (version.theirs) setDraft(version.theirs);
              version.takeTheirs();
            }}
          >
            <Paper p="xs" withBorder>
              <Text size="sm">{version.theirs.map(inWords).join("; ") || t`nothing`}</Text>
            </Paper>
          </Conflicted>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={version.isPending} disabled={!changed || !draft.every(isWhole)}>
            <Trans>Save the filters</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
