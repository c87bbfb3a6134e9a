import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Menu, Modal, ScrollArea, Skeleton, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useMemo, useState } from "react";
import { isOfTable } from "../../../api/catalog";
import { rowsQuery } from "../../../api/dashboards";
import type { Dimension, Question, Widget } from "../../../api/types";
import { DataTable, lazily, type TableProps } from "../../../components/DataTable";
import { count } from "../../../components/format";
import { Problem } from "../../../components/Problem";
import type { Step } from "./deeper";
import { PickItems } from "./PickMenu";
import { type Part, partsOf } from "./pick";

/** What is shown at once, before anybody asks for more by scrolling to its end. */
const FIRST = 1_000;
/** The server keeps that many rows of a widget. */
const KEPT = 5_000;
const NUMBERS = new Set(["integer", "decimal", "float"]);

interface Props {
  widget: Widget;
  /** Null: the widget's own data; else the rows behind these values. */
  parts: Part[] | null;
  onFilter: (parts: Part[]) => void;
  onRows: (parts: Part[]) => void;
  waysOf: (parts: Part[]) => Dimension[];
  onEnter: (step: Step) => void;
  onClose: () => void;
}

/** A widget's numbers as a table, or the rows behind some of them. */
export function DataModal({ widget, parts, onClose, ...acts }: Props) {
  const what = parts?.map((part) => part.text).join(", ");
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={parts ? rowsBehind(what || widget.title) : widget.title || t`The data`}
    >
      {parts ? <Rows widget={widget} parts={parts} /> : <OwnData widget={widget} {...acts} />}
    </Modal>
  );
}

const rowsBehind = (what: string) => (what ? t`The rows behind ${what}` : t`The rows behind it`);

/** The question of a widget for its plain rows; null where it can't be asked so. */
export function rowsOf(widget: Widget, parts: Part[]): Question | null {
  const question = widget.query as Question | null;
  if (!question || !isOfTable(question)) return null;
  const { source_id, table, filters = [], period = null } = question;
  return {
    source_id,
    table,
    period,
    filters: [...filters, ...parts.flatMap((part) => part.filters)],
  };
}

function Rows({ widget, parts }: { widget: Widget; parts: Part[] }) {
  const question = rowsOf(widget, parts);
  const [all, setAll] = useState(false);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...rowsQuery(question ? { ...question, limit: all ? null : FIRST } : { source_id: 0, sql: "" }),
    placeholderData: keepPreviousData,
    enabled: question !== null,
  });
  const cells = useMemo(
    () => lazily(data?.rows ?? [], (row) => row.map((cell, at) => shown(cell, data?.columns[at]))),
    [data],
  );
  if (error) return <Problem error={error} retry={refetch} />;
  if (!data) return <Skeleton h={240} aria-busy />;
  if (data.rows.length === 0)
    return (
      <Text c="dimmed">
        <Trans>No rows.</Trans>
      </Text>
    );
  return (
    <Table
      columns={data.columns}
      rows={cells}
      more={data.truncated}
      onEnd={data.truncated && !all ? () => setAll(true) : undefined}
      note={isPlaceholderData ? t`Fetching more rows …` : data.truncated ? firstOf(data.rows.length) : ""}
    />
  );
}

type OwnProps = Omit<Props, "parts" | "onClose">;

function OwnData({ widget, ...acts }: OwnProps) {
  const { columns, rows } = widget.data ?? { columns: [], rows: [] };
  const hasActions = rows.some((row) => partsOf(widget, row).length > 0);
  return (
    <Table
      columns={[...columns, ...(hasActions ? [{ name: t`Actions` }] : [])]}
      rows={lazily(rows, (row) => [
        ...row.map((cell, at) => shown(cell, columns[at])),
        ...(hasActions ? [<RowMenu key="menu" {...{ widget, row, ...acts }} />] : []),
      ])}
      more={rows.length >= KEPT}
      note={rows.length >= KEPT ? firstOf(rows.length) : ""}
    />
  );
}

function RowMenu({ widget, row, onRows, waysOf, ...acts }: OwnProps & { row: unknown[] }) {
  const parts = partsOf(widget, row);
  return (
    <Menu position="bottom-end" shadow="md" width={260}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={t`More for ${parts.map((part) => part.text).join(", ")}`}
        >
          <Ellipsis size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <PickItems
          parts={parts}
          ways={waysOf(parts)}
          onRows={rowsOf(widget, parts) ? onRows : undefined}
          {...acts}
        />
      </Menu.Dropdown>
    </Menu>
  );
}

const firstOf = (rows: number) => t`The first ${count(rows)} rows; there are more`;

interface RowsProps extends Pick<TableProps, "rows" | "more" | "onEnd"> {
  columns: { name?: unknown; type?: unknown }[];
  note: string;
}

function Table({ columns, note, ...rows }: RowsProps) {
  return (
    <>
      <ScrollArea.Autosize mah="60vh" viewportProps={{ tabIndex: 0, role: "group", "aria-label": t`Rows` }}>
        <DataTable
          columns={columns.map((column) => String(column.name))}
          numeric={columns.map((column) => NUMBERS.has(String(column.type)))}
          {...rows}
        />
      </ScrollArea.Autosize>
      {note && (
        <Text size="xs" c="dimmed" pt="xs" role="status">
          {note}
        </Text>
      )}
    </>
  );
}

/** A cell as it is read; ids are names, not amounts. */
function shown(value: unknown, column: { role?: unknown } | undefined): string {
  if (value === null) return "";
  return typeof value === "number" && column?.role !== "id" ? count(value) : String(value);
}
