import { ActionIcon, Fieldset, Stack } from "@mantine/core";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { AddButton } from "../../../components/AddButton";
import classes from "./PartList.module.css";

interface Props<T> {
  label: string;
  parts: T[];
  /** What is added next. */
  fresh: () => T;
  add: string;
  onChange: (parts: T[]) => void;
  children: (part: T, set: (part: T) => void, remove: () => void, place: number) => ReactNode;
}

/** Parts of a question that one can add and take away. */
export function PartList<T>({ label, parts, fresh, add, onChange, children }: Props<T>) {
  return (
    <Fieldset variant="unstyled" legend={label} classNames={classes}>
      <Stack gap={6} align="stretch">
        {parts.map((part, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
          <div key={place}>
            {children(
              part,
              (changed) => onChange(parts.map((one, at) => (at === place ? changed : one))),
              () => onChange(parts.filter((_, at) => at !== place)),
              place,
            )}
          </div>
        ))}
        <AddButton onClick={() => onChange([...parts, fresh()])}>{add}</AddButton>
      </Stack>
    </Fieldset>
  );
}

export function RemoveButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>
      <X size={15} color="var(--mantine-color-dimmed)" />
    </ActionIcon>
  );
}
