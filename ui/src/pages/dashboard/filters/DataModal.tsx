import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Menu, Modal, ScrollArea, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { isOfTable } from "../../../api/catalog";
import { rowsQuery } from "../../../api/dashboards";
import type { Question, Widget } from "../../../api/types";
import { DataTable } from "../../../components/DataTable";
import { count } from "../../../components/format";
import { Problem } from "../../../components/Problem";
import { PickItems } from "./PickMenu";
import { type Part, partsOf } from "./pick";

const MOST = 200;
const NUMBERS = new Set(["integer", "decimal", "float"]);

interface Props {
  widget: Widget;
  /** Null: the widget's own data; else the rows behind these values. */
  parts: Part[] | null;
  onFilter: (parts: Part[]) => void;
  onRows: (parts: Part[]) => void;
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
    limit: MOST,
  };
}

function Rows({ widget, parts }: { widget: Widget; parts: Part[] }) {
  const question = rowsOf(widget, parts);
  const { data, error, refetch } = useQuery({
    ...rowsQuery(question ?? { source_id: 0, sql: "" }),
    enabled: question !== null,
  });
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
      rows={data.rows.map((row) => row.map((cell, at) => shown(cell, data.columns[at])))}
      note={data.truncated || data.rows.length === MOST ? t`The first ${count(data.rows.length)} rows` : ""}
    />
  );
}

function OwnData({ widget, onFilter, onRows }: Pick<Props, "widget" | "onFilter" | "onRows">) {
  const { columns, rows } = widget.data ?? { columns: [], rows: [] };
  const hasActions = rows.some((row) => partsOf(widget, row).length > 0);
  const kept = rows.slice(0, MOST);
  return (
    <Table
      columns={[...columns, ...(hasActions ? [{ name: t`Actions` }] : [])]}
      rows={kept.map((row) => [
        ...row.map((cell, at) => shown(cell, columns[at])),
        ...(hasActions ? [<RowMenu key="menu" {...{ widget, row, onFilter, onRows }} />] : []),
      ])}
      note={kept.length < rows.length ? t`The first ${count(MOST)} of ${count(rows.length)} rows` : ""}
    />
  );
}

function RowMenu({
  widget,
  row,
  onFilter,
  onRows,
}: Pick<Props, "widget" | "onFilter" | "onRows"> & { row: unknown[] }) {
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
        <PickItems parts={parts} onFilter={onFilter} onRows={rowsOf(widget, parts) ? onRows : undefined} />
      </Menu.Dropdown>
    </Menu>
  );
}

interface TableProps {
  columns: { name?: unknown; type?: unknown }[];
  rows: React.ReactNode[][];
  note: string;
}

function Table({ columns, rows, note }: TableProps) {
  return (
    <>
      <ScrollArea.Autosize mah="60vh" viewportProps={{ tabIndex: 0, "aria-label": t`Rows` }}>
        <DataTable
          columns={columns.map((column) => String(column.name))}
          numeric={columns.map((column) => NUMBERS.has(String(column.type)))}
          rows={rows}
        />
      </ScrollArea.Autosize>
      {note && (
        <Text size="xs" c="dimmed" pt="xs">
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
