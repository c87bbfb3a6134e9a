import { Anchor, Center, Stack, Text, Title } from "@mantine/core";
import { Link } from "wouter";

export function NotFound() {
  return (
    <Center mih="50vh">
      <Stack align="center" gap="xs">
        <Title order={1}>There is no such page</Title>
        <Text c="dimmed">It may have been deleted, or the address is wrong.</Text>
        <Anchor component={Link} href="/">
          Go to the start
        </Anchor>
      </Stack>
    </Center>
  );
}
