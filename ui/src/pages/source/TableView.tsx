import { t } from "@lingui/core/macro";
import { List, Paper, ScrollArea, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { previewQuery } from "../../api/queries";
import type { Source, Table } from "../../api/types";
import { columnRole, typeName } from "../../components/columns";
import { DataTable } from "../../components/DataTable";
import { aboutRows, count, rowsInWords } from "../../components/format";
import { Problem } from "../../components/Problem";

interface Props {
  source: number;
  table: Table;
  /** Where its rows are read; files by default. */
  mode?: Source["mode"];
}

export function TableView({ source, table, mode = "stored" }: Props) {
  const connected = mode !== "stored";
  const rows = mode === "live" ? aboutRows(table.row_count) : rowsInWords(table.row_count);
  return (
    <Stack>
      <Card title={t`Columns`} note={`${table.name}, ${rows}`}>
        <DataTable
          columns={[
            t`Name`,
            t`Type`,
            t`Role`,
            t`Missing`,
            t`Distinct (estimated)`,
            t`Least`,
            t`Most`,
            ...(connected ? [t`Type in the database`, t`Comment`] : [t`Type guessed from`]),
          ]}
          numeric={[false, false, false, true, true, false, false, false]}
          rows={table.columns.map((column) => [
            <strong key="name">{column.name}</strong>,
            typeName(column.type),
            columnRole(column.role),
            count(column.nulls),
            count(column.distinct),
            text(column.minimum),
            text(column.maximum),
            ...(connected
              ? [column.native_type, column.comment ?? ""]
              : [guessed(column.guess, Math.round(column.confidence * 100))]),
          ])}
        />
      </Card>
      {table.notes.length > 0 && (
        <List size="sm">
          {table.notes.map((note) => (
            <List.Item key={note}>{note}</List.Item>
          ))}
        </List>
      )}
      <Preview source={source} table={table} />
    </Stack>
  );
}

/** Rows that are shown, and how high each is, so that nothing jumps when they come. */
const SHOWN = 20;
const ROW_PX = 30;

function Preview({ source, table }: { source: number; table: Table }) {
  const { data, error, refetch } = useQuery(previewQuery(source, table.name));
  const title = t`First rows`;
  if (error) return <Problem error={error} retry={refetch} />;
  if (!data) {
    return (
      <Card title={title}>
        <Skeleton h={(1 + Math.min(table.row_count, SHOWN)) * ROW_PX} aria-busy />
      </Card>
    );
  }
  return (
    <Card title={title}>
      <DataTable
        columns={data.columns.map((column) => column.name)}
        numeric={data.columns.map((column) =>
          ["integer", "decimal", "float", "number"].includes(column.type),
        )}
        rows={data.rows.map((row) => row.map(text))}
      />
    </Card>
  );
}

interface CardProps {
  title: string;
  note?: string;
  maxHeight?: number;
  children: React.ReactNode;
}

export function Card({ title, note, maxHeight, children }: CardProps) {
  return (
    <Paper p="md" component="section" aria-label={title}>
      <Title order={2} size="h5" mb={4}>
        {title}
      </Title>
      {note && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
      <ScrollArea.Autosize
        mah={maxHeight}
        mt="xs"
        viewportProps={{ tabIndex: 0, role: "group", "aria-label": title }}
      >
        {children}
      </ScrollArea.Autosize>
    </Paper>
  );
}

const guessed = (from: string, sure: number) => t`${from} (${sure} % sure)`;

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/;

const text = (cell: unknown) =>
  cell === null || cell === undefined ? "—" : String(cell).replace(TIMESTAMP, "$1 $2");
