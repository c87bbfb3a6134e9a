import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import {
  Box,
  Button,
  Drawer,
  Group,
  Paper,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { subjectsQuery } from "../../../api/analysis";
import { isSql } from "../../../api/catalog";
import { sketch } from "../../../api/dashboards";
import type { NewWidget, Question, Sketch } from "../../../api/types";
import { Problem } from "../../../components/Problem";
import { WidgetError } from "../WidgetCard";
import { WidgetContent } from "../WidgetContent";
import type { DraftWidget } from "./draft";
import { LookFields } from "./LookFields";
import { QueryFields } from "./QueryFields";
import { isWhole, titleOf } from "./question";
import { SqlFields } from "./SqlFields";
import { TypePicker } from "./TypePicker";
import classes from "./WidgetDrawer.module.css";

interface Props {
  widget: DraftWidget;
  /** The source that a new widget of this dashboard most likely asks. */
  source: number | null;
  onClose: () => void;
  onDone: (widget: DraftWidget) => void;
}

const LONGEST_TITLE = 300;
const LONGEST_TEXT = 20_000;
const PAUSE_MS = 350;

/** What a widget asks and how it looks, with the answer at once. */
export function WidgetDrawer({ widget, source, onClose, onDone }: Props) {
  const [edited, setEdited] = useState(widget);
  const set = (changes: Partial<DraftWidget>) => setEdited((before) => ({ ...before, ...changes }));
  const preview = usePreview(edited);
  const isNew = widget.id === null && widget.chart === null && widget.error === null;
  const suggestion =
    edited.query && !isSql(edited.query) && edited.type !== "text" ? titleOf(edited.query) : "";
  const answered = preview.complete && preview.answer !== undefined && !preview.waiting;
  // One that is there already may be changed while its source can't be reached.
  const ready = answered && !(isNew && preview.answer?.error);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={isNew ? t`New widget` : t`Edit widget`}
      closeOnClickOutside={false}
      classNames={{ body: classes.body, content: classes.content }}
    >
      <Preview edited={edited} {...preview} />
      <Stack className={classes.form} p="md">
        <TypePicker value={edited.type} onChange={(type) => set({ type })} />
        <TextInput
          label={t`Title`}
          value={edited.title}
          maxLength={LONGEST_TITLE}
          placeholder={suggestion || t`A name for the widget`}
          onChange={(event) => set({ title: event.currentTarget.value })}
        />
        {edited.type === "text" ? (
          <Textarea
            label={t`Text`}
            description={t`Markdown: **strong**, [a link](https://…), - a list`}
            autosize
            minRows={6}
            maxLength={LONGEST_TEXT}
            value={String(edited.options.text ?? "")}
            onChange={(event) => set({ options: { ...edited.options, text: event.currentTarget.value } })}
          />
        ) : (
          <Asked
            edited={edited}
            source={source}
            set={set}
            error={answered ? (preview.answer?.error ?? null) : null}
          />
        )}
      </Stack>
      <Group justify="flex-end" gap="xs" className={classes.foot} p="md">
        <Button variant="default" onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
        <Button
          disabled={!ready}
          onClick={() =>
            onDone({
              ...edited,
              ...askedOf(edited),
              title: edited.title.trim() || suggestion,
              ...(preview.answer as Sketch),
            } as DraftWidget)
          }
        >
          {isNew ? t`Add to the dashboard` : t`Apply`}
        </Button>
      </Group>
    </Drawer>
  );
}

interface AskedProps {
  edited: DraftWidget;
  source: number | null;
  /** What the server says against the question. */
  error: string | null;
  set: (changes: Partial<DraftWidget>) => void;
}

function Asked({ edited, source, error, set }: AskedProps) {
  const { data: subjects, error: problem } = useQuery(subjectsQuery());
  const query = edited.query ?? null;
  const bySql = query !== null && isSql(query);
  const change = (changed: Question) => set({ query: changed });
  if (problem) return <Problem error={problem} />;
  if (!subjects) return null;
  if (subjects.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        <Trans>There is no data yet. Upload a file or connect a database on the start page first.</Trans>
      </Text>
    );
  }
  const sources = subjects.filter((one) => one.kind === "source");
  return (
    <>
      {sources.length > 0 && (
        <SegmentedControl
          aria-label={t`How the data are asked for`}
          value={bySql ? "sql" : "form"}
          data={[
            { value: "form", label: t`By form` },
            { value: "sql", label: t`By SQL` },
          ]}
          onChange={(way) => {
            const id = query && "source_id" in query ? query.source_id : (source ?? sources[0]?.id ?? 0);
            set({ query: way === "sql" ? { source_id: id, sql: "" } : null });
          }}
        />
      )}
      {bySql ? (
        <SqlFields query={query} sources={sources} error={error} onChange={change} />
      ) : (
        <QueryFields query={query} subjects={subjects} source={source} onChange={change} />
      )}
      <LookFields
        type={edited.type}
        options={edited.options}
        query={query}
        onChange={(options) => set({ options })}
      />
    </>
  );
}

function usePreview(edited: DraftWidget) {
  const complete = isComplete(edited);
  const wanted = JSON.stringify(askedOf(edited));
  const [asked] = useDebouncedValue(wanted, PAUSE_MS);
  const { data, error, isFetching } = useQuery({
    queryKey: ["sketch", asked],
    queryFn: ({ signal }) => sketch([JSON.parse(asked) as NewWidget], signal),
    retry: false,
    placeholderData: keepPreviousData,
    // What was written a moment ago may ask nothing yet.
    enabled: complete && isComplete(JSON.parse(asked)),
  });
  return { complete, answer: data?.[0], problem: error, waiting: isFetching || asked !== wanted };
}

/** What is asked for: without conditions that are not written to their end. */
function askedOf({ type, title, query, options }: DraftWidget): NewWidget {
  const whole =
    query && !isSql(query) ? { ...query, filters: (query.filters ?? []).filter(isWhole) } : (query ?? null);
  return { type, title, options, query: type === "text" ? null : whole };
}

/** Whether it asks anything yet. */
function isComplete({ type, query }: Pick<DraftWidget, "type" | "query">): boolean {
  if (type === "text") return true;
  if (!query) return false;
  if (isSql(query)) return query.sql.trim() !== "";
  if ("table" in query && query.table === "") return false;
  return [query.measures, query.dimensions, query.columns].some((part) => (part?.length ?? 0) > 0);
}

type Preview = ReturnType<typeof usePreview>;

function Preview({ edited, complete, answer, problem, waiting }: Preview & { edited: DraftWidget }) {
  return (
    <Box className={classes.preview} p="md">
      <Paper
        p="xs"
        component="section"
        aria-label={t`Preview`}
        aria-busy={complete && waiting}
        className={classes.picture}
        data-waiting={complete && waiting}
      >
        {!complete && (
          <Text size="sm" c="dimmed" p="xs">
            {edited.query
              ? t`Choose a measure or what to split by, and it shows here.`
              : t`Choose the data first.`}
          </Text>
        )}
        {complete && problem !== null && <Problem error={problem} />}
        {complete && problem === null && answer?.error && <WidgetError message={answer.error} />}
        {complete && problem === null && answer && !answer.error && (
          <WidgetContent widget={{ ...answer, title: edited.title }} />
        )}
      </Paper>
    </Box>
  );
}
