import { Center, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  icon: ReactNode;
  title: string;
  children: ReactNode;
}

/** What stands where there is nothing yet: why, and what to do. */
export function Empty({ icon, title, children }: Props) {
  return (
    <Center py="xl" px="md" bd="1px dashed var(--mantine-color-default-border)" bdrs="md">
      <Stack align="center" gap={6}>
        <Text c="dimmed" lh={0}>
          {icon}
        </Text>
        <Text fw={600}>{title}</Text>
        <Text c="dimmed" size="sm" ta="center" maw={380}>
          {children}
        </Text>
      </Stack>
    </Center>
  );
}
