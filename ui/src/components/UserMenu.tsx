import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Avatar, Menu, Text, UnstyledButton } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { BookOpen, Code, LogOut, Settings, TrendingUp } from "lucide-react";
import { Link } from "wouter";
import { sentence } from "../api/errors";
import { useSignedIn } from "../api/session";
import type { User } from "../api/types";
import { LanguageItems } from "./Language";
import { roleName } from "./roles";
import { signOut } from "./signOut";

export function UserMenu() {
  const { user, organization } = useSignedIn();
  const letters = initials(user);
  const leave = useMutation({ mutationFn: signOut });
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton aria-label={t`Your account, ${letters}`}>
          <Avatar radius="xl" size={34} color="blue">
            {letters}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Text size="sm" fw={600} px="sm" pt="xs" truncate>
          {nameOf(user)}
        </Text>
        <Text size="xs" c="dimmed" px="sm" pb="xs" truncate>
          {organization.name} · {roleName(user.role)}
        </Text>
        <Menu.Divider />
        {/* The header of a small screen has no room for these. */}
        <Menu.Item component={Link} href="/forecasts" hiddenFrom="xs" leftSection={<TrendingUp size={16} />}>
          <Trans>Forecasts</Trans>
        </Menu.Item>
        <Menu.Item component={Link} href="/api/v1/docs" hiddenFrom="xs" leftSection={<BookOpen size={16} />}>
          <Trans>Documentation of the API</Trans>
        </Menu.Item>
        <Menu.Item component={Link} href="/settings" leftSection={<Settings size={16} />}>
          <Trans>Settings</Trans>
        </Menu.Item>
        <Menu.Item component={Link} href="/settings/developer" leftSection={<Code size={16} />}>
          <Trans>API keys and limits</Trans>
        </Menu.Item>
        <Menu.Divider />
        <LanguageItems />
        <Menu.Divider />
        <Menu.Item
          leftSection={<LogOut size={16} />}
          closeMenuOnClick={false}
          disabled={leave.isPending}
          onClick={() => leave.mutate()}
        >
          <Trans>Sign out</Trans>
        </Menu.Item>
        {leave.error && (
          <Text role="alert" size="xs" c="red" px="sm" pb="xs">
            <Trans>You are still signed in.</Trans> {sentence(leave.error)}
          </Text>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

const nameOf = (user: User) => `${user.first_name} ${user.last_name}`.trim() || user.email;

function initials(user: User): string {
  const names = [user.first_name, user.last_name].filter(Boolean);
  const letters = names.map((name) => name[0]).join("") || user.email.slice(0, 2);
  return letters.toUpperCase();
}
