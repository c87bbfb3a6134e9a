import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Button, Collapse, Group, List, Paper, ScrollArea, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { ChevronDown, ChevronUp } from "lucide-react";
import type { Analysis } from "../../api/types";
import { Chart } from "../../charts/Chart";
import { DataTable, lazily } from "../../components/DataTable";
import { ErrorBoundary } from "../../components/ErrorBoundary";
import { count } from "../../components/format";
import { SqlText } from "../../components/SqlText";
import { type Drawn, isMetric, isTable } from "../dashboard/drawn";
import { EvidenceButton } from "../dashboard/EvidenceButton";
import { MetricContent } from "../dashboard/MetricContent";
import { TableContent } from "../dashboard/TableContent";
import { NewReport } from "../report/NewReport";
import { SaveAnswer } from "./SaveAnswer";

interface Props {
  answer: Analysis;
  onFollow: (question: string) => void;
}

const SURENESS = { high: "teal", medium: "yellow", low: "red" } as const;
const NUMBERS = new Set(["integer", "decimal", "float"]);

export function AnswerCard({ answer, onFollow }: Props) {
  return (
    <Paper component="article" aria-label={answer.question} p="md">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <Title order={2} size="h5" style={{ overflowWrap: "anywhere" }}>
            {answer.question}
          </Title>
          <Group gap={4} wrap="nowrap">
            <Sureness answer={answer} />
            {answer.evidence_id !== null && <EvidenceButton id={answer.evidence_id} />}
          </Group>
        </Group>
        <Text>{answer.text}</Text>
        {answer.choices.length > 0 && (
          <List size="sm" c="dimmed" spacing={2}>
            {answer.choices.map((choice) => (
              <List.Item key={choice}>{choice}</List.Item>
            ))}
          </List>
        )}
        <Picture answer={answer} />
        <Group gap="sm">
          <SaveAnswer answer={answer} />
          {isProvable(answer) && <NewReport about={{ answer }} size="compact-sm" />}
        </Group>
        <FollowUps questions={answer.follow_ups} onFollow={onFollow} />
        {answer.sql && <Particulars answer={answer} />}
      </Stack>
    </Paper>
  );
}

function Sureness({ answer }: { answer: Analysis }) {
  const { level, reasons } = answer.confidence;
  const levels = {
    high: t`confidence: high`,
    medium: t`confidence: medium`,
    low: t`confidence: low`,
  };
  const label = answer.status === "unclear" ? t`not understood` : levels[level];
  return (
    <Badge color={SURENESS[level]} variant="light" tt="none" title={reasons.join("; ")}>
      {label}
    </Badge>
  );
}

function Picture({ answer }: { answer: Analysis }) {
  const drawn = answer.chart as Drawn | null;
  if (!drawn || answer.rows.length === 0) return null;
  if (isMetric(drawn)) return <MetricContent metric={drawn.metric} />;
  return (
    <div style={{ height: 320 }}>
      <ErrorBoundary>
        {isTable(drawn) ? (
          <TableContent table={drawn.table} title={answer.question} />
        ) : (
          <Chart option={drawn} />
        )}
      </ErrorBoundary>
    </div>
  );
}

function FollowUps({ questions, onFollow }: { questions: string[]; onFollow: (question: string) => void }) {
  if (questions.length === 0) return null;
  return (
    <Group gap="xs" role="group" aria-label={t`Ask next`}>
      {questions.map((question) => (
        <Button key={question} size="compact-sm" variant="default" onClick={() => onFollow(question)}>
          {question}
        </Button>
      ))}
    </Group>
  );
}

/** How the question was read, the rows, and the statement that was run. */
function Particulars({ answer }: { answer: Analysis }) {
  const [opened, { toggle }] = useDisclosure();
  const Chevron = opened ? ChevronUp : ChevronDown;
  return (
    <div>
      <Button
        size="compact-sm"
        variant="subtle"
        color="gray"
        leftSection={<Chevron size={14} />}
        aria-expanded={opened}
        onClick={toggle}
      >
        <Trans>How it was read</Trans>
      </Button>
      <Collapse expanded={opened}>
        <Stack gap="sm" pt="xs">
          <Group gap="xs">
            {answer.understood.map(({ text, meaning }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same phrase may come twice
              <Badge key={place} variant="default" tt="none" fw={400}>
                {text}: {meaning}
              </Badge>
            ))}
          </Group>
          {answer.sql && <SqlText sql={answer.sql} />}
          <ScrollArea.Autosize
            mah="60vh"
            viewportProps={{ tabIndex: 0, role: "group", "aria-label": t`Rows` }}
          >
            <DataTable
              columns={answer.columns.map((column) => String(column.name))}
              numeric={answer.columns.map((column) => NUMBERS.has(String(column.type)))}
              rows={lazily(answer.rows, (row) => row.map(shown))}
            />
          </ScrollArea.Autosize>
        </Stack>
      </Collapse>
    </div>
  );
}

/** What a report can hold: a forecast has no formula, and a model's answer no table of its own. */
const isProvable = ({ query, purpose, model_id }: Analysis) =>
  query !== null && purpose !== "forecast" && model_id === null;

const shown = (value: unknown) =>
  value === null ? "" : typeof value === "number" ? count(value) : String(value);
