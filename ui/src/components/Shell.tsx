import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, AppShell, Container, Group, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useMay } from "../api/session";
import { ColorScheme } from "./ColorScheme";
import { Logo } from "./Logo";
import { Notices } from "./Notices";
import { Commands } from "./palette/Commands";
import classes from "./Shell.module.css";
import { UserMenu } from "./UserMenu";

export function Shell({ children }: { children: ReactNode }) {
  const may = useMay();
  return (
    <AppShell header={{ height: 56 }}>
      <a className={classes.skip} href="#main">
        <Trans>Skip to the content</Trans>
      </a>
      <AppShell.Header className={classes.header}>
        <Container size="xl" h="100%">
          <Group h="100%" justify="space-between" wrap="nowrap">
            <UnstyledButton component={Link} href="/" aria-label={t`claribi, start`}>
              <Logo />
            </UnstyledButton>
            <Group gap="xs" wrap="nowrap">
              {may("analysis:run") && (
                <Anchor component={Link} href="/ask" size="sm" c="dimmed" px="xs">
                  <Trans>Ask</Trans>
                </Anchor>
              )}
              {may("forecasts:read") && (
                <Anchor component={Link} href="/forecasts" size="sm" c="dimmed" px="xs" visibleFrom="xs">
                  <Trans>Forecasts</Trans>
                </Anchor>
              )}
              <Anchor component={Link} href="/api/v1/docs" size="sm" c="dimmed" px="xs" visibleFrom="xs">
                <Trans>API</Trans>
              </Anchor>
              <Commands />
              <ColorScheme />
              <UserMenu />
            </Group>
          </Group>
        </Container>
      </AppShell.Header>
      <AppShell.Main id="main" tabIndex={-1} className={classes.main}>
        <Container size="xl" py="lg" className={classes.content}>
          <Notices />
          {children}
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}
