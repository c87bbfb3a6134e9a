import { t } from "@lingui/core/macro";
import { Text } from "@mantine/core";
import type { ReactNode } from "react";

/** A contrast of at least 4.5 : 1 on light pages too. */
const LEGIBLE = "light-dark(var(--mantine-color-teal-9), var(--mantine-color-teal-4))";

/** Says beside a button that what it did has worked. */
export function Saved({ when, children = t`Saved` }: { when: boolean; children?: ReactNode }) {
  return (
    <Text size="sm" c={LEGIBLE} role="status">
      {when && children}
    </Text>
  );
}
