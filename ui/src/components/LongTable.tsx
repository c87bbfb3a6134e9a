import { t } from "@lingui/core/macro";
import { Table } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Rows, TableProps } from "./DataTable";
import classes from "./LongTable.module.css";
import { usePrinting } from "./printing";

/** More rows than these are drawn only where they are looked at. */
export const MANY = 200;

/** As in the style sheet. */
const ROW_PX = 29;
/** What Mantine calls the part of a ScrollArea that scrolls. */
const VIEWPORT = ".mantine-ScrollArea-viewport";
const BEYOND = 12;
const ON_PAPER = Array.from({ length: MANY }, (_, number) => number);
const SAMPLE = 300;
const [NARROWEST, WIDEST] = [5, 44];

/**
 * A table of very many rows, in a ScrollArea: only those in view are drawn. The columns keep their
 * widths and the rows their height, so that nothing moves while it scrolls.
 */
export function LongTable({ columns, numeric, rows, caption, more, onEnd }: TableProps) {
  const table = useRef<HTMLTableElement>(null);
  const [scroller, setScroller] = useState<Element | null>(null);
  useLayoutEffect(() => {
    // What is around a table that does not scroll is as high as all its rows, which are all drawn then.
    const { current } = table;
    setScroller(current && (current.closest(VIEWPORT) ?? current.parentElement));
  }, []);
  const widths = useMemo(() => widthsOf(columns, rows), [columns, rows]);
  const drawn = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => ROW_PX,
    overscan: BEYOND,
    initialRect: { width: 0, height: 400 },
  }).getVirtualItems();
  const isPrinting = usePrinting();
  const numbers = isPrinting ? ON_PAPER : drawn.map(({ index }) => index);
  const [first, last] = [numbers[0] ?? 0, numbers.at(-1) ?? -1];
  const isAtEnd = last === rows.length - 1;
  useEffect(() => {
    if (isAtEnd) onEnd?.();
  }, [isAtEnd, onEnd]);
  return (
    <Table
      ref={table}
      stickyHeader
      verticalSpacing={0}
      horizontalSpacing="sm"
      fz="xs"
      highlightOnHover
      captionSide="top"
      layout="fixed"
      className={classes.table}
      miw={`calc(${widths.reduce((sum, width) => sum + width, 0)}ch + ${columns.length * 26}px)`}
      aria-rowcount={more ? -1 : rows.length + 1}
    >
      {caption && <Table.Caption ta="left">{caption}</Table.Caption>}
      <colgroup>
        {columns.map((name, index) => (
          <col key={name} style={{ width: `calc(${widths[index]}ch + 26px)` }} />
        ))}
      </colgroup>
      <Table.Thead>
        <Table.Tr aria-rowindex={1}>
          {columns.map((name, index) => (
            <Table.Th key={name} scope="col" ta={side(numeric[index])} title={name}>
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        <Gap rows={first} />
        {numbers.map((number) => (
          <Row key={number} {...{ number, columns, numeric, rows, widths }} />
        ))}
        {isPrinting ? (
          <Table.Tr>
            <Table.Td colSpan={columns.length}>{t`Only the screen shows the rows after this`}</Table.Td>
          </Table.Tr>
        ) : (
          <Gap rows={rows.length - 1 - last} />
        )}
      </Table.Tbody>
    </Table>
  );
}

interface RowProps extends Pick<TableProps, "columns" | "numeric" | "rows"> {
  number: number;
  widths: number[];
}

/** Of plain elements: dozens of them are made for each frame while somebody scrolls. */
const Row = memo(function Row({ number, columns, numeric, rows, widths }: RowProps) {
  return (
    <tr aria-rowindex={number + 2} className={classes.row}>
      {rows.at(number)?.map((cell, index) => (
        <td
          key={columns[index]}
          style={{ textAlign: side(numeric[index]) }}
          title={titleOf(cell, widths[index])}
        >
          {cell}
        </td>
      ))}
    </tr>
  );
});

/** Room for rows that are not drawn. */
const Gap = ({ rows }: { rows: number }) =>
  rows > 0 && <tr aria-hidden className={classes.gap} style={{ height: rows * ROW_PX }} />;

const side = (numeric: boolean | undefined) => (numeric ? "right" : "left");

/** How many characters wide each column is, by rows from all over the table. */
function widthsOf(columns: string[], rows: Rows): number[] {
  const widths = columns.map((name) => name.length + 1);
  const step = Math.max(rows.length / SAMPLE, 1);
  for (let at = 0; at < rows.length; at += step) {
    rows.at(Math.floor(at))?.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, lengthOf(cell));
    });
  }
  return widths.map((width) => Math.min(Math.max(width, NARROWEST), WIDEST));
}

const lengthOf = (cell: ReactNode) =>
  typeof cell === "string" || typeof cell === "number" ? String(cell).length : NARROWEST;

const titleOf = (cell: ReactNode, width = 0) =>
  typeof cell === "string" && cell.length > width ? cell : undefined;
