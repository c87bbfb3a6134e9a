import { t } from "@lingui/core/macro";
import { SegmentedControl, Select, Stack, Text } from "@mantine/core";
import type { SyncPlan } from "../../api/types";

/** How a database is read: asked live, or copied and asked here. */
export interface Reading {
  mode: "live" | "synced";
  sync: SyncPlan;
}

export const LIVE: Reading = { mode: "live", sync: { tables: [], every_minutes: null } };

const NEVER = "0";
const HOUR = 60;
const DAY = 24 * HOUR;
const often = () => [
  { value: NEVER, label: t`Only when I ask for it` },
  { value: "15", label: t`Every 15 minutes` },
  { value: String(HOUR), label: t`Every hour` },
  { value: String(6 * HOUR), label: t`Every 6 hours` },
  { value: String(DAY), label: t`Every day` },
  { value: String(7 * DAY), label: t`Every week` },
];
const notes = () => ({
  live: t`Every question goes to the database, so answers are as new as it is.`,
  synced: t`Questions go to a copy kept here: fast, and the database is only asked for the next copy.`,
});

interface Props {
  reading: Reading;
  onChange: (reading: Reading) => void;
}

export function ReadingFields({ reading, onChange }: Props) {
  const { mode, sync } = reading;
  return (
    <Stack gap="xs">
      <SegmentedControl
        aria-label={t`How it is read`}
        value={mode}
        onChange={(value) => onChange({ mode: value === "synced" ? "synced" : "live", sync })}
        data={[
          { value: "live", label: t`Live` },
          { value: "synced", label: t`From a copy` },
        ]}
      />
      <Text size="xs" c="dimmed">
        {notes()[mode]}
      </Text>
      {mode === "synced" && (
        <ScheduleSelect
          minutes={sync.every_minutes ?? null}
          onChange={(every_minutes) => onChange({ mode, sync: { ...sync, every_minutes } })}
        />
      )}
    </Stack>
  );
}

interface ScheduleProps {
  /** Between copies; null: only when somebody asks for one. */
  minutes: number | null;
  onChange: (minutes: number | null) => void;
}

export function ScheduleSelect({ minutes, onChange }: ScheduleProps) {
  return (
    <Select
      label={t`A new copy is made`}
      allowDeselect={false}
      data={often()}
      value={String(minutes ?? NEVER)}
      onChange={(value) => onChange(Number(value) || null)}
    />
  );
}
