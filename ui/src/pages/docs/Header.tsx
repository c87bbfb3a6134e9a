import { t } from "@lingui/core/macro";
import { Anchor, Container, Group, UnstyledButton } from "@mantine/core";
import { Link } from "wouter";
import { ColorScheme } from "../../components/ColorScheme";
import { Logo } from "../../components/Logo";
import classes from "./Header.module.css";

export function Header() {
  return (
    <header className={classes.header}>
      <Container size="xl" h="100%">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <UnstyledButton component={Link} href="/" aria-label={t`claribi, start`}>
            <Logo />
          </UnstyledButton>
          <Group gap="xs" wrap="nowrap">
            <Anchor href="/api/v1/openapi.json" size="sm" c="dimmed" px="xs">
              OpenAPI
            </Anchor>
            <ColorScheme />
          </Group>
        </Group>
      </Container>
    </header>
  );
}
