import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { sourcesQuery, useNewReport } from "../../api/queries";
import { templatesQuery } from "../../api/reports";
import type { Filter, NewReport, Threshold } from "../../api/types";
import { fieldsInside } from "../../components/form";
import { Problem } from "../../components/Problem";
import { RefusedPart } from "../../components/RefusedPart";
import { isWhole } from "../dashboard/edit/question";
import { FilterList } from "../dashboard/filters/FilterList";
import type { About } from "./NewReport";
import { ThresholdList } from "./ThresholdList";
import { type Place, useSubject } from "./useSubject";

interface Props {
  about: About | undefined;
  onDone: () => void;
}

export default function NewReportForm({ about, onDone }: Props) {
  const [source, setSource] = useState<{ id: number; name: string } | null>(null);
  const given = about ? givenBy(about) : source ? givenBy({ source }) : null;
  const [title, setTitle] = useState(about ? givenBy(about).title : "");
  const [table, setTable] = useState<string | null>(null);
  const [question, setQuestion] = useState("");
  const [template, setTemplate] = useState<string | null>(null);
  const [filters, setFilters] = useState<Filter[]>([]);
  const [thresholds, setThresholds] = useState<Threshold[]>([]);
  const [, navigate] = useLocation();
  const place = given && { ...given.place, table: given.place.table ?? table };
  const subject = useSubject(place);
  const make = useNewReport();
  const name = title.trim() || given?.title || "";
  const refused = ["filters", "thresholds"].flatMap((list) => fieldsInside(make.error, list));
  const isAsked = given !== null && "analysis_id" in given.body;

  /** Those of another table would not fit. */
  function withoutConditions() {
    setFilters([]);
    setThresholds([]);
    make.reset();
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!given) return;
    const body: NewReport = {
      ...given.body,
      title: name,
      filters: filters.filter(isWhole),
      thresholds,
      ...(template && { template }),
      ...(table && { table }),
      ...(question.trim() && { question: question.trim() }),
    };
    make.mutate(body, {
      onSuccess: (run) => {
        onDone();
        navigate(`/reports/${run.report_id}`);
      },
    });
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        {make.error && <Problem error={make.error} fields={refused} />}
        {!about && (
          <SourceSelect
            chosen={source}
            onChange={(to) => {
              setSource(to);
              setTable(null);
              withoutConditions();
            }}
          />
        )}
        <TextInput
          label={t`Title`}
          placeholder={given?.title || t`The name of the data source`}
          maxLength={300}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          // The dialog was there before this form had been loaded.
          autoFocus={about !== undefined}
        />
        {place?.source != null && !isAsked && subject.tables.length > 1 && (
          <Select
            label={t`Table`}
            data={subject.tables}
            value={table ?? subject.question?.table ?? null}
            searchable
            allowDeselect={false}
            onChange={(to) => {
              setTable(to);
              withoutConditions();
            }}
          />
        )}
        {subject.question && subject.fields.length > 0 && (
          <>
            <FilterList
              filters={filters}
              fields={subject.fields}
              question={subject.question}
              onChange={(to) => {
                make.reset();
                setFilters(to);
              }}
              problems={(place) => <RefusedPart error={make.error} list="filters" place={place} />}
            />
            <ThresholdList
              thresholds={thresholds}
              fields={subject.fields}
              error={make.error}
              onChange={(to) => {
                make.reset();
                setThresholds(to);
              }}
            />
          </>
        )}
        <TemplateSelect chosen={template} onChange={setTemplate} />
        {!isAsked && (
          <Textarea
            label={t`Question`}
            description={t`Optional: what the report should answer`}
            placeholder={t`What changed, and why?`}
            autosize
            minRows={2}
            maxLength={2000}
            value={question}
            onChange={(event) => setQuestion(event.currentTarget.value)}
          />
        )}
        <Button type="submit" loading={make.isPending} disabled={name === ""}>
          <Trans>Generate</Trans>
        </Button>
      </Stack>
    </form>
  );
}

interface Given {
  title: string;
  body: Pick<NewReport, "source_id" | "dashboard_id" | "analysis_id">;
  place: Place;
}

function givenBy(about: About): Given {
  if ("dashboard" in about) {
    const { id, name } = about.dashboard;
    const place = { source: null, table: null, dashboard: id };
    return { title: name, body: { dashboard_id: id }, place };
  }
  if ("answer" in about) {
    const { id, question, source_id, query } = about.answer;
    const place = { source: source_id, table: String(query?.table), dashboard: null };
    const title = question.charAt(0).toUpperCase() + question.slice(1, 300);
    return { title, body: { analysis_id: id }, place };
  }
  const { id, name } = about.source;
  return { title: name, body: { source_id: id }, place: { source: id, table: null, dashboard: null } };
}

// More sources than that are found by typing.
const SOURCES = { page: 1, page_size: 100, status: "active" } as const;

interface SourceProps {
  chosen: { id: number; name: string } | null;
  onChange: (source: { id: number; name: string }) => void;
}

function SourceSelect({ chosen, onChange }: SourceProps) {
  const [search, setSearch] = useState("");
  const listed = useQuery(sourcesQuery(SOURCES));
  const found = useQuery({ ...sourcesQuery({ ...SOURCES, search }), enabled: search !== "" });
  const all = [...(listed.data?.results ?? []), ...(found.data?.results ?? []), ...(chosen ? [chosen] : [])];
  const names = new Map(all.map(({ id, name }) => [String(id), name]));
  return (
    <>
      {listed.error && <Problem error={listed.error} retry={listed.refetch} />}
      <Select
        label={t`Data source`}
        placeholder={listed.data?.count === 0 ? t`Upload a file or connect a database first` : t`Choose one`}
        data={[...names].map(([value, label]) => ({ value, label }))}
        value={chosen && String(chosen.id)}
        onChange={(id) => id && onChange({ id: Number(id), name: names.get(id) ?? "" })}
        onSearchChange={(text) => setSearch(text === chosen?.name ? "" : text.trim())}
        searchable
        allowDeselect={false}
        autoFocus
        openOnFocus={false}
      />
    </>
  );
}

interface TemplateProps {
  chosen: string | null;
  onChange: (template: string | null) => void;
}

function TemplateSelect({ chosen, onChange }: TemplateProps) {
  const templates = useQuery(templatesQuery());
  const rows = templates.data?.results ?? [];
  return (
    <Select
      label={t`Template`}
      description={rows.find(({ id }) => id === chosen)?.description || undefined}
      placeholder={t`None: all sections`}
      data={rows.map(({ id, name }) => ({ value: id, label: name }))}
      value={chosen}
      onChange={onChange}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t`No template` }}
      error={templates.error ? t`The templates could not be loaded.` : undefined}
    />
  );
}
