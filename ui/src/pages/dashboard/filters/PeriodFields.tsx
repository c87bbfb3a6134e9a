import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Group, Select, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Comparison } from "../../../api/types";
import { daysOf, presets, spanOfDays } from "./periods";
import type { Span } from "./view";

interface Props {
  /** The newest moment of the data: most periods end there. */
  newest: unknown;
  value: Span | null;
  compare: Comparison | null;
  mayCompare: boolean;
  size?: "xs" | "sm";
  onChange: (period: Span | null, compare: Comparison | null) => void;
}

const ALL = "all";
const CUSTOM = "custom";
const NONE = "none";
const comparisons = () => [
  { value: NONE, label: t`Not compared` },
  { value: "previous_period", label: t`With the period before` },
  { value: "previous_year", label: t`With the year before` },
];

/** Which stretch of time, and what it is compared with. */
export function PeriodFields({ newest, value, compare, mayCompare, size = "sm", onChange }: Props) {
  const known = presets(newest);
  const same = known.find(({ span }) => span.start === value?.start && span.end === value.end);
  const [custom, setCustom] = useState(false);
  const shown = value === null && !custom ? ALL : custom || !same ? CUSTOM : same.key;
  const choose = (key: string | null) => {
    setCustom(key === CUSTOM);
    const preset = known.find((one) => one.key === key);
    if (key === ALL) onChange(null, null);
    if (preset) onChange(preset.span, compare);
  };
  return (
    <Group gap={6}>
      <Select
        size={size}
        w={150}
        aria-label={t`Period`}
        data={[
          { value: ALL, label: t`All time` },
          ...known.map(({ key, label }) => ({ value: key, label })),
          { value: CUSTOM, label: t`From … to …` },
        ]}
        value={shown}
        allowDeselect={false}
        onChange={choose}
      />
      {shown === CUSTOM && (
        <Days
          key={`${value?.start} ${value?.end}`}
          value={value}
          size={size}
          onChange={(span) => onChange(span, compare)}
        />
      )}
      {value && mayCompare && (
        <Select
          size={size}
          w={190}
          aria-label={t`Compared with`}
          data={comparisons()}
          value={compare ?? NONE}
          allowDeselect={false}
          onChange={(to) => onChange(value, to === NONE ? null : (to as Comparison))}
        />
      )}
    </Group>
  );
}

interface DaysProps {
  value: Span | null;
  size: "xs" | "sm";
  onChange: (span: Span) => void;
}

function Days({ value, size, onChange }: DaysProps) {
  const [days, setDays] = useState(value ? daysOf(value) : { from: "", to: "" });
  const set = (changed: typeof days) => {
    setDays(changed);
    const span = spanOfDays(changed.from, changed.to);
    if (span) onChange(span);
  };
  const backwards = days.from !== "" && days.to !== "" && spanOfDays(days.from, days.to) === null;
  return (
    <>
      <TextInput
        size={size}
        type="date"
        aria-label={t`From`}
        value={days.from}
        max={days.to || undefined}
        onChange={(event) => set({ ...days, from: event.currentTarget.value })}
      />
      <TextInput
        size={size}
        type="date"
        aria-label={t`To`}
        value={days.to}
        min={days.from || undefined}
        onChange={(event) => set({ ...days, to: event.currentTarget.value })}
      />
      {backwards && (
        <Text size="xs" c="red" role="alert">
          <Trans>The first day comes after the last one.</Trans>
        </Text>
      )}
    </>
  );
}
