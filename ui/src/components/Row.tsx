import { Group, Paper, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import classes from "./Row.module.css";

interface Props {
  href: string;
  title: string;
  note: ReactNode;
  aside?: ReactNode;
}

/** One object of a list; the whole of it leads to its page. */
export function Row({ href, title, note, aside }: Props) {
  return (
    <Paper component={Link} href={href} className={classes.row} p="sm" px="md">
      <Group justify="space-between" wrap="nowrap" gap="sm" h="100%">
        <Stack gap={2} miw={0}>
          <Text fw={600} size="sm" lineClamp={2}>
            {title}
          </Text>
          <Text c="dimmed" size="xs" component="div" truncate>
            {note}
          </Text>
        </Stack>
        {aside}
      </Group>
    </Paper>
  );
}
