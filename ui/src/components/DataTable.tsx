import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import { LongTable, MANY } from "./LongTable";

/** Rows by their number: a list of them, or one whose cells are made when they are drawn (`lazily`). */
export interface Rows {
  readonly length: number;
  at(index: number): ReactNode[] | undefined;
}

export interface TableProps {
  columns: string[];
  numeric: boolean[];
  rows: Rows;
  caption?: string;
  /** There are more rows than these. */
  more?: boolean;
  /** Called when the last of many rows comes into view. */
  onEnd?: () => void;
}

/** Cells as they are to be read; numbers flush right. */
export function DataTable(props: TableProps) {
  return props.rows.length > MANY ? <LongTable {...props} /> : <ShortTable {...props} />;
}

export const lazily = <T,>(rows: T[], cells: (row: T) => ReactNode[]): Rows => ({
  length: rows.length,
  at: (index) => {
    const row = rows[index];
    return row && cells(row);
  },
});

function ShortTable({ columns, numeric, rows, caption }: TableProps) {
  const side = (index: number) => (numeric[index] ? "right" : "left");
  return (
    <Table stickyHeader verticalSpacing={5} horizontalSpacing="sm" fz="xs" highlightOnHover captionSide="top">
      {caption && <Table.Caption ta="left">{caption}</Table.Caption>}
      <Table.Thead>
        <Table.Tr>
          {columns.map((name, index) => (
            <Table.Th key={name} scope="col" ta={side(index)} style={{ whiteSpace: "nowrap" }}>
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {Array.from({ length: rows.length }, (_, number) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of data have no identity but their place
          <Table.Tr key={number}>
            {rows.at(number)?.map((cell, index) => (
              <Table.Td key={columns[index]} ta={side(index)}>
                {cell}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
