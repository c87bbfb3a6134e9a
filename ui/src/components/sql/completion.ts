import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { MariaSQL, MSSQL, MySQL, PostgreSQL, type SQLDialect } from "@codemirror/lang-sql";

/** What a statement may name: the columns of each table. */
export type Schema = Record<string, string[]>;

/** Where statements run in our own engine, its dialect is closest to that of PostgreSQL. */
export const dialectOf = (engine: string): SQLDialect => DIALECTS[engine] ?? PostgreSQL;

const DIALECTS: Record<string, SQLDialect> = {
  mysql: MySQL,
  mariadb: MariaSQL,
  sqlserver: MSSQL,
  // Names in backticks, as these have them.
  bigquery: MySQL,
  spark: MySQL,
  databricks: MySQL,
};

/** Those that every source knows, by the names that most people look for. */
const FUNCTIONS = [
  ...["count", "sum", "avg", "min", "max", "round", "abs", "floor", "ceil", "coalesce", "nullif"],
  ...["lower", "upper", "trim", "substring", "replace", "concat", "length", "cast", "extract"],
  ...["row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value"],
];

const PLAIN = /^[a-z_][a-z0-9_]*$/i;

/** Columns of the tables that the statement names, and functions; tables and keywords come with the language. */
export function completing(schema: Schema, dialect: SQLDialect) {
  const quote = dialect.spec.identifierQuotes?.[0] ?? '"';
  const functions = FUNCTIONS.map((label): Completion => ({ label, apply: `${label}(`, type: "function" }));
  const columns = Object.entries(schema).map(([table, names]) => ({
    table: table.toLowerCase(),
    options: names.map(
      (label): Completion => ({
        label,
        type: "property",
        detail: table,
        boost: 2,
        ...(!PLAIN.test(label) && { apply: `${quote}${label}${quote}` }),
      }),
    ),
  }));
  return (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[\w]+$/);
    const from = word?.from ?? context.pos;
    // After a point the language knows what is meant.
    if ((!word && !context.explicit) || context.state.sliceDoc(from - 1, from) === ".") return null;
    const statement = context.state.doc.toString().toLowerCase();
    const named = columns.filter(({ table }) => columns.length === 1 || statement.includes(table));
    return { from, options: [...named.flatMap(({ options }) => options), ...functions], validFor: /^\w*$/ };
  };
}
