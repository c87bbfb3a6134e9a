import { Button, Collapse, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { ChevronDown, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

interface Props {
  label: string;
  /** Open at first, as where something is in it. */
  opened?: boolean;
  children: ReactNode;
}

/** A part of a form that most people don't need. */
export function Fold({ label, opened: atFirst = false, children }: Props) {
  const [opened, { toggle }] = useDisclosure(atFirst);
  const Chevron = opened ? ChevronDown : ChevronRight;
  return (
    <div>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        leftSection={<Chevron size={14} />}
        aria-expanded={opened}
        onClick={toggle}
      >
        {label}
      </Button>
      <Collapse expanded={opened}>
        <Stack gap="sm" pt="xs">
          {children}
        </Stack>
      </Collapse>
    </div>
  );
}
