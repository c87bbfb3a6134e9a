import { Button } from "@mantine/core";
import { Plus } from "lucide-react";
import type { ReactNode } from "react";

/** The button below a list that adds to it. */
export function AddButton({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <div>
      <Button variant="subtle" size="compact-sm" leftSection={<Plus size={14} />} onClick={onClick}>
        {children}
      </Button>
    </div>
  );
}
