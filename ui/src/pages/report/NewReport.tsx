import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Modal, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { FilePlus2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { sourcesQuery, useNewReport } from "../../api/queries";
import { templatesQuery } from "../../api/reports";
import { useMay } from "../../api/session";
import { Problem } from "../../components/Problem";

interface Props {
  source?: number;
  variant?: "filled" | "default";
}

/** The button that begins a report, and the form behind it. */
export function NewReport({ source, variant = "filled" }: Props) {
  const [opened, { open, close }] = useDisclosure();
  const may = useMay();
  if (!may("reports:generate")) return null;
  return (
    <>
      <Button variant={variant} leftSection={<FilePlus2 size={16} />} onClick={open}>
        <Trans>New report</Trans>
      </Button>
      <Modal opened={opened} onClose={close} title={t`New report`} centered>
        <NewReportForm source={source} onDone={close} />
      </Modal>
    </>
  );
}

// More sources than that are found by typing.
const SOURCES = { page: 1, page_size: 100, status: "active" } as const;

function NewReportForm({ source, onDone }: { source: number | undefined; onDone: () => void }) {
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState(source === undefined ? null : String(source));
  const [title, setTitle] = useState("");
  const [question, setQuestion] = useState("");
  const [template, setTemplate] = useState<string | null>(null);
  const [, navigate] = useLocation();
  const listed = useQuery(sourcesQuery(SOURCES));
  const found = useQuery({ ...sourcesQuery({ ...SOURCES, search }), enabled: search !== "" });
  const templates = useQuery(templatesQuery());
  const make = useNewReport();
  const rows = new Map(
    [...(listed.data?.results ?? []), ...(found.data?.results ?? [])].map((row) => [row.id, row]),
  );
  const name = chosen === null ? "" : (rows.get(Number(chosen))?.name ?? "");

  function submit(event: FormEvent) {
    event.preventDefault();
    make.mutate(
      {
        title: title.trim() || name,
        source_id: Number(chosen),
        question: question.trim() || null,
        ...(template && { template }),
      },
      {
        onSuccess: (run) => {
          onDone();
          navigate(`/reports/${run.report_id}`);
        },
      },
    );
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        {make.error && <Problem error={make.error} />}
        {listed.error && <Problem error={listed.error} retry={listed.refetch} />}
        <Select
          label={t`Data source`}
          placeholder={
            listed.data?.count === 0 ? t`Upload a file or connect a database first` : t`Choose one`
          }
          data={[...rows.values()].map((row) => ({ value: String(row.id), label: row.name }))}
          value={chosen}
          onChange={setChosen}
          onSearchChange={(text) => setSearch(text === name ? "" : text.trim())}
          searchable
          allowDeselect={false}
          data-autofocus={source === undefined || undefined}
        />
        <TextInput
          label={t`Title`}
          placeholder={name || t`The name of the data source`}
          maxLength={300}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          data-autofocus={source !== undefined || undefined}
        />
        <Select
          label={t`Template`}
          description={templates.data?.results.find(({ id }) => id === template)?.description || undefined}
          placeholder={t`None: all sections`}
          data={(templates.data?.results ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={template}
          onChange={setTemplate}
          searchable
          clearable
          clearButtonProps={{ "aria-label": t`No template` }}
          error={templates.error ? t`The templates could not be loaded.` : undefined}
        />
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
        <Button type="submit" loading={make.isPending} disabled={chosen === null || (!title.trim() && !name)}>
          <Trans>Generate</Trans>
        </Button>
      </Stack>
    </form>
  );
}
