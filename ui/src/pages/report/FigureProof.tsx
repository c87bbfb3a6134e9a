import { t } from "@lingui/core/macro";
import { Code, Loader, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { reportEvidenceQuery } from "../../api/queries";
import { Evidence, Fact } from "../../components/Evidence";
import { Problem } from "../../components/Problem";
import type { Figure } from "./document";
import { useReport } from "./ReportContext";

/** How a figure came to be: its value, the cell or the formula, the query behind it. */
export function FigureProof({ figure }: { figure: Figure }) {
  const { id, generatedAt } = useReport();
  const { data, error } = useQuery(reportEvidenceQuery(id, generatedAt));
  const query = data?.queries.find((row) => row.evidence_id === figure.evidence_id);
  return (
    <Stack gap="xs">
      <Text fw={600} size="sm">
        {figure.text}
      </Text>
      <Fact name={t`Exact value`}>
        <Code>{String(figure.value)}</Code>
        {figure.unit && ` ${figure.unit}`}
      </Fact>
      <Fact name={t`Comes from`}>{originOf(figure)}</Fact>
      {error && <Problem error={error} />}
      {!data && !error && <Loader size="sm" type="dots" />}
      {query && <Evidence {...query} />}
    </Stack>
  );
}

function originOf({ evidence_id, row, column, formula, arguments: given }: Figure): string {
  const place = [
    t`query ${evidence_id}`,
    column !== null && t`column ${column}`,
    row !== null && t`row ${row + 1}`,
  ].filter(Boolean);
  if (formula === "cell") return place.join(", ");
  const words = Object.entries(given).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const [computed, from] = [`${formula}(${words.join(", ")})`, place.join(", ")];
  return t`${computed} of ${from}`;
}
