import { Text } from "@mantine/core";

/** Says beside a button that what it did has worked. */
export function Saved({ when, children = "Saved" }: { when: boolean; children?: string }) {
  return (
    <Text size="sm" c="teal" role="status">
      {when && children}
    </Text>
  );
}
