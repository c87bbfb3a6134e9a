import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Anchor, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FileText } from "lucide-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { reportQuery, unfinished, useGenerate, useRun, useVerify } from "../../api/queries";
import { useMay } from "../../api/session";
import type { ReportDetail } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Heading } from "../../components/Heading";
import { PageProblem } from "../../components/PageProblem";
import { Problem } from "../../components/Problem";
import { Status } from "../../components/Status";
import { When } from "../../components/When";
import { inWords } from "../dashboard/filters/view";
import { Actions } from "./Actions";
import { Contents } from "./Contents";
import { Displaced } from "./Displaced";
import type { Figures, Section } from "./document";
import { EditFilters } from "./EditFilters";
import { EditNotes } from "./EditNotes";
import { EditThresholds } from "./EditThresholds";
import { Progress } from "./Progress";
import { ReportContext } from "./ReportContext";
import classes from "./ReportPage.module.css";
import { Sections } from "./Sections";
import { thresholdInWords, thresholdsOf } from "./thresholds";
import { Verified } from "./Verified";

export default function ReportPage({ id }: { id: number }) {
  const { data, error, refetch } = useQuery(reportQuery(id));
  if (error && !data) return <PageProblem error={error} retry={refetch} />;
  return data ? <ReportView report={data} /> : <Waiting />;
}

function ReportView({ report }: { report: ReportDetail }) {
  const client = useQueryClient();
  const generate = useGenerate(report.id);
  const verify = useVerify(report.id);
  const started =
    generate.data && generate.data.id !== report.latest_run?.id ? generate.data : report.latest_run;
  const [form, setForm] = useState<"notes" | "filters" | "thresholds" | "saved" | null>(null);
  const may = useMay();
  const run = useRun(started).data ?? started;
  const busy = generate.isPending || (run != null && unfinished(run.status));
  const ended = run && !busy ? run.id : null;

  useEffect(() => {
    if (ended !== null) client.invalidateQueries({ queryKey: ["report", report.id] });
  }, [ended, client, report.id]);

  const sections = report.sections as unknown as Section[];
  const formProps = { report, onClose: () => setForm(null), onSaved: () => setForm("saved") };
  return (
    <>
      <Heading title={report.title} note={<About report={report} />}>
        <Actions
          report={report}
          busy={busy}
          verifying={verify.isPending}
          onGenerate={() => {
            verify.reset();
            setForm(null);
            generate.mutate();
          }}
          onVerify={() => verify.mutate()}
          onNotes={() => setForm("notes")}
          onFilters={() => setForm("filters")}
          onThresholds={() => setForm("thresholds")}
        />
      </Heading>
      {form === "notes" && <EditNotes {...formProps} />}
      {form === "filters" && <EditFilters {...formProps} />}
      {form === "thresholds" && <EditThresholds {...formProps} />}
      <Stack gap="md">
        {form === "saved" && (
          <Alert
            variant="light"
            role="status"
            withCloseButton
            onClose={() => setForm(null)}
            closeButtonLabel={t`Close`}
          >
            <Trans>Saved. It holds from the next generation on.</Trans>
          </Alert>
        )}
        {generate.error && <Problem error={generate.error} title={t`The report could not be generated`} />}
        {run && <Progress report_id={report.id} run={run} busy={busy} />}
        {verify.error && <Problem error={verify.error} title={t`The report could not be verified`} />}
        {verify.data && <Verified answer={verify.data} onClose={verify.reset} />}
        {sections.length > 0 ? (
          <ReportContext
            value={{
              id: report.id,
              generatedAt: report.generated_at,
              language: report.language ?? undefined,
              figures: report.figures as unknown as Figures,
              edits: report.edits,
              mayEdit: may("reports:update"),
            }}
          >
            <div className={classes.columns}>
              <Contents sections={sections} />
              <Stack gap="md" miw={0}>
                <Displaced />
                {may("reports:update") && (
                  <Text size="xs" c="dimmed">
                    <Trans>
                      A click on a sentence of the summary or of a finding puts it into your own words.
                    </Trans>
                  </Text>
                )}
                <Sections sections={sections} />
              </Stack>
            </div>
          </ReportContext>
        ) : (
          !busy && (
            <Empty icon={<FileText />} title={t`Not generated yet`}>
              <Trans>“Generate” has the data analysed and the report written. It takes some seconds.</Trans>
            </Empty>
          )
        )}
      </Stack>
    </>
  );
}

function About({ report }: { report: ReportDetail }) {
  const thresholds = thresholdsOf(report);
  return (
    <Stack gap={4}>
      {report.question && <span>{report.question}</span>}
      <Group gap="xs">
        <Status status={report.status} />
        {report.generated_at && (
          <span>
            <Trans>
              Generated <When at={report.generated_at} />
            </Trans>
          </span>
        )}
        {report.source_id !== null && (
          <Anchor component={Link} href={`/sources/${report.source_id}`} inherit>
            <Trans>Its data source</Trans>
          </Anchor>
        )}
        {report.filters.length > 0 && (
          <span>
            <Trans>Filters: {report.filters.map(inWords).join("; ")}</Trans>
          </span>
        )}
        {thresholds.length > 0 && (
          <span>
            <Trans>Thresholds: {thresholds.map(thresholdInWords).join("; ")}</Trans>
          </span>
        )}
        {report.dashboard_id !== null && (
          <Anchor component={Link} href={`/dashboards/${report.dashboard_id}`} inherit>
            <Trans>Its dashboard</Trans>
          </Anchor>
        )}
      </Group>
    </Stack>
  );
}

function Waiting() {
  return (
    <Stack aria-busy>
      <Skeleton h={34} w="min(420px, 80%)" />
      <Skeleton h={20} w={240} />
      <Skeleton h={420} mt="md" />
    </Stack>
  );
}
