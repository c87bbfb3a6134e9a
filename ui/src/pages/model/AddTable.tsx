import { t } from "@lingui/core/macro";
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { subjectsQuery } from "../../api/analysis";
import { sourceQuery } from "../../api/queries";
import type { Model, ModelTable } from "../../api/types";
import { Problem } from "../../components/Problem";
import { nameFor } from "./draft";
import { PartModal } from "./PartModal";

interface Props {
  model: Model;
  onClose: () => void;
  onDone: (table: ModelTable) => void;
}

export function AddTable({ model, onClose, onDone }: Props) {
  const subjects = useQuery(subjectsQuery());
  const [source, setSource] = useState<string | null>(null);
  const [table, setTable] = useState<string | null>(null);
  const found = useQuery({ ...sourceQuery(Number(source)), enabled: source !== null });
  const sources = (subjects.data ?? []).filter(({ kind }) => kind === "source");
  const taken = model.tables.map(({ name }) => name);
  const error = subjects.error ?? found.error;

  function done() {
    if (source === null || table === null) return;
    onDone({ name: nameFor(table, taken), source_id: Number(source), table });
    onClose();
  }

  return (
    <PartModal title={t`Add a table`} onClose={onClose} onDone={done} disabled={table === null}>
      {error && <Problem error={error} />}
      <Select
        label={t`Data source`}
        data={sources.map(({ id, name }) => ({ value: String(id), label: name }))}
        value={source}
        searchable
        data-autofocus
        onChange={(to) => {
          setSource(to);
          setTable(null);
        }}
      />
      <Select
        label={t`Table`}
        data={(found.data?.tables ?? []).map(({ name }) => name)}
        value={table}
        searchable
        disabled={source === null}
        onChange={setTable}
      />
    </PartModal>
  );
}
