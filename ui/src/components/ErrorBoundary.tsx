import { Trans } from "@lingui/react/macro";
import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { Component, type ReactNode } from "react";

interface State {
  failed: boolean;
}

/** Shows a way out when drawing a page fails, for example after the server was updated. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Center mih="60vh" role="alert">
        <Stack align="center" gap="sm">
          <Title order={1} size="h3">
            <Trans>This page could not be shown</Trans>
          </Title>
          <Text c="dimmed">
            <Trans>Loading it again usually helps.</Trans>
          </Text>
          <Button onClick={() => location.reload()}>
            <Trans>Load again</Trans>
          </Button>
        </Stack>
      </Center>
    );
  }
}
