import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Button, Group, Paper, Stack, Tabs } from "@mantine/core";
import { useMutation, useQueries, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Tagged } from "../../api/client";
import { checkModel, readModel, saveModel } from "../../api/models";
import { sourceQuery } from "../../api/queries";
import { useMay } from "../../api/session";
import type { Model, ModelProblem } from "../../api/types";
import { Conflicted } from "../../components/Conflicted";
import { Problem } from "../../components/Problem";
import { Saved } from "../../components/Saved";
import { useLeaving } from "../../components/useLeaving";
import { useVersioned } from "../../components/useVersioned";
import { Joins } from "./Joins";
import { Metrics } from "./Metrics";
import { ProblemMarks } from "./ProblemMarks";
import { problemsAt, refusedFor } from "./problems";
import { Settings } from "./Settings";
import { Tables } from "./Tables";
import { YamlText } from "./YamlText";

interface Props {
  id: number;
  first: Tagged<Model>;
}

/** A model while somebody changes it; it is saved as a whole. */
export function ModelEditor({ id, first }: Props) {
  const client = useQueryClient();
  const may = useMay();
  const changes = may("data_sources:update");
  const [draft, setDraft] = useState(first.value);
  const check = useMutation({ mutationFn: checkModel });
  const version = useVersioned<Model, Model>({
    first,
    read: () => readModel(id),
    write: (body, etag) => saveModel(id, body, etag),
    onSaved: (saved) => {
      setDraft(saved);
      return Promise.all(
        ["models", "model", "subjects", "model-version"].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      );
    },
  });
  const changed = JSON.stringify(draft) !== JSON.stringify(version.base);
  useLeaving(changed && !version.isPending);
  const ids = [...new Set(draft.tables.map(({ source_id }) => source_id))];
  const sources = useQueries({ queries: ids.map(sourceQuery) }).flatMap((one) => one.data ?? []);
  const refused = version.error ?? check.error;
  const problems = refused ? refusedFor(refused, draft) : (check.data?.problems ?? []);
  const part = { model: draft, sources, problems, onChange: changes ? change : undefined };

  function change(to: Partial<Model>) {
    setDraft((before) => ({ ...before, ...to }));
    // What was said of the model holds only for what it was.
    check.reset();
    version.reset();
  }

  return (
    <Stack>
      <Paper p="sm" component="section" aria-label={t`Check and save`}>
        <Stack gap="sm">
          <Group gap="xs">
            {changes && (
              <Button loading={version.isPending} disabled={!changed} onClick={() => version.save(draft)}>
                <Trans>Save</Trans>
              </Button>
            )}
            {may("analysis:run") && (
              <Button
                variant="default"
                loading={check.isPending}
                onClick={() => {
                  version.reset();
                  check.mutate(draft);
                }}
              >
                <Trans>Check against the data</Trans>
              </Button>
            )}
            <Saved when={version.isSuccess && !changed} />
            <Saved when={check.isSuccess && problems.length === 0}>{t`Everything fits the data.`}</Saved>
          </Group>
          {refused && <Problem error={refused} />}
          {check.isSuccess && <ProblemMarks problems={problems} withPlace />}
          {version.theirs && (
            <Conflicted
              onMine={() => version.saveOver(draft)}
              onTheirs={() => {
                if (version.theirs) setDraft(version.theirs);
                version.takeTheirs();
              }}
            >
              <ProblemMarks problems={differences(draft, version.theirs)} />
            </Conflicted>
          )}
        </Stack>
      </Paper>
      <Tabs defaultValue="tables" keepMounted={false}>
        <Tabs.List mb="md">
          <Tab value="tables" problems={problemsAt(problems, "tables")}>{t`Tables`}</Tab>
          <Tab value="joins" problems={problemsAt(problems, "joins")}>{t`Joins`}</Tab>
          <Tab value="metrics" problems={problemsAt(problems, "metrics")}>{t`Metrics`}</Tab>
          <Tab value="settings" problems={[]}>{t`Settings`}</Tab>
          <Tab value="yaml" problems={[]}>
            YAML
          </Tab>
        </Tabs.List>
        <Tabs.Panel value="tables">
          <Tables {...part} />
        </Tabs.Panel>
        <Tabs.Panel value="joins">
          <Joins {...part} />
        </Tabs.Panel>
        <Tabs.Panel value="metrics">
          <Metrics {...part} />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <Settings {...part} />
        </Tabs.Panel>
        <Tabs.Panel value="yaml">
          <YamlText model={draft} onChange={part.onChange} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

interface TabProps {
  value: string;
  problems: ModelProblem[];
  children: ReactNode;
}

function Tab({ value, problems, children }: TabProps) {
  const severe = problems.some(({ severity }) => severity === "error");
  const number = problems.length;
  return (
    <Tabs.Tab
      value={value}
      rightSection={
        number > 0 && (
          <Badge
            size="sm"
            circle
            variant="light"
            color={severe ? "red" : "yellow"}
            aria-label={plural(number, { one: "# problem", other: "# problems" })}
          >
            {number}
          </Badge>
        )
      }
    >
      {children}
    </Tabs.Tab>
  );
}

/** The parts in which their version is another one than mine. */
function differences(mine: Model, theirs: Model): ModelProblem[] {
  const names: Record<string, string> = {
    tables: t`Their tables are other ones than yours.`,
    joins: t`Their joins are other ones than yours.`,
    metrics: t`Their metrics are other ones than yours.`,
  };
  const differs = (key: string) =>
    JSON.stringify(mine[key as keyof Model]) !== JSON.stringify(theirs[key as keyof Model]);
  const parts = Object.keys(theirs).filter(differs);
  const said = parts.map((key) => names[key] ?? t`Their settings are other ones than yours.`);
  return [...new Set(said)].map((message) => ({ severity: "warning", where: "", message }));
}
