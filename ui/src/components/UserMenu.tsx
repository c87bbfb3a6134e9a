import { Avatar, Menu, Text, UnstyledButton } from "@mantine/core";
import { Code, LogOut } from "lucide-react";
import { Link } from "wouter";
import { api } from "../api/client";
import { end, useSession } from "../api/session";
import type { User } from "../api/types";

export function UserMenu() {
  const session = useSession();
  if (!session) return null;
  const { user } = session;
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton aria-label="Your account">
          <Avatar radius="xl" size={34} color="blue">
            {initials(user)}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Text size="sm" fw={600} px="sm" pt="xs" truncate>
          {nameOf(user)}
        </Text>
        <Text size="xs" c="dimmed" px="sm" pb="xs" truncate>
          {user.organization.name} · {user.role}
        </Text>
        <Menu.Divider />
        <Menu.Item component={Link} href="/settings/developer" leftSection={<Code size={16} />}>
          API keys and limits
        </Menu.Item>
        <Menu.Item leftSection={<LogOut size={16} />} onClick={signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

async function signOut() {
  try {
    await api.POST("/api/v1/auth/logout");
  } finally {
    // Even a server that can't be reached does not keep anybody signed in here.
    end();
  }
}

const nameOf = (user: User) => `${user.first_name} ${user.last_name}`.trim() || user.email;

function initials(user: User): string {
  const names = [user.first_name, user.last_name].filter(Boolean);
  const letters = names.map((name) => name[0]).join("") || user.email.slice(0, 2);
  return letters.toUpperCase();
}
