import { Center, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { ColorScheme } from "./ColorScheme";
import classes from "./Door.module.css";
import { LanguageSelect } from "./Language";
import { Logo } from "./Logo";

interface Props {
  title: string;
  note?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

/** The card of a page that is there without signing in. */
export function Door({ title, note, wide, children }: Props) {
  useDocumentTitle(`${title} · claribi`);
  return (
    <Center mih="100dvh" p="md" component="main">
      <div className={classes.scheme}>
        <Group gap={4} wrap="nowrap">
          <LanguageSelect size="xs" variant="unstyled" />
          <ColorScheme />
        </Group>
      </div>
      <Paper p={{ base: "lg", xs: "xl" }} w="100%" maw={wide ? 520 : 400} shadow="sm">
        <Stack>
          <Logo />
          <div>
            <Title order={1} size="h3">
              {title}
            </Title>
            {note && (
              <Text c="dimmed" size="sm" style={{ overflowWrap: "anywhere" }}>
                {note}
              </Text>
            )}
          </div>
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}
