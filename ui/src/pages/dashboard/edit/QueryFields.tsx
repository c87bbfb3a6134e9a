import { t } from "@lingui/core/macro";
import { Select, Skeleton } from "@mantine/core";
import { useEffect } from "react";
import type { Subject } from "../../../api/analysis";
import { isSql, useCatalog } from "../../../api/catalog";
import type { Question } from "../../../api/types";
import { Problem } from "../../../components/Problem";
import { FilterList } from "../filters/FilterList";
import { PeriodFields } from "../filters/PeriodFields";
import { timeOf } from "../filters/view";
import { Dimensions } from "./Dimensions";
import { Fold } from "./Fold";
import { Measures } from "./Measures";
import { type Asking, tidied } from "./question";
import { SortFields } from "./SortFields";

interface Props {
  query: Question | null;
  subjects: Subject[];
  source: number | null;
  onChange: (query: Asking) => void;
}

const keyOf = ({ kind, id }: Subject) => `${kind} ${id}`;
const blankOf = ({ kind, id }: Subject): Asking =>
  kind === "model" ? { model_id: id } : { source_id: id, table: "" };

/** A structured question, part by part. */
export function QueryFields({ query, subjects, source, onChange }: Props) {
  const asking = query && !isSql(query) ? query : null;
  const likely =
    subjects.length === 1 ? subjects[0] : subjects.find((one) => one.kind === "source" && one.id === source);
  useEffect(() => {
    if (!asking && likely) onChange(blankOf(likely));
  }, [asking, likely, onChange]);
  const chosen = asking && ("model_id" in asking ? `model ${asking.model_id}` : `source ${asking.source_id}`);
  return (
    <>
      <Select
        label={t`Data`}
        placeholder={t`Choose a source or a model`}
        data={subjects.map((one) => ({
          value: keyOf(one),
          label: one.kind === "model" ? t`${one.name} (model)` : one.name,
        }))}
        value={chosen}
        allowDeselect={false}
        searchable
        onChange={(key) => {
          const subject = subjects.find((one) => keyOf(one) === key);
          if (subject) onChange(blankOf(subject));
        }}
      />
      {asking && <Parts asking={asking} onChange={onChange} />}
    </>
  );
}

function Parts({ asking, onChange }: { asking: Asking; onChange: (query: Asking) => void }) {
  const catalog = useCatalog([asking]);
  const ofTable = "table" in asking ? asking : null;
  const tables = ofTable ? catalog.tablesOf(ofTable.source_id) : [];
  const only = ofTable?.table === "" && tables.length === 1 ? tables[0] : undefined;
  useEffect(() => {
    if (only && ofTable) onChange({ ...ofTable, table: only });
  }, [only, ofTable, onChange]);
  if (catalog.error) return <Problem error={catalog.error} />;
  if (catalog.isPending) return <Skeleton h={160} aria-busy />;
  const fields = catalog.fieldsOf(asking);
  const set = (changes: Partial<Asking>) => onChange(tidied({ ...asking, ...changes } as Asking));
  const time = timeOf(asking, fields);
  return (
    <>
      {ofTable && tables.length > 1 && (
        <Select
          label={t`Table`}
          placeholder={t`Choose one`}
          data={tables}
          value={ofTable.table || null}
          searchable
          allowDeselect={false}
          onChange={(table) => table && onChange({ source_id: ofTable.source_id, table })}
        />
      )}
      {fields.length > 0 && (
        <>
          <Measures
            measures={asking.measures ?? []}
            fields={fields}
            metrics={catalog.metricsOf(asking)}
            ofModel={!ofTable}
            onChange={(measures) => set({ measures, columns: [] })}
          />
          <Dimensions
            dimensions={asking.dimensions ?? []}
            fields={fields}
            onChange={(dimensions) => set({ dimensions, columns: [] })}
          />
          <FilterList
            filters={asking.filters ?? []}
            fields={fields}
            question={asking}
            onChange={(filters) => set({ filters })}
          />
          {time && (
            <Fold label={t`Period`} opened={asking.period != null}>
              <PeriodFields
                newest={time.maximum}
                value={asking.period ?? null}
                compare={asking.compare ?? null}
                mayCompare={(asking.measures ?? []).length > 0}
                onChange={(period, compare) =>
                  set({ period: period && { column: time.name, ...period }, compare })
                }
              />
            </Fold>
          )}
          <SortFields asking={asking} onChange={set} />
        </>
      )}
    </>
  );
}
