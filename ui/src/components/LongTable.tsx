import { t } from "@lingui/core/macro";
import { Table } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type FocusEvent,
  Fragment,
  memo,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
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
/** Of the head, and since rows are counted from one there. */
const HEAD_ROWS = 2;
const [NARROWEST, WIDEST] = [5, 44];

/**
 * A table of very many rows, in a ScrollArea: only those in view are drawn. The columns keep their
 * widths and the rows their height, so that nothing moves while it scrolls. The row that was focused last
 * stays drawn wherever it is: its button keeps the focus, and a menu of it has where to give it back.
 */
export function LongTable({ columns, numeric, rows, caption, more, onEnd }: TableProps) {
  const table = useRef<HTMLTableElement>(null);
  const [scroller, setScroller] = useState<Element | null>(null);
  useLayoutEffect(() => {
    // What is around a table that does not scroll is as high as all its rows, which are all drawn then.
    const { current } = table;
    setScroller(current && (current.closest(VIEWPORT) ?? current.parentElement));
  }, []);
  const [held, setHeld] = useState<number | null>(null);
  const hold = ({ target }: FocusEvent) => {
    const row = target.closest("tr[aria-rowindex]");
    if (row && table.current?.contains(row)) setHeld(Number(row.getAttribute("aria-rowindex")) - HEAD_ROWS);
  };
  const widths = useMemo(() => widthsOf(columns, rows), [columns, rows]);
  const drawn = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => ROW_PX,
    overscan: BEYOND,
    initialRect: { width: 0, height: 400 },
  }).getVirtualItems();
  const isPrinting = usePrinting();
  const inView = isPrinting ? ON_PAPER : drawn.map(({ index }) => index);
  const numbers = held === null || held >= rows.length || isPrinting ? inView : withOne(inView, held);
  const isAtEnd = inView.at(-1) === rows.length - 1;
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
      <Table.Tbody onFocus={hold}>
        {numbers.map((number, place) => (
          <Fragment key={number}>
            <Gap rows={number - (numbers[place - 1] ?? -1) - 1} />
            <Row {...{ number, columns, numeric, rows, widths }} />
          </Fragment>
        ))}
        {isPrinting ? (
          <Table.Tr>
            <Table.Td colSpan={columns.length}>{t`Only the screen shows the rows after this`}</Table.Td>
          </Table.Tr>
        ) : (
          <Gap rows={rows.length - 1 - (numbers.at(-1) ?? -1)} />
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
    <tr aria-rowindex={number + HEAD_ROWS} className={classes.row}>
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

/** The numbers with one more, in their order: a row that changed its place would lose the focus. */
const withOne = (numbers: number[], one: number) =>
  numbers.includes(one) ? numbers : [...numbers, one].sort((a, b) => a - b);

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
