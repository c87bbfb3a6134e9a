import { Trans } from "@lingui/react/macro";
import { Anchor, Center, Stack, Text, Title } from "@mantine/core";
import { Link } from "wouter";

export function NotFound() {
  return (
    <Center mih="50vh">
      <Stack align="center" gap="xs">
        <Title order={1}>
          <Trans>There is no such page</Trans>
        </Title>
        <Text c="dimmed">
          <Trans>It may have been deleted, or the address is wrong.</Trans>
        </Text>
        <Anchor component={Link} href="/">
          <Trans>Go to the start</Trans>
        </Anchor>
      </Stack>
    </Center>
  );
}
