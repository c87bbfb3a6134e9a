import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Group, Paper, Skeleton, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { trustQuery } from "../../api/forecasts";
import { dateTime } from "../../components/format";
import { Problem } from "../../components/Problem";
import { EvidenceButton } from "../dashboard/EvidenceButton";
import { percent } from "./words";

/** What earlier runs said, held against what has come true since. */
export function Trust({ id, run }: { id: number; run: number }) {
  const { data, error, refetch } = useQuery(trustQuery(id, run));
  const compared = data?.runs.filter((one) => one.compared > 0) ?? [];
  return (
    <Paper p="md" component="section" aria-label={t`Can it be relied on?`}>
      <Group justify="space-between" mb="xs" wrap="nowrap">
        <Title order={2} size="h5">
          <Trans>Can it be relied on?</Trans>
        </Title>
        {data?.evidence_id != null && <EvidenceButton id={data.evidence_id} />}
      </Group>
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Skeleton h={20} w="60%" aria-busy />}
      {data && <Text size="sm">{data.verdict}</Text>}
      {compared.length > 0 && (
        <Table.ScrollContainer minWidth={440} mt="xs">
          <Table fz="sm" verticalSpacing={4} aria-label={t`Runs against what came true`}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>
                  <Trans>Run</Trans>
                </Table.Th>
                <Table.Th>
                  <Trans>Method</Trans>
                </Table.Th>
                <Table.Th ta="right">
                  <Trans>Compared</Trans>
                </Table.Th>
                <Table.Th ta="right">
                  <Trans>Off by (MAPE)</Trans>
                </Table.Th>
                <Table.Th ta="right">
                  <Trans>Within 80 %</Trans>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {compared.map((one) => (
                <Table.Tr key={one.run_id}>
                  <Table.Td>{dateTime(one.created_at)}</Table.Td>
                  <Table.Td>{one.method}</Table.Td>
                  <Table.Td ta="right">{one.compared}</Table.Td>
                  <Table.Td ta="right">{percent(one.mape)}</Table.Td>
                  <Table.Td ta="right">{percent(one.coverage_80)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Paper>
  );
}
