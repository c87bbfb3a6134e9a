import { Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useContext } from "react";
import { Opened, OpenedContext } from "./Opened";

interface Props {
  title: string;
  note?: ReactNode;
  children?: ReactNode;
}

/** The head of a page: its title, a line about it, and what can be done. */
export function Heading({ title, note, children }: Props) {
  useDocumentTitle(`${title} · claribi`);
  const opened = useContext(OpenedContext);
  return (
    <Group justify="space-between" align="flex-start" gap="md" mb="lg">
      <Stack gap={4} flex="1 1 26rem" miw={0}>
        <Group gap={6} wrap="nowrap" align="flex-start">
          <Title order={1} size="h2" style={{ overflowWrap: "anywhere" }}>
            {title}
          </Title>
          {opened && <Opened object={opened} name={title} />}
        </Group>
        {note && (
          <Text c="dimmed" size="sm" component="div">
            {note}
          </Text>
        )}
      </Stack>
      <Group gap="xs" className="screen-only">
        {children}
      </Group>
    </Group>
  );
}
