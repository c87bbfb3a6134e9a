import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import {
  Button,
  FileButton,
  Group,
  Modal,
  MultiSelect,
  Select,
  Stack,
  Tabs,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Boxes } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { subjectsQuery } from "../../api/analysis";
import { importModel, makeGuessedModel } from "../../api/models";
import { refusal } from "../../components/form";
import { Problem } from "../../components/Problem";

const MOST_SOURCES = 20;

/** The button that begins a semantic model, and the ways to begin it. */
export default function NewModel() {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" size="xs" leftSection={<Boxes size={14} />} onClick={open}>
        <Trans>New model</Trans>
      </Button>
      <Modal opened={opened} onClose={close} title={t`New model`} size="lg" closeOnClickOutside={false}>
        <Tabs defaultValue="guess" keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="guess">
              <Trans>From data sources</Trans>
            </Tabs.Tab>
            <Tabs.Tab value="import">
              <Trans>From a file</Trans>
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="guess">
            <GuessForm />
          </Tabs.Panel>
          <Tabs.Panel value="import">
            <ImportForm />
          </Tabs.Panel>
        </Tabs>
      </Modal>
    </>
  );
}

function useMaking<Wanted>(make: (wanted: Wanted) => Promise<{ id: number }>) {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: make,
    onSuccess: async ({ id }) => {
      await Promise.all(["models", "subjects"].map((key) => client.invalidateQueries({ queryKey: [key] })));
      navigate(`/models/${id}`);
    },
  });
}

function useSources() {
  const { data, error } = useQuery(subjectsQuery());
  const sources = (data ?? []).filter(({ kind }) => kind === "source");
  return { error, options: sources.map(({ id, name }) => ({ value: String(id), label: name })) };
}

function GuessForm() {
  const sources = useSources();
  const [chosen, setChosen] = useState<string[]>([]);
  const [name, setName] = useState("");
  const make = useMaking(() => makeGuessedModel(name.trim(), chosen.map(Number)));

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!make.isPending && chosen.length > 0) make.mutate(undefined);
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" c="dimmed">
          <Trans>
            Tables, joins and metrics are guessed from keys, names and values. Nothing is final: you look it
            over next.
          </Trans>
        </Text>
        <TextInput
          label={t`Name`}
          maxLength={200}
          required
          withAsterisk={false}
          pattern=".*\S.*"
          title={t`A name`}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={refusal(make.error, "name")}
          data-autofocus
        />
        <MultiSelect
          label={t`Data sources`}
          data={sources.options}
          value={chosen}
          onChange={setChosen}
          maxValues={MOST_SOURCES}
          searchable
          error={sources.error ? t`The data sources could not be loaded.` : undefined}
        />
        {make.error && <Problem error={make.error} fields={["name"]} />}
        <Button type="submit" loading={make.isPending} disabled={chosen.length === 0}>
          <Trans>Guess a model</Trans>
        </Button>
      </Stack>
    </form>
  );
}

function ImportForm() {
  const sources = useSources();
  const [text, setText] = useState("");
  const [source, setSource] = useState<string | null>(null);
  const make = useMaking(() => importModel(text, source === null ? null : Number(source)));

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!make.isPending) make.mutate(undefined);
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <Textarea
          label={t`Model`}
          description={t`YAML or JSON, as claribi exports it, or a document of Apache Ossie (formerly OSI)`}
          autosize
          minRows={8}
          maxRows={20}
          required
          withAsterisk={false}
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={refusal(make.error, "text")}
        />
        <div>
          <FileButton accept=".yaml,.yml,.json" onChange={async (file) => file && setText(await file.text())}>
            {(props) => (
              <Button {...props} size="xs" variant="default">
                <Trans>Choose a file</Trans>
              </Button>
            )}
          </FileButton>
        </div>
        <Select
          label={t`Data source`}
          description={t`Only for Apache Ossie: whose tables the document is about`}
          data={sources.options}
          value={source}
          onChange={setSource}
          clearable
          clearButtonProps={{ "aria-label": t`No data source` }}
        />
        {make.error && <Problem error={make.error} fields={["text"]} />}
        <Group justify="flex-end">
          <Button type="submit" loading={make.isPending}>
            <Trans>Import</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
