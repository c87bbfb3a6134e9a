import { Group, Paper, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Starred } from "../api/home";
import classes from "./Row.module.css";
import { Star } from "./Star";

interface Props {
  href: string;
  title: string;
  note: ReactNode;
  aside?: ReactNode;
  /** What its star makes a favourite. */
  star?: Starred;
}

/** One object of a list; all of it but its star leads to its page. */
export function Row({ href, title, note, aside, star }: Props) {
  return (
    <div className={classes.around}>
      <Paper component={Link} href={href} className={classes.row} p="sm" pl="md" pr={star ? 50 : "md"}>
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
      {star && (
        <div className={classes.star}>
          <Star object={star} name={title} />
        </div>
      )}
    </div>
  );
}
