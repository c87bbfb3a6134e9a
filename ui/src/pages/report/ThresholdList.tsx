import { t } from "@lingui/core/macro";
import { Group, NumberInput, Select, Stack } from "@mantine/core";
import { useState } from "react";
import { type Field, isTime } from "../../api/catalog";
import type { Threshold } from "../../api/types";
import { refusalOfPart } from "../../components/form";
import { RefusedPart } from "../../components/RefusedPart";
import { byGrain, GRAINS } from "../dashboard/edit/grains";
import { candidates, Fields } from "../dashboard/edit/Measures";
import { PartList, RemoveButton } from "../dashboard/edit/PartList";
import { measureOf, partsOf, type Side, sideOf, thresholdInWords } from "./thresholds";

interface Props {
  thresholds: Threshold[];
  fields: Field[];
  /** Why the server took none of them, or not all. */
  error: unknown;
  onChange: (thresholds: Threshold[]) => void;
}

/** What the API calls them. */
const LIST = "thresholds";

/** What measures are held against, each with what it was refused for. */
export function ThresholdList({ thresholds, fields, error, onChange }: Props) {
  // A moment is above or below no number.
  const measured = fields.filter((field) => !isTime(field));
  const fresh = (): Threshold => ({ ...partsOf(candidates(measured, [], false)[0]), above: null });
  return (
    <PartList
      label={t`Thresholds`}
      parts={thresholds}
      fresh={fresh}
      add={t`Add a threshold`}
      onChange={onChange}
    >
      {(threshold, set, remove, place) => (
        <Stack gap={6} pb="xs">
          <OneThreshold
            threshold={threshold}
            fields={measured}
            isRefused={refusalOfPart(error, LIST, place) !== undefined}
            onChange={set}
            onRemove={remove}
          />
          <RefusedPart error={error} list={LIST} place={place} />
        </Stack>
      )}
    </PartList>
  );
}

interface OneProps {
  threshold: Threshold;
  fields: Field[];
  isRefused: boolean;
  onChange: (threshold: Threshold) => void;
  onRemove: () => void;
}

function OneThreshold({ threshold, fields, isRefused, onChange, onRemove }: OneProps) {
  const { column, aggregation, grain = null } = threshold;
  const side = sideOf(threshold);
  const value = threshold[side];
  const limited = (to: Side, limit: number | null) =>
    onChange({ column, aggregation, grain, [to]: limit } as Threshold);
  return (
    <>
      <Group gap={6} wrap="nowrap">
        <Fields
          measure={measureOf(threshold)}
          fields={fields}
          metrics={[]}
          ofModel={false}
          onChange={(measure) => onChange({ ...partsOf(measure), grain, [side]: value })}
        />
        <RemoveButton label={t`Remove the threshold: ${thresholdInWords(threshold)}`} onClick={onRemove} />
      </Group>
      <Group gap={6} align="flex-start">
        <Select
          aria-label={t`Side of the threshold`}
          data={[
            { value: "above", label: t`is above` },
            { value: "below", label: t`is below` },
          ]}
          value={side}
          allowDeselect={false}
          onChange={(to) => to && limited(to as Side, value ?? null)}
          flex="1 1 6rem"
          miw={0}
        />
        <Limit value={value ?? null} isRefused={isRefused} onChange={(limit) => limited(side, limit)} />
        <Select
          aria-label={t`Periods`}
          placeholder={t`In its usual periods`}
          data={GRAINS.map((one) => ({ value: one, label: byGrain(one) }))}
          value={grain}
          clearable
          clearButtonProps={{ "aria-label": t`In its usual periods` }}
          onChange={(to) => onChange({ ...threshold, grain: to as Threshold["grain"] })}
          flex="2 1 10rem"
          miw={0}
        />
      </Group>
    </>
  );
}

interface LimitProps {
  value: number | null;
  isRefused: boolean;
  onChange: (value: number | null) => void;
}

/** What stands there while somebody types, such as "-" or "1.", is not yet the number that is meant. */
function Limit({ value, isRefused, onChange }: LimitProps) {
  const [typed, setTyped] = useState<number | string>(value ?? "");
  return (
    <NumberInput
      aria-label={t`Threshold`}
      placeholder={t`Number`}
      required
      value={numberOf(typed) === value ? typed : (value ?? "")}
      error={isRefused}
      onChange={(to) => {
        setTyped(to);
        onChange(numberOf(to));
      }}
      flex="1 1 6rem"
      miw={0}
    />
  );
}

function numberOf(typed: number | string): number | null {
  const number = typed === "" ? Number.NaN : Number(typed);
  return Number.isFinite(number) ? number : null;
}
