import { t } from "@lingui/core/macro";
import { Group, Paper, ScrollArea, SegmentedControl, Text, Title } from "@mantine/core";
import { useMemo, useState } from "react";
import type { ForecastResult } from "../../api/types";
import { Chart } from "../../charts/Chart";
import { forecastOption } from "../../charts/forecast";
import { DataTable } from "../../components/DataTable";
import { useLanguage } from "../../i18n";
import { EvidenceButton } from "../dashboard/EvidenceButton";
import classes from "./Picture.module.css";
import { short, timesOf } from "./words";

interface Props {
  result: ForecastResult;
  name: string;
  evidence: number | null;
}

/** The forecast as a line with its bands, or as a table. */
export function Picture({ result, name, evidence }: Props) {
  const [how, setHow] = useState("chart");
  const language = useLanguage();
  // biome-ignore lint/correctness/useExhaustiveDependencies: its words are those of the language
  const option = useMemo(() => forecastOption(result, name), [result, name, language]);
  const [next] = result.values;
  const told = timesOf(result);
  return (
    <Paper p="md" component="section" aria-label={t`The forecast`}>
      <Group justify="space-between" align="flex-start" mb="xs" gap="sm">
        <div>
          <Title order={2} size="h5">
            {next ? `${told(next.date)}: ${short(next.value)}` : t`The forecast`}
          </Title>
          {next && (
            <Text size="sm" c="dimmed" className="numbers">
              {between(short(next.lower_80), short(next.upper_80))}
            </Text>
          )}
        </div>
        <Group gap="xs">
          {evidence !== null && <EvidenceButton id={evidence} />}
          <SegmentedControl
            size="xs"
            aria-label={t`Show as`}
            value={how}
            onChange={setHow}
            data={[
              { value: "chart", label: t`Chart` },
              { value: "table", label: t`Table` },
            ]}
          />
        </Group>
      </Group>
      <div className={classes.picture}>
        {how === "chart" ? <Chart option={option} /> : <Table values={result.values} told={told} />}
      </div>
    </Paper>
  );
}

const between = (low: string, high: string) => t`With 80 % between ${low} and ${high}`;

function Table({ values, told }: { values: ForecastResult["values"]; told: (iso: string) => string }) {
  const bands = ["50 %", "80 %", "95 %"].flatMap((band) => [t`${band} from`, t`${band} to`]);
  const columns = [t`Date`, t`Forecast`, ...bands];
  return (
    <ScrollArea
      h="100%"
      viewportProps={{ tabIndex: 0, role: "group", "aria-label": t`The forecast as a table` }}
    >
      <DataTable
        columns={columns}
        numeric={columns.map((_, at) => at > 0)}
        rows={values.map((one) => [
          told(one.date),
          ...[
            one.value,
            one.lower_50,
            one.upper_50,
            one.lower_80,
            one.upper_80,
            one.lower_95,
            one.upper_95,
          ].map(short),
        ])}
      />
    </ScrollArea>
  );
}
