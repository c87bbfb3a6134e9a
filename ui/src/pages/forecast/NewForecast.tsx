import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import {
  Button,
  Group,
  Modal,
  NumberInput,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { TrendingUp } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { type Subject, subjectsQuery } from "../../api/analysis";
import { isTime, isYear, useCatalog } from "../../api/catalog";
import { useNewForecast } from "../../api/forecasts";
import { useMay } from "../../api/session";
import type { NewForecast as Body, Forecast, Grain, Measure } from "../../api/types";
import { Problem } from "../../components/Problem";
import { GRAINS, grainName } from "../dashboard/edit/grains";
import { candidates, Fields } from "../dashboard/edit/Measures";
import { type Asking, labelOf } from "../dashboard/edit/question";
import { DAYS, MOST_BUCKETS, MOST_DAYS, schedules } from "./choices";

/** The button that begins a forecast, and the form behind it; `model`: what it is about at first. */
export function NewForecast({ model }: { model?: number }) {
  const [opened, { open, close }] = useDisclosure();
  const may = useMay();
  if (!may("forecasts:create")) return null;
  return (
    <>
      <Button leftSection={<TrendingUp size={16} />} onClick={open}>
        <Trans>New forecast</Trans>
      </Button>
      <Modal opened={opened} onClose={close} title={t`New forecast`} size="lg" closeOnClickOutside={false}>
        <Begin about={model === undefined ? null : keyOf({ kind: "model", id: model })} />
      </Modal>
    </>
  );
}

const keyOf = ({ kind, id }: Pick<Subject, "kind" | "id">) => `${kind} ${id}`;

function Begin({ about }: { about: string | null }) {
  const { data: subjects, error, refetch } = useQuery(subjectsQuery());
  const [key, setKey] = useState(about);
  const [table, setTable] = useState<string | null>(null);
  const only = subjects?.length === 1 ? subjects[0] : undefined;
  const subject = subjects?.find((one) => keyOf(one) === key) ?? only;
  const catalog = useCatalog(subject ? [askingOf(subject, "")] : []);
  if (error) return <Problem error={error} retry={refetch} />;
  if (!subjects) return <Skeleton h={200} aria-busy />;
  if (subjects.length === 0) {
    return (
      <Text c="dimmed">
        <Trans>Upload a file or connect a database on the start page first.</Trans>
      </Text>
    );
  }
  const tables = subject?.kind === "source" ? catalog.tablesOf(subject.id) : [];
  const chosen = table ?? (tables.length === 1 ? tables[0] : undefined) ?? "";
  const asking = subject && askingOf(subject, chosen);
  return (
    <Stack>
      <Select
        label={t`Data`}
        placeholder={t`Choose a source or a model`}
        data={subjects.map((one) => ({
          value: keyOf(one),
          label: one.kind === "model" ? t`${one.name} (model)` : one.name,
        }))}
        value={subject ? keyOf(subject) : null}
        searchable
        allowDeselect={false}
        data-autofocus
        onChange={(to) => {
          setKey(to);
          setTable(null);
        }}
      />
      {tables.length > 1 && (
        <Select label={t`Table`} data={tables} value={chosen || null} searchable onChange={setTable} />
      )}
      {catalog.error && <Problem error={catalog.error} />}
      {asking && !catalog.isPending && (!("table" in asking) || asking.table !== "") && (
        <Rest key={JSON.stringify(asking)} asking={asking} />
      )}
    </Stack>
  );
}

const askingOf = ({ kind, id }: Subject, table: string): Asking =>
  kind === "model" ? { model_id: id } : { source_id: id, table };

function Rest({ asking }: { asking: Asking }) {
  const catalog = useCatalog([asking]);
  const fields = catalog.fieldsOf(asking);
  const metrics = catalog.metricsOf(asking);
  const dated = fields.filter(isTime).map((field) => field.name);
  const inYears = dated.length === 0;
  const times = inYears ? fields.filter(isYear).map((field) => field.name) : dated;
  const [measure, setMeasure] = useState<Measure>(
    () => candidates(fields, metrics, "model_id" in asking)[0] ?? { aggregation: "count" },
  );
  const [time, setTime] = useState<string | null>(times[0] ?? null);
  const [name, setName] = useState("");
  const grains: Grain[] = inYears ? ["year"] : GRAINS;
  const [grain, setGrain] = useState<Grain>(inYears ? "year" : "month");
  const [count, setCount] = useState<number | string>(6);
  const [schedule, setSchedule] = useState<Forecast["schedule"]>("none");
  const [, navigate] = useLocation();
  const make = useNewForecast();
  const suggested = labelOf(measure).replaceAll("_", " ");
  // Whole days are the least that can be asked for.
  const unit = grain === "hour" ? "day" : grain;
  const horizon = Math.ceil(Number(count) * DAYS[unit]);

  function submit(event: FormEvent) {
    event.preventDefault();
    const ofTable = "table" in asking;
    const body: Body = {
      name: name.trim() || suggested,
      source_type: ofTable ? "data_source" : "model",
      source_id: ofTable ? asking.source_id : asking.model_id,
      ...(ofTable && { table: asking.table, time_column: time }),
      measure,
      granularity: grain,
      horizon_days: horizon,
      schedule,
    };
    make.mutate(body, { onSuccess: ({ id }) => navigate(`/forecasts/${id}`) });
  }

  if (times.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        <Trans>
          A forecast needs a column of dates, times or years, and this table has none. Choose another one.
        </Trans>
      </Text>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        {make.error && <Problem error={make.error} />}
        <div>
          <Text size="sm" fw={500} mb={4}>
            <Trans>What is forecast</Trans>
          </Text>
          <Group gap={6} wrap="nowrap">
            <Fields
              measure={measure}
              fields={fields}
              metrics={metrics}
              ofModel={"model_id" in asking}
              onChange={setMeasure}
            />
          </Group>
        </div>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          {"table" in asking && times.length > 1 && (
            <Select label={t`Along`} data={times} value={time} allowDeselect={false} onChange={setTime} />
          )}
          <Select
            label={t`By`}
            data={grains.map((one) => ({ value: one, label: grainName(one) }))}
            value={grain}
            allowDeselect={false}
            onChange={(to) => to && setGrain(to as Grain)}
          />
          <NumberInput
            label={howMany(unit)}
            min={1}
            max={Math.floor(Math.min(MOST_BUCKETS / (grain === "hour" ? 24 : 1), MOST_DAYS / DAYS[unit]))}
            clampBehavior="strict"
            allowDecimal={false}
            value={count}
            onChange={setCount}
          />
          <Select
            label={t`Computed anew`}
            data={schedules()}
            value={schedule}
            allowDeselect={false}
            onChange={(to) => to && setSchedule(to as Forecast["schedule"])}
          />
        </SimpleGrid>
        <TextInput
          label={t`Name`}
          placeholder={suggested}
          value={name}
          maxLength={300}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" loading={make.isPending} disabled={!(horizon > 0)}>
          <Trans>Forecast</Trans>
        </Button>
      </Stack>
    </form>
  );
}

/** Of hours, too, whole days are asked for. */
function howMany(unit: Exclude<Grain, "hour">): string {
  const words: Record<typeof unit, string> = {
    day: t`How many days ahead`,
    week: t`How many weeks ahead`,
    month: t`How many months ahead`,
    quarter: t`How many quarters ahead`,
    year: t`How many years ahead`,
  };
  return words[unit];
}
