import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Button, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { LayoutDashboard } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import { useAddWidget, useNewDashboard } from "../../api/dashboards";
import { dashboardsQuery } from "../../api/queries";
import { useMay } from "../../api/session";
import type { Analysis, ChartType, NewWidget, StructuredQuery } from "../../api/types";
import { Problem } from "../../components/Problem";
import { type Drawn, isMetric, isTable } from "../dashboard/drawn";

const NEW = "new";
const MOST = 100;

/** The button that puts an answer on a dashboard, and the form behind it. */
export function SaveAnswer({ answer }: { answer: Analysis }) {
  const [opened, { open, close }] = useDisclosure();
  const [saved, setSaved] = useState<{ id: number; name: string } | null>(null);
  const may = useMay();
  if (!answer.query || !may("dashboards:update")) return null;
  return (
    <>
      <Button size="compact-sm" variant="default" leftSection={<LayoutDashboard size={14} />} onClick={open}>
        <Trans>Save to a dashboard</Trans>
      </Button>
      <Text size="sm" role="status">
        {saved && (
          <Trans>
            Saved to{" "}
            <Anchor component={Link} href={`/dashboards/${saved.id}`} inherit underline="always">
              {saved.name}
            </Anchor>
          </Trans>
        )}
      </Text>
      <Modal opened={opened} onClose={close} title={t`Save to a dashboard`} centered>
        <Form
          answer={answer}
          onSaved={(dashboard) => {
            setSaved(dashboard);
            close();
          }}
        />
      </Modal>
    </>
  );
}

function Form({
  answer,
  onSaved,
}: {
  answer: Analysis;
  onSaved: (to: { id: number; name: string }) => void;
}) {
  const [search, setSearch] = useState("");
  const [settled] = useDebouncedValue(search, 250);
  const [chosen, setChosen] = useState<{ id: string; name: string } | null>(null);
  const [title, setTitle] = useState(answer.question);
  const [name, setName] = useState("");
  const may = useMay();
  const query = { page: 1, page_size: MOST, ...(settled && settled !== chosen?.name && { search: settled }) };
  const { data, error } = useQuery(dashboardsQuery(query));
  const make = useNewDashboard();
  const add = useAddWidget();
  const rows = data?.results ?? [];
  const isNew = chosen?.id === NEW;

  function submit(event: FormEvent) {
    event.preventDefault();
    const widget = widgetOf(answer, title.trim());
    if (isNew) {
      make.mutate({ name: name.trim(), widgets: [widget] }, { onSuccess: onSaved });
    } else if (chosen) {
      const dashboard = Number(chosen.id);
      add.mutate({ dashboard, widget }, { onSuccess: () => onSaved({ id: dashboard, name: chosen.name }) });
    }
  }

  const options = [
    ...(may("dashboards:create") ? [{ value: NEW, label: t`A new dashboard` }] : []),
    ...rows.map((row) => ({ value: String(row.id), label: row.name })),
  ];
  return (
    <form onSubmit={submit}>
      <Stack>
        {(make.error ?? add.error ?? error) && <Problem error={make.error ?? add.error ?? error} />}
        <Select
          label={t`Dashboard`}
          placeholder={t`Choose one`}
          data={withChosen(options, chosen)}
          value={chosen?.id ?? null}
          searchable
          allowDeselect={false}
          nothingFoundMessage={t`No dashboard of this name`}
          onSearchChange={setSearch}
          onChange={(id, option) => id && setChosen({ id, name: option?.label ?? "" })}
          data-autofocus
        />
        {isNew && (
          <TextInput
            label={t`Name of the new dashboard`}
            value={name}
            maxLength={300}
            required
            withAsterisk={false}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
        <TextInput
          label={t`Title of the widget`}
          value={title}
          maxLength={300}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Button
          type="submit"
          loading={make.isPending || add.isPending}
          disabled={chosen === null || (isNew && name.trim() === "")}
        >
          <Trans>Save</Trans>
        </Button>
      </Stack>
    </form>
  );
}

/** What is chosen stays in the list while somebody looks for another one. */
function withChosen(
  options: { value: string; label: string }[],
  chosen: { id: string; name: string } | null,
) {
  const missing = chosen && !options.some((one) => one.value === chosen.id);
  return missing ? [...options, { value: chosen.id, label: chosen.name }] : options;
}

const widgetOf = (answer: Analysis, title: string): NewWidget => {
  const type = typeOf(answer);
  return { type, title, query: answer.query as NewWidget["query"], options: optionsOf(answer, type) };
};

/** What makes the widget look as the answer does. */
function optionsOf({ query, chart }: Analysis, type: ChartType): Record<string, unknown> {
  const { dimensions = [], measures = [], calculations = [], compare } = query as Partial<StructuredQuery>;
  const others = dimensions.filter((one) => !one.grain);
  const split = others.length < dimensions.length ? others[0] : others[1];
  const [share] = calculations.filter((one) => one.type === "share");
  const upright = (chart?.yAxis as { type?: string } | undefined)?.type !== "category";
  const isChart = type !== "table" && type !== "metric";
  return {
    ...(isChart && split && { series: split.name ?? split.column }),
    ...(isChart && share && { y: [share.name ?? `${share.measure}_share`] }),
    ...((share || measures.some((one) => one.ratio)) && { format: "percent" }),
    ...(type === "bar" && !upright && { horizontal: true }),
    ...(type === "metric" && compare && { comparison: true }),
  };
}

const DRAWN = new Set(["line", "bar", "pie", "scatter", "funnel", "gauge", "heatmap"]);

/** The kind of picture that the answer has. */
function typeOf({ chart }: Analysis): ChartType {
  const drawn = chart as Drawn | null;
  if (!drawn || isTable(drawn)) return "table";
  if (isMetric(drawn)) return "metric";
  const series = drawn.series as { type?: string }[] | undefined;
  const type = series?.[0]?.type ?? "";
  return DRAWN.has(type) ? (type as ChartType) : "table";
}
