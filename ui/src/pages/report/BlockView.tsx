import { Code, ScrollArea, SimpleGrid, Title } from "@mantine/core";
import { DataTable } from "../../components/DataTable";
import { SqlText } from "../../components/SqlText";
import { ChartFigure } from "./ChartFigure";
import type { Block, TableBlock } from "./document";
import { MetricCard } from "./MetricCard";
import { NoteView } from "./NoteView";
import { ParagraphView } from "./ParagraphView";
import { SentenceText } from "./SentenceText";

export function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case "heading":
      return (
        <Title order={3} size="h5">
          {block.text}
        </Title>
      );
    case "paragraph":
      return <ParagraphView block={block} />;
    case "bullets":
      return (
        <ul>
          {block.items.map((item, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the items of a generated report never move
            <li key={place}>
              <SentenceText sentence={item} />
            </li>
          ))}
        </ul>
      );
    case "metrics":
      return (
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} my="md">
          {block.items.map((item) => (
            <MetricCard key={item.label} item={item} />
          ))}
        </SimpleGrid>
      );
    case "chart":
      return <ChartFigure block={block} />;
    case "table":
      return <ReportTable block={block} />;
    case "code":
      return block.language === "sql" ? (
        <SqlText sql={block.text} />
      ) : (
        <Code block tabIndex={0}>
          {block.text}
        </Code>
      );
    case "note":
      return <NoteView block={block} />;
    default:
      return null;
  }
}

function ReportTable({ block }: { block: TableBlock }) {
  return (
    <ScrollArea my="sm" viewportProps={{ tabIndex: 0, role: "group", "aria-label": block.title }}>
      <DataTable
        caption={block.title}
        columns={block.columns}
        numeric={block.numeric}
        rows={block.rows.map((row) =>
          row.map((cell, place) => <SentenceText key={block.columns[place]} sentence={cell} />),
        )}
      />
    </ScrollArea>
  );
}
