import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, List, Paper, SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import type { ForecastResult } from "../../api/types";
import { number } from "../../components/format";
import { percent, short, timesOf } from "./words";

/** Why this method, how good it was on the past, and what stands out there. */
export function Why({ result }: { result: ForecastResult }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <Paper p="md" component="section" aria-label={t`Why this method`}>
        <Stack gap="sm">
          <Title order={2} size="h5">
            <Trans>Why {result.method_title}</Trans>
          </Title>
          <Text size="sm">{result.why}</Text>
          {result.backtest && <Backtest backtest={result.backtest} method={result.method} />}
          {result.notes.length > 0 && (
            <List size="sm" c="dimmed" spacing={2}>
              {result.notes.map((note) => (
                <List.Item key={note}>{note}</List.Item>
              ))}
            </List>
          )}
        </Stack>
      </Paper>
      <Paper p="md" component="section" aria-label={t`What stands out`}>
        <Stack gap="sm">
          <Title order={2} size="h5">
            <Trans>What drives it, and what stands out</Trans>
          </Title>
          <Standing result={result} />
        </Stack>
      </Paper>
    </SimpleGrid>
  );
}

function Backtest({
  backtest,
  method,
}: {
  backtest: NonNullable<ForecastResult["backtest"]>;
  method: string;
}) {
  return (
    <>
      <Text size="sm" c="dimmed">
        {plural(backtest.forecasts, {
          one: "Tried # time on the past.",
          other: "Tried # times on the past.",
        })}{" "}
        {coverage(backtest)}
      </Text>
      <Table fz="sm" verticalSpacing={4} aria-label={t`The methods, the best first`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <Trans>Method</Trans>
            </Table.Th>
            <Table.Th ta="right" title={t`Mean absolute error over that of seasonal naive one step ahead`}>
              <Trans>Error (MASE)</Trans>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {backtest.methods.map((one) => (
            <Table.Tr key={one.method}>
              <Table.Td fw={one.method === method ? 600 : undefined}>
                {one.title}{" "}
                {one.method === method && (
                  <Badge size="xs" variant="default" tt="none">
                    <Trans>taken</Trans>
                  </Badge>
                )}
              </Table.Td>
              <Table.Td ta="right">{number(one.mase, MASE)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

const MASE = { minimumFractionDigits: 3, maximumFractionDigits: 3 };

function coverage({ values, coverage_80, coverage_95 }: NonNullable<ForecastResult["backtest"]>): string {
  const [narrow, wide] = [percent(coverage_80), percent(coverage_95)];
  return plural(values, {
    one: `Of the # value that was compared, ${narrow} lay within the 80 % band and ${wide} within the 95 % band.`,
    other: `Of the # values that were compared, ${narrow} lay within the 80 % band and ${wide} within the 95 % band.`,
  });
}

const MOST = 8;

function Standing({ result }: { result: ForecastResult }) {
  const { drivers, anomalies, changepoints } = result;
  const told = timesOf(result);
  const found = [
    ...drivers.map((one) => `${one.text}: ${short(one.value)}`),
    ...changepoints.map((one) => {
      const [day, after, before] = [told(one.date), short(one.after), short(one.before)];
      return t`From ${day} on the level is ${after}, before it was ${before}.`;
    }),
    ...anomalies.map((one) => {
      const [day, value, expected] = [told(one.date), short(one.value), short(one.expected)];
      return t`${day} had ${value} where ${expected} was to be expected.`;
    }),
  ];
  const more = found.length - MOST;
  if (found.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        <Trans>
          Nothing: the history has no value far from what was to be expected, and no lasting change of its
          level.
        </Trans>
      </Text>
    );
  }
  return (
    <>
      <List size="sm" spacing={4}>
        {found.slice(0, MOST).map((text) => (
          <List.Item key={text}>{text}</List.Item>
        ))}
      </List>
      {more > 0 && (
        <Text size="xs" c="dimmed">
          <Trans>and {more} more</Trans>
        </Text>
      )}
    </>
  );
}
