import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Pill, Popover, Skeleton, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { ListFilterPlus } from "lucide-react";
import { useState } from "react";
import type { Filter } from "../../../api/types";
import { isWhole } from "../edit/question";
import { FilterHead, freshFilter } from "./FilterList";
import { FilterValue } from "./FilterValue";
import { PeriodFields } from "./PeriodFields";
import type { Offered } from "./useFiltered";
import { ALL, inWords, isAll, type View } from "./view";

interface Props {
  view: View;
  fields: Offered[];
  /** Of the data; undefined where nothing on the dashboard has a time. */
  newest: string | null | undefined;
  isPending: boolean;
  onChange: (view: View) => void;
}

/** What of the data the dashboard shows for now. */
export function FilterBar({ view, fields, newest, isPending, onChange }: Props) {
  if (isPending) return <Skeleton h={30} w={240} mb="md" aria-busy />;
  if (fields.length === 0 && isAll(view)) return null;
  return (
    <Group gap="xs" mb="md" role="group" aria-label={t`Filters of the dashboard`} className="screen-only">
      {(newest !== undefined || view.period) && (
        <PeriodFields
          size="xs"
          newest={newest ?? null}
          value={view.period}
          compare={view.compare}
          mayCompare
          onChange={(period, compare) => onChange({ ...view, period, compare })}
        />
      )}
      {view.filters.map((filter, place) => (
        <Pill
          key={JSON.stringify(filter)}
          size="md"
          withRemoveButton
          onRemove={() => onChange({ ...view, filters: view.filters.filter((_, at) => at !== place) })}
          removeButtonProps={{
            "aria-label": t`Remove: ${inWords(filter)}`,
            "aria-hidden": false,
            tabIndex: 0,
          }}
          maw="100%"
          bd="1px solid var(--mantine-color-default-border)"
          bg="var(--mantine-color-body)"
        >
          {inWords(filter)}
        </Pill>
      ))}
      <AddFilter
        fields={fields}
        onAdd={(filter) => onChange({ ...view, filters: [...view.filters, filter] })}
      />
      {!isAll(view) && (
        <Button size="xs" variant="subtle" color="gray" onClick={() => onChange(ALL)}>
          <Trans>Show everything</Trans>
        </Button>
      )}
    </Group>
  );
}

function AddFilter({ fields, onAdd }: { fields: Offered[]; onAdd: (filter: Filter) => void }) {
  const [opened, { toggle, close }] = useDisclosure();
  return (
    <Popover
      opened={opened}
      onChange={close}
      onDismiss={close}
      width={340}
      position="bottom-start"
      trapFocus
      shadow="md"
    >
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<ListFilterPlus size={14} />}
          onClick={toggle}
          disabled={fields.length === 0}
        >
          <Trans>Filter</Trans>
        </Button>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 32px)">
        {opened && (
          <NewFilter
            fields={fields}
            onAdd={(filter) => {
              onAdd(filter);
              close();
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function NewFilter({ fields, onAdd }: { fields: Offered[]; onAdd: (filter: Filter) => void }) {
  const likely = fields.find((field) => field.role === "dimension") ?? fields[0];
  const [filter, setFilter] = useState(freshFilter(likely));
  const field = fields.find((one) => one.name === filter.column);
  return (
    <Stack gap="xs">
      <FilterHead filter={filter} fields={fields} onChange={setFilter} />
      {field && (
        <FilterValue
          filter={filter}
          field={field}
          question={field.question}
          onChange={(value) => setFilter({ ...filter, value })}
        />
      )}
      <Button size="xs" disabled={!isWhole(filter)} onClick={() => onAdd(filter)}>
        <Trans>Apply</Trans>
      </Button>
    </Stack>
  );
}
