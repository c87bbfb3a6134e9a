import { t } from "@lingui/core/macro";
import { Paper, Select, SimpleGrid, Stack, Textarea, TextInput } from "@mantine/core";
import type { Model } from "../../api/types";
import { locale } from "../../i18n";
import type { PartProps } from "./part";

type Weekday = NonNullable<Model["week_start"]>;

const WEEKDAYS: Weekday[] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS = 12;
/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

const named = (at: number, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale(), { ...options, timeZone: "UTC" }).format(at);

const weekdays = () =>
  WEEKDAYS.map((value, place) => ({ value, label: named(MONDAY + place * DAY_MS, { weekday: "long" }) }));

const months = () =>
  Array.from({ length: MONTHS }, (_, month) => ({
    value: String(month + 1),
    label: named(Date.UTC(2024, month, 1), { month: "long" }),
  }));

export function Settings({ model, onChange }: PartProps) {
  const disabled = onChange === undefined;
  const change = (to: Partial<Model>) => onChange?.(to);
  const zones = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
  const zone = model.time_zone ?? "UTC";
  return (
    <Paper p="md">
      <Stack>
        <TextInput
          label={t`Name`}
          maxLength={200}
          disabled={disabled}
          value={model.name}
          error={model.name.trim() === "" && t`It needs a name`}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <Textarea
          label={t`Description`}
          maxLength={2000}
          autosize
          disabled={disabled}
          value={model.description ?? ""}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            label={t`Time zone`}
            description={t`As the clocks there did, times are read that are stored without one`}
            data={zones.includes(zone) ? zones : [zone, ...zones]}
            value={zone}
            searchable
            allowDeselect={false}
            disabled={disabled}
            limit={200}
            onChange={(to) => to && change({ time_zone: to })}
          />
          <TextInput
            label={t`Currency`}
            description={t`Three letters, such as EUR; empty: none`}
            maxLength={3}
            disabled={disabled}
            value={model.currency ?? ""}
            onChange={(event) => change({ currency: event.currentTarget.value.toUpperCase() || null })}
          />
          <Select
            label={t`The fiscal year begins in`}
            data={months()}
            value={String(model.fiscal_year_start ?? 1)}
            allowDeselect={false}
            disabled={disabled}
            onChange={(to) => to && change({ fiscal_year_start: Number(to) })}
          />
          <Select
            label={t`The week begins on`}
            data={weekdays()}
            value={model.week_start ?? "monday"}
            allowDeselect={false}
            disabled={disabled}
            onChange={(to) => to && change({ week_start: to as Weekday })}
          />
        </SimpleGrid>
      </Stack>
    </Paper>
  );
}
