import { t } from "@lingui/core/macro";
import { Group, NumberInput, Select } from "@mantine/core";
import { Fold } from "./Fold";
import { type Asking, labelsOf } from "./question";

interface Props {
  asking: Asking;
  onChange: (changes: Partial<Asking>) => void;
}

/** In which order the rows come, and how many. */
export function SortFields({ asking, onChange }: Props) {
  const [first, ...others] = asking.sort ?? [];
  const direction = first?.descending ? "down" : "up";
  return (
    <Fold label={t`Order and number of rows`} opened={first !== undefined || asking.limit != null}>
      <Group gap={6} wrap="nowrap" align="flex-end">
        <Select
          label={t`Sort by`}
          placeholder={t`What it is split by`}
          data={[...new Set([...labelsOf(asking), ...(first ? [first.field] : [])])]}
          value={first?.field ?? null}
          clearable
          flex={2}
          miw={0}
          onChange={(field) =>
            onChange({ sort: field ? [{ field, descending: first?.descending ?? true }, ...others] : [] })
          }
        />
        {first && (
          <Select
            aria-label={t`Direction`}
            data={[
              { value: "down", label: t`Highest first` },
              { value: "up", label: t`Lowest first` },
            ]}
            value={direction}
            allowDeselect={false}
            flex={2}
            miw={0}
            onChange={(to) => onChange({ sort: [{ ...first, descending: to === "down" }, ...others] })}
          />
        )}
        <NumberInput
          label={t`Rows`}
          placeholder={t`All`}
          min={1}
          allowDecimal={false}
          value={asking.limit ?? ""}
          flex={1}
          miw={70}
          onChange={(limit) => onChange({ limit: typeof limit === "number" && limit > 0 ? limit : null })}
        />
      </Group>
    </Fold>
  );
}
