import { Table } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  columns: string[];
  numeric: boolean[];
  rows: ReactNode[][];
  caption?: string;
}

/** Cells as they are to be read; numbers flush right. */
export function DataTable({ columns, numeric, rows, caption }: Props) {
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
        {rows.map((row, number) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of data have no identity but their place
          <Table.Tr key={number}>
            {row.map((cell, index) => (
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
