import { Badge, List, Paper, SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import type { ForecastResult } from "../../api/types";
import { date, plural } from "../../components/format";
import { percent, short } from "./words";

/** Why this method, how good it was on the past, and what stands out there. */
export function Why({ result }: { result: ForecastResult }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <Paper p="md" component="section" aria-label="Why this method">
        <Stack gap="sm">
          <Title order={2} size="h5">
            Why {result.method_title}
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
      <Paper p="md" component="section" aria-label="What stands out">
        <Stack gap="sm">
          <Title order={2} size="h5">
            What drives it, and what stands out
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
        Tried {plural(backtest.forecasts, "time")} on the past, {plural(backtest.values, "value")} compared.
        Of these, {percent(backtest.coverage_80)} lay within the 80 % band and {percent(backtest.coverage_95)}{" "}
        within the 95 % band.
      </Text>
      <Table fz="sm" verticalSpacing={4} aria-label="The methods, the best first">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Method</Table.Th>
            <Table.Th ta="right" title="Mean absolute error over that of seasonal naive one step ahead">
              Error (MASE)
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
                    taken
                  </Badge>
                )}
              </Table.Td>
              <Table.Td ta="right">{one.mase.toFixed(3)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

const MOST = 8;

function Standing({ result: { drivers, anomalies, changepoints } }: { result: ForecastResult }) {
  const found = [
    ...drivers.map((one) => `${one.text}: ${short(one.value)}`),
    ...changepoints.map(
      (one) =>
        `From ${date(one.date)} on the level is ${short(one.after)}, before it was ${short(one.before)}.`,
    ),
    ...anomalies.map(
      (one) => `${date(one.date)} had ${short(one.value)} where ${short(one.expected)} was to be expected.`,
    ),
  ];
  if (found.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing: the history has no value far from what was to be expected, and no lasting change of its
        level.
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
      {found.length > MOST && (
        <Text size="xs" c="dimmed">
          and {found.length - MOST} more
        </Text>
      )}
    </>
  );
}
