import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Box, Loader, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { LOADS_PER_PAGE, syncsQuery } from "../../api/queries";
import type { SourceDetail, SourceSync } from "../../api/types";
import { aboutRows, dateTime, duration, number, rowsInWords } from "../../components/format";
import { Pages } from "../../components/Pages";
import { Problem } from "../../components/Problem";
import { When } from "../../components/When";
import classes from "./History.module.css";

/** Every load of a source: what began it, how long it took, what it brought, or why it failed. */
export function History({ source }: { source: SourceDetail }) {
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useQuery(syncsQuery(source.id, page, source.updated_at));
  const pages = data ? Math.ceil(data.count / LOADS_PER_PAGE) : 0;
  const title = t`History`;
  return (
    <Paper p="md" component="section" aria-label={title}>
      <Title order={2} size="h5" mb={4}>
        {title}
      </Title>
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Skeleton h={60} aria-busy />}
      {data?.count === 0 && (
        <Text size="sm" c="dimmed">
          <Trans>Nothing was loaded since this list is kept. What comes from now on stands here.</Trans>
        </Text>
      )}
      <Box component="ul" className={classes.list}>
        {data?.results.map((load, at) => (
          <Load key={load.id} load={load} source={source} isNewest={page === 1 && at === 0} />
        ))}
      </Box>
      {pages > 1 && <Pages title={title} total={pages} page={page} onChange={setPage} />}
    </Paper>
  );
}

interface LoadProps {
  load: SourceSync;
  source: SourceDetail;
  isNewest: boolean;
}

function Load({ load, source, isNewest }: LoadProps) {
  const { started_at, finished_at, row_count, error_message, status, requested_by_name } = load;
  return (
    <li className={classes.load}>
      <Result status={status} />
      <Text size="sm" span>
        <When at={started_at} />
        <Text span size="xs" c="dimmed" ml={8}>
          {[
            beginnings(source)[load.trigger],
            requested_by_name,
            finished_at && duration(started_at, finished_at),
          ]
            .filter(Boolean)
            .join(" · ")}
        </Text>
      </Text>
      {row_count !== null && (
        <Text size="sm" span className={classes.rows}>
          {source.mode === "live" ? aboutRows(row_count) : rowsInWords(row_count)}
          <Text span size="xs" c="dimmed" ml={6}>
            {changeInWords(load)}
          </Text>
        </Text>
      )}
      {error_message && (
        <Stack gap={0} className={classes.reason}>
          <Text size="xs" className={status === "failed" ? classes.failed : undefined}>
            {error_message}
          </Text>
          {isNewest && status === "failed" && (
            <Text size="xs" c="dimmed">
              {nextStep(source)}
            </Text>
          )}
        </Stack>
      )}
    </li>
  );
}

const results = (): Record<SourceSync["status"], [label: string, color: string]> => ({
  running: [t`Running`, "blue"],
  completed: [t`Loaded`, "teal"],
  failed: [t`Failed`, "red"],
  unchanged: [t`Unchanged`, "gray"],
});

function Result({ status }: { status: SourceSync["status"] }) {
  const [label, color] = results()[status];
  return (
    <Badge
      variant="light"
      color={color}
      tt="none"
      fw={600}
      leftSection={status === "running" && <Loader size={10} color={color} />}
    >
      {label}
    </Badge>
  );
}

const beginnings = ({ mode }: SourceDetail): Record<SourceSync["trigger"], string> => ({
  upload: t`Upload`,
  manual: mode === "live" ? t`Tables listed by hand` : t`By hand`,
  schedule: t`By schedule`,
});

/** How many rows more or fewer than before, and how many did not fit. */
function changeInWords({ row_change, rejected_count }: SourceSync): string {
  const signed = row_change && number(row_change, { signDisplay: "always" });
  const aside = rejected_count ?? 0;
  return [signed, aside > 0 && plural(aside, { one: "# row set aside", other: "# rows set aside" })]
    .filter(Boolean)
    .join(" · ");
}

/** What to do about the newest load if it failed. */
function nextStep({ mode, next_sync_at }: SourceDetail): string {
  if (mode === "stored") return t`Mend the file and upload it once more.`;
  if (mode === "live") return t`Test the connection, then refresh the tables.`;
  if (next_sync_at === null) return t`Test the connection, then copy it once more.`;
  const due = dateTime(next_sync_at);
  return t`It is tried again by itself: ${due}. Or test the connection and copy it now.`;
}
