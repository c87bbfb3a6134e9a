import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Group, ScrollArea, SegmentedControl, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { usageHistoryQuery } from "../../../api/account";
import { useMay } from "../../../api/session";
import type { UsageHistory } from "../../../api/types";
import { DataTable } from "../../../components/DataTable";
import { count, date } from "../../../components/format";
import { Problem } from "../../../components/Problem";
import { DayBars } from "./DayBars";

const DAY_MS = 86_400_000;
const SPANS = ["7", "30", "90"];

/** What was used, by day and by key. */
export function History() {
  const [days, setDays] = useState("30");
  const since = new Date(Date.now() - (Number(days) - 1) * DAY_MS).toISOString().slice(0, 10);
  const { data, error, refetch } = useQuery(usageHistoryQuery(since));
  const everybody = useMay()("users:manage");
  return (
    <Stack component="section" aria-label={t`Usage`} gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h4">
          <Trans>Usage</Trans>
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t`Days shown`}
          value={days}
          onChange={setDays}
          data={SPANS.map((value) => ({
            value,
            label: plural(Number(value), { one: "# day", other: "# days" }),
          }))}
        />
      </Group>
      <Text size="sm" c="dimmed">
        {everybody
          ? t`Of everybody in the organisation, by day (UTC) and by key.`
          : t`Your own, by day (UTC) and by key.`}
      </Text>
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Skeleton h={180} aria-busy />}
      {data && <Shown history={data} />}
    </Stack>
  );
}

function Shown({ history }: { history: UsageHistory }) {
  if (history.keys.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        <Trans>Nothing was used in these days.</Trans>
      </Text>
    );
  }
  return (
    <>
      <DayBars days={history.days} />
      <ScrollArea viewportProps={{ tabIndex: 0, role: "group", "aria-label": t`Usage by key` }}>
        <DataTable
          columns={[t`Key`, t`Begins with`, t`Requests`, t`Generations`]}
          numeric={[false, false, true, true]}
          rows={history.keys.map((key) => [
            key.name,
            key.prefix ?? "—",
            count(key.requests),
            count(key.generations),
          ])}
        />
      </ScrollArea>
      <details>
        <Text component="summary" size="sm" style={{ cursor: "pointer" }}>
          <Trans>By day, as a table</Trans>
        </Text>
        <ScrollArea.Autosize
          mah={320}
          viewportProps={{ tabIndex: 0, role: "group", "aria-label": t`Usage by day` }}
        >
          <DataTable
            columns={[t`Day`, t`Requests`, t`Generations`]}
            numeric={[false, true, true]}
            rows={history.days
              .toReversed()
              .map(({ day, requests, generations }) => [date(day), count(requests), count(generations)])}
          />
        </ScrollArea.Autosize>
      </details>
    </>
  );
}
