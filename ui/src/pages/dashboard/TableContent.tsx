import { Trans } from "@lingui/react/macro";
import { ScrollArea, Text } from "@mantine/core";
import { DataTable } from "../../components/DataTable";
import { count } from "../../components/format";
import { usePrinting } from "../../components/printing";
import type { TableData } from "./drawn";

interface Props {
  table: TableData;
  title: string;
}

/** More rows than these would not fit on one page. */
const ON_PAPER = 30;

export function TableContent({ table, title }: Props) {
  const isPrinting = usePrinting();
  const rows = isPrinting ? table.rows.slice(0, ON_PAPER) : table.rows;
  const more = table.row_count - rows.length;
  const [shown, all] = [count(rows.length), count(table.row_count)];
  return (
    <ScrollArea h="100%" viewportProps={{ tabIndex: 0, role: "group", "aria-label": title }}>
      <DataTable
        columns={table.columns.map((column) => column.name)}
        numeric={table.columns.map((column) => column.numeric)}
        rows={rows}
      />
      {more > 0 && (
        <Text size="xs" c="dimmed" p="xs">
          <Trans>
            The first {shown} of {all} rows
          </Trans>
        </Text>
      )}
    </ScrollArea>
  );
}
