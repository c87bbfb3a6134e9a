import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Paper, Select, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { MessageCircleQuestion, SendHorizontal } from "lucide-react";
import { useRef, useState } from "react";
import { useSearchParams } from "wouter";
import { type Progress, type Subject, subjectsQuery, suggestionsQuery, useAsk } from "../../api/analysis";
import type { Analysis } from "../../api/types";
import { Empty } from "../../components/Empty";
import { submitted } from "../../components/form";
import { Heading } from "../../components/Heading";
import { PageProblem } from "../../components/PageProblem";
import { Problem } from "../../components/Problem";
import { AnswerCard } from "./AnswerCard";

const LONGEST = 1000;
const keyOf = ({ kind, id }: Subject) => `${kind} ${id}`;

/** Questions in words, one after the other; the newest answer stands on top. */
export default function AskPage() {
  const { data: subjects, error, refetch } = useQuery(subjectsQuery());
  if (error && !subjects) return <PageProblem error={error} retry={refetch} />;
  return (
    <>
      <Heading
        title={t`Ask`}
        note={t`In English, about your data; a question may go on from the one before (“and by month?”). Every answer shows how it was read, and its proof.`}
      />
      {!subjects && <Skeleton h={60} aria-busy />}
      {subjects?.length === 0 && (
        <Empty icon={<MessageCircleQuestion />} title={t`There is nothing to ask yet`}>
          <Trans>Upload a file or connect a database on the start page; then ask about it here.</Trans>
        </Empty>
      )}
      {subjects && subjects.length > 0 && <Conversation subjects={subjects} />}
    </>
  );
}

function Conversation({ subjects }: { subjects: Subject[] }) {
  const [search, setSearch] = useSearchParams();
  const [answers, setAnswers] = useState<Analysis[]>([]);
  const input = useRef<HTMLInputElement>(null);
  const { ask, progress, stop } = useAsk((answer) => setAnswers((before) => [answer, ...before]));
  const wanted = ["source", "model"].map((kind) => `${kind} ${search.get(kind)}`);
  const subject = subjects.find((one) => wanted.includes(keyOf(one))) ?? subjects[0];
  if (!subject) return null;
  const send = (question: string) => {
    if (question.trim() === "" || ask.isPending) return;
    const [latest] = answers;
    const about = subject.kind === "model" ? latest?.model_id : latest?.source_id;
    const goesOn = about === subject.id ? latest?.session_id : undefined;
    ask.mutate({ question: question.trim(), subject, goesOn });
    if (input.current) input.current.value = "";
    input.current?.focus();
  };
  return (
    <Stack>
      <form onSubmit={submitted((filled) => send(filled("question")))}>
        <Group align="flex-end" gap="sm">
          <Select
            label={t`About`}
            data={subjects.map((one) => ({ value: keyOf(one), label: one.name }))}
            value={keyOf(subject)}
            allowDeselect={false}
            searchable={subjects.length > 8}
            onChange={(key) => {
              const [kind, id] = (key ?? "").split(" ");
              if (kind && id) setSearch({ [kind]: id }, { replace: true });
            }}
            w={{ base: "100%", sm: 220 }}
          />
          <TextInput
            ref={input}
            name="question"
            label={t`Question`}
            placeholder={t`Top 5 regions by revenue last year`}
            maxLength={LONGEST}
            autoComplete="off"
            autoFocus
            required
            withAsterisk={false}
            flex="1 1 18rem"
          />
          <Button type="submit" loading={ask.isPending} leftSection={<SendHorizontal size={16} />}>
            <Trans>Ask</Trans>
          </Button>
        </Group>
      </form>
      {ask.error && <Problem error={ask.error} />}
      {answers.length === 0 && !ask.isPending && <Suggestions subject={subject} onAsk={send} />}
      <Asking asked={ask.isPending ? ask.variables.question : null} progress={progress} onStop={stop} />
      <Stack aria-live="polite">
        {answers.map((answer) => (
          <AnswerCard key={answer.id} answer={answer} onFollow={send} />
        ))}
      </Stack>
    </Stack>
  );
}

/** Questions to begin with, while there is no answer to go on from. */
function Suggestions({ subject, onAsk }: { subject: Subject; onAsk: (question: string) => void }) {
  const { data } = useQuery(suggestionsQuery(subject));
  if (!data?.length) return null;
  return (
    <Stack gap="xs" component="section" aria-label={t`To begin with`}>
      <Text size="sm" c="dimmed">
        <Trans>To begin with</Trans>
      </Text>
      <Group gap="xs">
        {data.map((question) => (
          <Button
            key={question}
            variant="default"
            size="xs"
            radius="xl"
            fw={400}
            onClick={() => onAsk(question)}
          >
            {question}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}

interface AskingProps {
  asked: string | null;
  progress: Progress | null;
  onStop: () => void;
}

/** The question that is being answered, and how far that has come. */
function Asking({ asked, progress, onStop }: AskingProps) {
  const stages: Record<string, string> = { "asking a language model": t`Asking a language model …` };
  return (
    <div role="status">
      {asked !== null && (
        <Paper p="md">
          <Stack gap="xs">
            <Group justify="space-between" align="flex-start" wrap="nowrap">
              <Text fw={600} style={{ overflowWrap: "anywhere" }}>
                {asked}
              </Text>
              <Button variant="subtle" size="compact-sm" onClick={onStop} flex="none">
                <Trans>Stop</Trans>
              </Button>
            </Group>
            <Text size="sm" c="dimmed">
              {progress ? (stages[progress.stage] ?? t`Asking the data …`) : t`Reading the question …`}
            </Text>
            <Skeleton h={180} aria-busy />
          </Stack>
        </Paper>
      )}
    </div>
  );
}
