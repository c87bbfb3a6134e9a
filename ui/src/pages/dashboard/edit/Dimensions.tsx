import { t } from "@lingui/core/macro";
import { Group, Select } from "@mantine/core";
import { type Field, isTime } from "../../../api/catalog";
import type { Dimension, Grain } from "../../../api/types";
import { byGrain, GRAINS } from "./grains";
import { PartList, RemoveButton } from "./PartList";

interface Props {
  dimensions: Dimension[];
  fields: Field[];
  onChange: (dimensions: Dimension[]) => void;
}

const EACH = "each";
const USUAL: Grain = "month";

/** What the answer is split by. */
export function Dimensions({ dimensions, fields, onChange }: Props) {
  const taken = new Set(dimensions.map((one) => one.column));
  const fresh = (): Dimension => {
    const free = fields.filter((field) => !taken.has(field.name));
    const field = free.find(({ role }) => role === "dimension") ?? free[0] ?? fields[0];
    return of(field, field?.name ?? "");
  };
  const fieldOf = (name: string) => fields.find((field) => field.name === name);
  return (
    <PartList label={t`Split by`} parts={dimensions} fresh={fresh} add={t`Add a split`} onChange={onChange}>
      {(dimension, set, remove) => (
        <Group gap={6} wrap="nowrap" align="center">
          <Select
            aria-label={t`Column to split by`}
            data={fields.map((field) => field.name)}
            value={dimension.column}
            searchable
            allowDeselect={false}
            flex={1}
            miw={0}
            onChange={(name) => name && set(of(fieldOf(name), name))}
          />
          {isTime(fieldOf(dimension.column)) && (
            <Select
              aria-label={t`Grain`}
              data={[
                { value: EACH, label: t`Each value` },
                ...GRAINS.map((grain) => ({ value: grain, label: byGrain(grain) })),
              ]}
              value={dimension.grain ?? EACH}
              allowDeselect={false}
              flex={1}
              miw={0}
              onChange={(grain) =>
                set({ ...dimension, whole: false, grain: grain === EACH ? null : (grain as Grain) })
              }
            />
          )}
          <RemoveButton label={t`Remove ${dimension.column}`} onClick={remove} />
        </Group>
      )}
    </PartList>
  );
}

const of = (field: Field | undefined, column: string): Dimension =>
  isTime(field) ? { column, grain: USUAL } : { column };
