import { t } from "@lingui/core/macro";
import { Textarea } from "@mantine/core";
import { useState } from "react";
import { parse, stringify } from "yaml";
import type { Model } from "../../api/types";

interface Props {
  model: Model;
  onChange: ((to: Partial<Model>) => void) | undefined;
}

/** All of a model as text, for what the forms leave out. */
export function YamlText({ model, onChange }: Props) {
  const [text, setText] = useState(() => stringify(model, { lineWidth: 100 }));
  const [problem, setProblem] = useState<string>();

  function read(to: string) {
    setText(to);
    try {
      const read: unknown = parse(to);
      if (!isModel(read))
        setProblem(t`A model has a name and a list of tables; tables and metrics have names.`);
      else {
        setProblem(undefined);
        // What is no longer in the text is taken away.
        const gone = Object.fromEntries(Object.keys(model).map((key) => [key, undefined]));
        onChange?.({ ...gone, ...read });
      }
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  }

  return (
    <Textarea
      aria-label={t`The model as YAML`}
      description={t`What you change here stands in the other tabs at once, as long as it can be read.`}
      autosize
      minRows={16}
      readOnly={onChange === undefined}
      spellCheck={false}
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
      value={text}
      onChange={(event) => read(event.currentTarget.value)}
      error={problem}
    />
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isListOf = (value: unknown, fits: (part: Record<string, unknown>) => boolean) =>
  value == null || (Array.isArray(value) && value.every((part) => isObject(part) && fits(part)));

const isNames = (value: unknown) =>
  value == null || (Array.isArray(value) && value.every((one) => typeof one === "string"));

const isNamed = (part: Record<string, unknown>) => typeof part.name === "string";

const isTable = (table: Record<string, unknown>) =>
  isNamed(table) && isListOf(table.columns, isNamed) && isNames(table.primary_key);

const isFilter = ({ column, operator }: Record<string, unknown>) =>
  typeof column === "string" && typeof operator === "string";

/** As far as the forms rely on it; the server looks at the rest. */
function isModel(value: unknown): value is Model {
  return (
    isObject(value) &&
    isNamed(value) &&
    Array.isArray(value.tables) &&
    isListOf(value.tables, isTable) &&
    isListOf(value.joins, (join) => Array.isArray(join.columns) && Array.isArray(join.references)) &&
    isListOf(value.metrics, (metric) => isNamed(metric) && isListOf(metric.filters, isFilter))
  );
}
