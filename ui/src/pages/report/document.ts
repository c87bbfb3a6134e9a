/** A generated report as the API answers it: sections of blocks, whose numbers are references to figures. */
export interface Figure {
  id: string;
  text: string;
  value: number | string | null;
  unit: string | null;
  evidence_id: number;
  row: number | null;
  column: string | null;
  formula: string;
  arguments: Record<string, unknown>;
}

export type Figures = Record<string, Figure>;
export type Span = { text: string; strong: boolean } | { figure: string; strong: boolean };
export type Sentence = Span[];

export interface MetricItem {
  label: string;
  value: string;
  change: string | null;
  good: boolean | null;
  note: string | null;
}

export interface ChartBlock {
  kind: "chart";
  title: string;
  option: Record<string, unknown>;
  alt: string;
  columns: string[];
  rows: string[][];
  evidence_id: number;
}

export interface TableBlock {
  kind: "table";
  title: string;
  columns: string[];
  rows: Sentence[][];
  numeric: boolean[];
}

/** `keys`: of the sentences that people may rewrite; one for each sentence, or none at all. */
export interface ParagraphBlock {
  kind: "paragraph";
  sentences: Sentence[];
  keys: (string | null)[];
}

/** What people wrote; with a key in the place of a sentence. */
export interface NoteBlock {
  kind: "note";
  text: string;
  label: string;
  key: string | null;
}

export type Block =
  | ParagraphBlock
  | { kind: "bullets"; items: Sentence[] }
  | { kind: "heading"; text: string }
  | { kind: "metrics"; items: MetricItem[] }
  | { kind: "code"; text: string; language: string }
  | NoteBlock
  | ChartBlock
  | TableBlock;

export interface Section {
  key: string;
  title: string;
  blocks: Block[];
}
