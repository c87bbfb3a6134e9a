import { t } from "@lingui/core/macro";
import type { SourceDetail } from "../../api/types";
import { DataTable } from "../../components/DataTable";
import { Card } from "./TableView";

export function Rejected({ rows }: { rows: SourceDetail["rejected_rows"] }) {
  return (
    <Card
      title={t`Rows that did not fit`}
      note={t`They are kept aside and counted nowhere. The first of each table:`}
    >
      <DataTable
        columns={[t`Table`, t`Line`, t`Column`, t`Value`, t`Reason`]}
        numeric={[false, true, false, false, false]}
        rows={rows.map((row) => [
          row.table,
          row.line ?? "—",
          row.column ?? "—",
          row.value ?? "—",
          row.reason,
        ])}
      />
    </Card>
  );
}
