import { Code } from "@mantine/core";

// Where a reader would break the line; the statement is not changed.
const CLAUSES =
  /('(?:[^']|'')*'|"(?:[^"]|"")*")|\s(?=(?:FROM|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT|LEFT JOIN|JOIN|UNION)\b)/g;

export function SqlText({ sql }: { sql: string }) {
  return (
    <Code
      block
      tabIndex={0}
      style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere", maxHeight: 220, overflow: "auto" }}
    >
      {sql.replace(CLAUSES, (_, quoted?: string) => quoted ?? "\n")}
    </Code>
  );
}
