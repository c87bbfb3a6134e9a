import { t } from "@lingui/core/macro";
import { Anchor, Stack } from "@mantine/core";
import { useState } from "react";
import type { SourceDetail, Table } from "../../api/types";
import { DataTable } from "../../components/DataTable";
import { count } from "../../components/format";
import { Card, TableView } from "./TableView";

interface Props {
  source: SourceDetail;
  first: Table;
}

/** The tables of a database, which can be many; the chosen one is shown below. */
export function TableList({ source, first }: Props) {
  const [chosen, setChosen] = useState(first.name);
  const table = source.tables.find((one) => one.name === chosen) ?? first;
  return (
    <Stack>
      <Card title={t`Tables`} note={t`Choose one to see its columns and first rows.`} maxHeight={320}>
        <DataTable
          columns={[
            t`Table`,
            source.mode === "live" ? t`Rows (about)` : t`Rows`,
            t`Primary key`,
            t`Refers to`,
            t`Comment`,
          ]}
          numeric={[false, true, false, false, false]}
          rows={source.tables.map((one) => [
            <Anchor
              key="name"
              component="button"
              type="button"
              fz="inherit"
              fw={one === table ? 700 : undefined}
              aria-current={one === table || undefined}
              onClick={() => setChosen(one.name)}
            >
              {one.name}
            </Anchor>,
            count(one.row_count),
            one.primary_key.join(", "),
            one.relations.map(references).join("; "),
            one.comment,
          ])}
        />
      </Card>
      <TableView key={table.name} source={source.id} table={table} mode={source.mode} />
    </Stack>
  );
}

const references = ({ columns, table, references }: Table["relations"][number]) =>
  `${columns.join(", ")} → ${table} (${references.join(", ")})`;
