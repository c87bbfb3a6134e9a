import { Stack, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { AddButton } from "../../components/AddButton";
import { put, without } from "./draft";
import { PartRow, type PartRowProps } from "./PartRow";

interface Props<T> {
  parts: T[];
  intro: string;
  empty: string;
  /** What the button says; null: none can be added. */
  add: string | null;
  row: (part: T) => Omit<PartRowProps, "onEdit" | "onRemove"> & { key: string };
  /** Undefined: it can only be looked at. */
  onChange: ((parts: T[]) => void) | undefined;
  /** The form of a part; null: of a new one. */
  editor: (part: T | null, onClose: () => void, onDone: (part: T) => void) => ReactNode;
}

/** Parts of a model that have a form each. */
export function Parts<T>({ parts, intro, empty, add, row, onChange, editor }: Props<T>) {
  const [edited, setEdited] = useState<number | "new" | null>(null);
  const place = typeof edited === "number" ? edited : null;
  const close = () => setEdited(null);
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {intro}
      </Text>
      {parts.map((part, at) => {
        const { key, ...shown } = row(part);
        return (
          <PartRow
            key={key}
            {...shown}
            onEdit={onChange && (() => setEdited(at))}
            onRemove={onChange && (() => onChange(without(parts, at)))}
          />
        );
      })}
      {parts.length === 0 && <Text size="sm">{empty}</Text>}
      {onChange && add && <AddButton onClick={() => setEdited("new")}>{add}</AddButton>}
      {edited !== null &&
        editor(place === null ? null : (parts[place] ?? null), close, (part) => {
          onChange?.(put(parts, part, place));
          close();
        })}
    </Stack>
  );
}
