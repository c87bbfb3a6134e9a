import { Trans } from "@lingui/react/macro";
import { ScrollArea, Text } from "@mantine/core";
import { DataTable } from "../../components/DataTable";
import { count } from "../../components/format";
import type { TableData } from "./drawn";

interface Props {
  table: TableData;
  title: string;
}

export function TableContent({ table, title }: Props) {
  const more = table.row_count - table.rows.length;
  const [shown, all] = [count(table.rows.length), count(table.row_count)];
  return (
    <ScrollArea h="100%" viewportProps={{ tabIndex: 0, "aria-label": title }}>
      <DataTable
        columns={table.columns.map((column) => column.name)}
        numeric={table.columns.map((column) => column.numeric)}
        rows={table.rows}
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
